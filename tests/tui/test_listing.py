from dns.rdata import from_text

from tuimail.domain import Acceptance, Answer, AnswerStatus, Exchange, Exchanges
from tuimail.transcript import Tone
from tuimail.tui.listing import Inquiry
from tuimail.tui.verdict import Verdict


def found(name: str, rdtype: str, *records: str) -> Answer:
    status = AnswerStatus.FOUND if records else AnswerStatus.NO_DATA
    return Answer(
        name, rdtype, status, tuple(from_text("IN", rdtype, text) for text in records), 300
    )


def texts(inquiry: Inquiry) -> list[str]:
    return [remark.text.strip() for remark in inquiry.so_far.remarks]


def test_answers_are_listed_as_they_come() -> None:
    inquiry = Inquiry("a.test", 0.0)
    assert texts(inquiry) == ["looking it up …"]
    inquiry.note(found("a.test", "MX", "20 mx2.a.test.", "10 mx1.a.test."))
    assert texts(inquiry)[1:] == ["10 mx1.a.test", "…", "20 mx2.a.test", "…"]
    inquiry.note(found("mx2.a.test", "A", "192.0.2.2"))
    assert texts(inquiry)[1:] == ["10 mx1.a.test", "…", "20 mx2.a.test", "192.0.2.2"]
    assert inquiry.so_far.verdict is Verdict.UNKNOWN


def test_exchanges_of_equal_preference_stand_still() -> None:
    """Their order is drawn for each mail."""
    exchanges = [Exchange(f"mx{n}.a.test", 10, addresses=("192.0.2.1",)) for n in (2, 1, 3)]
    listing = Inquiry("a.test", 0.0).finish(
        Exchanges("a.test", Acceptance.EXCHANGES, tuple(exchanges)), 0.1
    )
    names = [remark.text for remark in listing.remarks if remark.tone is Tone.SERVER]
    assert names == [" 10 mx1.a.test", " 10 mx2.a.test", " 10 mx3.a.test"]
    assert listing.verdict is Verdict.TAKES_MAIL
    assert listing.remarks[0].text == "takes mail at 3 exchanges"


def test_what_could_not_be_had_is_unknown_and_no_refusal() -> None:
    why = "the exchanges of a.test could not be looked up: no answer"
    exchanges = Exchanges("a.test", Acceptance.UNKNOWN, (), why, "4.4.3")
    listing = Inquiry("a.test", 0.0).finish(exchanges, 0.1)
    assert listing.verdict is Verdict.UNKNOWN
    assert [remark.tone for remark in listing.remarks] == [Tone.WARN]


def test_a_null_mx_takes_no_mail() -> None:
    exchanges = Exchanges("a.test", Acceptance.NULL_MX, (), "a.test says that …", "5.1.10")
    assert Inquiry("a.test", 0.0).finish(exchanges, 0.1).verdict is Verdict.TAKES_NONE


def test_an_implicit_exchange_is_said_to_be_one() -> None:
    host = Exchange("a.test", 0, addresses=("192.0.2.1",))
    listing = Inquiry("a.test", 0.0).finish(Exchanges("a.test", Acceptance.IMPLICIT, (host,)), 0.1)
    assert "its own address" in listing.remarks[0].text


def test_names_from_the_dns_are_made_harmless() -> None:
    host = Exchange("mx\x1b[31m.test", 10, addresses=("192.0.2.1",))
    listing = Inquiry("a.test", 0.0).finish(Exchanges("a.test", Acceptance.EXCHANGES, (host,)), 0.1)
    assert "\x1b" not in listing.text
    assert r"\x1b" in listing.text
