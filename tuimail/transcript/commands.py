"""What we say, explained."""

from collections.abc import Iterator

from tuimail import smtp
from tuimail.transcript.explanation import Detail, Explanation, quoted
from tuimail.transcript.parameters import parameters, path
from tuimail.transcript.quantity import octets
from tuimail.transcript.verbs import MECHANISMS, verb_of

_LONGEST_NUMBER = 20


def explained_command(command: smtp.Command) -> Explanation:
    verb = verb_of(command)
    subject = quoted(" ".join(command.shown.split(maxsplit=2)[:2])) or "an empty line"
    return Explanation(
        subject,
        quoted(_meaning(command, verb.meaning)),
        rfc=verb.rfc,
        details=tuple(_details(command)),
    )


def _meaning(command: smtp.Command, meaning: str) -> str:
    words = command.shown.split()
    match command.verb:
        case "EHLO" | "HELO" | "LHLO" if len(words) > 1:
            return f"{meaning[:-1].replace('who we are', f'that we are {words[1]}', 1)}."
        case "MAIL":
            return _sender(path(command))
        case "RCPT":
            recipient = path(command)
            return f"Names a recipient: {recipient}." if recipient else meaning
        case "BDAT":
            return _chunk(words)
        case "AUTH" if len(words) > 1:
            by, _ = MECHANISMS.get(words[1].upper(), ("a mechanism that we do not know", ""))
            return f"Logs in, by {by}. Secrets are shown nowhere."
        case _:
            return meaning


def _sender(reverse_path: str | None) -> str:
    match reverse_path:
        case None:
            return "Begins a mail."
        case "":
            return "Begins a mail that nothing is to be returned to, as reports are sent."
        case sender:
            return f"Begins a mail from {sender}: whatever fails later is reported there."


def _chunk(words: list[str]) -> str:
    size = words[1] if len(words) > 1 else ""
    whole = size.isascii() and size.isdigit() and len(size) <= _LONGEST_NUMBER
    count = octets(int(size)) if whole else "a number of octets"
    if words[-1].upper() == "LAST":
        return f"Sends the last chunk of the message, {count}. With the reply, all is decided."
    return f"Sends a chunk of the message, {count}, and more follows."


def _details(command: smtp.Command) -> Iterator[Detail]:
    yield from parameters(command)
    words = command.shown.split()
    if command.verb == "AUTH" and len(words) > 1:
        name = words[1].upper()
        if name in MECHANISMS:
            by, rfc = MECHANISMS[name]
            yield Detail(name, f"Proves who we are by {by}.", rfc)
