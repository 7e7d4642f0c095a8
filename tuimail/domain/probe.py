"""What an exchange shows to somebody who connects (RFC 5321, RFC 3207)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from functools import partial
from types import MappingProxyType

from tuimail.domain.finding import Finding, Verdict
from tuimail.domain.txt import cut
from tuimail.smtp import Capabilities, Failure, Reply, Severity, Stage, TlsFacts

_MODERN = frozenset({"TLSv1.3", "TLSv1.2"})
_ELSEWHERE = "Probe from another network; if that fails too, see that it runs and its port is open."
_GREETING = "RFC 5321 §3.1"
_HELLO = "RFC 3207 §4.2"
_RELAY = "RFC 5321 §7.9"


class Reached(Enum):
    """How far the way to an address went."""

    CONNECTED = auto()
    NOT_CONNECTED = auto()
    NO_ROUTE = auto()
    """This machine has no way to addresses of this family: nothing is known of the exchange."""
    NOT_TRIED = auto()


@dataclass(frozen=True, slots=True)
class RelayTrial:
    """Whether it would take mail for a foreign recipient. `reply` is the decisive one, to MAIL or
    to RCPT as `stage` says; None where the session ended before."""

    recipient: str
    reply: Reply | None = None
    stage: Stage = Stage.RCPT


@dataclass(frozen=True, slots=True)
class Probe:
    """One look at one address. `why` is plain words where it was not connected; `timings` are
    seconds by the phase's name: DNS, connect, greeting, TLS."""

    exchange: str
    ip: str
    reached: Reached
    why: str = ""
    greeting: Reply | None = None
    before: Capabilities | None = None
    """What EHLO offered in plaintext; nothing where it knows only HELO."""
    after: Capabilities | None = None
    """What it offered under TLS."""
    tls: TlsFacts | None = None
    failure: Failure | None = None
    distrust: str = ""
    """Why the certificate does not match the TLSA records; empty where it does, or there are
    none."""
    proof: str = ""
    """The TLSA record that it matches."""
    relay: RelayTrial | None = None
    """None where that was not asked for."""
    timings: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def subject(self) -> str:
        """`mx1.example.net [192.0.2.10]`"""
        return f"{self.exchange} [{self.ip}]"


def seen_findings(probe: Probe) -> Iterator[Finding]:
    """Rules I18, I19, I21, I24, I25: what shows by itself, for one address."""
    if probe.reached is not Reached.CONNECTED:
        unseen = partial(Finding, "I18", "greeting", probe.subject, Verdict.UNKNOWN, probe.why)
        advice = _ELSEWHERE if probe.reached is Reached.NOT_CONNECTED else ""
        yield unseen(reference=_GREETING, advice=advice)
        return
    yield _greeting(probe)
    yield from _hello(probe)
    if probe.tls is not None:
        yield _version(probe, probe.tls)
    if probe.relay is not None:
        yield _relay(probe, probe.relay)
    if probe.timings:
        phases = ", ".join(f"{name} {took * 1000:.0f} ms" for name, took in probe.timings.items())
        yield Finding("I24", "latency", probe.subject, Verdict.INFO, phases)


def _greeting(probe: Probe) -> Finding:
    finding = partial(Finding, "I18", "greeting", probe.subject, reference=_GREETING)
    reply = probe.greeting
    if reply is None:
        why = probe.failure.why if probe.failure is not None else "said nothing"
        return finding(Verdict.UNKNOWN, f"it {why}")
    match reply.severity:
        case Severity.COMPLETED:
            return finding(Verdict.PASS, "it greets", _wire(reply))
        case Severity.TRANSIENT:
            return finding(Verdict.UNKNOWN, "it takes no mail from here now", _wire(reply))
        case _:
            return finding(Verdict.UNKNOWN, "it takes no mail from here", _wire(reply))


def _hello(probe: Probe) -> Iterator[Finding]:
    finding = partial(Finding, "I19", "EHLO", probe.subject, Verdict.INFO)
    for capabilities, when in ((probe.before, "in plaintext"), (probe.after, "under TLS")):
        if capabilities is None:
            continue
        offered = [" ".join((word, *more)) for word, more in capabilities.keywords.items()]
        count = len(offered) or "no"
        why = f"it offers {count} extension{'' if count == 1 else 's'} {when}"
        yield finding(why, cut("\n".join(offered)), _HELLO)
    if probe.greeting is not None and probe.before is None and probe.failure is not None:
        yield Finding(
            "I19", "EHLO", probe.subject, Verdict.UNKNOWN, f"it {probe.failure.why}", "", _HELLO
        )


def _version(probe: Probe, tls: TlsFacts) -> Finding:
    shown = ", ".join(filter(None, (tls.version, tls.cipher, tls.key_exchange)))
    finding = partial(Finding, "I21", "TLS", probe.subject, evidence=shown, reference="RFC 8996")
    if tls.version in _MODERN:
        return finding(Verdict.PASS, f"it speaks {tls.protocol}")
    why = f"it speaks nothing better than {tls.protocol}, which is broken"
    return finding(Verdict.FAIL, why, advice="Switch on TLS 1.2 and 1.3.")


def _relay(probe: Probe, trial: RelayTrial) -> Finding:
    finding = partial(Finding, "I25", "open relay", probe.subject, reference=_RELAY)
    reply = trial.reply
    if reply is None:
        why = probe.failure.why if probe.failure is not None else "was not asked"
        return finding(Verdict.UNKNOWN, f"it {why}")
    match reply.severity:
        case Severity.COMPLETED:
            return finding(
                Verdict.WARN,
                f"it is possibly open to anybody: it accepted {trial.recipient}",
                _wire(reply),
                advice="Refuse recipients of other domains before DATA.",
            )
        case Severity.PERMANENT if trial.stage is Stage.RCPT:
            return finding(Verdict.PASS, f"it refused {trial.recipient}", _wire(reply))
        case _:
            what = f"{trial.recipient} for now" if trial.stage is Stage.RCPT else "the sender"
            why = f"it refused {what}, which does not tell whether it takes mail for anybody"
            return finding(Verdict.UNKNOWN, why, _wire(reply))


def _wire(reply: Reply) -> str:
    *before, last = reply.lines
    lines = [f"{reply.code:03d}-{line}" for line in before]
    return cut("\n".join((*lines, f"{reply.code:03d} {last}".rstrip())))


def family_findings(exchange: str, probes: tuple[Probe, ...]) -> Iterator[Finding]:
    """Rule I23: over all addresses of one exchange that were tried."""
    finding = partial(Finding, "I23", "IPv6", exchange)
    tried = [probe for probe in probes if probe.reached is not Reached.NOT_TRIED]
    v6 = [probe for probe in tried if ":" in probe.ip]
    v4 = [probe for probe in tried if ":" not in probe.ip]
    if not v6:
        return
    if any(probe.reached is Reached.CONNECTED for probe in v6):
        yield finding(Verdict.PASS, "it answers on IPv6")
    elif all(probe.reached is Reached.NO_ROUTE for probe in v6):
        yield finding(Verdict.UNKNOWN, "this machine has no IPv6 to reach it by")
    elif any(probe.reached is Reached.CONNECTED for probe in v4):
        yield finding(
            Verdict.WARN,
            f"it answers on IPv4 and not on IPv6: {v6[0].why}",
            advice="Let it listen on its IPv6 addresses, or take them out of the DNS.",
        )
    else:
        yield finding(Verdict.UNKNOWN, f"it answers on no address: {v6[0].why}")
