"""The arguments of MAIL and RCPT: a path and its parameters (RFC 5321 §4.1.2)."""

import re
from dataclasses import dataclass

_ARGUMENT = re.compile(r'(FROM|TO):<((?:"(?:[^"\\]|\\.)*"|[^<>"\s])*)>((?: [^ ]+)*)', re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Path:
    """A mailbox without its angle brackets, "" for the null path. Parameters are as typed."""

    address: str
    parameters: tuple[str, ...]

    @classmethod
    def parse(cls, keyword: str, argument: str) -> "Path | None":
        """None where the syntax is broken; no space may stand behind the colon (§3.3)."""
        match = _ARGUMENT.fullmatch(argument)
        if match is None or match[1].upper() != keyword:
            return None
        return cls(match[2], tuple(match[3].split()))

    @property
    def is_utf8(self) -> bool:
        """Whether it says that what follows need not be ASCII (RFC 6531 §3.4)."""
        return "SMTPUTF8" in map(str.upper, self.parameters)

    @property
    def local_part(self) -> str:
        """In lower case, as all of this world's users are."""
        return self.address.lower().rpartition("@")[0] or self.address.lower()

    @property
    def domain(self) -> str:
        """In lower case; "" for a mailbox without one."""
        return self.address.lower().rpartition("@")[2] if "@" in self.address else ""
