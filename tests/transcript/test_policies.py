"""How what MTA-STS says reads."""

import pytest

from tuimail.domain import StsMode, StsPolicy
from tuimail.transcript import Entry, Event, Lane, NoPolicy, PolicyFound, duration, lines_of

WEEK = 604_800
POLICY = StsPolicy(StsMode.ENFORCE, ("mx1.example.net", "*.example.net"), WEEK)


def line(event: Event) -> str:
    (only,) = lines_of(Entry(Lane(1, "example.net"), event))
    return f"{only.mark} {only.text}"


@pytest.mark.parametrize(
    ("policy", "age", "said"),
    [
        (POLICY, 0.0, "enforce, 2 exchanges, valid for 7 days"),
        (POLICY, 0.4, "enforce, 2 exchanges, valid for 7 days"),
        (POLICY, 7200.0, "enforce, 2 exchanges, valid for 7 days, fetched 2 hours ago"),
        (POLICY, 604_795.0, "enforce, 2 exchanges, valid for 5 seconds, fetched 7 days ago"),
        (
            StsPolicy(StsMode.TESTING, ("mx1.example.net",), 86_400),
            0.0,
            "testing, 1 exchange, valid for 1 day",
        ),
        (StsPolicy(StsMode.NONE, (), 86_400), 0.0, "none: it asks for nothing, valid for 1 day"),
    ],
)
def test_a_policy_that_applies(policy: StsPolicy, age: float, said: str) -> None:
    """Rule R23: what a policy asks for is in the transcript."""
    assert line(PolicyFound(1.0, "example.net", policy, age)) == f"· MTA-STS example.net → {said}"


def test_a_policy_that_could_not_be_had() -> None:
    """Rules R15, R23: and foreign text in it is visible."""
    why = "the policy host mta-sts.example.net gave \x1b[2J in place of text/plain"
    assert line(NoPolicy(1.0, "example.net", why)) == (
        "! MTA-STS example.net: the policy host mta-sts.example.net gave \\x1b[2J in place of"
        " text/plain"
    )


@pytest.mark.parametrize(
    ("elapsed", "said"),
    [
        (0, "0 seconds"),
        (0.9, "1 second"),
        (59, "59 seconds"),
        (60, "1 minute"),
        (3_599, "60 minutes"),
        (3_600, "1 hour"),
        (86_400, "1 day"),
        (31_557_600, "365 days"),
    ],
)
def test_durations(elapsed: float, said: str) -> None:
    assert duration(elapsed) == said
