"""`tuimail send --step`: each command waits for a key."""

import asyncio

from prompt_toolkit import PromptSession
from prompt_toolkit.history import DummyHistory
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent

from tuimail.cli.live import Live, on_terminal
from tuimail.cli.patient import Patient
from tuimail.delivery.courier import Courier
from tuimail.delivery.mail import Mail
from tuimail.delivery.stepper import Held, Stepper
from tuimail.safetext import visible
from tuimail.smtp import Command, Pace
from tuimail.transcript import Outcome, Transcript

_KEYS = "enter go · e edit · : other · s skip · c stage · C end"
_CHOICES = ("enter", "e", ":", "s", "c", "C", "c-c")


async def stepped(courier: Courier, mail: Mail, transcript: Transcript) -> Outcome:
    """Sends, and asks before each command. Ctrl-C stops the send."""
    patient = Patient(on_terminal)
    transcript.watch(Live(patient.show))
    hand = _Hand(courier, patient)
    asking = asyncio.create_task(hand.ask())
    try:
        return await courier.send(mail)
    finally:
        asking.cancel()
        await asyncio.wait({asking})


class _Hand:
    def __init__(self, courier: Courier, patient: Patient) -> None:
        self._courier = courier
        self._stepper: Stepper = courier.stepper
        self._patient = patient
        self._changed = asyncio.Event()
        self._stepper.on_change = self._changed.set
        self._keys: PromptSession[str] = PromptSession(
            history=DummyHistory(), erase_when_done=True, key_bindings=_bindings()
        )
        self._line: PromptSession[str] = PromptSession(history=DummyHistory(), erase_when_done=True)

    async def ask(self) -> None:
        while True:
            self._changed.clear()
            if self._stepper.held:
                await self._meet(self._stepper.held[0])
            else:
                await self._changed.wait()

    async def _meet(self, held: Held) -> None:
        """Until it is let go, or waits no more: its session may end meanwhile."""
        choosing = asyncio.ensure_future(self._choose(held))
        while held in self._stepper.held and not choosing.done():
            self._changed.clear()
            change = asyncio.ensure_future(self._changed.wait())
            await asyncio.wait({choosing, change}, return_when=asyncio.FIRST_COMPLETED)
            change.cancel()
        choosing.cancel()
        await asyncio.wait({choosing})
        if not choosing.cancelled():
            choosing.result()

    async def _choose(self, held: Held) -> None:
        before = f"{visible(held.lane.exchange)} ▸ {visible(held.command.shown)}  ({_KEYS}) "
        match await self._patient.ask(self._keys, before, left=lambda: self._left(held)):
            case "enter":
                self._stepper.let_go(held)
            case "e":
                await self._type(held, "" if held.command.is_secret else held.command.shown)
            case ":":
                await self._type(held, "")
            case "s":
                self._stepper.skip(held)
            case "c":
                self._stepper.run_on(held)
            case "C":
                self._stepper.pace = Pace.FREE
            case _:
                self._courier.stop()

    async def _type(self, held: Held, text: str) -> None:
        """Nothing, ctrl-c and ctrl-d leave the command as it is."""
        try:
            line = await self._patient.ask(self._line, ": ", text=text)
            if line.strip():
                self._stepper.say(held, Command.parse(line))
        except (EOFError, KeyboardInterrupt):
            return
        except ValueError as error:
            self._patient.object(str(error))

    def _left(self, held: Held) -> str:
        seconds = held.left(self._stepper.now())
        return Patient.clock(seconds)


def _bindings() -> KeyBindings:
    """One key is the answer."""
    bindings = KeyBindings()
    for key in _CHOICES:

        def answer(event: KeyPressEvent, key: str = key) -> None:
            event.app.exit(result=key)

        bindings.add(key, eager=True)(answer)

    @bindings.add("<any>")
    def ignore(_event: KeyPressEvent) -> None: ...

    return bindings
