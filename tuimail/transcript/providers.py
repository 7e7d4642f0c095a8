"""Whose words a refusal is in, and what they sound like. It is a guess, and to be called one."""

from tuimail.transcript.refusals import GAP, PROVIDERS, SIGNS, Guess

_LONGEST = 2000
"""Characters of a reply that are looked at: a server says what it has to say before."""


def guessed(text: str) -> Guess | None:
    """What a reply of refusal sounds like; None where it sounds like nothing known.

    Takes time in proportion to its length, whatever stands in it.
    """
    # Spaces around make a word of the first and of the last.
    words = f" {' '.join(text[:_LONGEST].lower().split())} "
    for sign in SIGNS:
        if any(_stands_in(words, each) for each in sign.texts):
            return sign.guess
    return None


def provider(text: str) -> str:
    """Whose words these seem to be, empty where nobody is to be recognised."""
    words = text[:_LONGEST].lower()
    return next((name for mark, name in PROVIDERS if mark in words), "")


def _stands_in(words: str, sign: str) -> bool:
    place = 0
    for part in sign.split(GAP):
        place = words.find(part, place)
        if place < 0:
            return False
        place += len(part)
    return True
