"""Questions that follow from each other's answers, without anybody who asks."""

from collections.abc import Generator
from dataclasses import dataclass
from typing import TypeVar

from tuimail.domain.answer import Answer

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Question:
    """`name` in A-labels without a final dot."""

    name: str
    rdtype: str


Inquiry = Generator[tuple[Question, ...], tuple[Answer, ...], T]
"""Yields questions that may be asked side by side, is sent their answers in the same order, and
returns what came of it. Whoever runs it may ask as many inquiries at once as he likes."""
