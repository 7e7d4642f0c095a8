"""What the DNS said to one question, or why it said nothing."""

from dataclasses import dataclass
from enum import Enum

from dns.name import root
from dns.rdata import Rdata
from dns.rdtypes.ANY.MX import MX


class AnswerStatus(Enum):
    FOUND = "found"
    NO_DATA = "no data"
    """The name exists, without records of this type."""
    NXDOMAIN = "no such name"
    FAILED = "failed"
    """SERVFAIL, REFUSED, garbage: nothing is known. Never to be read as absence."""
    TIMED_OUT = "timed out"


@dataclass(frozen=True, slots=True)
class Answer:
    """`ttl` and `elapsed` in seconds; `why` is plain words where nothing is known."""

    name: str
    rdtype: str
    status: AnswerStatus
    records: tuple[Rdata, ...] = ()
    ttl: int | None = None
    authentic: bool = False
    """A resolver that is to be believed vouches for it with AD, aliases on the way included."""
    why: str = ""
    elapsed: float = 0.0
    canonical: str = ""
    """The name at the end of the aliases, in A-labels; empty where `name` is none."""
    absent_for: int | None = None
    """Seconds for which an absence holds (RFC 2308 §5); None where nothing says so."""
    servfail: bool = False
    """Whether it failed because every nameserver says that it could not find out (SERVFAIL)."""
    extended: tuple[int, ...] = ()
    """Why it failed, by the codes of RFC 8914 §5.2."""

    @property
    def is_lack(self) -> bool:
        """Whether the name lacks such records, which for MX and AAAA is nothing unusual."""
        return self.status is AnswerStatus.NO_DATA

    @property
    def finding(self) -> str:
        """What was found, in plain words; foreign text."""
        match self.status:
            case AnswerStatus.FOUND:
                return ", ".join(map(_shown, sorted(self.records, key=_preference)))
            case AnswerStatus.FAILED | AnswerStatus.TIMED_OUT:
                return self.why
            case status:
                return str(status.value)

    @property
    def unknown(self) -> bool:
        """Whether the answer could not be had."""
        return self.status in (AnswerStatus.FAILED, AnswerStatus.TIMED_OUT)


def _shown(record: Rdata) -> str:
    if not isinstance(record, MX):
        text: str = record.to_text()
        return text
    if record.exchange == root:
        return "takes no mail (null MX)"
    return f"{record.exchange.to_text(omit_final_dot=True)} ({record.preference})"


def _preference(record: Rdata) -> int:
    preference: int = getattr(record, "preference", 0)
    return preference
