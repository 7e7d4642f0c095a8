"""smtp-sink, Postfix's test server: every way in which it can refuse, hang up or lack something."""

import json

import pytest

from tests.cli.command import tuimail
from tests.peers.postfix import smtp_sink

pytestmark = pytest.mark.postfix

DELIVERED, DEFERRED, FAILED, UNKNOWN = (
    (0, "delivered"),
    (75, "deferred"),
    (69, "failed"),
    (76, "unknown"),
)

_CASES = {
    # What is missing changes nothing: the mail arrives.
    "-e": DELIVERED,
    "-p": DELIVERED,
    "-8": DELIVERED,
    "-E": DELIVERED,
    # -f refuses for good.
    "-f CONNECT": FAILED,
    "-f EHLO": DELIVERED,
    "-f EHLO,HELO": DEFERRED,
    "-f MAIL": FAILED,
    "-f RCPT": FAILED,
    "-f DATA": FAILED,
    "-f .": FAILED,
    "-f QUIT": DELIVERED,
    # -r refuses for now.
    "-r CONNECT": DEFERRED,
    "-r EHLO": DELIVERED,
    "-r MAIL": DEFERRED,
    "-r RCPT": DEFERRED,
    "-r DATA": DEFERRED,
    "-r .": DEFERRED,
    "-r QUIT": DELIVERED,
    # -q hangs up without a word.
    "-q CONNECT": DEFERRED,
    "-q EHLO": DEFERRED,
    "-q MAIL": DEFERRED,
    "-q RCPT": DEFERRED,
    "-q DATA": DEFERRED,
    "-q .": UNKNOWN,
    "-q QUIT": DELIVERED,
    # -Q says 421 and hangs up.
    "-Q CONNECT": DEFERRED,
    "-Q EHLO": DEFERRED,
    "-Q MAIL": DEFERRED,
    "-Q RCPT": DEFERRED,
    "-Q DATA": DEFERRED,
    "-Q .": DEFERRED,
    "-Q QUIT": DELIVERED,
}


@pytest.mark.parametrize(("options", "expected"), _CASES.items(), ids=_CASES.keys())
async def test_statuses_and_exit_codes(options: str, expected: tuple[int, str]) -> None:
    """Rules R7, R8, R13, R16, R31, R33, R34."""
    async with smtp_sink(*options.split()) as sink:
        finished = await tuimail(
            *("send", "--from", "me@example.com", "--to", "bob@example.net", "--body", "Hello"),
            *("--server", f"127.0.0.1:{sink.port}", "--json", "--timeout", "10"),
        )
        document = json.loads(finished.out)
        (recipient,) = document["recipients"]
        assert (finished.code, recipient["status"]) == expected, recipient
        assert (document["outcome"], finished.err) == (recipient["status"], "")


async def test_a_whole_message_octet_for_octet() -> None:
    """Rule R30: the sink's dump is the message."""
    eml = b"Subject: x\r\n\r\n.\r\n..\r\n.x\r\n" + b"y" * 998 + b"\r\n\r\n.\r\n"
    async with smtp_sink() as sink:
        finished = await tuimail(
            *("send", "--from", "me@example.com", "--to", "bob@example.net", "--eml", "-"),
            *("--server", f"127.0.0.1:{sink.port}"),
            stdin=eml,
        )
        assert (finished.code, finished.err) == (0, "")
        assert sink.taken == [eml]
