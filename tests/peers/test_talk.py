"""Sessions that are typed, with Debian's Postfix and Dovecot behind it."""

from pathlib import Path

import pytest

from tests.cli.command import tuimail
from tests.peers.peer import Peer
from tests.peers.postfix import POSTFIX_SUBMISSION
from tests.peers.site import DOMAIN, HOST, PASSWORD, USER
from tests.peers.terminal import terminal

pytestmark = [
    pytest.mark.postfix,
    pytest.mark.dovecot,
    pytest.mark.parametrize("kind", [POSTFIX_SUBMISSION], ids=["postfix"]),
]


def reaching(peer: Peer, nameserver: str) -> tuple[str, ...]:
    """`talk` by name, so that its certificate verifies."""
    way = ("--nameserver", nameserver, "--port", str(peer.port))
    return ("talk", HOST, *way, "--ca-file", str(peer.ca_file))


async def test_a_script_logs_in_and_sends(peer: Peer, nameserver: str, tmp_path: Path) -> None:
    file = tmp_path / "talk.jsonl"
    script = (
        "EHLO me.example\nSTARTTLS\nEHLO me.example\nAUTH\nMAIL FROM:<me@example.com>\n"
        f"RCPT TO:<bob@{DOMAIN}>\nRCPT TO:<bob@elsewhere.example>\nDATA\n"  # 69: no open relay
        "Subject: by hand\n\n.a dot\n.\nQUIT\n"
    )
    finished = await tuimail(
        *reaching(peer, nameserver),
        *("--user", USER, "--transcript", str(file)),
        stdin=script.encode(),
        env={"TUIMAIL_PASSWORD": PASSWORD},
    )
    assert (finished.code, finished.err) == (69, ""), finished.out
    assert "verified by PKIX" in finished.out
    assert "→ AUTH SCRAM-SHA-256 …" in finished.out
    assert "← 235 2.7.0 Authentication successful" in finished.out
    delivered = await peer.delivered()
    assert b"\r\nSubject: by hand\r\n" in delivered
    assert delivered.endswith(b"\r\n\r\n.a dot\r\n")
    assert PASSWORD not in finished.out + file.read_text()
    again = await tuimail("replay", str(file), "--no-wait")
    assert again.out.splitlines()[-1] == finished.out.splitlines()[-1]


@pytest.mark.tmux
async def test_a_person_logs_in_and_sends(peer: Peer, nameserver: str) -> None:
    async with terminal(100, 70, *reaching(peer, nameserver)) as screen:
        await screen.shows("← 220 ", "> ", "left")
        await screen.type("EHLO me.example", "Enter")
        await screen.shows("250-STARTTLS")
        await screen.type("STA", "Tab")
        await screen.shows("> STARTTLS")
        await screen.type("Enter")
        await screen.shows("✓ TLS 1.3", "verified by PKIX")
        await screen.type("EHLO me.example", "Enter")
        await screen.shows("250-AUTH ")
        await screen.type("AUTH", "Enter")
        await screen.shows("User:")
        await screen.type(USER, "Enter")
        await screen.shows("Password of bob:")
        await screen.type(PASSWORD, "Enter")
        await screen.shows("← 235 ")
        await screen.type("MAIL FROM:<me@example.com>", "Enter")
        await screen.shows("← 250 2.1.0")
        await screen.type(f"RCPT TO:<bob@{DOMAIN}>", "Enter")
        await screen.shows("← 250 2.1.5")
        await screen.type("DATA", "Enter")
        await screen.shows("← 354", "\n|")
        await screen.type("Subject: typed", "Enter")
        await screen.type(".", "Enter")
        await screen.shows("← 250 2.0.0")
        await screen.type("C-d")
        lines = await screen.shows("exit=0", "← 221")
        assert not any(PASSWORD in line for line in lines)
    assert b"Subject: typed\r\n" in await peer.delivered()
