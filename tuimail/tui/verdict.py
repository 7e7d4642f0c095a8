"""Whether a domain takes mail."""

from enum import Enum


class Verdict(Enum):
    """Each with the mark that says it before a colour does."""

    TAKES_MAIL = "✓"
    TAKES_NONE = "✗"
    UNKNOWN = "?"
    """Not looked up, or the answer could not be had."""

    @property
    def style(self) -> str:
        """In the theme's variables."""
        return _STYLES[self]


_STYLES = {
    Verdict.TAKES_MAIL: "$text-success",
    Verdict.TAKES_NONE: "$text-error",
    Verdict.UNKNOWN: "$text-warning",
}
