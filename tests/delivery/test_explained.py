"""What the demo world's dialogues are explained by, and where their time went."""

from itertools import pairwise

from tests.delivery.conftest import Send
from tuimail.demo import DEMO_DOMAINS
from tuimail.safetext import visible
from tuimail.smtp import ReplyReceived, Severity, TlsEstablished, TlsPolicy
from tuimail.transcript import (
    Entry,
    LookedUp,
    Phase,
    Tone,
    Transcript,
    Waterfalls,
    explained,
    laid_out,
)

_SILENT = ("blocked.test", "slow.test")
_EVERYBODY = ", ".join(
    recipient.address
    for domain in DEMO_DOMAINS
    if domain.name not in _SILENT
    for recipient in domain.recipients
)


async def test_every_refusal_in_the_demo_world_has_its_cause_named(
    send: Send, transcript: Transcript
) -> None:
    """Rule R15: nothing that a server says is obeyed in its explanation."""
    await send(_EVERYBODY, body="x" * 200_000)
    refused = 0
    for place, entry in enumerate(transcript.entries):
        told = explained(entry, transcript.entries[:place])
        texts = [told.subject, told.text, *(f"{d.name} {d.meaning}" for d in told.details)]
        assert [visible(text) for text in texts] == texts
        match entry.event:
            case ReplyReceived(reply=reply) if reply.severity in (
                Severity.TRANSIENT,
                Severity.PERMANENT,
            ):
                refused += 1
                assert told.cause or told.guess, reply
                assert "does not say" not in told.cause, reply
    assert refused >= 8


async def test_the_policy_of_each_handshake(send: Send, transcript: Transcript) -> None:
    await send("bob@secure.test, bob@sts.test, bob@friendly.test")
    policies = {
        entry.lane.domain: [
            detail.name
            for detail in explained(entry, transcript.entries).details
            if detail.name.startswith("policy")
        ]
        for entry in transcript.entries
        if isinstance(entry.event, TlsEstablished)
    }
    assert policies == {
        "secure.test": [f"policy {TlsPolicy.DANE.value}"],
        "sts.test": ["policy mta-sts"],
        "friendly.test": [f"policy {TlsPolicy.OPPORTUNISTIC.value}"],
    }


async def test_the_waterfall_of_a_mail(send: Send, transcript: Transcript) -> None:
    """DNS, TCP, the greeting, EHLO, TLS, EHLO, and the mail in one write with its recipient: what
    waits for the server is TCP, greeting, EHLO, STARTTLS, the handshake, EHLO and the mail."""
    falls = Waterfalls()
    lanes = {}

    def watch(entry: Entry) -> None:
        falls.append(transcript.latest, entry)
        lanes[entry.lane.number] = entry.lane

    transcript.watch(watch)
    await send("bob@friendly.test")
    (session,) = (lane for lane in lanes.values() if lane.exchange)
    drawn = falls.of(session)
    assert drawn is not None
    # QUIT may be said after the outcome is known (R34).
    mail = [segment for segment in drawn.segments if segment.phase is not Phase.QUIT]
    assert [segment.phase for segment in mail] == [
        Phase.DNS,
        Phase.TCP,
        Phase.GREETING,
        Phase.HELLO,
        Phase.TLS,
        Phase.HELLO,
        Phase.MAIL,
        Phase.RCPT,
        Phase.TRANSFER,
        Phase.FINAL,
    ]
    assert {segment.tone for segment in mail} == {Tone.PASS}
    assert all(segment.end is not None for segment in mail)
    looked_up = [e.event for e in transcript.entries if isinstance(e.event, LookedUp)]
    assert looked_up
    assert all(event.took > 0 for event in looked_up)
    assert mail[0].start == min(event.at - event.took for event in looked_up)
    farewell = sum(segment.code is not None for segment in drawn.segments[len(mail) :])
    assert drawn.round_trips == 7 + farewell
    bars = laid_out(mail, 100, transcript.entries[-1].event.at)
    assert (bars[0].left, bars[-1].right) == (0, 100)
    assert all(before.right <= after.left for before, after in pairwise(bars))
