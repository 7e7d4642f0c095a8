"""How a key is bound: `name` is the binding's in a keymap, `does` what help says of it."""

from dataclasses import replace

from textual.binding import Binding


def offered(key: str, action: str, name: str, does: str, what: str = "") -> Binding:
    """The footer offers it as `what`, which is the first word of `does` where nothing else is
    given."""
    return Binding(key, action, what or does.split(maxsplit=1)[0], id=name, tooltip=does)


def unoffered(key: str, action: str, name: str, does: str) -> Binding:
    """It is in the help alone."""
    return Binding(key, action, does, id=name, tooltip=does, show=False)


def everywhere(binding: Binding) -> Binding:
    """It is heard before whatever has the focus, the text area included."""
    return replace(binding, priority=True)
