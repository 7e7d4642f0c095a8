"""`tuimail mx` against a nameserver on loopback, where nobody takes part but it."""

import asyncio
import json
import os
import re
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial

import pytest
from dns.edns import EDECode, EDEOption
from dns.rcode import SERVFAIL

from tests.cli.command import Finished, tuimail
from tests.cli.schema import documents
from tests.delivery.scripted import Side, scripted
from tests.lookup.nameserver import NO_DATA, ScriptedNameserver, records, refusal, silence
from tuimail.cli.main import main
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
    nameserver.say("A mx.example.net", records("mx.example.net. 60 A 127.0.0.1"))
    nameserver.say("AAAA mx.example.net", records("mx.example.net. 60 AAAA ::1"))
    return nameserver


@pytest.fixture
def mx(started: Started) -> Mx:
    """`tuimail mx` with that nameserver, and piped."""
    env = {"COLUMNS": "80"}
    return partial(tuimail, "mx", "--nameserver", _address(started), env=env)


def _address(started: Started) -> str:
    _, nameserver = started
    return f"{nameserver.address}:{nameserver.port}"


def _parts(finished: Finished) -> list[str]:
    """The summary, the exchanges, the findings, the figures."""
    return finished.out.removesuffix("\n").split("\n\n")


@pytest.mark.usefixtures("nameserver")
@pytest.mark.parametrize("meant", ["example.net", "bob@Example.net", "https://example.net:8/a"])
async def test_exchanges_as_a_table(mx: Mx, meant: str) -> None:
    """Rules I1, I6."""
    finished = await mx(meant)

    summary, exchanges, findings, figures = _parts(finished)
    assert (finished.code, finished.err) == (0, "")
    assert summary == "! example.net takes mail at 1 of 2 exchanges; sender policy lax."
    assert exchanges == (
        " 5 mx.example.net  ttl 300\n"
        "   ::1\n"
        "   127.0.0.1\n"
        "20 backup.example.net  ttl 300\n"
        "   ✗ there is no such host"
    )
    assert "\n! addresses  backup.example.net: there is no such host\n" in f"\n{findings}"
    assert re.fullmatch(
        r"3 warnings, 1 unknown, \d+ notes, 1 passed; \d+ questions to the DNS, \d+ ms", figures
    )


@pytest.mark.usefixtures("nameserver")
async def test_report_as_json(mx: Mx) -> None:
    finished = await mx("example.net", "--json")

    (document,) = documents(finished.out)
    assert (finished.code, finished.err) == (0, "")
    assert 0 < document["elapsed_ms"] < 5000
    assert document["queries"] > 10
    assert document["exchanges"] == [
        {
            "name": "mx.example.net",
            "preference": 5,
            "ttl": 300,
            "why": "",
            "addresses": [
                {"ip": "::1", "ptr": None, "probe": None},
                {"ip": "127.0.0.1", "ptr": None, "probe": None},
            ],
        },
        {
            "name": "backup.example.net",
            "preference": 20,
            "ttl": 300,
            "why": "there is no such host",
            "addresses": [],
        },
    ]
    assert document["findings"][0] == {
        "rule": "I6",
        "check": "addresses",
        "subject": "backup.example.net",
        "verdict": "warn",
        "why": "there is no such host",
        "evidence": "",
        "reference": "RFC 5321 §5.1",
        "advice": "Give it an address, or remove its MX.",
    }


async def test_implicit_exchange(nameserver: ScriptedNameserver, mx: Mx) -> None:
    """Rules R1, I3."""
    nameserver.say("MX mx.example.net", NO_DATA)

    finished = await mx("mx.example.net")

    summary, exchanges, findings, _ = _parts(finished)
    assert finished.code == 0
    assert summary.startswith("! mx.example.net names no exchange, its own address takes the mail;")
    assert exchanges.splitlines()[0] == "0 mx.example.net  ttl 60"
    assert "! implicit MX  it has no MX record" in findings


async def test_null_mx(nameserver: ScriptedNameserver, mx: Mx) -> None:
    """Rules R2, I2: it says so, and nothing has failed."""
    nameserver.say("MX example.net", records("example.net. 300 MX 0 ."))

    finished = await mx("example.net")

    summary, findings, _ = _parts(finished)
    assert finished.code == 0
    assert "example.net says that it takes no mail" in summary
    assert "i null MX  it says that it accepts no mail" in findings


async def test_no_such_domain(mx: Mx) -> None:
    """Rules R1, I1."""
    finished = await mx("nowhere.example")

    summary, findings, _ = _parts(finished)
    assert finished.code == 1
    assert summary == "✗ nowhere.example does not exist."
    assert [line.split()[1] for line in findings.splitlines() if line[0] in "✗!i?✓"] == [
        "MX",
        "DKIM",
    ]


async def test_a_name_that_is_denied_and_has_a_policy(
    nameserver: ScriptedNameserver, mx: Mx
) -> None:
    """Rule I9: what is there is told, though the nameserver says that nothing is."""
    policy = '_dmarc.nowhere.example. 60 TXT "v=DMARC1; p=none"'
    nameserver.say("TXT _dmarc.nowhere.example", records(policy))

    finished = await mx("nowhere.example")

    assert "\n! DMARC  it asks receivers to let mail" in finished.out


async def test_answer_that_could_not_be_had(nameserver: ScriptedNameserver, mx: Mx) -> None:
    """Rules R1, I1, I13; what the nameserver says can't reach the terminal as control."""
    reason = EDEOption(EDECode.SIGNATURE_EXPIRED, "\x1b]0;pwned\x07\x9b2J\u202e")
    nameserver.say("MX example.net", refusal(SERVFAIL, reason))

    text = await mx("example.net")
    finished = await mx("example.net", "--json")

    assert (text.code, text.err) == (75, "")
    assert text.out.startswith("? the exchanges of example.net could not be looked up: ")
    assert "\\x1b]0;pwned\\x07\\x9b2J\\u202e" in text.out
    assert text.out.replace("\n", "").isprintable()
    assert (finished.code, finished.err) == (75, "")
    assert finished.out.strip().isprintable()
    (document,) = documents(finished.out)
    assert document["acceptance"] == "unknown"
    verdicts = {each["rule"]: each["verdict"] for each in document["findings"]}
    assert (verdicts["I1"], verdicts["I13"]) == ("unknown", "fail")


async def test_exchanges_that_could_not_be_looked_up(
    nameserver: ScriptedNameserver, mx: Mx
) -> None:
    """Rule I6: without an address, and not known to have none."""
    for question in ("A mx.example.net", "AAAA mx.example.net"):
        nameserver.say(question, refusal(SERVFAIL))
    assert (await mx("example.net")).code == 75


async def test_a_resolver_that_is_silent(nameserver: ScriptedNameserver, mx: Mx) -> None:
    """Unknown is never absent, and the time is bounded."""
    nameserver.say("MX example.net", silence)
    finished = await mx("example.net", "--timeout", "0.5", "--json")
    (document,) = documents(finished.out)
    assert finished.code == 75
    assert 500 <= document["elapsed_ms"] < 2500


async def test_literal(mx: Mx) -> None:
    """Rule R5."""
    finished = await mx("bob@[IPv6:2001:db8::1]")

    assert finished.err == ""
    assert _parts(finished)[1] == "0 2001:db8::1\n  2001:db8::1"


# Several domains


async def test_several_domains_in_the_order_they_were_named(
    nameserver: ScriptedNameserver, mx: Mx
) -> None:
    """Asked side by side, each of them once; the gravest decides."""
    nameserver.say("MX slow.example", silence)
    names = ("slow.example", "bob@example.net", "nowhere.example", "example.net")

    text = await mx(*names, "--timeout", "0.5")
    finished = await mx(*names, "--timeout", "0.5", "--json")

    summary = re.compile(r"^. (?:the exchanges of )?(\S+\.\w+) (?:could|takes|does)", re.MULTILINE)
    assert summary.findall(text.out) == ["slow.example", "example.net", "nowhere.example"]
    assert [each["domain"] for each in documents(finished.out)] == [
        "slow.example",
        "example.net",
        "nowhere.example",
    ]
    assert (text.code, finished.code) == (75, 75)


@pytest.mark.usefixtures("nameserver")
async def test_one_that_fails_decides_over_those_that_do_not(mx: Mx) -> None:
    assert (await mx("example.net", "nowhere.example", "--json")).code == 1


# Who is asked


async def test_nobody_is_connected_to_unless_asked(nameserver: ScriptedNameserver, mx: Mx) -> None:
    """Rules I18 to I25: a probe is polite, and asked for."""
    nameserver.say("AAAA mx.example.net", NO_DATA)
    said: list[str] = []

    async def exchange(side: Side) -> None:
        said.append("connected")
        await side.say("220 mx.example.net")
        while line := await side.hear():
            said.append(line.partition(" ")[0])
            await side.say("221 bye" if line == "QUIT" else "250 mx.example.net")

    async with scripted(exchange) as server:
        port = ("--port", str(server.port), "--json")
        looked = await mx("example.net", *port)
        assert said == []
        probed = await mx("example.net", *port, "--probe", "--hello", "client.example")
        assert said == ["connected", "EHLO", "QUIT"]
        await mx("example.net", *port, "--relay-check", "--probe")
        assert said[3:] == ["connected", "EHLO", "MAIL", "RCPT", "QUIT"]

    (without,), (with_it,) = documents(looked.out), documents(probed.out)
    assert without["exchanges"][0]["addresses"][0]["probe"] is None
    probe = with_it["exchanges"][0]["addresses"][0]["probe"]
    assert (probe["reached"], probe["greeting"]) == (
        "connected",
        {"code": 220, "lines": ["mx.example.net"]},
    )
    assert {"I18", "I19", "I20", "I24"} <= {each["rule"] for each in with_it["findings"]}


@pytest.mark.usefixtures("nameserver")
async def test_keys_lists_and_senders(started: Started, mx: Mx) -> None:
    """Rules I10, I17, and what receivers make of a sender."""
    nameserver, _ = started
    finished = await mx(
        *("example.net", "--json", "--dkim-selector", "s1", "--dkim-selector", "S2"),
        *("--dnsbl", "list.example", "--from", "Me <me@sender.example>"),
        *("--from-ip", "192.0.2.7", "--from-selector", "k1"),
    )
    assert {
        "TXT s1._domainkey.example.net",
        "TXT s2._domainkey.example.net",
        "A 1.0.0.127.list.example",
        "TXT sender.example",
        "TXT k1._domainkey.sender.example",
    } <= set(nameserver.questions)
    (document,) = documents(finished.out)
    told = {(each["rule"], each["subject"]) for each in document["findings"]}
    assert {("I8", "192.0.2.7"), ("I9", "192.0.2.7"), ("I17", "127.0.0.1")} <= told


# Wrong usage


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["a..b"], "“a..b” has two dots in a row, or begins with one."),
        (["example.net", f"{'a' * 64}.example"], "is longer than 63 characters."),
        (["example." * 40], "is longer than 253 characters."),
        (["💩.example"], "“💩.example” is no domain name."),
        (["exa mple.net"], "“exa mple.net” is no domain name."),
        (["\x1b[2J"], "“\\x1b[2J” is no domain name."),
        (["https://"], "there is no domain."),
        (["bob@"], "there is no domain."),
        ([""], "there is no domain."),
        (["https://[::1"], "is no URL."),
        (["192.0.2.1"], "“192.0.2.1” is an address; as a domain it is [192.0.2.1]."),
        (["[192.0.2]"], "“[192.0.2]” is no address literal"),
        (["example.net", "--nameserver", "x"], "“x” is no nameserver: give its address"),
        (["example.net", "--dkim-selector", "a b"], "--dkim-selector: “a b” is no domain name."),
        (["example.net", "--dnsbl", "a..b"], "--dnsbl: “a..b” has two dots in a row"),
        (["example.net", "--from", "me@"], "--from: there is no domain."),
        (["example.net", "--from-ip", "192.0.2.7"], "--from-ip needs --from."),
        (["example.net", "--from-selector", "s"], "--from-selector needs --from."),
        (["example.net", "--from", "x.example", "--from-ip", "y"], "--from-ip: “y” is no address."),
        (["example.net", "--timeout", "0"], "'--timeout'"),
        (["example.net", "--port", "0"], "'--port'"),
        (["example.net", "--source-address", "x"], "“x” is no address of this host"),
        (["--probe"], "Missing argument 'DOMAIN...'."),
    ],
)
def test_wrong_usage(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
    complaint: str,
) -> None:
    """Before anything is asked: this process has no loop to ask on."""
    monkeypatch.setattr("sys.argv", ["tuimail", "mx", *arguments])
    with pytest.raises(SystemExit) as ended:
        main()
    shown = capsys.readouterr()
    assert (ended.value.code, shown.out) == (64, "")
    (line,) = shown.err.splitlines()
    assert complaint in line
    assert line.isprintable()


@pytest.mark.parametrize(
    ("file", "code", "complaint"),
    [
        ("/nonexistent", 66, "/nonexistent can't be read: No such file or directory."),
        (os.devnull, 78, "holds no certificate in PEM form."),
    ],
)
async def test_authorities_that_can_not_be_had(
    mx: Mx, file: str, code: int, complaint: str
) -> None:
    finished = await mx("example.net", "--ca-file", file)
    assert (finished.code, finished.out) == (code, "")
    assert complaint in finished.err
    assert finished.err.count("\n") == 1


@pytest.mark.parametrize("columns", [80, 100])
async def test_the_help_is_grouped_and_fits(columns: int) -> None:
    finished = await tuimail("mx", "--help", env={"COLUMNS": str(columns)})
    lines = finished.out.splitlines()
    assert [line for line in lines if re.fullmatch(r"[A-Z].*:", line)] == [
        "Checks:",
        "As the recipients' servers see a sender:",
        "Route:",
        "TLS:",
        "Connection:",
        "Testing:",
        "Output:",
        "Other:",
    ]
    assert max(map(len, lines)) <= columns


# How it ends


async def _start(
    started: Started, *arguments: str, stdout: int = asyncio.subprocess.PIPE
) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tuimail", "mx", "--nameserver", _address(started), *arguments),
        stdout=stdout,
        stderr=asyncio.subprocess.PIPE,
    )


async def test_interrupt_is_quiet(started: Started) -> None:
    """Also while several are under way, which they are at once."""
    nameserver, _ = started
    nameserver.say("MX example.net", silence)
    process = await _start(started, "example.net", "other.example")
    async with asyncio.timeout(8):  # 10 s are what the first one would take.
        while "MX other.example" not in nameserver.questions:
            await nameserver.until_asked(len(nameserver.questions) + 1)

    process.send_signal(signal.SIGINT)
    out, err = await process.communicate()

    assert process.returncode == 130
    assert out + err.strip() == b""


async def test_a_reader_that_goes_away(started: Started, nameserver: ScriptedNameserver) -> None:
    """As `head -1` does: no complaint, and no further domain."""
    nameserver.say("MX last.example", silence)
    reader, writer = os.pipe()
    os.close(reader)
    names = ("nowhere.example", "last.example")
    process = await _start(started, *names, stdout=writer)
    os.close(writer)
    async with asyncio.timeout(8):  # 10 s are what the last one would take.
        _, err = await process.communicate()
    assert (process.returncode, err) == (1, b"")


async def _on_terminal(started: Started, *arguments: str, env: dict[str, str]) -> str:
    """What comes out of a pseudo-terminal that is both outputs."""
    ours, its = os.openpty()
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tuimail", "mx", "--nameserver", _address(started), *arguments),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=its,
        stderr=its,
        env={**os.environ, "TERM": "xterm", **env},
    )
    os.close(its)
    loop = asyncio.get_running_loop()
    transport, said = None, asyncio.StreamReader()
    transport, _ = await loop.connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(said), os.fdopen(ours, "rb", buffering=0)
    )
    shown = bytearray()
    try:
        while chunk := await said.read(4096):
            shown += chunk
    except OSError:
        pass  # Linux says EIO where nobody has the other end any more.
    transport.close()
    await process.wait()
    return shown.decode()


async def test_progress_is_gone_in_the_end(
    started: Started, nameserver: ScriptedNameserver
) -> None:
    """It stands on a line of its own, which is erased before anything else is told."""
    nameserver.say("TXT _dmarc.example.net", silence)
    shown = await _on_terminal(started, "example.net", "--timeout", "0.6", env={})
    progress, _, report = shown.rpartition("\r\x1b[K")
    assert re.search(r"example\.net: \d+ findings, \d+ checks? under way, 0\.\d s", progress)
    assert "under way" not in report
    assert "example.net takes mail at 1 of 2 exchanges" in report
    assert "\x1b[33m" in report, "warnings have their colour"


@pytest.mark.parametrize("env", [{"NO_COLOR": "1"}, {"TERM": "dumb"}])
async def test_no_color(
    started: Started, nameserver: ScriptedNameserver, env: dict[str, str]
) -> None:
    nameserver.say("TXT example.net", records('example.net. 60 TXT "v=spf1 -all"'))
    shown = await _on_terminal(started, "example.net", env=env)
    assert "\x1b" not in shown.rpartition("\r\x1b[K")[2]
    assert "✓ SPF" in shown


async def test_json_lines_stand_alone(mx: Mx) -> None:
    finished = await mx("a.example", "b.example", "--json")
    assert [json.loads(line)["domain"] for line in finished.out.splitlines()] == [
        "a.example",
        "b.example",
    ]
