"""Where mail goes when it does not go out: a world of its own, if it can be reached."""

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from pathlib import Path

    from twisted.internet.asyncioreactor import AsyncioSelectorReactor

    from tuimail.delivery.settings import Settings


class EngineError(Exception):
    """Nothing can be sent or looked up. The text is one line for a person."""


class World(Protocol):
    """A place of its own to send into, which has to be opened first."""

    async def open(self, reactor: "AsyncioSelectorReactor", settings: "Settings") -> "Settings":
        """The settings that reach it. Raises EngineError."""

    @property
    def history_path(self) -> "Path":
        """Where what is sent into it is kept, for as long as it is open."""

    async def close(self) -> None: ...
