"""The screen that mail is written and sent from: binds what the panes show to the engine."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import BindingType

from tuimail.safetext import visible
from tuimail.tui.attachments import attachable
from tuimail.tui.compose import ComposePane
from tuimail.tui.engine import Engine
from tuimail.tui.header import route_shown
from tuimail.tui.keys import everywhere, offered, unoffered
from tuimail.tui.letter import LETTER, Letter
from tuimail.tui.memory import Memory
from tuimail.tui.sentence import sentence_of
from tuimail.tui.watching import WatchingScreen
from tuimail.tui.world import EngineError

if TYPE_CHECKING:
    from tuimail.delivery.settings import Relay, Route
    from tuimail.tui.alone import Alone
    from tuimail.tui.opening import Opened

PROGRESS_PER_SECOND = 10
RELAY = "Which relay takes all mail from now on?"
RELAY_INSTEAD = """\
No exchange could be reached: this network may block the port that exchanges listen on. \
A relay is the way round it. Which one takes all mail from now on?"""


class Workspace(WatchingScreen):
    HELP = """\
tuimail writes a mail, shows which exchanges its recipients' domains have, gives it to them, and \
shows every line that crosses the wire.
"""
    BINDINGS: ClassVar[list[BindingType]] = [
        everywhere(offered("f9,ctrl+enter", "send", "send", "Send the mail")),
        everywhere(offered("f8", "stop", "stop", "Stop a send")),
        everywhere(unoffered("ctrl+n", "new", "new", "New mail")),
        everywhere(unoffered("ctrl+o", "attach", "attach", "Attach a file")),
    ]

    def __init__(self, engine: Engine, letter: Letter, memory: Memory | None) -> None:
        super().__init__(engine, letter)
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
        self.work(self._begin())

    async def _begin(self) -> None:
        await self.inspector.furnish()
        try:
            works = await self.engine.start()
        finally:
            if self.engine.transcript is not None:
                self.dialogue.show(self.engine.transcript)
        self.header.route = route_shown(works.settings.route)
        self.attend(works)
        # What is being typed by now is looked up when the field is left.
        self.inspect_domains(self._kept)
        await self._weigh(self.composer.letter)
        await self.engine.foresee()

    @property
    def holds_unsent(self) -> bool:
        letter = self.composer.letter
        return letter.holds_words and letter != self._kept

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        match action:
            case "send" | "probe" | "send_there" if self.sending:
                return False
            case "stop" if not self.sending:
                return False
            case _:
                return super().check_action(action, parameters)

    # Sending

    def action_send(self) -> None:
        letter = self.composer.letter
        if self._is_sound(letter):
            self.inspect_domains(letter)
            self._begin_send(letter)

    def action_send_there(self) -> None:
        """Asks whether one exchange is to get the mail alone, and gives it to that."""
        alone, letter = self.inspector.exchange, self.composer.letter
        if alone is None:
            self.inspector.say("Go to an exchange first: it gets the mail alone.")
        elif self._is_sound(letter):
            there, elsewhere = alone.among(letter.recipients)
            if not there:
                self.inspector.say(f"Nobody in To, Cc or Bcc is at {visible(alone.domain)}.")
                return
            from tuimail.tui.alone import question_about
            from tuimail.tui.asking import Answer, Confirm

            def take(answer: Answer | None) -> None:
                if answer is Answer.YES:
                    self._begin_send(letter, alone)

            question = question_about(alone, there, elsewhere)
            self.app.push_screen(Confirm(question, yes="Send", no="Don’t"), take)

    def _is_sound(self, letter: Letter) -> bool:
        """Goes where something is wrong with it."""
        faults = letter.faults
        self.composer.complain(faults)
        if faults:
            self.action_go("compose")
            self.composer.focus_fault(faults)
            self.composer.say("Not sent yet.")
        return not faults

    def _begin_send(self, letter: Letter, alone: "Alone | None" = None) -> None:
        self.sending = True
        self.dialogue.begin_send()
        if self.is_narrow or self.dialogue.stepping:
            self.action_go("transcript")
        self.work(self._send(letter, alone))

    def action_stop(self) -> None:
        self.work(self.engine.stop())

    async def _send(self, letter: Letter, alone: "Alone | None") -> None:
        from tuimail.tui.progress import Progress

        progress = Progress()
        teller = self.set_interval(
            1 / PROGRESS_PER_SECOND, lambda: self.composer.say(progress.sentence)
        )
        try:
            works = await self.engine.start()
            with works.watched_by(progress.note):
                await self.engine.send(letter.draft, self.dialogue.keep, alone)
        except asyncio.CancelledError:
            progress.sentence = "Stopped before anything was sent."
            raise
        except (ValueError, OSError, EngineError) as error:
            progress.sentence = "Not sent."
            self.composer.complain({LETTER: sentence_of(error)})
        else:
            if progress.delivered and alone is None:
                self._kept = letter
            if self._memory is not None:
                self._memory.keep(letter.sender.strip())
            if progress.blocked:
                self._ask_relay(RELAY_INSTEAD)
        finally:
            teller.stop()
            self.composer.say(progress.sentence)
            self.sending = False

    # The letter

    @on(ComposePane.Changed)
    def letter_changed(self) -> None:
        self.header.identity = self.composer.letter.sender

    @on(ComposePane.Paused)
    def letter_paused(self) -> None:
        self.work(self._weigh(self.composer.letter))

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

    def action_replay(self) -> None:
        from tuimail.tui.asking import Prompt
        from tuimail.tui.opening import opened

        prompt = Prompt(
            "Which recording is to be played? A .jsonl or a .txt of tuimail, or a log of swaks.",
            placeholder="~/dialogue.jsonl",
            read=opened,
            yes="Play",
        )
        self.app.push_screen(prompt, self._replay)

    def _replay(self, opened: "Opened | None") -> None:
        if opened is not None:
            from tuimail.tui.replaying import ReplayScreen

            self.app.push_screen(ReplayScreen.of(opened.recorded, opened.path))

    def address(self, recipient: str | None) -> None:
        """Puts a recipient in the place of those in To."""
        if recipient is not None:
            self.action_go("compose")
            self.composer.address(recipient)
            self.inspect_domains(self.composer.letter)

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
        self.work(self._travel(None))

    def _ask_relay(self, question: str) -> None:
        from tuimail.delivery.settings import Relay
        from tuimail.tui.asking import Prompt

        prompt = Prompt(
            question, placeholder="relay.example.net:587", read=Relay.parse, yes="Use it"
        )
        self.app.push_screen(prompt, self._take_relay)

    def _take_relay(self, relay: "Relay | None") -> None:
        if relay is not None:
            self.work(self._travel(relay))

    async def _travel(self, route: "Route | None") -> None:
        self.header.route = route_shown(await self.engine.travel(route))
