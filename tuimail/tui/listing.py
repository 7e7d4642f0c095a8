"""What the inspector says of a domain."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from tuimail.domain import Acceptance, Answer, Exchange, Exchanges, exchanges_named, with_addresses
from tuimail.safetext import visible
from tuimail.transcript import Tone
from tuimail.tui.verdict import Verdict


@dataclass(frozen=True, slots=True)
class Remark:
    """One line, safe to show."""

    tone: Tone
    text: str


@dataclass(frozen=True, slots=True)
class Listing:
    """`domain` in A-labels."""

    domain: str
    verdict: Verdict
    remarks: tuple[Remark, ...]
    state: str
    """How far the look-up is, in a few words."""

    @property
    def text(self) -> str:
        """For a clipboard."""
        return "\n".join((visible(self.domain), *(remark.text for remark in self.remarks)))


class Inquiry:
    """A look-up under way. Times are monotonic seconds."""

    def __init__(self, domain: str, now: float) -> None:
        self._domain = domain
        self._began = now
        self._answers: list[Answer] = []

    def note(self, answer: Answer) -> None:
        self._answers.append(answer)

    @property
    def so_far(self) -> Listing:
        """What the answers that have come say, whatever else may come."""
        remarks = tuple(_remarks_so_far(self._answers))
        looking_up = Remark(Tone.FACT, "looking it up …")
        return Listing(self._domain, Verdict.UNKNOWN, remarks or (looking_up,), "looking it up …")

    def finish(self, exchanges: Exchanges, now: float) -> Listing:
        return Listing(
            exchanges.domain,
            _verdict(exchanges),
            tuple(_remarks(exchanges)),
            _count(len(self._answers), now - self._began),
        )

    def give_up(self, why: str) -> Listing:
        return Listing(
            self._domain, Verdict.UNKNOWN, (Remark(Tone.WARN, visible(why)),), "no answer"
        )


def _count(answers: int, elapsed: float) -> str:
    counted = "1 answer" if answers == 1 else f"{answers} answers"
    return f"{counted} in {elapsed:.2f} s"


def _verdict(exchanges: Exchanges) -> Verdict:
    if exchanges.reachable:
        return Verdict.TAKES_MAIL
    # RFC 3463 §2: class 4 may be better next time.
    return Verdict.UNKNOWN if (exchanges.enhanced or "").startswith("4") else Verdict.TAKES_NONE


def _remarks(exchanges: Exchanges) -> Iterator[Remark]:
    match exchanges.acceptance:
        case _ if not exchanges.reachable:
            tone = Tone.WARN if _verdict(exchanges) is Verdict.UNKNOWN else Tone.FAIL
            yield Remark(tone, visible(exchanges.why))
        case Acceptance.IMPLICIT:
            yield Remark(Tone.WARN, "names no exchange: its own address takes the mail")
        case Acceptance.LITERAL:
            yield Remark(Tone.FACT, "is an address, and needs no look-up")
        case _:
            count = len(exchanges.exchanges)
            places = "one exchange" if count == 1 else f"{count} exchanges"
            yield Remark(Tone.PASS, f"takes mail at {places}")
    yield from _list(exchanges.exchanges)


def _remarks_so_far(answers: Sequence[Answer]) -> Iterator[Remark]:
    known = []
    for exchange in exchanges_named(answers[0], _as_they_come) if answers else ():
        of_host = [answer for answer in answers[1:] if answer.name == exchange.name]
        found = with_addresses(exchange, of_host)
        both_kinds = len(of_host) == 2
        known.append(found if both_kinds or found.addresses else replace(found, why="…"))
    if known:
        yield Remark(Tone.FACT, "looking up the addresses …")
        yield from _list(known)


def _as_they_come(_exchanges: list[Exchange]) -> None: ...


def _list(exchanges: Iterable[Exchange]) -> Iterator[Remark]:
    """Equal preferences by name: their order is drawn anew for each mail, and nothing may jump."""
    for exchange in sorted(exchanges, key=lambda each: (each.preference, each.name)):
        yield Remark(Tone.SERVER, f"{exchange.preference:>3} {visible(exchange.name)}")
        if exchange.addresses:
            yield Remark(Tone.FACT, "    " + "  ".join(map(visible, exchange.addresses)))
        elif exchange.why:
            yield Remark(Tone.WARN, f"    {visible(exchange.why)}")
