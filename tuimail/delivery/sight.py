"""What shows on one connection to an exchange."""

import asyncio
from dataclasses import replace

from tuimail.domain import Probe, RelayTrial
from tuimail.smtp import (
    Capabilities,
    CommandSent,
    Event,
    Failure,
    FailureKind,
    Reply,
    ReplyReceived,
    SessionFailed,
    Severity,
    Stage,
    TlsEstablished,
)


class Sight:
    """Folds a dialogue's events into a probe. `complete` is set once nothing more will show, which
    is before the connection has closed."""

    def __init__(self, probe: Probe, connected: float) -> None:
        """`connected` is when the connection was there, in monotonic seconds."""
        self.probe = probe
        self.complete = asyncio.Event()
        self._phase_began = connected

    def watch(self, event: Event) -> None:
        match event:
            case ReplyReceived(at=at, reply=reply, command=None):
                self._greeted(at, reply)
            case ReplyReceived(at=at, reply=reply, command=command) if command is not None:
                self._answered(at, command.verb, reply)
            case TlsEstablished(at=at, facts=facts):
                self.probe = replace(self.probe, tls=facts)
                self._time("TLS", at)
            case SessionFailed(failure=failure):
                self.probe = replace(self.probe, failure=failure)
                self.complete.set()
            case CommandSent(command=command) if command.verb == "QUIT":
                self.complete.set()

    def out_of_time(self) -> None:
        """Nobody waits any longer."""
        failure = Failure(FailureKind.CANCELLED, "said no more within the time there was")
        self.probe = replace(self.probe, failure=failure)

    def _greeted(self, at: float, reply: Reply) -> None:
        # Later on it is one that nobody asked for.
        if self.probe.greeting is None and self.probe.before is None:
            self.probe = replace(self.probe, greeting=reply)
            self._time("greeting", at)

    def _answered(self, at: float, verb: str, reply: Reply) -> None:
        completed = reply.severity is Severity.COMPLETED
        match verb:
            case "EHLO" if completed:
                self._offered(Capabilities.from_reply(reply))
            case "HELO" if completed:
                self._offered(Capabilities())
            case "STARTTLS":
                self._phase_began = at
            case "MAIL" if not completed:
                self._tried(reply, Stage.MAIL)
            case "RCPT":
                self._tried(reply, Stage.RCPT)

    def _offered(self, capabilities: Capabilities) -> None:
        if self.probe.tls is None:
            self.probe = replace(self.probe, before=capabilities)
        else:
            self.probe = replace(self.probe, after=capabilities)

    def _tried(self, reply: Reply, stage: Stage) -> None:
        trial = self.probe.relay
        # A recipient without a sender is refused by everybody.
        if trial is not None and trial.reply is None:
            self.probe = replace(self.probe, relay=RelayTrial(trial.recipient, reply, stage))

    def _time(self, phase: str, at: float) -> None:
        timings = {**self.probe.timings, phase: at - self._phase_began}
        self.probe = replace(self.probe, timings=timings)
