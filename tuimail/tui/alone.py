"""One exchange of one domain, which gets the mail alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tuimail.safetext import visible

if TYPE_CHECKING:
    from tuimail.message import Address


@dataclass(frozen=True, slots=True)
class Alone:
    """Names in A-labels. Recipients of other domains get nothing."""

    domain: str
    exchange: str

    def among(
        self, recipients: "Sequence[Address]"
    ) -> "tuple[Sequence[Address], Sequence[Address]]":
        """Those who get it, and the others."""
        there = [address for address in recipients if address.ascii_domain == self.domain]
        return there, [address for address in recipients if address not in there]


def question_about(alone: Alone, there: "Sequence[Address]", elsewhere: "Sequence[Address]") -> str:
    """Whether to send, in plain words."""
    named = visible(there[0].addr_spec)
    who = named if len(there) == 1 else f"{named} and {len(there) - 1} more"
    question = f"Send the mail to {visible(alone.exchange)} alone, for {who}?"
    match len(elsewhere):
        case 0:
            return question
        case 1:
            return f"{question} {visible(elsewhere[0].addr_spec)} gets nothing."
        case count:
            return f"{question} The other {count} recipients get nothing."
