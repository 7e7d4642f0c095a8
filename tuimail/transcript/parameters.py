"""What the parameters of commands ask for."""

import re
from collections.abc import Callable, Iterator

from tuimail import smtp
from tuimail.transcript.explanation import Detail, listed, quoted
from tuimail.transcript.quantity import duration, octets

_PATH = re.compile(r'[^<]{0,40}<((?:"(?:[^"\\]|\\.){0,400}"|[^">]){0,1000})>')
_XTEXT = re.compile(r"\+([0-9A-F]{2})")
_LONGEST_NUMBER = 20
_MOST = 100


def path(command: smtp.Command) -> str | None:
    """The path of MAIL or RCPT, foreign as it stands there; None where there is none."""
    found = _PATH.match(command.shown)
    return None if found is None else found[1]


def parameters(command: smtp.Command) -> Iterator[Detail]:
    """Those of MAIL and RCPT behind the path, and XCLIENT's attributes, one by one."""
    match command.verb:
        case "MAIL" | "RCPT":
            found = _PATH.match(command.shown)
            words = command.shown[found.end() :].split()[:_MOST] if found else []
            known = _MAIL if command.verb == "MAIL" else _RCPT
        case "XCLIENT":
            words, known = command.shown.split()[1 : 1 + _MOST], _XCLIENT
        case _:
            return
    for word in words:
        key, _, value = word.partition("=")
        meaning, rfc = known.get(key.upper(), (_unknown, ""))
        yield Detail(quoted(word), quoted(meaning(value)), rfc)


def _unknown(_value: str) -> str:
    return "We do not know this parameter."


def _size(value: str) -> str:
    count = _number(value)
    size = f"{octets(count)} large" if count is not None else f"“{value}” octets large"
    return f"The message is {size}: an exchange with a lower limit can refuse it before it is sent."


def _body(value: str) -> str:
    return {
        "7BIT": "The message is plain ASCII.",
        "8BITMIME": "The message has octets beyond ASCII, which must arrive as they are.",
        "BINARYMIME": "The message is binary, and can go out with BDAT alone.",
    }.get(value.upper(), "Says what octets are in the message.")


def _ret(value: str) -> str:
    return {
        "FULL": "A report of failure is to bring the whole message back.",
        "HDRS": "A report of failure is to bring the headers back, not the whole message.",
    }.get(value.upper(), "Says what a report of failure is to bring back.")


def _envid(value: str) -> str:
    return f"Each report about this mail is to name it “{_decoded(value)}”."


def _auth(value: str) -> str:
    if value == "<>":
        return "Who wrote the mail has not been proven to us."
    return f"Who wrote the mail is known to us as {_decoded(value)}."


_NOTIFY = {
    "SUCCESS": "once it is delivered",
    "FAILURE": "when it fails",
    "DELAY": "when it takes long",
}


def _notify(value: str) -> str:
    wanted = value.upper().split(",")[:_MOST]
    if wanted == ["NEVER"]:
        return "No report is wanted, whatever becomes of it."
    known = [_NOTIFY[word] for word in wanted if word in _NOTIFY]
    return f"A report is wanted {listed(known)}." if known else "Says which reports are wanted."


def _orcpt(value: str) -> str:
    _, _, address = value.partition(";")
    return f"The sender wrote to {_decoded(address or value)}: reports are to name that address."


def _by(value: str) -> str:
    left, _, mode = value.partition(";")
    seconds = _number(left)
    within = f"within {duration(seconds)}" if seconds is not None else "in time"
    else_ = {"R": "or is to come back", "N": "or the sender is to be told"}
    late = else_.get(mode[:1].upper(), "")
    return f"The mail is to be delivered {within} {late}".rstrip() + "."


def _decoded(xtext: str) -> str:
    """RFC 3461 §4."""
    return _XTEXT.sub(lambda found: chr(int(found[1], 16)), xtext)


def _number(value: str) -> int | None:
    ascii_digits = value.isascii() and value.isdigit()
    return int(value) if ascii_digits and len(value) <= _LONGEST_NUMBER else None


def _said(meaning: str) -> Callable[[str], str]:
    return lambda value: meaning.replace("{}", value)


_Known = dict[str, tuple[Callable[[str], str], str]]
_MAIL: _Known = {
    "SIZE": (_size, "RFC 1870 §6"),
    "BODY": (_body, "RFC 6152 §2, RFC 3030 §3"),
    "SMTPUTF8": (
        _said("An address or a header has letters beyond ASCII, on the whole way."),
        "RFC 6531 §3.4",
    ),
    "RET": (_ret, "RFC 3461 §4.3"),
    "ENVID": (_envid, "RFC 3461 §4.4"),
    "REQUIRETLS": (
        _said("The mail may travel over proven TLS only, up to its recipient."),
        "RFC 8689 §2",
    ),
    "AUTH": (_auth, "RFC 4954 §5"),
    "BY": (_by, "RFC 2852 §4"),
    "HOLDFOR": (_said("The mail is to be kept for {} seconds first."), "RFC 4865 §4"),
    "HOLDUNTIL": (_said("The mail is to be kept until {}."), "RFC 4865 §4"),
    "MT-PRIORITY": (_said("The mail is urgent by {}, where 0 is the usual."), "RFC 6710 §4"),
    "MTRK": (_said("Where the mail has gone is to be asked for later."), "RFC 3885 §4"),
    "SUBMITTER": (_said("{} is responsible for the message."), "RFC 4405 §4"),
    "TRANSID": (_said("Names the mail, so that it can be taken up again."), "RFC 1845 §4"),
}
_RCPT: _Known = {
    "NOTIFY": (_notify, "RFC 3461 §4.1"),
    "ORCPT": (_orcpt, "RFC 3461 §4.2"),
    "RRVS": (_said("The mailbox must have been the same person's since {}."), "RFC 7293 §5"),
    "CONNEG": (_said("Asks what the recipient's device can show."), "RFC 4141 §4"),
}
_XCLIENT_README = "Postfix's XCLIENT"
_XCLIENT: _Known = {
    "NAME": (_said("The client's host name is {}."), _XCLIENT_README),
    "ADDR": (_said("The client's address is {}."), _XCLIENT_README),
    "PORT": (_said("The client's port is {}."), _XCLIENT_README),
    "PROTO": (_said("The client speaks {}."), _XCLIENT_README),
    "HELO": (_said("The client says its name is {}."), _XCLIENT_README),
    "LOGIN": (_said("The client has logged in as {}."), _XCLIENT_README),
    "DESTADDR": (_said("The client connected to {}."), _XCLIENT_README),
    "DESTPORT": (_said("The client connected to port {}."), _XCLIENT_README),
}
