"""The transcript's pane: waterfall, lines and explanation."""

from collections.abc import Callable
from typing import TYPE_CHECKING, BinaryIO, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.message import Message
from textual.widgets import Input

from tuimail.tui.explanation import ExplanationView, Pace, explanation_of, rows_of
from tuimail.tui.kept_messages import KeptMessages
from tuimail.tui.sifted_pane import SiftedPane
from tuimail.tui.stages import Stages
from tuimail.tui.transcript_keys import TRANSCRIPT_KEYS
from tuimail.tui.transcript_lines import TranscriptLines
from tuimail.tui.waterfall import WaterfallView

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tuimail.transcript import Entry, Transcript

_STAGES_AT_A_TIME = 500
_TICKS_PER_SECOND = 5
"""How often a stage that is not finished grows."""


class TranscriptPane(SiftedPane):
    HELP = """\
Every line that crosses the wire while a mail is sent, and what the DNS and TLS said. The time is \
in seconds since the send began; where there is room, +0.012 is since the line before. A number \
tells sessions apart. The bars above are the stages of the session that the line is of, as wide \
as they took long.

→ we say   ← the exchange says   · a fact
✓ good   ! doubtful   ✗ bad   ? unknown

Enter unfolds a line: TLS with its certificates, what EHLO offers, the message behind DATA. Of a \
reply of more than 40 lines a few are shown, and one that stands for the rest: unfold it to see \
them, or search; 0 folds them up again.
"""
    BINDING_GROUP_TITLE = "Transcript"
    ALLOW_MAXIMIZE = True
    BINDINGS: ClassVar[list[BindingType]] = TRANSCRIPT_KEYS

    class Exported(Message):
        """A person wants these in a file."""

        def __init__(self, entries: "Sequence[Entry]") -> None:
            super().__init__()
            self.entries = entries

    class MessageWanted(Message):
        """A person wants to see the message, which may be gone."""

        def __init__(self, reader: BinaryIO | None, size: int) -> None:
            super().__init__()
            self.reader = reader
            self.size = size

    def __init__(self) -> None:
        super().__init__()
        self.explanation = ExplanationView()
        self.messages = KeptMessages()
        self._transcript: Transcript | None = None
        self.clock: Callable[[], float] | None = None
        """That of the entries, where one is known."""
        self._ticked = 0.0
        self.border_title = "Transcript"

    def compose(self) -> ComposeResult:
        yield self.waterfall
        yield self.lines
        yield self.search
        yield self.explanation

    def on_mount(self) -> None:
        self._ticker = self.set_interval(1 / _TICKS_PER_SECOND, self._tick, pause=True)

    def on_unmount(self) -> None:
        self.messages.close()

    def enter(self) -> None:
        """Goes to the lines, or to what is being typed."""
        self.lines.focus()

    def show(self, transcript: "Transcript", stages: Stages | None = None) -> None:
        """Shows a transcript from now on, for as long as both live. `stages` are its own where
        none are given."""
        from tuimail.transcript.waterfall import Waterfalls

        self._transcript = transcript
        self._stages = stages or Stages(transcript, Waterfalls())
        transcript.watch(self._stages.note)
        self.lines.show(transcript)

    def take_back(self) -> None:
        """The transcript's last entries are gone."""
        self.lines.take_back()
        self.follow()

    def follow(self) -> None:
        """Goes to the last line, and on with those that come."""
        self._chosen = None
        self.explanation.hurry()
        self.lines.action_last()

    @property
    def line_count(self) -> int:
        """Lines that can be seen, or scrolled to."""
        return self.lines.count

    def begin_send(self) -> None:
        """What comes from now on is another send."""
        self._chosen = None
        if self._stages is not None:
            self._stages.begin_send()
        self.lines.begin_send()

    def keep(self, reader: BinaryIO) -> None:
        """The message of the send that has begun."""
        begin = len(self._transcript.entries) if self._transcript is not None else 0
        self.messages.keep(begin, reader)

    def now(self) -> float:
        """On the clock of the entries, as far as that is known."""
        if self.clock is not None:
            return self.clock()
        entries = self._transcript.entries if self._transcript is not None else ()
        return entries[-1].event.at if entries else 0.0

    def check_action(self, _action: str, _parameters: tuple[object, ...]) -> bool | None:
        # What is typed into a field means nothing here.
        return not isinstance(self.app.focused, Input)

    # What is seen

    @on(TranscriptLines.Moved)
    def line_moved(self) -> None:
        self.entitle()
        self.show_stages()
        self._explain()

    @property
    def mode(self) -> str:
        """What else is to be known of how lines come; empty where nothing is."""
        return ""

    def entitle(self) -> None:
        """Says anew what it shows, and how."""
        title = " · ".join(filter(None, ("Transcript", self.lines.title)))
        self.border_title = Content(title)
        self.border_subtitle = Content(" · ".join(filter(None, (self.lines.state, self.mode))))

    def _tick(self) -> None:
        before, self._ticked = self._ticked, self.now()
        self.show_stages()
        if self._ticked == before and self._stages is not None and self._stages.read(0):
            self._ticker.pause()  # Time stands still.

    def show_stages(self) -> None:
        """As they are by now."""
        current, stages = self.lines.current, self._stages
        if self.lines.shows_nothing:
            self.waterfall.show(None, self.now())
        if current is None or stages is None or self._transcript is None:
            return
        if not stages.read(_STAGES_AT_A_TIME):
            self._ticker.resume()
        place, _ = current
        waterfall = stages.of(place)
        index = self._chosen if self._chosen is not None else stages.index(place)
        self.waterfall.show(waterfall, self.now())
        self.waterfall.chosen = index
        segment = stages.segment(index) if index is not None else None
        self.lines.stage = (
            segment.entries if segment is not None and self._chosen is not None else ()
        )
        if waterfall is not None and any(each.end is None for each in waterfall.segments[-8:]):
            self._ticker.resume()
        elif stages.read(0):
            self._ticker.pause()

    def _explain(self) -> None:
        current = self.lines.current
        if self.lines.shows_nothing:
            self.explanation.clear()
        elif current is not None and self._transcript is not None:
            pace = Pace.READABLE if self.lines.following else Pace.AT_ONCE
            self.explanation.tell(self._transcript.entries, current[0], pace)

    # Stages

    @on(WaterfallView.Chosen)
    def stage_chosen(self, event: WaterfallView.Chosen) -> None:
        self._choose(event.index)

    def action_stage(self, step: int) -> None:
        if self._stages is not None:
            self._choose(self._stages.next(self.waterfall.chosen, step))

    def _choose(self, index: int | None) -> None:
        self._chosen = index
        segment = (
            self._stages.segment(index) if self._stages is not None and index is not None else None
        )
        sheet = self.lines.sheet
        if segment is None or sheet is None:
            return
        self.lines.go_to(sheet.nearest(sheet.lines.first(segment.entries[0])))
        self.show_stages()

    # Unfolding and taking away

    def action_unfold(self) -> None:
        current, sheet = self.lines.current, self.lines.sheet
        if current is None or sheet is None or self._transcript is None:
            return
        place, _ = current
        from tuimail import smtp

        event = self._transcript.entries[place].event
        line = self.lines.cursor
        if isinstance(event, smtp.BodySent):
            self.post_message(self.MessageWanted(self.messages.of(place), event.size))
        elif folded := sheet.folded(line):
            self.lines.reveal(folded.start)
            return
        elif sheet.is_unfolded(line):
            sheet.fold_up(line)
        else:
            whole = not self.explanation.display
            rows = rows_of(explanation_of(self._transcript.entries, place), whole=whole)
            sheet.unfold(line, rows or ["There is nothing more to say of this line."])
        self.lines.refit()

    def action_copy(self) -> None:
        copy = self.lines.copied()
        if copy is not None:
            self.app.copy_to_clipboard(copy.text)
            self.notify(copy.words, markup=False)

    def action_export(self) -> None:
        entries = self.lines.entries_of_send()
        if entries:
            self.post_message(self.Exported(entries))
