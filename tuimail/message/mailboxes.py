"""Where one mailbox ends and the next begins in a field of addresses (RFC 5322 §3.4)."""

import re
from collections.abc import Iterator

_SEPARATOR = re.compile("[,;]")
_SPECIAL = re.compile(r'\\.|<@|[",:;()\[\]>]')
_CLOSING = {'"': '"', "(": ")", "[": "]", "<@": ">"}


def mailboxes(text: str) -> Iterator[str]:
    """The mailboxes of a field as someone typed or pasted it, none of them checked or empty."""
    for line in _unfolded(text):
        for mailbox in _cut(line):
            if stripped := mailbox.strip():
                yield stripped


def _unfolded(text: str) -> Iterator[str]:
    """Lines, each with the indented lines that go on with it.

    A pasted list may be indented too: an indented line begins an address of its own where the
    address before it is complete.
    """
    unfolded: list[str] = []
    complete = False
    for line in text.splitlines():
        rest = line.lstrip(" \t")
        if rest == line or (complete and not rest.startswith(("<", "("))):
            yield " ".join(unfolded)
            unfolded, complete = [], False
        unfolded.append(rest)
        last = _SEPARATOR.split(rest)[-1]
        complete = "@" in last or (complete and last == rest)
    yield " ".join(unfolded)


def _cut(line: str) -> Iterator[str]:
    """Cuts at commas and semicolons outside quotes, comments, literals and obsolete routes.

    A colon ends the name of a group, whose members are mailboxes like the others, and whose
    semicolon separates like the others. It also ends the `mailto:` of a pasted link.
    """
    start = 0
    awaited: list[str] = []
    for match in _SPECIAL.finditer(line):
        special = match[0]
        if awaited and special == awaited[-1]:
            awaited.pop()
        elif awaited and awaited[-1] in '")':
            if special == "(" and awaited[-1] == ")":
                awaited.append(")")
        elif special in _CLOSING:
            awaited.append(_CLOSING[special])
        elif not awaited and special in ",;":
            yield line[start : match.start()]
            start = match.end()
        elif not awaited and special == ":" and line.find("@", start, match.start()) < 0:
            start = match.end()
    yield line[start:]
