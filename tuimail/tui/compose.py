"""The composer: who, to whom, what."""

from collections.abc import Mapping

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.events import DescendantBlur, DescendantFocus, Paste
from textual.message import Message
from textual.timer import Timer
from textual.widget import Widget
from textual.widgets import Input, Static, TextArea

from tuimail.tui.attachments import Attachments
from tuimail.tui.complaint import complain
from tuimail.tui.fields import AddressField, Field, FieldRow
from tuimail.tui.letter import LETTER, Letter, address_fault, fault_so_far
from tuimail.tui.verdict import Verdict

PAUSE = 0.3
"""Seconds without a key."""
_CONTROLS = {code: None for code in (*range(32), *range(127, 160)) if chr(code) not in "\t\n\r"}
FIELDS = ("sender", "to", "cc", "bcc", "subject")
"""A letter's lines, which are the fields' ids."""
_SELDOM = {"cc": "Cc", "bcc": "Bcc"}
"""Fields that come out when they are wanted, by their ids."""


class Body(TextArea):
    """The text. What is pasted brings no escape sequence to the terminal."""

    async def _on_paste(self, event: Paste) -> None:
        # The text area's own handler comes next, and is not for us to call.
        event.text = event.text.translate(_CONTROLS)


class ComposePane(Vertical):
    """Holds a letter, and keeps it until a person clears it."""

    HELP = """\
Commas, semicolons or line ends separate addresses; a pasted list may have names. \
The palette opens Cc and Bcc, and delete takes a file off the mail again.

✓ a domain that takes mail   ✗ one that does not   ? not looked up
"""
    BINDING_GROUP_TITLE = "Compose"
    ALLOW_MAXIMIZE = True

    class Changed(Message):
        """Something was typed, or a file came or went."""

    class Paused(Message):
        """Nobody has typed for a moment."""

    class RecipientsLeft(Message):
        """The focus has left a field of addresses."""

    def __init__(self, letter: Letter) -> None:
        super().__init__(id="compose", classes="pane")
        self.border_title = "Compose"
        self._first = letter
        self._fields: dict[str, Field] = {}
        self._verdicts: Mapping[str, Verdict] = {}
        self._weight: int | None = None
        self._said = ""
        self._entered: Widget | None = None

    def compose(self) -> ComposeResult:
        letter = self._first
        self._fields = {
            "sender": Field(letter.sender, id="sender", placeholder="you@your.domain"),
            "to": AddressField(letter.to, id="to"),
            "subject": Field(letter.subject, id="subject"),
        }
        seldom = "[@click=screen.open_field('cc')]+Cc[/] [@click=screen.open_field('bcc')]+Bcc[/]"
        yield FieldRow("From", self._fields["sender"])
        yield FieldRow("To", self._fields["to"])
        yield FieldRow("Subject", self._fields["subject"], Static(seldom, classes="links"))
        yield Body(letter.body, id="body", highlight_cursor_line=False)
        yield Static(
            "[@click=screen.attach]Attach[/]  [@click=screen.send]Send[/]",
            id="deeds",
            classes="links",
        )

    def on_mount(self) -> None:
        self._pause: Timer = self.set_interval(PAUSE, self._paused, pause=True)
        for name in _SELDOM:
            self._fill(name, getattr(self._first, name))
        if self._first.attachments:
            self.attachments.show(self._first.attachments)

    @property
    def letter(self) -> Letter:
        files = self.query(Attachments)
        return Letter(
            sender=self._text("sender"),
            to=self._text("to"),
            cc=self._text("cc"),
            bcc=self._text("bcc"),
            subject=self._text("subject"),
            body=self.query_one(Body).text,
            attachments=files.first().paths if files else (),
        )

    @property
    def attachments(self) -> Attachments:
        """Comes out when it is asked for."""
        files = self.query(Attachments)
        if files:
            return files.first()
        self.mount(attachments := Attachments(), before="#deeds")
        return attachments

    def load(self, letter: Letter) -> None:
        """Puts a letter in the place of the one that stands here."""
        for name in FIELDS:
            self._fill(name, getattr(letter, name))
        self.query_one(Body).text = letter.body
        if letter.attachments or self.letter.attachments:
            self.attachments.show(letter.attachments)
        self.complain({})

    def address(self, recipient: str) -> None:
        self._fill("to", recipient)

    def open_field(self, name: str) -> None:
        """Brings out Cc or Bcc and goes there."""
        field = self._open(name)
        self.call_after_refresh(field.focus)  # It may have to be mounted first.

    def enter(self) -> None:
        """Goes where the focus was last, or else where something is missing."""
        missing = "to" if self._text("sender") else "sender"
        (self._entered or self._fields[missing]).focus()

    def complain(self, faults: Mapping[str, str]) -> None:
        """Shows each fault beneath its field, and takes back the others."""
        for row in self.query_children(FieldRow):
            complain(row, faults.get(row.field.id or "", ""))
        complain(self.query_one(Body), faults.get(LETTER, ""))

    def focus_fault(self, faults: Mapping[str, str]) -> None:
        first = next((field for field in self.query(Field) if field.id in faults), None)
        if first is not None:
            first.focus()

    def know(self, verdicts: Mapping[str, Verdict]) -> None:
        """What has become known of the recipients' domains, by their A-labels."""
        self._verdicts = verdicts
        for field in self.query(AddressField):
            field.verdicts = verdicts

    def say(self, sentence: str) -> None:
        """Says how far a send is in the place of words and size, until something is typed."""
        self._said = sentence
        self._show_edge()

    def weigh(self, size: int | None) -> None:
        """`size` in octets on the wire, None where there is no telling."""
        self._weight = size
        self._show_edge()

    @on(Input.Changed)
    def field_changed(self, event: Input.Changed) -> None:
        event.stop()
        growing = isinstance(event.input, AddressField)
        complain(self._row(event.input), fault_so_far(event.value) if growing else "")
        self._changed()

    @on(TextArea.Changed)
    @on(Attachments.Changed)
    def content_changed(self, event: Message) -> None:
        event.stop()
        self._changed()

    @on(Input.Submitted)
    def next_field(self, event: Input.Submitted) -> None:
        event.stop()
        self.screen.focus_next()

    def on_descendant_focus(self, event: DescendantFocus) -> None:
        self._entered = event.widget

    def on_descendant_blur(self, event: DescendantBlur) -> None:
        match event.widget:
            case AddressField() as field if field.value:
                complain(self._row(field), address_fault(field.value))
                self.post_message(self.RecipientsLeft())
            case Field(id="sender") as field if field.value:
                complain(self._row(field), self.letter.sender_fault)

    def _changed(self) -> None:
        self._pause.reset()
        complain(self.query_one(Body), "")
        self.say("")
        self.post_message(self.Changed())

    def _paused(self) -> None:
        self._pause.pause()
        self.post_message(self.Paused())

    def _show_edge(self) -> None:
        count = len(self.query_one(Body).text.split())
        edge = self._said or ("1 word" if count == 1 else f"{count} words")
        if self._weight is not None and not self._said:
            from tuimail.transcript import octets  # imports more than a first paint has time for

            edge += f" · {octets(self._weight)} on the wire"
        self.border_subtitle = Content(edge)

    def _text(self, name: str) -> str:
        return self._fields[name].value if name in self._fields else ""

    def _fill(self, name: str, text: str) -> None:
        if text:
            field = self._open(name)
            field.value = text
            field.cursor_position = len(text)
        elif name in self._fields:
            self._fields[name].value = ""

    def _open(self, name: str) -> Field:
        """The field, brought out first where it is one that is seldom used."""
        if name not in self._fields:
            field = AddressField(id=name)
            field.verdicts = self._verdicts
            self._fields[name] = field
            self.mount(FieldRow(_SELDOM[name], field), before=self._row(self._fields["subject"]))
        return self._fields[name]

    def _row(self, field: Input) -> FieldRow:
        return next(row for row in self.query_children(FieldRow) if row.field is field)
