"""What is known of a recipient after several exchanges were tried."""

import pytest

from tuimail.delivery.demand import Demand
from tuimail.delivery.tally import Tally, Visit
from tuimail.smtp import (
    Accepted,
    Disposition,
    Failure,
    FailureKind,
    Refused,
    Reply,
    Stage,
    TlsPolicy,
    Unanswered,
    Unfit,
    Unknown,
)
from tuimail.transcript import Status

BOB = "bob@example.net"


def visit(exchange: str) -> Visit:
    return Visit(
        exchange, "192.0.2.1", Demand(TlsPolicy.OPPORTUNISTIC, (exchange,), "opportunistic")
    )


def refused(code: int, stage: Stage = Stage.RCPT) -> Refused:
    return Refused(Reply(code, (f"said {code}",)), stage)


def greeted(code: int) -> Unanswered:
    return Unanswered(Failure(FailureKind.GREETING, "refused us", Reply(code, (f"said {code}",))))


LOST = Unanswered(Failure(FailureKind.LOST, "closed the connection"))
VANISHED = Unknown(Failure(FailureKind.LOST, "closed the connection"))
UNFIT = Unfit("5.3.4", "too large")
TAKEN = Accepted(Reply(250, ("taken",)))


@pytest.mark.parametrize(
    ("dispositions", "status", "code"),
    [
        pytest.param([TAKEN], Status.DELIVERED, 250, id="R31 accepted"),
        pytest.param([refused(550)], Status.FAILED, 550, id="R8 5xx is final"),
        pytest.param([refused(451)], Status.DEFERRED, 451, id="R8 4xx is deferred at last"),
        pytest.param([refused(451), TAKEN], Status.DELIVERED, 250, id="R8 4xx, next exchange"),
        pytest.param([refused(451), refused(550)], Status.FAILED, 550, id="R8 4xx, then 5xx"),
        pytest.param([refused(552)], Status.DEFERRED, 552, id="R8 552 to RCPT is 452"),
        pytest.param([refused(552, Stage.FINAL)], Status.FAILED, 552, id="552 to the message"),
        pytest.param([LOST], Status.DEFERRED, None, id="R7 lost"),
        pytest.param([greeted(554), greeted(554)], Status.FAILED, 554, id="R7 every greeting 5xx"),
        pytest.param([greeted(554), LOST], Status.DEFERRED, None, id="R7 not every greeting 5xx"),
        pytest.param([LOST, greeted(554)], Status.DEFERRED, None, id="R7 in either order"),
        pytest.param([greeted(421)], Status.DEFERRED, 421, id="R7 a 4xx greeting"),
        pytest.param([UNFIT], Status.FAILED, None, id="R24 at last failed"),
        pytest.param([UNFIT, TAKEN], Status.DELIVERED, 250, id="fits the next exchange"),
        pytest.param([UNFIT, LOST], Status.DEFERRED, None, id="may fit another day"),
        pytest.param([VANISHED], Status.UNKNOWN, None, id="R33 unknown"),
    ],
)
def test_a_recipient_over_several_exchanges(
    dispositions: list[Disposition], status: Status, code: int | None
) -> None:
    """Rules R7, R8, R24, R31, R33."""
    tally = Tally([BOB])
    for number, disposition in enumerate(dispositions):
        assert tally.pending == (BOB,)
        tally.record(BOB, disposition, visit(f"mx{number}.example.net"))
    (outcome,) = tally.outcomes()
    assert (outcome.status, outcome.code) == (status, code)


@pytest.mark.parametrize("disposition", [TAKEN, VANISHED, refused(550)])
def test_what_is_settled_is_never_sent_again(disposition: Disposition) -> None:
    """Rules R8, R33: delivered, unknown and failed recipients are not pending."""
    tally = Tally([BOB, "eve@example.net"])
    tally.record(BOB, disposition, visit("mx1.example.net"))
    assert tally.pending == ("eve@example.net",)
    tally.stop()
    assert [outcome.status for outcome in tally.outcomes()][1] is Status.DEFERRED


def test_the_reason_names_the_exchange() -> None:
    tally = Tally([BOB])
    tally.record(BOB, LOST, visit("mx1.example.net"))
    assert tally.outcomes()[0].reply == "mx1.example.net closed the connection"


def test_nothing_recorded_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="nothing was recorded"):
        Tally([BOB]).outcomes()
