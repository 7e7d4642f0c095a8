"""The conversations that are open, so that mails to one exchange share them."""

import asyncio
from collections.abc import Callable

from tuimail.delivery.conversation import Conversation
from tuimail.delivery.peer import Peer

MOST_CONNECTIONS = 5
"""To one exchange at once: Postfix's initial_destination_concurrency, with which it begins towards
a destination that it does not know."""


class Pool:
    def __init__(self) -> None:
        self._conversations: set[Conversation] = set()

    def join(self, peer: Peer, begin: Callable[[], Conversation]) -> Conversation:
        """One that is open to `peer` and not too busy, else another, as far as politeness goes."""
        there = [
            each
            for each in self._conversations
            if each.usable and (each.peer.exchange, each.peer.port) == (peer.exchange, peer.port)
        ]
        fitting = [each for each in there if each.serves(peer)]
        if fitting:
            least = min(fitting, key=lambda each: (not each.has_room, each.waiting))
            if least.has_room or len(there) >= MOST_CONNECTIONS:
                return least
        conversation = begin()
        self._conversations.add(conversation)
        conversation.closed.add_done_callback(lambda _: self._conversations.discard(conversation))
        return conversation

    async def hang_up(self) -> None:
        """Ends what is idle, and returns once every connection has closed."""
        for conversation in tuple(self._conversations):
            conversation.part()
        await self.rest()

    async def rest(self) -> None:
        """Returns once those that are open now have closed, each in its own time."""
        if self._conversations:
            await asyncio.wait({each.closed for each in self._conversations})
