"""The transcript's keys."""

from textual.binding import Binding, BindingType

STEP_ACTIONS = frozenset({"let_go", "edit", "type", "skip", "run_on", "run_out"})
"""Those that mean something while a command waits, and nothing else then or otherwise."""


def _key(key: str, action: str, name: str, what: str, *, footer: bool = False) -> Binding:
    """`name` is the binding's in a keymap."""
    return Binding(key, action, what.split(maxsplit=1)[0], id=name, tooltip=what, show=footer)


def _moving(after: str, before: str, everything: str, unfold: str) -> list[BindingType]:
    """What has other keys where others are taken."""
    stage = "Stage after this one in the waterfall"
    return [
        _key(after, "stage(1)", "transcript.stage-after", stage),
        _key(before, "stage(-1)", "transcript.stage-before", "Stage before it"),
        _key(everything, "everything", "transcript.all", "Show all again"),
        _key(unfold, "unfold", "transcript.unfold", "Unfold the line, or fold it up", footer=True),
    ]


TRANSCRIPT_KEYS: list[BindingType] = [
    _key("slash", "search", "transcript.search", "Search the lines", footer=True),
    _key("n", "found(1)", "transcript.next", "Next line that was searched for"),
    _key("N", "found(-1)", "transcript.previous", "The one before"),
    _key("p", "problem(1)", "transcript.problem", "Problem after this line"),
    _key("P", "problem(-1)", "transcript.problem-before", "Problem before it"),
    _key("t", "only_stage", "transcript.stage", "This stage alone, or all"),
    _key("l", "only_lane", "transcript.session", "This session alone, or all"),
    _key("right_square_bracket", "lane(1)", "transcript.session-after", "Next session alone"),
    _key("left_square_bracket", "lane(-1)", "transcript.session-before", "The one before it"),
    _key("d", "direction", "transcript.direction", "What we say alone, what we hear, or both"),
    _key("y", "copy", "transcript.copy", "Copy the line, or those that are selected"),
    _key("x", "export", "transcript.export", "Export the send to a file", footer=True),
]
SENDING_KEYS: list[BindingType] = [
    _key("enter", "let_go", "step.go", "Let the command go, in step mode"),
    *_moving("right,greater_than_sign", "left,less_than_sign", "0,escape", "enter,space"),
    _key("e", "edit", "step.edit", "Edit the command that waits"),
    _key("colon", "type", "step.type", "Say another line before it"),
    _key("s", "skip", "step.skip", "Leave it out"),
    _key("c", "run_on", "step.stage", "Let all go, up to the next stage"),
    _key("C", "run_out", "step.end", "Let all go, to the end"),
]
"""Where dialogues are under way."""
REPLAY_KEYS: list[BindingType] = _moving("greater_than_sign", "less_than_sign", "0", "enter")
"""Where a recording is played: the arrows step, space pauses, and escape leaves."""
