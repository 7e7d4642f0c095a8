"""Questions of several inquiries, asked at the same time."""

from tests.domain.inquiring import answer_from, waves_from
from tuimail.domain import Inquiry, Question, side_by_side


def ask_in_turn(*names: str) -> Inquiry[str]:
    for name in names:
        yield (Question(name, "A"), Question(name, "AAAA"))
    return "".join(names)


def test_inquiries_side_by_side() -> None:
    """Each wave holds what all that are not through ask next."""
    result, waves = waves_from(
        {}, side_by_side(ask_in_turn("a", "b"), ask_in_turn(), ask_in_turn("c"))
    )

    assert result == ("ab", "", "c")
    assert [[question.name for question in wave] for wave in waves] == [
        ["a", "a", "c", "c"],
        ["b", "b"],
    ]


def test_each_inquiry_gets_its_own_answers() -> None:
    def found(name: str) -> Inquiry[str]:
        (answer,) = yield (Question(name, "A"),)
        return answer.finding

    zone = {("a", "A"): "192.0.2.1", ("b", "A"): "192.0.2.2"}

    assert answer_from(zone, side_by_side(found("b"), found("a")))[0] == ("192.0.2.2", "192.0.2.1")
