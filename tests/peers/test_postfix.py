"""Mails into a real Postfix: what arrives is what was sent, octet for octet."""

import email
import email.policy
import json
from pathlib import Path

import pytest

from tests.cli.command import tuimail
from tests.peers.postfix import DOMAIN, HOST, Postfix

pytestmark = pytest.mark.postfix

_ADDED = (b"Return-Path:", b"X-Original-To:", b"Delivered-To:", b"Received:")
"""Fields that a mail system puts on top (RFC 5321 §4.4)."""
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


def as_sent(delivered: bytes) -> bytes:
    """Without the fields that the mail system put on top."""
    lines = delivered.splitlines(keepends=True)
    while lines[0].startswith(_ADDED):
        del lines[0]
        while lines[0][:1] in (b" ", b"\t"):
            del lines[0]
    return b"".join(lines)


@pytest.mark.parametrize("tls", ["none", "opportunistic", "encrypt", "verify"])
async def test_a_whole_message_arrives_as_it_is_minus_bcc(
    mail_system: Postfix, nameserver: str, tmp_path: Path, tls: str
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


async def test_a_composed_mail_arrives_as_it_was_written(
    mail_system: Postfix, tmp_path: Path
) -> None:
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


async def test_a_refused_recipient(mail_system: Postfix) -> None:
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


async def test_a_certificate_for_another_name(mail_system: Postfix) -> None:
    """Rule R19: `verify` sends nothing and says why; the relay goes by its address."""
    finished = await tuimail(
        *("send", *ENVELOPE, "--body", "Hello", "--tls", "verify", "--json"),
        *("--server", f"127.0.0.1:{mail_system.port}", "--ca-file", str(mail_system.ca_file)),
    )
    assert finished.code == 75
    (recipient,) = json.loads(finished.out)["recipients"]
    assert recipient["status"] == "deferred"
    assert f"it is for {HOST}, not for 127.0.0.1" in recipient["reply"]
