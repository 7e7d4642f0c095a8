"""What is wrong, said beneath where it is wrong."""

from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from tuimail.safetext import visible


class Complaint(Static):
    def __init__(self, about: Widget) -> None:
        super().__init__()
        self.about = about


def complain(about: Widget, why: str) -> None:
    """Says what is wrong with a widget; an empty text takes that back, and its room too."""
    room = about.parent
    if not isinstance(room, Widget):
        return
    said = next((each for each in room.query_children(Complaint) if each.about is about), None)
    if said is None:
        if not why:
            return
        said = Complaint(about)
        room.mount(said, after=about)
    about.set_class(bool(why), "-wrong")
    said.update(Content.assemble(("✗ ", "bold"), visible(why)))
    said.display = bool(why)
