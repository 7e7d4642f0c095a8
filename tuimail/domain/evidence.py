"""The records that a finding rests on."""

from collections.abc import Sequence

from tuimail.domain.answer import Answer


def record_lines(answer: Answer, shown: Sequence[str], count: int) -> str:
    """A line for each record that is shown, of `count` that there are; foreign text."""
    lines = [f"{answer.name} {answer.ttl} {answer.rdtype} {record}" for record in shown]
    if count > len(shown):
        lines.append(f"… and {count - len(shown)} more")
    return "\n".join(lines)
