"""Which session's waterfall a line is seen with."""

from tuimail import smtp
from tuimail.transcript import Concluded, Connecting, LookedUp, Outcome, Transcript
from tuimail.transcript.playback import Playback
from tuimail.transcript.waterfall import Waterfall, Waterfalls
from tuimail.tui.recorded_stages import RecordedStages
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


def test_a_stage_is_sifted_for_while_it_goes_on() -> None:
    """Its lines are laid out before the waterfall is drawn."""
    sends = Sends()
    session = sends.transcript.observer(sends.transcript.open_lane("a.test", "mx.a.test"))
    starttls = smtp.Command.starttls()
    session(smtp.CommandSent(1.0, starttls))
    assert sends.shown(0).segments[0].end is None
    entries = sends.stages.entries(0)
    session(smtp.ReplyReceived(1.1, smtp.Reply(220, ("go on",)), starttls))
    session(smtp.SessionFailed(1.2, smtp.Failure(smtp.FailureKind.HANDSHAKE, "no")))
    session(smtp.CommandSent(1.3, starttls))
    assert [place in entries for place in range(4)] == [True, True, True, False]


def test_a_stage_of_a_recording_is_sifted_for_before_it_ends() -> None:
    sends = Sends()
    session = sends.transcript.observer(sends.transcript.open_lane("a.test", "mx.a.test"))
    mail = smtp.Command.mail("a@example.com")
    session(smtp.CommandSent(1.0, mail))
    session(smtp.ReplyReceived(9.0, smtp.Reply(250, ("ok",)), mail))
    playback = Playback(sends.transcript.entries, 0.0)
    stages = RecordedStages(playback, Waterfalls())
    stages.read(1000)
    playback.player.rest(1, 0.0)
    playback.follow()
    shown = stages.of(0)
    assert shown is not None
    assert shown.segments[0].end is None
    entries = stages.entries(0)
    assert (0 in entries, 1 in entries, 2 in entries) == (True, True, False)
