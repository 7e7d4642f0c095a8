"""What a sender wants to be told about the delivery (RFC 3461)."""

import re
from dataclasses import dataclass
from enum import StrEnum

_PLAIN = re.compile(r"[!-*,-<>-~]*")  # RFC 3461 §4: xchar
_MOST_ENVID = 100  # RFC 3461 §4.4, characters of xtext


class Notify(StrEnum):
    NEVER = "NEVER"
    SUCCESS = "SUCCESS"
    FAILURE = "FAILURE"
    DELAY = "DELAY"


class DsnReturn(StrEnum):
    """What a failure report brings back."""

    FULL = "FULL"
    HEADERS = "HDRS"


@dataclass(frozen=True, slots=True)
class DsnRequest:
    """Raises ValueError with one clear line for what RFC 3461 does not allow."""

    notify: tuple[Notify, ...] = ()
    """Empty leaves it to the server."""
    returns: DsnReturn | None = None
    envid: str = ""
    """Comes back in each report; printable ASCII."""

    def __post_init__(self) -> None:
        if Notify.NEVER in self.notify and len(set(self.notify)) > 1:
            raise ValueError("“never” stands alone, or not at all")
        if not (self.envid.isascii() and self.envid.isprintable()):
            raise ValueError("an envelope id is printable ASCII")
        if len(xtext(self.envid)) > _MOST_ENVID:
            raise ValueError(f"an envelope id is at most {_MOST_ENVID} characters long")

    @property
    def mail_parameters(self) -> list[str]:
        returns = [f"RET={self.returns}"] if self.returns is not None else []
        return [*returns, *([f"ENVID={xtext(self.envid)}"] if self.envid else [])]

    def rcpt_parameters(self, forward_path: str) -> list[str]:
        """`ORCPT` tells a report's reader whom the sender wrote to (RFC 3461 §4.2)."""
        notify = [f"NOTIFY={','.join(dict.fromkeys(self.notify))}"] if self.notify else []
        if forward_path.isascii():
            return [*notify, f"ORCPT=rfc822;{xtext(forward_path)}"]
        return notify


def xtext(text: str) -> str:
    """ASCII with each octet that a parameter can't hold as `+XX` (RFC 3461 §4)."""
    if _PLAIN.fullmatch(text):
        return text
    return "".join(c if _PLAIN.fullmatch(c) else f"+{ord(c):02X}" for c in text)
