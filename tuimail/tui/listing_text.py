"""A listing as the inspector shows it."""

from textual.content import Content

from tuimail.safetext import visible
from tuimail.transcript import Tone
from tuimail.tui.listing import Listing

_STYLES = {
    Tone.PASS: "$text-success",
    Tone.WARN: "$text-warning",
    Tone.FAIL: "$text-error",
    Tone.FACT: "$foreground 60%",
}


def listing_text(listing: Listing) -> Content:
    verdict = listing.verdict
    head = Content.assemble(
        (f"{verdict.value} ", f"bold {verdict.style}"), (visible(listing.domain), "bold")
    )
    lines = [
        Content.styled(f"  {remark.text}", _STYLES.get(remark.tone, ""))
        for remark in listing.remarks
    ]
    return Content("\n").join((head, *lines))
