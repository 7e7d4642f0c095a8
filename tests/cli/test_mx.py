"""`tuimail mx` against a nameserver on loopback."""

import asyncio
import json
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial

import pytest
from dns.edns import EDECode, EDEOption
from dns.rcode import SERVFAIL

from tests.cli.command import Finished, tuimail
from tests.lookup.nameserver import NO_DATA, ScriptedNameserver, records, refusal, silence
from tuimail.lookup import Nameserver

Started = tuple[ScriptedNameserver, Nameserver]
Mx = Callable[..., Awaitable[Finished]]


@pytest.fixture
async def started() -> AsyncIterator[Started]:
    async with ScriptedNameserver.start() as started:
        yield started


@pytest.fixture
def nameserver(started: Started) -> ScriptedNameserver:
    nameserver, _ = started
    mx2, mx1 = "example.net. 300 MX 20 backup.example.net.", "example.net. 300 MX 5 mx.example.net."
    nameserver.say("MX example.net", records(mx2, mx1))
    nameserver.say("A mx.example.net", records("mx.example.net. 60 A 192.0.2.10"))
    nameserver.say("AAAA mx.example.net", records("mx.example.net. 60 AAAA 2001:db8::10"))
    return nameserver


@pytest.fixture
def mx(started: Started) -> Mx:
    """`tuimail mx` with that nameserver."""
    return partial(tuimail, "mx", "--nameserver", _address(started))


def _address(started: Started) -> str:
    _, nameserver = started
    return f"{nameserver.address}:{nameserver.port}"


@pytest.mark.usefixtures("nameserver")
@pytest.mark.parametrize("meant", ["example.net", "bob@Example.net", "https://example.net:8/a"])
async def test_exchanges_as_a_table(mx: Mx, meant: str) -> None:
    assert await mx(meant) == Finished(
        0,
        "✓ example.net takes mail at 1 of 2 exchanges.\n"
        " 5 mx.example.net      ttl 300  2001:db8::10 192.0.2.10\n"
        "20 backup.example.net  ttl 300  there is no such host\n",
        "",
    )


@pytest.mark.usefixtures("nameserver")
async def test_exchanges_as_json(mx: Mx) -> None:
    finished = await mx("example.net", "--json")

    document = json.loads(finished.out)
    assert (finished.code, finished.err) == (0, "")
    assert 0 < document.pop("elapsed_ms") < 5000
    assert document == {
        "domain": "example.net",
        "acceptance": "exchanges",
        "why": "",
        "exchanges": [
            {
                "name": "mx.example.net",
                "preference": 5,
                "ttl": 300,
                "addresses": [{"ip": "2001:db8::10"}, {"ip": "192.0.2.10"}],
                "why": "",
            },
            {
                "name": "backup.example.net",
                "preference": 20,
                "ttl": 300,
                "addresses": [],
                "why": "there is no such host",
            },
        ],
    }


async def test_implicit_exchange(nameserver: ScriptedNameserver, mx: Mx) -> None:
    """Rule R1."""
    nameserver.say("MX mx.example.net", NO_DATA)

    finished = await mx("mx.example.net")

    assert finished.code == 0
    assert finished.out == (
        "✓ mx.example.net names no exchange; its own address takes the mail.\n"
        "0 mx.example.net  ttl 60  2001:db8::10 192.0.2.10\n"
    )


async def test_null_mx(nameserver: ScriptedNameserver, mx: Mx) -> None:
    """Rule R2."""
    nameserver.say("MX example.net", records("example.net. 300 MX 0 ."))

    finished = await mx("example.net")

    assert finished == Finished(1, "✗ example.net says that it takes no mail.\n", "")


async def test_no_such_domain(mx: Mx) -> None:
    """Rule R1."""
    assert await mx("nowhere.example") == Finished(1, "✗ nowhere.example does not exist.\n", "")


async def test_answer_that_could_not_be_had(nameserver: ScriptedNameserver, mx: Mx) -> None:
    """Rules R1 and I1; what the nameserver says can't reach the terminal as control."""
    reason = EDEOption(EDECode.SIGNATURE_EXPIRED, "\x1b]0;pwned\x07\x9b2J\u202e")
    nameserver.say("MX example.net", refusal(SERVFAIL, reason))

    text = await mx("example.net")
    document = await mx("example.net", "--json")

    assert (text.code, text.out) == (75, "")
    assert text.err.count("\n") == 1
    assert text.err.endswith("(SERVFAIL), signature expired: \\x1b]0;pwned\\x07\\x9b2J\\u202e.\n")
    assert (document.code, document.err) == (75, "")
    assert json.loads(document.out)["acceptance"] == "unknown"
    assert document.out.strip().isprintable()


async def test_literal(mx: Mx) -> None:
    """Rule R5."""
    finished = await mx("bob@[IPv6:2001:db8::1]")

    assert (finished.code, finished.err) == (0, "")
    assert "2001:db8::1" in finished.out


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["a..b"], "“a..b” has two dots in a row, or begins with one."),
        (["example.net", "--nameserver", "x"], "“x” is no nameserver: give its address."),
        (["192.0.2.1"], "“192.0.2.1” is an address; as a domain it is [192.0.2.1]."),
        ([], "Missing argument 'DOMAIN'."),
    ],
)
async def test_wrong_usage(mx: Mx, arguments: list[str], complaint: str) -> None:
    finished = await mx(*arguments)

    assert (finished.code, finished.out) == (64, "")
    assert complaint in finished.err
    assert finished.err.count("\n") == 1


async def test_interrupt_is_quiet(started: Started) -> None:
    nameserver, _ = started
    nameserver.say("MX example.net", silence)
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tuimail", "mx", "example.net", "--nameserver", _address(started)),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    await nameserver.until_asked()

    process.send_signal(signal.SIGINT)
    out, err = await process.communicate()

    assert process.returncode == 130
    assert out + err.strip() == b""
