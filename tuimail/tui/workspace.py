"""The screen that mail is written and sent from: binds what the panes show to the engine."""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.reactive import reactive
from textual.worker import Worker, WorkerState

from tuimail.safetext import visible
from tuimail.tui.attachments import attachable
from tuimail.tui.compose import ComposePane
from tuimail.tui.engine import Engine, EngineError
from tuimail.tui.exporting import export, export_path
from tuimail.tui.header import route_shown
from tuimail.tui.inspector import InspectorPane
from tuimail.tui.letter import LETTER, Letter
from tuimail.tui.memory import Memory
from tuimail.tui.panes import PaneScreen
from tuimail.tui.sentence import sentence_of
from tuimail.tui.transcript import TranscriptPane

if TYPE_CHECKING:
    from tuimail.delivery.settings import Relay, Route
    from tuimail.transcript import Entry
    from tuimail.tui.listing import Listing

PROGRESS_PER_SECOND = 10
RELAY = "Which relay takes all mail from now on?"
RELAY_INSTEAD = """\
No exchange could be reached: this network may block the port that exchanges listen on. \
A relay is the way round it. Which one takes all mail from now on?"""


class Workspace(PaneScreen):
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f9,ctrl+enter", "send", "Send", id="send", tooltip="Send the mail", priority=True),
        Binding("f8", "stop", "Stop", id="stop", tooltip="Stop a send", priority=True),
        Binding(
            "f7",
            "step",
            "Step mode",
            id="step",
            tooltip="Let each command wait until it is let go, or none",
            priority=True,
            show=False,
        ),
        Binding("f1", "help", "Help", id="help", tooltip="This help", priority=True),
        Binding("ctrl+n", "new", "New mail", id="new", priority=True, show=False),
        Binding("ctrl+o", "attach", "Attach a file", id="attach", priority=True, show=False),
    ]

    sending: reactive[bool] = reactive(default=False, bindings=True)

    def __init__(self, engine: Engine, letter: Letter, memory: Memory | None) -> None:
        super().__init__(letter)
        self.engine = engine
        self._kept = letter
        """What would not be lost with the fields: nobody typed it, or it has been delivered."""
        self._memory = memory

    def on_mount(self) -> None:
        self.header.identity = self._kept.sender

    def begin(self) -> None:
        """Starts what takes its time, once the screen can be seen."""
        if self._memory is not None and (sender := self._memory.recall()):
            self._kept = replace(self._kept, sender=sender)
            self.composer.load(self._kept)
        self.composer.enter()
        self._run(self._begin())

    async def _begin(self) -> None:
        try:
            works = await self.engine.start()
        finally:
            if self.engine.transcript is not None:
                self.dialogue.show(self.engine.transcript)
        self.header.route = route_shown(works.settings.route)
        works.when_held(self.dialogue.attend)
        self.dialogue.stepping = works.steps
        # What is being typed by now is looked up when the field is left.
        self._inspect_domains(self._kept)
        await self._weigh(self.composer.letter)

    @property
    def holds_unsent(self) -> bool:
        letter = self.composer.letter
        return letter.holds_words and letter != self._kept

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        match action:
            case "send" if self.sending:
                return False
            case "stop" if not self.sending:
                return False
            case _:
                return super().check_action(action, parameters)

    # Sending

    def action_send(self) -> None:
        letter = self.composer.letter
        faults = letter.faults
        self.composer.complain(faults)
        if faults:
            self.action_go("compose")
            self.composer.focus_fault(faults)
            self.composer.say("Not sent yet.")
            return
        self._inspect_domains(letter)
        self.sending = True
        self.dialogue.begin_send()
        if self.is_narrow or self.dialogue.stepping:
            self.action_go("transcript")
        self._run(self._send(letter))

    def action_stop(self) -> None:
        self._run(self.engine.stop())

    async def _send(self, letter: Letter) -> None:
        from tuimail.tui.progress import Progress

        progress = Progress()
        teller = self.set_interval(
            1 / PROGRESS_PER_SECOND, lambda: self.composer.say(progress.sentence)
        )
        try:
            works = await self.engine.start()
            with works.watched_by(progress.note):
                await self.engine.send(letter.draft, self.dialogue.keep)
        except asyncio.CancelledError:
            progress.sentence = "Stopped before anything was sent."
            raise
        except (ValueError, OSError, EngineError) as error:
            progress.sentence = "Not sent."
            self.composer.complain({LETTER: sentence_of(error)})
        else:
            if progress.delivered:
                self._kept = letter
            if self._memory is not None:
                self._memory.keep(letter.sender.strip())
            if progress.blocked:
                self._ask_relay(RELAY_INSTEAD)
        finally:
            teller.stop()
            self.composer.say(progress.sentence)
            self.sending = False

    def next_problem(self) -> None:
        self.action_go("transcript")
        self.dialogue.action_problem(1)

    # Step mode

    def action_step(self) -> None:
        """Lets each command wait from now on, also of a send that is under way, or none."""
        self._run(self._step())

    async def _step(self) -> None:
        works = await self.engine.start()
        works.steps = not works.steps
        self.dialogue.stepping = works.steps
        if self.sending and works.steps:
            self.action_go("transcript")

    @on(TranscriptPane.RunOut)
    async def run_out(self) -> None:
        works = await self.engine.start()
        if works.steps:
            await self._step()

    # What is taken out of the transcript

    @on(TranscriptPane.Exported)
    def export_wanted(self, event: TranscriptPane.Exported) -> None:
        from tuimail.tui.asking import Prompt

        prompt = Prompt(
            "Where does the transcript of this send go? The name says the form: .html and .svg"
            " to look at, .txt for tickets, .jsonl for programs.",
            placeholder="transcript.html",
            read=export_path,
            yes="Export",
        )
        self.app.push_screen(prompt, lambda path: self._export(event.entries, path))

    def _export(self, entries: "Sequence[Entry]", path: Path | None) -> None:
        if path is not None:
            self._run(self._write(entries, path))

    async def _write(self, entries: "Sequence[Entry]", path: Path) -> None:
        await asyncio.to_thread(export, entries, path)
        self.notify(f"The transcript is in {visible(str(path))}.", markup=False)

    @on(TranscriptPane.MessageWanted)
    def message_wanted(self, event: TranscriptPane.MessageWanted) -> None:
        from tuimail.transcript import octets
        from tuimail.tui.message_view import MessageView

        if event.reader is None:
            self.notify("The message is gone: the last five are kept.", markup=False)
        else:
            self.app.push_screen(MessageView(event.reader, octets(event.size)))

    # Looking up

    def _inspect_domains(self, letter: Letter) -> None:
        """Looks up the recipients' domains that nothing is known of yet."""
        for domain in letter.domains:
            if domain not in self.inspector.listings:
                self._run(self._inspect(domain))

    @on(ComposePane.RecipientsLeft)
    def recipients_left(self) -> None:
        self._inspect_domains(self.composer.letter)

    @on(InspectorPane.Wanted)
    def domain_wanted(self, event: InspectorPane.Wanted) -> None:
        self._run(self._inspect_wanted(event.domain))

    async def _inspect_wanted(self, domain: str) -> None:
        listing = await self._inspect(domain)
        if listing is not None:
            self.inspector.turn_to(listing.domain)

    async def _inspect(self, domain: str) -> "Listing | None":
        try:
            listing = await self.engine.inspect(domain, self.inspector.show)
        except (ValueError, EngineError) as error:
            self.inspector.complain(sentence_of(error))
            return None
        self.inspector.show(listing)
        known = self.inspector.listings.values()
        self.composer.know({each.domain: each.verdict for each in known})
        return listing

    # The letter

    @on(ComposePane.Changed)
    def letter_changed(self) -> None:
        self.header.identity = self.composer.letter.sender

    @on(ComposePane.Paused)
    def letter_paused(self) -> None:
        self._run(self._weigh(self.composer.letter))

    async def _weigh(self, letter: Letter) -> None:
        self.composer.weigh(await self.engine.weigh(letter.draft))

    def action_open_field(self, name: str) -> None:
        self.action_go("compose")
        self.composer.open_field(name)

    def action_attach(self) -> None:
        from tuimail.tui.asking import Prompt

        prompt = Prompt(
            "Which file goes with the mail?",
            placeholder="~/report.pdf",
            read=attachable,
            yes="Attach",
        )
        self.app.push_screen(prompt, self._take_file)

    def _take_file(self, path: Path | None) -> None:
        if path is not None:
            self.composer.attachments.attach(path)

    def address(self, recipient: str | None) -> None:
        """Puts a recipient in the place of those in To."""
        if recipient is not None:
            self.action_go("compose")
            self.composer.address(recipient)
            self._inspect_domains(self.composer.letter)

    def action_new(self) -> None:
        """Clears the fields, all but the sender."""
        self._if_sure("This mail has not been delivered. Throw it away?", "Throw away", self._clear)

    def action_leave(self) -> None:
        """Ends the program, after asking where that would lose something."""
        if self.sending:
            question = "The mail is still being sent. Stop that and leave?"
        else:
            question = "This mail has not been delivered. Leave without it?"
        self._if_sure(question, "Leave", self.app.exit)

    def _clear(self) -> None:
        self._kept = Letter(sender=self.composer.letter.sender)
        self.composer.load(self._kept)
        self.action_go("compose")

    def _if_sure(self, question: str, yes: str, act: Callable[[], None]) -> None:
        """Acts, after asking where something would be lost. One question at a time is enough."""
        if not self.is_mounted or not (self.sending or self.holds_unsent):
            act()
            return
        from tuimail.tui.asking import Answer, Confirm

        def take(answer: Answer | None) -> None:
            if answer is Answer.YES:
                act()

        if not isinstance(self.app.screen, Confirm):
            self.app.push_screen(Confirm(question, yes=yes, no="Stay"), take)

    # The route

    def action_relay(self) -> None:
        self._ask_relay(RELAY)

    def action_direct(self) -> None:
        self._run(self._travel(None))

    def _ask_relay(self, question: str) -> None:
        from tuimail.delivery.settings import Relay
        from tuimail.tui.asking import Prompt

        prompt = Prompt(
            question, placeholder="relay.example.net:587", read=Relay.parse, yes="Use it"
        )
        self.app.push_screen(prompt, self._take_relay)

    def _take_relay(self, relay: "Relay | None") -> None:
        if relay is not None:
            self._run(self._travel(relay))

    async def _travel(self, route: "Route | None") -> None:
        self.header.route = route_shown(await self.engine.travel(route))

    def action_help(self) -> None:
        from tuimail.tui.help import Help  # Textual's Markdown is for those who ask.

        self.app.push_screen(Help(self))

    # Work that goes on beside the screen

    def _run(self, work: Coroutine[None, None, object]) -> None:
        self.run_worker(work, group="engine", exit_on_error=False)

    @on(Worker.StateChanged)
    def worker_changed(self, event: Worker.StateChanged) -> None:
        if event.state is WorkerState.ERROR and event.worker.error is not None:
            self.report(sentence_of(event.worker.error))

    def report(self, why: str) -> None:
        """Says what went wrong where it stays to be read, and where it is seen at once."""
        if self.engine.transcript is not None:
            from tuimail.transcript import Advice, Entry

            lane = self.engine.transcript.open_lane("")
            self.engine.transcript.append(Entry(lane, Advice(self.dialogue.now(), why)))
        self.notify(why, severity="error", timeout=10, markup=False)
