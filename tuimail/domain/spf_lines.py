"""The tree of what an SPF record makes receivers ask for, as people read it."""

from collections.abc import Iterator

from tuimail.domain.spf_tree import MOST_DNS_TERMS, SpfNode, SpfReport, State

_STEP = "  "


def tree_lines(report: SpfReport) -> tuple[str, ...]:
    """A line for each term that asks the DNS: indented by its depth, with the count of such terms
    from there on, and what is amiss. Holds nothing that has to be made visible."""
    rows = list(_rows(report.root, "", report.crossing))
    width = max(len(label) for label, _, _ in rows)
    figures = max(len(count) for _, count, _ in rows)
    return tuple(
        f"{label:<{width}}  {count:>{figures}}  {note}".rstrip() for label, count, note in rows
    )


def _rows(node: SpfNode, indent: str, crossing: SpfNode | None) -> Iterator[tuple[str, str, str]]:
    label = indent + (node.term.shown if node.term else node.domain)
    yield label, str(node.count), _note(node, crossing)
    for below in node.below:
        yield from _rows(below, indent + _STEP, crossing)
    if node.more:
        yield f"{indent}{_STEP}… and {node.more} more", str(node.more), ""


def _note(node: SpfNode, crossing: SpfNode | None) -> str:
    notes = []
    if node is crossing:
        notes.append(f"the term after the first {MOST_DNS_TERMS}")
    if node.is_void:
        notes.append(State.LACKING.value)
    elif node.state is not State.FOUND:
        notes.append(node.state.value)
    if node.record is not None and node.record.faults:
        notes.append("has errors")
    return ", ".join(notes)
