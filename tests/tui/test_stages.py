"""Which session's waterfall a line is seen with."""

from tuimail import smtp
from tuimail.transcript import Concluded, Connecting, LookedUp, Outcome, Transcript
from tuimail.transcript.waterfall import Waterfall, Waterfalls
from tuimail.tui.stages import Stages


class Sends:
    """A transcript to which sends are added, each with sessions of its own."""

    def __init__(self) -> None:
        self.transcript = Transcript()
        self.stages = Stages(self.transcript, Waterfalls())

    def send(self, *domains: str, ends: float) -> int:
        """The place of its result."""
        self.stages.begin_send()
        sessions = []
        for domain in domains:
            asked = self.transcript.observer(self.transcript.open_lane(domain))
            asked(LookedUp(ends - 1, f"MX {domain}", "mx", took=0.1))
        for domain in domains:
            session = self.transcript.observer(self.transcript.open_lane(domain, f"mx.{domain}"))
            session(Connecting(ends - 0.5))
            sessions.append(session)
        self.transcript.observer(self.transcript.open_lane(""))(
            Concluded(ends, Outcome("", (), elapsed=1.0))
        )
        result = len(self.transcript.entries) - 1
        for session in sessions:
            session(smtp.CommandSent(ends + 2, smtp.Command(b"QUIT\r\n", "QUIT")))
        return result

    def shown(self, place: int) -> Waterfall:
        self.stages.read(1000)
        shown = self.stages.of(place)
        assert shown is not None
        return shown


def connected_at(waterfall: Waterfall) -> float:
    return next(each.start for each in waterfall.segments if each.label == "TCP")


def test_a_result_is_seen_with_a_session_of_its_own_send() -> None:
    sends = Sends()
    results = [sends.send("a.test", ends=10), sends.send("a.test", ends=20)]
    assert [connected_at(sends.shown(place)) for place in results] == [9.5, 19.5]


def test_a_look_up_is_seen_with_its_domains_session() -> None:
    sends = Sends()
    first = sends.send("a.test", "b.test", ends=10) - 4
    for place, domain in ((first, "a.test"), (first + 1, "b.test")):
        assert sends.transcript.entries[place].lane.domain == domain
        shown = sends.shown(place)
        assert shown is sends.shown(first + 2 if domain == "a.test" else first + 3)
        assert sends.stages.index(place) == 0


def test_a_look_up_without_a_session_is_seen_by_itself() -> None:
    """What an earlier send took would be no waterfall of this one."""
    sends = Sends()
    sends.send("a.test", ends=10)
    sends.stages.begin_send()
    place = len(sends.transcript.entries)
    asked = sends.transcript.observer(sends.transcript.open_lane("a.test"))
    asked(LookedUp(20, "MX a.test", "mx", took=0.1))
    assert [each.label for each in sends.shown(place).segments] == ["DNS"]
