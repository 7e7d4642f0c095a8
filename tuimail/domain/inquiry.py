"""Questions that follow from each other's answers, without anybody who asks."""

from collections.abc import Generator, Mapping
from dataclasses import dataclass
from enum import Enum
from itertools import islice
from typing import Any, TypeVar, overload

from tuimail.domain.answer import Answer

T = TypeVar("T")
U = TypeVar("U")
V = TypeVar("V")


class Checking(Enum):
    """Whether a resolver that validates holds back what does not verify (RFC 4035 §3.2.2)."""

    ENABLED = "enabled"
    DISABLED = "disabled"
    """It is asked to give the answer all the same (CD)."""


@dataclass(frozen=True, slots=True)
class Question:
    """`name` in A-labels without a final dot; the root is a dot."""

    name: str
    rdtype: str
    checking: Checking = Checking.ENABLED


Inquiry = Generator[tuple[Question, ...], tuple[Answer, ...], T]
"""Yields questions that may be asked side by side, is sent their answers in the same order, and
returns what came of it. Whoever runs it may ask as many inquiries at once as he likes."""


def knowing(known: Mapping[Question, Answer], inquiry: Inquiry[T]) -> Inquiry[T]:
    """The same inquiry, which asks for nothing that is known already."""
    try:
        questions = next(inquiry)
        while True:
            open_ = tuple(question for question in questions if question not in known)
            answers = dict(zip(open_, (yield open_) if open_ else (), strict=True))
            questions = inquiry.send(tuple({**known, **answers}[each] for each in questions))
    except StopIteration as end:
        result: T = end.value
        return result


@overload
def side_by_side(
    first: Inquiry[T], second: Inquiry[U], third: Inquiry[V], /
) -> Inquiry[tuple[T, U, V]]: ...
@overload
def side_by_side(*inquiries: Inquiry[T]) -> Inquiry[tuple[T, ...]]: ...


def side_by_side(*inquiries: Inquiry[Any]) -> Inquiry[tuple[Any, ...]]:
    """What each comes to, for as many round trips as the longest of them takes."""
    results: dict[int, Any] = {}
    waves: dict[int, tuple[Question, ...]] = {}

    def go_on(index: int, answers: tuple[Answer, ...] | None) -> None:
        inquiry = inquiries[index]
        try:
            waves[index] = next(inquiry) if answers is None else inquiry.send(answers)
        except StopIteration as stop:
            waves.pop(index, None)
            results[index] = stop.value

    for index in range(len(inquiries)):
        go_on(index, None)
    while waves:
        answers = iter((yield tuple(each for wave in waves.values() for each in wave)))
        for index, wave in tuple(waves.items()):
            go_on(index, tuple(islice(answers, len(wave))))
    return tuple(results[index] for index in range(len(inquiries)))
