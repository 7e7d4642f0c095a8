"""What the options make of the settings and the envelope, and what makes no sense."""

import re
from dataclasses import replace
from importlib import import_module
from pathlib import Path

import click
import pytest

from tests.cli.command import tuimail
from tuimail import tui
from tuimail.cli.auth_options import AuthOptions
from tuimail.cli.envelope_options import EnvelopeOptions
from tuimail.cli.main import main
from tuimail.cli.main import tuimail as screen
from tuimail.cli.option_group import pick
from tuimail.cli.send import send
from tuimail.cli.settings_options import read_settings
from tuimail.delivery.settings import (
    ClientCertificate,
    Direct,
    Family,
    Relay,
    Settings,
    Socks,
    UnixSocket,
)
from tuimail.lookup import Credit, Nameserver
from tuimail.smtp import (
    Credentials,
    DsnRequest,
    DsnReturn,
    Exposure,
    Notify,
    Protocol,
    ProxyHeader,
    Stage,
    TlsPolicy,
    TlsStart,
    Travel,
)
from tuimail.smtp.sasl import NAMES

RELAY = ("--server", "mail.example.com")
HERE = Relay("mail.example.com")
USER = (*RELAY, "--user", "tim")


def parsed(command: click.Command, *arguments: str) -> dict[str, object]:
    return command.make_context(command.name, list(arguments)).params


def settings(*arguments: str) -> Settings:
    return read_settings(parsed(send, *arguments))


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ((), Settings()),
        (("--port", "2525"), Settings(Direct(2525))),
        (RELAY, Settings(HERE)),
        ((*RELAY, "--port", "26"), Settings(replace(HERE, port=26))),
        (
            ("--server", "unix:/run/lmtp", "--lmtp"),
            Settings(UnixSocket(Path("/run/lmtp")), protocol=Protocol.LMTP),
        ),
        (("--tls", "auto"), Settings()),
        (("--tls", "none"), Settings(tls=TlsPolicy.NONE)),
        (("--tls", "dane"), Settings(tls=TlsPolicy.DANE)),
        ((*RELAY, "--implicit-tls"), Settings(HERE, tls_start=TlsStart.IMPLICIT)),
        (
            ("--client-cert", "me.pem"),
            Settings(client_certificate=ClientCertificate(Path("me.pem"), Path("me.pem"))),
        ),
        (
            ("--client-cert", "me.pem", "--client-key", "key.pem", "--ca-file", "ca.pem"),
            Settings(
                client_certificate=ClientCertificate(Path("me.pem"), Path("key.pem")),
                ca_file=Path("ca.pem"),
            ),
        ),
        (USER, Settings(HERE)),
        ((*USER, "--insecure-auth"), Settings(HERE, exposure=Exposure.ANY)),
        (("--hello", "me.example", "--timeout", "3"), Settings(identity="me.example", timeout=3)),
        (("-4",), Settings(family=Family.IPV4)),
        (("-6",), Settings(family=Family.IPV6)),
        (("--source-address", "192.0.2.1"), Settings(source_address="192.0.2.1")),
        (("--socks", "127.0.0.1:9050"), Settings(socks=Socks("127.0.0.1", 9050))),
        (("--nameserver", "127.0.0.1:53"), Settings(nameservers=(Nameserver("127.0.0.1", 53),))),
        (
            ("--nameserver", "192.0.2.53", "--trust-dnssec"),
            Settings(nameservers=(Nameserver("192.0.2.53", 53, Credit.GIVEN),)),
        ),
        (("--xclient", "NAME=a ADDR=192.0.2.1"), Settings(xclient=("NAME=a", "ADDR=192.0.2.1"))),
        (("--proxy-header", "v1"), Settings(proxy_header=ProxyHeader.parse("v1"))),
        (
            ("--proxy-header", "v2:192.0.2.1:4711"),
            Settings(proxy_header=ProxyHeader.parse("v2:192.0.2.1:4711")),
        ),
        (("--policy-port", "8443"), Settings(policy_port=8443)),
        (("--stop-after", "connect"), Settings(stop_after=Stage.CONNECT)),
        (("--stop-after", "greeting"), Settings(stop_after=Stage.GREETING)),
        (("--stop-after", "hello"), Settings(stop_after=Stage.HELLO)),
        (("--stop-after", "tls"), Settings(stop_after=Stage.STARTTLS)),
        ((*USER, "--stop-after", "auth"), Settings(HERE, stop_after=Stage.AUTH)),
        (("--stop-after", "mail"), Settings(stop_after=Stage.MAIL)),
        (("--stop-after", "rcpt"), Settings(stop_after=Stage.RCPT)),
        (("--stop-after", "data"), Settings(stop_after=Stage.DATA)),
    ],
)
def test_what_the_options_make_of_the_settings(
    arguments: tuple[str, ...], expected: Settings
) -> None:
    assert settings(*arguments) == expected


@pytest.mark.parametrize(
    ("arguments", "port"),
    [
        ((), 25),
        (RELAY, 25),
        ((*RELAY, "--implicit-tls"), 465),
        ((*RELAY, "--lmtp"), 24),
        ((*RELAY, "--implicit-tls", "--port", "2465"), 2465),
        (("--server", "mail.example.com:2525", "--lmtp"), 2525),
    ],
)
def test_the_port_that_is_meant(arguments: tuple[str, ...], port: int) -> None:
    assert settings(*arguments).port == port


@pytest.mark.parametrize(
    ("arguments", "dsn", "travel"),
    [
        ((), None, Travel.ANY),
        (("--require-tls",), None, Travel.REQUIRETLS),
        (("--dsn", "never"), DsnRequest((Notify.NEVER,)), Travel.ANY),
        (
            ("--dsn", "Success, delay", "--dsn-return", "headers", "--envid", "a+b"),
            DsnRequest((Notify.SUCCESS, Notify.DELAY), DsnReturn.HEADERS, "a+b"),
            Travel.ANY,
        ),
        (("--dsn-return", "full"), DsnRequest(returns=DsnReturn.FULL), Travel.ANY),
    ],
)
def test_what_the_options_make_of_the_envelope(
    arguments: tuple[str, ...], dsn: DsnRequest | None, travel: Travel
) -> None:
    envelope = pick(EnvelopeOptions, parsed(send, *arguments))
    assert (envelope.dsn_request(), envelope.travel()) == (dsn, travel)


def test_the_mechanism_in_any_case(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TUIMAIL_PASSWORD", "secret")
    given = parsed(send, *USER, "--auth", "scram-sha-256")
    credentials = pick(AuthOptions, given).credentials()
    assert credentials is not None
    assert (credentials.user, credentials.secret) == ("tim", "secret")
    assert credentials.mechanism == "SCRAM-SHA-256"


def test_every_mechanism_can_be_chosen() -> None:
    (option,) = (parameter for parameter in send.params if parameter.name == "auth")
    assert isinstance(option.type, click.Choice)
    assert tuple(option.type.choices) == NAMES


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--user", "tim"), "--user needs --server: the exchanges of a domain know no users."),
        ((*RELAY, "--user", ""), "--user is empty."),
        ((*RELAY, "--password-command", "x"), "--password-command needs --user."),
        ((*RELAY, "--auth", "plain"), "--auth needs --user."),
        ((*RELAY, "--insecure-auth"), "--insecure-auth needs --user."),
        ((*USER, "--auth", "gssapi"), "'gssapi' is not one of"),
        (("--lmtp",), "--lmtp needs --server: exchanges speak SMTP."),
        (
            ("--trust-dnssec",),
            "--trust-dnssec needs --nameserver; for the system's, write “options trust-ad”.",
        ),
        (("--server", "unix:/run/lmtp", "--port", "24"), "A socket in the file system has no"),
        (("--server", "unix:/run/x", "--socks", "h:1"), "no --socks"),
        (("--server", "unix:/run/x", "-4"), "A socket in the file system has no address: no"),
        (("--server", "unix:relative"), "“unix:relative” names no socket"),
        (("--tls", "none", "--implicit-tls"), "--implicit-tls needs TLS, and --tls none forbids"),
        (("--tls", "none", "--client-cert", "x"), "--client-cert needs TLS, and --tls none"),
        (("--client-key", "x"), "--client-key needs --client-cert."),
        (("--tls", "none", "--require-tls"), "--require-tls needs proof of each server, and"),
        (("--tls", "encrypt", "--require-tls"), "--tls encrypt asks none."),
        (("--dsn", "sometimes"), "--dsn takes never, or any of success, failure, delay"),
        (("--dsn", ""), "--dsn takes never, or any of success, failure, delay"),
        (("--dsn", "never,delay"), "“never” stands alone, or not at all."),
        (("--envid", "a\nb"), "an envelope id is printable ASCII."),
        (("--xclient", "NAME"), "“NAME” is no attribute of XCLIENT: write it as ADDR=192.0.2.1."),
        (("--xclient", " "), "--xclient names no attribute: write it as ADDR=192.0.2.1."),
        (("--proxy-header", "v3"), "“v3” is no PROXY header"),
        (("--socks", "a b"), "“a b” names no server."),
        (("--source-address", "here"), "“here” is no address of this host."),
        (("-6", "--source-address", "192.0.2.1"), "no IPv6 address can be reached from 192.0.2.1"),
        (("--stop-after", "lunch"), "'lunch' is not one of"),
        (("--stop-after", "tls", "--tls", "none"), "--stop-after tls never comes with --tls none."),
        (("--stop-after", "auth"), "--stop-after auth needs --user."),
    ],
)
def test_what_makes_no_sense_gets_one_clear_line(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    arguments: tuple[str, ...],
    said: str,
) -> None:
    """Before anything is asked, looked up or sent."""
    mail = ("--from", "me@example.com", "--to", "bob@example.net", "--body", "x")
    monkeypatch.setattr("sys.argv", ["tuimail", "send", *mail, *arguments])
    with pytest.raises(SystemExit) as ended:
        main()
    shown = capsys.readouterr()
    assert (ended.value.code, shown.out) == (64, "")
    (line,) = shown.err.splitlines()
    assert said in line


@pytest.mark.parametrize("columns", [80, 100])
async def test_the_help_of_send_is_grouped_and_fits(columns: int) -> None:
    finished = await tuimail("send", "--help", env={"COLUMNS": str(columns)})
    lines = finished.out.splitlines()
    headings = [line for line in lines if re.fullmatch(r"[A-Z].*:", line)]
    assert headings == [
        "Message:",
        "Envelope and delivery reports:",
        "Route:",
        "TLS:",
        "Authentication:",
        "Connection:",
        "Testing:",
        "Output:",
        "Other:",
    ]
    assert max(map(len, lines)) <= columns
    starts = {
        line.index(text)
        for line in lines
        for text in ("The text.", "Begin with a PROXY")
        if text in line
    }
    assert len(starts) == 1, "one column for all that is explained"


def test_send_and_the_screen_share_what_says_how_mail_travels() -> None:
    both = {parameter.name for parameter in send.params} & {
        parameter.name for parameter in screen.params
    }
    assert both >= {"server", "tls", "user", "family", "stop_after", "socks", "protocol"}


def test_the_screen_logs_in_too(monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[Settings] = []

    def run(settings: Settings) -> int:
        opened.append(settings)
        return 0

    monkeypatch.setattr(tui, "run", run)
    monkeypatch.setattr(import_module("tuimail.cli.main"), "at_terminal", lambda: True)
    monkeypatch.setenv("TUIMAIL_PASSWORD", "secret")
    monkeypatch.setattr("sys.argv", ["tuimail", *USER, "--tls", "encrypt"])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 0
    assert opened == [Settings(HERE, TlsPolicy.ENCRYPT, credentials=Credentials("tim", "secret"))]
