"""What the DNS has said, for as long as it said so."""

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace

from tuimail.domain import Answer, Checking, Question
from tuimail.lookup.asking import Ask

MOST_ANSWERS = 10_000
"""Answers kept; the one not asked for the longest goes first."""


def _uncounted() -> None: ...


@dataclass(frozen=True, slots=True)
class _Kept:
    answer: Answer
    until: float


class Cache:
    """Asks each question once while it is under way, and not again before its TTL has run out.

    What could not be found out is not kept: the next one who asks may have more luck.
    """

    def __init__(self, ask: Ask, clock: Callable[[], float]) -> None:
        self._ask = ask
        self._clock = clock
        self._kept: OrderedDict[Question, _Kept] = OrderedDict()
        self._under_way: dict[Question, asyncio.Task[Answer]] = {}

    async def ask(
        self,
        name: str,
        rdtype: str,
        checking: Checking = Checking.ENABLED,
        count: Callable[[], None] = _uncounted,
    ) -> Answer:
        """The answer's `ttl` is what is left of it. `count` is called where it has to be asked."""
        key = Question(name.lower(), rdtype, checking)
        kept = self._recall(key)
        if kept is not None:
            return kept
        task = self._under_way.get(key)
        if task is None:
            count()
            task = asyncio.create_task(self._find_out(key))
            self._under_way[key] = task
            task.add_done_callback(lambda _task: self._under_way.pop(key, None))
        # Whoever loses his patience does not take the others' answer along.
        return await asyncio.shield(task)

    def forget(self) -> None:
        """The next questions are all asked again."""
        self._kept.clear()

    async def close(self) -> None:
        """Gives up what is under way."""
        tasks = list(self._under_way.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _recall(self, key: Question) -> Answer | None:
        kept = self._kept.get(key)
        if kept is None:
            return None
        left = kept.until - self._clock()
        if left <= 0:
            del self._kept[key]
            return None
        self._kept.move_to_end(key)
        if kept.answer.ttl is None:
            return replace(kept.answer, absent_for=int(left), elapsed=0.0)
        return replace(kept.answer, ttl=int(left), elapsed=0.0)

    async def _find_out(self, key: Question) -> Answer:
        answer = await self._ask(key.name, key.rdtype, key.checking)
        holds = answer.absent_for if answer.ttl is None else answer.ttl
        if not answer.unknown and holds:
            self._kept[key] = _Kept(answer, self._clock() + holds)
            if len(self._kept) > MOST_ANSWERS:
                self._kept.popitem(last=False)
        return answer
