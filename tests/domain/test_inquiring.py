"""The zone that other tests ask is as careful about absence as a nameserver."""

from tests.domain.answers import SILENCE
from tests.domain.inquiring import Zone, answer_from, answer_to, text, waves_from
from tuimail.domain import AnswerStatus, Inquiry, Question

ZONE: Zone = {
    ("example.com", "MX"): "10 mx.example.com.",
    ("mx.example.com", "A"): ("192.0.2.1", "192.0.2.2"),
    ("a.b.example.com", "A"): SILENCE,
}


def address_of_exchange() -> Inquiry[int]:
    (mx,) = yield (Question("example.com", "MX"),)
    host = str(mx.records[0]).split()[1].rstrip(".")
    a, aaaa = yield (Question(host, "A"), Question(host, "AAAA"))
    return len(a.records) + len(aaaa.records)


def test_each_wave_gets_the_answers_to_its_questions() -> None:
    result, waves = waves_from(ZONE, address_of_exchange())

    assert result == 2
    assert [len(wave) for wave in waves] == [1, 2]
    assert answer_from(ZONE, address_of_exchange())[1] == (*waves[0], *waves[1])


def test_what_is_not_written_down() -> None:
    status = {
        (name, rdtype): answer_to(ZONE, Question(name, rdtype)).status
        for name, rdtype in [
            ("mx.example.com", "AAAA"),
            ("b.example.com", "TXT"),
            ("a.b.example.com", "A"),
            ("ample.com", "A"),
        ]
    }

    assert list(status.values()) == [
        AnswerStatus.NO_DATA,
        AnswerStatus.NO_DATA,
        AnswerStatus.TIMED_OUT,
        AnswerStatus.NXDOMAIN,
    ]


def test_a_long_text_is_cut_into_strings() -> None:
    assert [len(string) for string in text("a" * 600, b"").strings] == [255, 255, 90, 0]
