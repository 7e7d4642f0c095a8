"""Mails into a real Postfix: what arrives is what was sent, octet for octet."""

import email
import email.policy
import json
from pathlib import Path

import pytest
from trustme import CA

from tests.cli.command import tuimail
from tests.peers.peer import Peer, as_sent
from tests.peers.postfix import POSTSCREEN, postfix
from tests.peers.site import DOMAIN, HOST

pytestmark = pytest.mark.postfix

BOB = f"bob@{DOMAIN}"
ENVELOPE = ("--from", "me@example.com", "--to", BOB)
EML = (
    b"From: Me <me@example.com>\r\n"
    b"Subject: all that is hard to carry\r\n"
    b"Date: Mon, 23 Nov 2026 12:00:00 +0000\r\n"
    b"Message-ID: <1@example.com>\r\n"
    b"Bcc: eve@example.net,\r\n"
    b" mallory@example.net\r\n"
    b"\r\n"
    b".\r\n"
    b"..\r\n"
    b". leading dot\r\n"
    b"From the beginning\r\n"
    b"trailing space \r\n"
    b"\t\x0b\x0c\r\n" + b"x" * 998 + b"\r\n"
    b"gr\xc3\xbc\xc3\x9fe\r\n"
    b"\r\n"
    b".\r\n"
)


@pytest.mark.parametrize("tls", ["none", "opportunistic", "encrypt", "verify"])
async def test_a_whole_message_arrives_as_it_is_minus_bcc(
    mail_system: Peer, nameserver: str, tmp_path: Path, tls: str
) -> None:
    """Rules R30, R40: dots, long lines and trailing spaces survive, Bcc does not."""
    eml = tmp_path / "mail.eml"
    eml.write_bytes(EML)
    finished = await tuimail(
        *("send", "--eml", str(eml), *ENVELOPE, "--tls", tls, "--json"),
        *("--nameserver", nameserver, "--port", str(mail_system.port)),
        *("--ca-file", str(mail_system.ca_file)),
    )
    assert (finished.code, finished.err) == (0, ""), mail_system.log
    (recipient,) = json.loads(finished.out)["recipients"]
    assert (recipient["status"], recipient["code"]) == ("delivered", 250)
    assert (recipient["exchange"], recipient["ip"]) == (HOST, "127.0.0.1")
    delivered = await mail_system.delivered()
    assert as_sent(delivered) == EML.replace(
        b"Bcc: eve@example.net,\r\n mallory@example.net\r\n", b""
    )
    if tls == "none":
        assert recipient["tls"] is None
        assert b"using TLS" not in delivered
    else:
        assert (recipient["tls"]["policy"], recipient["tls"]["verified"]) == (tls, True)
        assert b"using TLSv1.3" in delivered


async def test_a_composed_mail_arrives_as_it_was_written(mail_system: Peer, tmp_path: Path) -> None:
    """Through a relay, with an attachment; what is read back is what was typed."""
    attachment = tmp_path / "zahlen ü.bin"
    attachment.write_bytes(bytes(range(256)) * 300)
    body = "Grüße\n\n.\n..\nFrom here " + "on " * 500 + "\nlast line, no end"
    finished = await tuimail(
        *("send", *ENVELOPE, "--cc", f"Böb <{BOB}>", "--subject", "Grüße aus dem Süden"),
        *("--body-file", "-", "--attach", str(attachment), "--header", "X-Kind: test"),
        *("--server", f"127.0.0.1:{mail_system.port}"),
        stdin=body.encode(),
    )
    assert (finished.code, finished.err) == (0, ""), mail_system.log
    arrived = email.message_from_bytes(await mail_system.delivered(), policy=email.policy.SMTP)
    assert arrived["Subject"] == "Grüße aus dem Süden"
    assert arrived["X-Kind"] == "test"
    assert arrived["Message-ID"].endswith("@example.com>")
    text = arrived.get_body()
    assert text is not None
    assert text.get_content().replace("\r\n", "\n").removesuffix("\n") == body
    (attached,) = arrived.iter_attachments()
    assert attached.get_filename() == "zahlen ü.bin"
    assert attached.get_content() == attachment.read_bytes()


async def test_a_refused_recipient(mail_system: Peer) -> None:
    """Rules R8, R31: one is delivered, one refused, and the exit says so."""
    finished = await tuimail(
        *("send", *ENVELOPE, "--to", f"nobody@{DOMAIN}", "--body", "Hello", "--json"),
        *("--server", f"127.0.0.1:{mail_system.port}"),
    )
    assert finished.code == 69
    taken, refused = json.loads(finished.out)["recipients"]
    assert taken["status"] == "delivered"
    assert (refused["status"], refused["code"], refused["enhanced"]) == ("failed", 550, "5.1.1")
    assert b"nobody" in await mail_system.delivered()


async def test_a_certificate_for_another_name(mail_system: Peer) -> None:
    """Rule R19: `verify` sends nothing and says why; the relay goes by its address."""
    finished = await tuimail(
        *("send", *ENVELOPE, "--body", "Hello", "--tls", "verify", "--json"),
        *("--server", f"127.0.0.1:{mail_system.port}", "--ca-file", str(mail_system.ca_file)),
    )
    assert finished.code == 75
    (recipient,) = json.loads(finished.out)["recipients"]
    assert recipient["status"] == "deferred"
    assert f"it is for {HOST}, not for 127.0.0.1" in recipient["reply"]


async def test_postscreen_makes_clients_wait() -> None:
    """Rule R11: the greeting's first line is not the greeting; whoever speaks then is refused."""
    waiting = (
        "postscreen_access_list =",
        "postscreen_greet_wait = 1s",
        "postscreen_greet_action = enforce",
        "postscreen_greet_banner = one moment",
    )
    async with postfix(*waiting, service=POSTSCREEN) as peer:
        finished = await tuimail(
            *("send", *ENVELOPE, "--body", "Hello", "--server", f"127.0.0.1:{peer.port}")
        )
        assert (finished.code, finished.err) == (0, ""), peer.log
        assert "← 220-one moment" in finished.out
        assert b"Hello" in await peer.delivered()
        assert any("PASS NEW" in line for line in peer.log)
        assert not any("PREGREET" in line for line in peer.log)


@pytest.mark.parametrize(
    "chunking", ["", "smtpd_discard_ehlo_keywords = chunking"], ids=["bdat", "data"]
)
async def test_mail_refused_while_its_recipients_are_on_their_way(chunking: str) -> None:
    """Rule R8: Postfix answers what was pipelined behind with 5xx; MAIL's 450 settles them all."""
    senders = "inline:{ {me@example.com = 450 4.7.1 not now} }"
    async with postfix(
        "smtpd_delay_reject = no",
        f"smtpd_sender_restrictions = check_sender_access {senders}",
        chunking,
    ) as peer:
        finished = await tuimail(
            *("send", *ENVELOPE, "--to", f"alice@{DOMAIN}", "--body", "Hello", "--json"),
            *("--server", f"127.0.0.1:{peer.port}"),
        )
        assert finished.code == 75, peer.log
        for recipient in json.loads(finished.out)["recipients"]:
            said = (recipient["status"], recipient["code"], recipient["enhanced"])
            assert said == ("deferred", 450, "4.7.1")
        assert peer.emptied() == []


async def test_tls_before_the_greeting() -> None:
    """Rule R20: where port 465's way in asks for a verified certificate."""
    async with postfix("smtpd_tls_wrappermode = yes") as peer:
        finished = await tuimail(
            *("send", *ENVELOPE, "--body", "Hello", "--server", f"127.0.0.1:{peer.port}"),
            *("--implicit-tls", "--tls", "encrypt", "--json"),
        )
        assert (finished.code, finished.err) == (0, ""), peer.log
        assert b"using TLSv1.3" in await peer.delivered()


async def test_postfix_takes_our_word_on_who_connects() -> None:
    async with postfix("smtpd_authorized_xclient_hosts = 127.0.0.1") as peer:
        finished = await tuimail(
            *("send", *ENVELOPE, "--body", "Hello", "--server", f"127.0.0.1:{peer.port}"),
            *("--xclient", "ADDR=192.0.2.7 NAME=mail.example.com", "--json"),
        )
        assert (finished.code, finished.err) == (0, ""), peer.log
        assert b"(mail.example.com [192.0.2.7])" in await peer.delivered()


@pytest.mark.parametrize("version", ["v1", "v2"])
async def test_postfix_behind_a_proxy(version: str) -> None:
    async with postfix("smtpd_upstream_proxy_protocol = haproxy") as peer:
        finished = await tuimail(
            *("send", *ENVELOPE, "--body", "Hello", "--server", f"127.0.0.1:{peer.port}"),
            *("--proxy-header", f"{version}:192.0.2.7:4711"),
        )
        assert (finished.code, finished.err) == (0, ""), peer.log
        assert b"[192.0.2.7]" in await peer.delivered()


async def test_postfix_knows_us_by_our_certificate(tmp_path: Path) -> None:
    authority = CA()
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    ours = authority.issue_cert("client.example", common_name="client.example")
    ours.private_key_and_cert_chain_pem.write_to_path(tmp_path / "client.pem")
    async with postfix(
        "smtpd_tls_ask_ccert = yes", f"smtpd_tls_CAfile = {tmp_path / 'ca.pem'}"
    ) as peer:
        finished = await tuimail(
            *("send", *ENVELOPE, "--body", "Hello", "--server", f"127.0.0.1:{peer.port}"),
            *("--client-cert", str(tmp_path / "client.pem"), "--tls", "encrypt"),
        )
        assert (finished.code, finished.err) == (0, ""), peer.log
        assert b'Client CN "client.example"' in (received := await peer.delivered())
        assert b"(verified OK)" in received
