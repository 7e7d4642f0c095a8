"""A foreign 8-bit message as exchanges without 8BITMIME can take it (RFC 6152 §3)."""

import asyncio

from tuimail.delivery.patience import undisturbed
from tuimail.message import Message, seven_bit


class SevenBitCopy:
    """Made once, for the first exchange that needs it, in a thread: it may take seconds."""

    def __init__(self, message: Message) -> None:
        self._original = message
        self._making: asyncio.Task[Message] | None = None

    async def message(self) -> Message:
        """Raises NotReencodable, and OSError where there is no room."""
        if self._making is None:
            self._making = asyncio.create_task(asyncio.to_thread(seven_bit, self._original))
        # Others may wait for it too.
        return await asyncio.shield(self._making)

    async def close(self) -> None:
        """Removes its file. A thread can't be stopped: this waits for it."""
        if self._making is None:
            return
        try:
            await undisturbed(self._making)
        finally:
            if self._making.exception() is None:
                self._making.result().close()
