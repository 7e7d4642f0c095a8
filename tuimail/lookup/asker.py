"""Who asks the DNS for one inspection."""

import asyncio
from collections.abc import Callable

from tuimail.domain import Answer, AnswerStatus, Checking, Question
from tuimail.lookup.cache import Cache


def _ignore(_answer: Answer) -> None: ...


class Asker:
    """From its making on, it asks for so many seconds. Then every question has timed out, also
    those that follow from others: an inspection ends by itself, and each check says what it
    lacks. `observe` gets the answer to each question once, as it comes."""

    def __init__(
        self, cache: Cache, lifetime: float, observe: Callable[[Answer], None] = _ignore
    ) -> None:
        self.questions = 0
        """How many went out, and were not answered by the cache."""
        self._cache = cache
        self._lifetime = lifetime
        self._observe = observe
        self._observed: set[Question] = set()
        self._clock = asyncio.get_running_loop().time
        self._started = self._clock()

    @property
    def elapsed(self) -> float:
        return self._clock() - self._started

    @property
    def left(self) -> float:
        """Seconds, never fewer than none."""
        return max(0.0, self._lifetime - self.elapsed)

    async def ask(self, name: str, rdtype: str, checking: Checking = Checking.ENABLED) -> Answer:
        """See Ask."""
        answer = await self._answer(name, rdtype, checking)
        # Each check asks for itself, and many ask the same.
        question = Question(name.lower(), rdtype, checking)
        if question not in self._observed:
            self._observed.add(question)
            self._observe(answer)
        return answer

    async def _answer(self, name: str, rdtype: str, checking: Checking) -> Answer:
        if self.left:
            try:
                async with asyncio.timeout(self.left):
                    return await self._cache.ask(name, rdtype, checking, self._count)
            except TimeoutError:
                pass
        why = f"no answer within {self._lifetime:g} s"
        return Answer(name, rdtype, AnswerStatus.TIMED_OUT, why=why)

    def _count(self) -> None:
        self.questions += 1
