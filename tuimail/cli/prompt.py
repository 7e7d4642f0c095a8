"""A person at a terminal, who types a session.

prompt_toolkit runs on the loop that the session runs on: a server that hangs up ends the question.
A thread that sits in readline could not be ended, and would keep the process.
"""

from collections.abc import Callable, Iterable

import click
from prompt_toolkit import PromptSession
from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document
from prompt_toolkit.history import DummyHistory, InMemoryHistory

from tuimail.delivery.talking import Call
from tuimail.safetext import visible
from tuimail.smtp import Command, Floor, offers
from tuimail.transcript import Line

_REFRESH = 1.0
"""Seconds: what is left of a server's patience is shown in whole ones."""


class Prompt:
    """What comes while a line is being typed is shown when that is over."""

    def __init__(self, show: Callable[[Line, str], None]) -> None:
        self._show = show
        self._late: list[tuple[Line, str]] = []
        self._asking = False
        self._commands: PromptSession[str] = PromptSession(
            history=_Discreet(), erase_when_done=True, complete_while_typing=False
        )
        self._secrets: PromptSession[str] = PromptSession(
            history=DummyHistory(), erase_when_done=True, is_password=True
        )
        self._plain: PromptSession[str] = PromptSession(history=DummyHistory())

    def show(self, line: Line, text: str) -> None:
        if self._asking:
            self._late.append((line, text))
        else:
            self._show(line, text)

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

    async def ask(self, what: str) -> str:
        """Raises ValueError where no answer is given."""
        return await self._answer(self._plain, what)

    async def ask_secret(self, what: str) -> str:
        """As `ask`."""
        return await self._answer(self._secrets, what)

    def object(self, objection: str) -> None:
        click.secho(f"! {visible(objection)}", fg="yellow")

    async def refuse_message(self) -> None:
        """A person sees it."""

    async def _asked(self, floor: Floor, call: Call) -> str:
        match floor:
            case Floor.RESPONSE:
                return await self._type(self._secrets, "AUTH > ")
            case Floor.MESSAGE:
                return await self._type(self._plain, "| ")
            case _:
                return await self._type(
                    self._commands,
                    "> ",
                    _Offers(call),
                    lambda: f"{_clock(call.patience)} left" if call.patience else "",
                )

    async def _answer(self, session: "PromptSession[str]", what: str) -> str:
        try:
            return await self._type(session, f"{visible(what)}: ")
        except (EOFError, KeyboardInterrupt) as error:
            raise ValueError("nobody is logged in") from error

    async def _type(
        self,
        session: "PromptSession[str]",
        before: str,
        completer: Completer | None = None,
        left: Callable[[], str] | None = None,
    ) -> str:
        self._asking = True
        try:
            return await session.prompt_async(
                before, completer=completer, rprompt=left, refresh_interval=_REFRESH
            )
        finally:
            self._asking = False
            for line, text in self._late:
                self._show(line, text)
            self._late.clear()


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


def _clock(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes}:{rest:02}"
