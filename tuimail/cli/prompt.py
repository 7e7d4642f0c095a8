"""A person at a terminal, who types a session.

prompt_toolkit runs on the loop that the session runs on: a server that hangs up ends the question.
A thread that sits in readline could not be ended, and would keep the process.
"""

from collections.abc import Callable, Iterable

from prompt_toolkit import PromptSession
from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document
from prompt_toolkit.history import DummyHistory, InMemoryHistory

from tuimail.cli.patient import Patient
from tuimail.delivery.talking import Call
from tuimail.safetext import visible
from tuimail.smtp import Command, Floor, offers
from tuimail.transcript import Line


class Prompt(Patient):
    def __init__(self, show: Callable[[Line, str], None]) -> None:
        super().__init__(show)
        self._commands: PromptSession[str] = PromptSession(
            history=_Discreet(), erase_when_done=True, complete_while_typing=False
        )
        self._secrets: PromptSession[str] = PromptSession(
            history=DummyHistory(), erase_when_done=True, is_password=True
        )
        self._plain: PromptSession[str] = PromptSession(history=DummyHistory())

    async def line(self, floor: Floor, call: Call) -> str | None:
        """None for ctrl-d. An interrupted line is begun anew, as in a shell."""
        while True:
            try:
                line = await self._asked(floor, call)
            except KeyboardInterrupt:
                continue
            except EOFError:
                return None
            if line.strip() or floor is not Floor.COMMAND:
                return line

    async def name(self, what: str) -> str:
        """Raises ValueError where no answer is given."""
        return await self._answer(self._plain, what)

    async def secret(self, what: str) -> str:
        """As `name`."""
        return await self._answer(self._secrets, what)

    async def refuse_message(self) -> None:
        """A person sees it."""

    async def _asked(self, floor: Floor, call: Call) -> str:
        match floor:
            case Floor.RESPONSE:
                return await self.ask(self._secrets, "AUTH > ")
            case Floor.MESSAGE:
                return await self.ask(self._plain, "| ")
            case _:
                return await self.ask(
                    self._commands,
                    "> ",
                    completer=_Offers(call),
                    left=lambda: self.clock(call.patience),
                )

    async def _answer(self, session: "PromptSession[str]", what: str) -> str:
        try:
            return await self.ask(session, f"{visible(what)}: ")
        except (EOFError, KeyboardInterrupt) as error:
            raise ValueError("nobody is logged in") from error


class _Discreet(InMemoryHistory):
    """The lines of this session, of which none that holds a secret."""

    def append_string(self, string: str) -> None:
        if not Command.parse(string).is_secret:
            super().append_string(string)


class _Offers(Completer):
    def __init__(self, call: Call) -> None:
        self._call = call

    def get_completions(
        self,
        document: Document,
        complete_event: CompleteEvent,  # noqa: ARG002
    ) -> Iterable[Completion]:
        line = document.text_before_cursor
        session = self._call.session
        for offer in offers(line, self._call.capabilities, session.identity, session.protocol):
            # A server's words: it may have put anything into them.
            yield Completion(visible(offer), start_position=-len(line))
