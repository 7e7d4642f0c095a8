"""Asks what an inquiry wants to know."""

import asyncio
from typing import TypeVar

from tuimail.domain import Inquiry
from tuimail.lookup.asking import Ask

T = TypeVar("T")


async def conduct(ask: Ask, inquiry: Inquiry[T]) -> T:
    """Returns what came of it; its questions of one kind are asked side by side."""
    try:
        questions = next(inquiry)
        while True:
            answers = await asyncio.gather(
                *(ask(each.name, each.rdtype, each.checking) for each in questions)
            )
            questions = inquiry.send(tuple(answers))
    except StopIteration as end:
        result: T = end.value
        return result
