"""In LMTP each recipient has a final reply, and that is how it is explained (RFC 2033 §4.2)."""

from tuimail.smtp import Command, CommandSent, Event, Reply, ReplyReceived
from tuimail.transcript import Entry, Lane
from tuimail.transcript.explaining import explained

LANE, OTHER = Lane(1, "a.test", "mx.a.test"), Lane(2, "b.test", "mx.b.test")
HELLO = Command.parse("LHLO client.example")
MAIL = Command.mail("me@example.com")
ANN, BOB, EVE = (Command.rcpt(f"{name}@a.test") for name in ("ann", "bob", "eve"))
END = Command.end_of_data()
TAKES = "The exchange has delivered the message to {} In LMTP each recipient has such a reply."
LATER = "The exchange does not deliver the message to {} In LMTP each recipient has such a reply."


def said(command: Command) -> CommandSent:
    return CommandSent(0.0, command)


def heard(code: int, text: str, command: Command | None) -> ReplyReceived:
    return ReplyReceived(0.0, Reply(code, (text,)), command)


def meanings(*events: Event, lane: Lane = LANE) -> list[str]:
    """Of the final replies."""
    entries = [Entry(lane, event) for event in events]
    return [
        explained(entry, entries[:place]).meaning
        for place, entry in enumerate(entries)
        if isinstance(entry.event, ReplyReceived)
        and entry.event.command is not None
        and entry.event.command.verb in (".", "BDAT")
    ]


def mail(end: Command) -> list[Event]:
    """Bob is refused before the message comes."""
    return [
        heard(250, "2.1.0 ok", MAIL),
        heard(250, "2.1.5 ok", ANN),
        heard(550, "5.1.1 no", BOB),
        heard(250, "2.1.5 ok", EVE),
        heard(250, "2.0.0 ok", end),
        heard(452, "4.2.2 full", end),
    ]


def test_each_final_reply_is_of_one_recipient() -> None:
    assert meanings(said(HELLO), *mail(END)) == [
        TAKES.format("ann@a.test."),
        LATER.format("eve@a.test now."),
    ]


def test_the_next_mail_counts_anew() -> None:
    last = Command.parse("BDAT 5 LAST")
    again = meanings(said(HELLO), *mail(END), *mail(last))
    assert again[:2] == again[2:]


def test_the_rest_of_the_reply_is_told_as_ever() -> None:
    events = [Entry(LANE, event) for event in (said(HELLO), *mail(END))]
    told = explained(events[-1], events[:-1])
    assert told.cause == "The mailbox is full."
    assert told.subject == "452 4.2.2"
    taken = explained(events[-2], events[:-2])
    assert taken.rfc == "RFC 2033 §4.2"


def test_more_replies_than_recipients() -> None:
    *_, last = meanings(said(HELLO), *mail(END), heard(550, "5.0.0 no", END))
    assert last.startswith("The exchange refuses the message to one recipient for good.")


def test_smtp_takes_responsibility_for_all() -> None:
    """Also where another session speaks LMTP."""
    entries = [Entry(OTHER, said(HELLO)), *(Entry(LANE, event) for event in mail(END))]
    told = explained(entries[-2], entries[:-2])
    assert told.meaning.startswith("The exchange has the message, and takes responsibility")
