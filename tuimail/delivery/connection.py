"""Speaks the dialogue of mails on a connection."""

from collections.abc import Callable

from twisted.internet.abstract import FileDescriptor
from twisted.internet.interfaces import IReactorTime

from tuimail.delivery.spoken import SpokenConnection
from tuimail.delivery.tls import TlsClient
from tuimail.smtp import Command, Dialogue, Event, Pace, Session, Transaction


def _nothing() -> None: ...


class SmtpConnection(SpokenConnection):
    """Speaks the dialogue of mails."""

    def __init__(
        self,
        session: Session,
        tls: TlsClient,
        observe: Callable[[Event], None],
        clock: IReactorTime,
        preface: bytes = b"",
        heed: Callable[[], None] = _nothing,
        look: Callable[[], None] = _nothing,
    ) -> None:
        """`preface` goes out before everything else, TLS included. `heed` is called when events
        may have been observed, and may call back: what it submits then rides along. `look` is
        called when something has happened: another command may be held."""
        super().__init__(tls, clock, preface)
        self._session = session
        self._observe = observe
        self._heed = heed
        self._look = look

    # What the courier asks for

    @property
    def usable(self) -> bool:
        """Whether a transaction submitted now could still be said."""
        return self._dialogue.usable

    def submit(self, transaction: Transaction) -> None:
        """It is settled in an event, whatever happens."""
        self._dialogue.submit(transaction)
        self._pump()

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

    @property
    def pace(self) -> Pace:
        return self._dialogue.pace

    def change_pace(self, pace: Pace) -> None:
        self._dialogue.change_pace(pace)
        self._pump()

    # How the dialogue goes on

    def _begin(self) -> Dialogue:
        self._dialogue = Dialogue(self._session, self._observe, self._clock.seconds())
        return self._dialogue

    def _reported(self) -> None:
        self._heed()

    def _pumped(self) -> None:
        self._heed()
        self._look()
