"""The part of the channel that belongs to one transaction."""

from collections.abc import Callable
from functools import partial

from tuimail.smtp.channel import Channel, Step
from tuimail.smtp.command import Command
from tuimail.smtp.reply import Reply
from tuimail.smtp.stage import Stage


def _nothing_follows() -> None: ...


class Turn:
    """Knows how many replies its transaction still waits for."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self._open = 0

    @property
    def answered(self) -> bool:
        return self._open == 0

    def say(
        self,
        stage: Stage,
        command: Command,
        answered: Callable[[Reply], None],
        skipped: Callable[[], None] = _nothing_follows,
    ) -> None:
        self._open += 1
        self._channel.say(
            Step(stage, command, partial(self._answer, answered), partial(self._skip, skipped))
        )

    def listen(self, stage: Stage, command: Command, answered: Callable[[Reply], None]) -> None:
        self._open += 1
        self._channel.listen(Step(stage, command, partial(self._answer, answered)))

    def drop_unsent(self) -> None:
        """Nothing that is queued will be said; only this transaction can have queued it."""
        self._open -= self._channel.drop_unsent()

    def _answer(self, answered: Callable[[Reply], None], reply: Reply) -> None:
        self._open -= 1
        answered(reply)

    def _skip(self, skipped: Callable[[], None]) -> None:
        self._open -= 1
        skipped()
