"""Whatever the engine speaks, with somebody in the demo world who answers."""

import pytest

from tests.delivery.conftest import Send
from tuimail.delivery.settings import Relay
from tuimail.demo import DemoWorld
from tuimail.smtp import (
    CommandSent,
    Credentials,
    Protocol,
    ProxyHeader,
    TlsPolicy,
    TlsStart,
)
from tuimail.transcript import Status, Transcript

ELSEWHERE = "bob@example.com"


@pytest.mark.parametrize(
    "mechanism",
    [
        "SCRAM-SHA-256-PLUS",
        "SCRAM-SHA-256",
        "SCRAM-SHA-1-PLUS",
        "SCRAM-SHA-1",
        "CRAM-MD5",
        "PLAIN",
        "LOGIN",
        "OAUTHBEARER",
        "XOAUTH2",
        None,
    ],
)
@pytest.mark.parametrize("start", TlsStart)
async def test_every_mechanism_logs_in(
    send: Send,
    demo_world: DemoWorld,
    transcript: Transcript,
    mechanism: str | None,
    start: TlsStart,
) -> None:
    """Rule R19: over verified TLS; the best one where none is named."""
    host = "mx.relay.test" if start is TlsStart.STARTTLS else "smtps.relay.test"
    secret = "tutorate-token" if mechanism in ("OAUTHBEARER", "XOAUTH2") else "tutorate"
    outcome = await send(
        ELSEWHERE,
        route=Relay(host, demo_world.smtp_port),
        tls=TlsPolicy.VERIFY,
        tls_start=start,
        credentials=Credentials("me", secret, mechanism),
    )
    assert [each.status for each in outcome.recipients] == [Status.DELIVERED]
    assert [mail.user for mail in demo_world.received] == ["me"]
    commands = [e.event.command for e in transcript.entries if isinstance(e.event, CommandSent)]
    said = [command.shown for command in commands if command.shown.startswith("AUTH")]
    assert said[0].startswith(f"AUTH {mechanism or 'SCRAM-SHA-256-PLUS'}")
    assert secret not in "".join(line.text for line in transcript.lines)


async def test_a_wrong_password_is_deferred(send: Send, demo_world: DemoWorld) -> None:
    """Rule R19: after 535 no other mechanism is tried."""
    outcome = await send(
        ELSEWHERE,
        route=Relay("mx.relay.test", demo_world.smtp_port),
        tls=TlsPolicy.VERIFY,
        credentials=Credentials("me", "wrong"),
    )
    (recipient,) = outcome.recipients
    assert (recipient.status, recipient.code) == (Status.DEFERRED, 535)
    assert demo_world.received == []


async def test_lmtp_answers_for_each(send: Send, demo_world: DemoWorld) -> None:
    """Rule R35."""
    outcome = await send(
        "bob@lmtp.test, full@lmtp.test, ann@lmtp.test",
        route=Relay("mx.lmtp.test", demo_world.smtp_port),
        protocol=Protocol.LMTP,
    )
    assert [(each.status, each.code) for each in outcome.recipients] == [
        (Status.DELIVERED, 250),
        (Status.DEFERRED, 452),
        (Status.DELIVERED, 250),
    ]
    (mail,) = demo_world.received
    assert mail.forward_paths == ("bob@lmtp.test", "ann@lmtp.test")


async def test_limits_are_kept(send: Send, demo_world: DemoWorld) -> None:
    """Five recipients, two in a mail, two mails in a session: RFC 9422."""
    users = ("bob", "ann", "eve", "joe", "sue")
    outcome = await send(", ".join(f"{user}@limits.test" for user in users))
    assert {each.status for each in outcome.recipients} == {Status.DELIVERED}
    assert [len(mail.forward_paths) for mail in demo_world.received] == [2, 2, 1]


async def test_a_proxy_header_opens_the_door(send: Send, demo_world: DemoWorld) -> None:
    for header in ("v1:192.0.2.1:4711", "v2:[2001:db8::1]:4711"):
        outcome = await send("bob@proxy.test", proxy_header=ProxyHeader.parse(header))
        assert outcome.status is Status.DELIVERED
    assert [mail.client for mail in demo_world.received] == ["192.0.2.1", "2001:db8::1"]


async def test_xclient_is_believed(send: Send, demo_world: DemoWorld) -> None:
    outcome = await send("bob@friendly.test", xclient=("ADDR=192.0.2.1",))
    assert outcome.status is Status.DELIVERED
    assert [mail.client for mail in demo_world.received] == ["192.0.2.1"]
