"""What an answer says in plain words."""

import pytest

from tests.domain.answers import BROKEN, NO_SUCH_NAME, SILENCE, found, lacking
from tuimail.domain import Answer, AnswerStatus


@pytest.mark.parametrize(
    ("answer", "finding"),
    [
        (found("a", "MX", "20 mx2.a.", "10 mx1.a."), "mx1.a (10), mx2.a (20)"),
        (found("a", "MX", "0 ."), "takes no mail (null MX)"),
        (found("a", "A", "192.0.2.1", "192.0.2.2"), "192.0.2.1, 192.0.2.2"),
        (found("a", "AAAA"), "no data"),
        (lacking("a", "MX", NO_SUCH_NAME), "no such name"),
        (lacking("a", "MX", BROKEN), "SERVFAIL"),
        (lacking("a", "MX", SILENCE), "no answer within 10 s"),
    ],
)
def test_finding(answer: Answer, finding: str) -> None:
    assert answer.finding == finding


def test_only_what_could_not_be_had_is_unknown() -> None:
    """Rule I1: no data and NXDOMAIN are answers."""
    unknown = {status for status in AnswerStatus if lacking("a", "MX", status).unknown}

    assert unknown == {BROKEN, SILENCE}


def test_control_characters_of_a_record_are_escaped() -> None:
    (exchange,) = found("a", "MX", r"10 \027[2J\155.a.").records

    assert "\x1b" not in exchange.to_text()
    assert found("a", "MX", r"10 \027[2J\155.a.").finding == r"\027[2J\155.a (10)"
