"""The transcript's keys."""

from textual.binding import BindingType

from tuimail.tui.keys import offered, unoffered

STEP_ACTIONS = frozenset({"let_go", "edit", "type", "skip", "run_on", "run_out"})
"""Those that mean something while a command waits, and nothing else then or otherwise."""


def _moving(after: str, before: str, everything: str, unfold: str) -> list[BindingType]:
    """What has other keys where others are taken."""
    stage = "Stage after this one in the waterfall"
    return [
        unoffered(after, "stage(1)", "transcript.stage-after", stage),
        unoffered(before, "stage(-1)", "transcript.stage-before", "Stage before it"),
        unoffered(everything, "everything", "transcript.all", "Show all again"),
        offered(unfold, "unfold", "transcript.unfold", "Unfold the line, or fold it up"),
    ]


TRANSCRIPT_KEYS: list[BindingType] = [
    offered("slash", "search", "transcript.search", "Search the lines"),
    unoffered("n", "found(1)", "transcript.next", "Next line that was searched for"),
    unoffered("N", "found(-1)", "transcript.previous", "The one before"),
    unoffered("p", "problem(1)", "transcript.problem", "Problem after this line"),
    unoffered("P", "problem(-1)", "transcript.problem-before", "Problem before it"),
    unoffered("t", "only_stage", "transcript.stage", "This stage alone, or all"),
    unoffered("l", "only_lane", "transcript.session", "This session alone, or all"),
    unoffered("right_square_bracket", "lane(1)", "transcript.session-after", "Next session alone"),
    unoffered("left_square_bracket", "lane(-1)", "transcript.session-before", "The one before it"),
    unoffered("d", "direction", "transcript.direction", "What we say alone, what we hear, or both"),
    unoffered("y", "copy", "transcript.copy", "Copy the line, or those that are selected"),
    offered("x", "export", "transcript.export", "Export the send to a file"),
]
SENDING_KEYS: list[BindingType] = [
    unoffered("enter", "let_go", "step.go", "Let the command go, in step mode"),
    *_moving("right,greater_than_sign", "left,less_than_sign", "0,escape", "enter,space"),
    unoffered("e", "edit", "step.edit", "Edit the command that waits"),
    unoffered("colon", "type", "step.type", "Say another line before it"),
    unoffered("s", "skip", "step.skip", "Leave it out"),
    unoffered("c", "run_on", "step.stage", "Let all go, up to the next stage"),
    unoffered("C", "run_out", "step.end", "Let all go, to the end"),
]
"""Where dialogues are under way."""
REPLAY_KEYS: list[BindingType] = _moving("greater_than_sign", "less_than_sign", "0", "enter")
"""Where a recording is played: the arrows step, space pauses, and escape leaves."""
