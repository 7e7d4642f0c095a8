"""Speaks the dialogue of mails on a connection."""

from collections import deque
from collections.abc import Callable

from twisted.internet.abstract import FileDescriptor
from twisted.internet.defer import Deferred
from twisted.internet.interfaces import (
    IAddress,
    IReactorTime,
)
from twisted.internet.protocol import Factory

from tuimail.delivery.spoken import SpokenConnection
from tuimail.delivery.tls import TlsClient
from tuimail.smtp import (
    Command,
    Dialogue,
    Disposition,
    Event,
    Pace,
    Session,
    Settled,
    Transaction,
)


class SmtpConnection(SpokenConnection):
    """Speaks the dialogue of mails."""

    def __init__(
        self,
        session: Session,
        tls: TlsClient,
        observe: Callable[[Event], None],
        clock: IReactorTime,
        preface: bytes = b"",
        look: Callable[[], None] | None = None,
    ) -> None:
        """`preface` goes out before everything else, TLS included. `look` is called when
        something has happened: another command may be held."""
        super().__init__(tls, clock, preface)
        self._session = session
        self._observe = observe
        self._settled: deque[tuple[Disposition, ...]] = deque()
        self._awaiting: deque[Deferred[tuple[Disposition, ...]]] = deque()
        self._look = look

    # What the courier asks for

    @property
    def usable(self) -> bool:
        """Whether a transaction submitted now could still be said."""
        return self._dialogue.usable

    def submit(self, transaction: Transaction) -> Deferred[tuple[Disposition, ...]]:
        """Fires with one disposition for each recipient, whatever happens; it never fails."""
        settled: Deferred[tuple[Disposition, ...]] = Deferred()
        self._awaiting.append(settled)
        self._dialogue.submit(transaction)
        self._pump()
        return settled

    def quit(self) -> None:
        """Ends politely; `closed` tells when that is done. Nothing needs to wait for it."""
        self._dialogue.quit()
        self._pump()

    def part(self) -> None:
        """Ends politely, and does not stay for the reply to QUIT: as Postfix does, whose
        smtp_skip_quit_response is `yes`."""
        self.quit()
        self.transport.loseConnection()
        # TLS would wait for the server's close_notify.
        FileDescriptor.loseConnection(self.transport)

    def cancel(self) -> None:
        """Stops as soon as that is safe; what is submitted gets settled at once."""
        self._dialogue.cancel(self._clock.seconds())
        self._pump()

    # What the stepper asks for

    @property
    def held(self) -> Command | None:
        """What waits to be let go."""
        return self._dialogue.held

    def release(self, command: Command | None) -> None:
        """As `Dialogue.release`. Raises ValueError."""
        self._dialogue.release(command, self._clock.seconds())
        self._pump()

    def run_on(self) -> None:
        self._dialogue.run_on()
        self._pump()

    def change_pace(self, pace: Pace) -> None:
        self._dialogue.change_pace(pace)
        self._pump()

    # How the dialogue goes on

    def _begin(self) -> Dialogue:
        report = _settling(self._settled, self._observe)
        self._dialogue = Dialogue(self._session, report, self._clock.seconds())
        return self._dialogue

    def _reported(self) -> None:
        # Before the dialogue is obeyed: what is submitted now goes out in the same write.
        while self._settled:
            self._awaiting.popleft().callback(self._settled.popleft())

    def _pumped(self) -> None:
        self._reported()
        if self._look is not None:
            self._look()


class SmtpFactory(Factory):
    """Makes the protocol of one connection."""

    noisy = False

    def __init__(self, make: Callable[[], SmtpConnection]) -> None:
        self._make = make

    def buildProtocol(self, addr: IAddress | None) -> SmtpConnection:  # noqa: ARG002
        return self._make()


def _settling(
    settled: deque[tuple[Disposition, ...]], observe: Callable[[Event], None]
) -> Callable[[Event], None]:
    """Holds on to no connection: a dialogue that did would be garbage that has to be looked for."""

    def report(event: Event) -> None:
        if isinstance(event, Settled):
            settled.append(event.dispositions)
        observe(event)

    return report
