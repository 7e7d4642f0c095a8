"""A terminal on which a question and a dialogue take turns."""

from collections.abc import Callable

import click
from prompt_toolkit import PromptSession
from prompt_toolkit.completion import Completer

from tuimail.safetext import visible
from tuimail.transcript import Line

_REFRESH = 1.0
"""Seconds: what is left of a server's patience is shown in whole ones."""


class Patient:
    """What comes while a person types is shown when that is over."""

    def __init__(self, show: Callable[[Line, str], None]) -> None:
        self._show = show
        self._late: list[tuple[Line, str]] = []
        self._asking = False

    def show(self, line: Line, text: str) -> None:
        if self._asking:
            self._late.append((line, text))
        else:
            self._show(line, text)

    def object(self, objection: str) -> None:
        """What was typed can't be said."""
        click.secho(f"! {visible(objection)}", fg="yellow")

    async def ask(
        self,
        session: "PromptSession[str]",
        before: str,
        *,
        text: str = "",
        completer: Completer | None = None,
        left: Callable[[], str] = str,
    ) -> str:
        """What is typed; `text` stands there to begin with, and `left` says at the right how long
        the server may wait. Raises EOFError for ctrl-d, KeyboardInterrupt for ctrl-c."""
        self._asking = True
        try:
            return await session.prompt_async(
                before, default=text, completer=completer, rprompt=left, refresh_interval=_REFRESH
            )
        finally:
            self._asking = False
            for line, late in self._late:
                self._show(line, late)
            self._late.clear()

    @staticmethod
    def clock(seconds: float) -> str:
        """`4:59 left`"""
        minutes, rest = divmod(int(seconds), 60)
        return f"{minutes}:{rest:02} left" if seconds else "it may have given up by now"
