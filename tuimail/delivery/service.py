"""Sends as a Twisted service: `twistd` can host it, and so can the screen."""

import asyncio

from twisted.application.service import Service
from twisted.internet.asyncioreactor import AsyncioSelectorReactor
from twisted.internet.defer import Deferred

from tuimail.delivery.courier import Courier
from tuimail.delivery.mail import Mail
from tuimail.delivery.reactor import as_deferred
from tuimail.delivery.settings import Settings
from tuimail.delivery.stepper import Stepper
from tuimail.lookup import Resolver
from tuimail.transcript import Outcome, Transcript


class MailService(Service):
    """What happens streams into `transcript` while a send's Deferred is waiting."""

    name = "tuimail"

    def __init__(
        self, reactor: AsyncioSelectorReactor, settings: Settings, transcript: Transcript
    ) -> None:
        """Raises OSError or ValueError for what the settings name and is not there."""
        self._courier = Courier(reactor, settings, transcript)

    def startService(self) -> None:
        super().startService()  # type: ignore[no-untyped-call]  # Twisted has no type for it

    @property
    def resolver(self) -> Resolver:
        return self._courier.resolver

    @property
    def stepper(self) -> Stepper:
        """What waits in its sessions to be let go."""
        return self._courier.stepper

    def send(self, mail: Mail) -> Deferred[Outcome]:
        """Fires when every recipient has a status; `stop_sending` makes that soon. Cancelling the
        Deferred stops the send too, and drops its outcome."""
        return as_deferred(asyncio.ensure_future(self._courier.send(mail)))

    def stop_sending(self) -> None:
        """Stops what is being sent: each send fires with what is known by then."""
        self._courier.stop()

    def rest(self) -> Deferred[None]:
        """Fires when the connections that are open now have closed, each in its own time: after a
        send, all has been seen of it then."""
        return as_deferred(asyncio.ensure_future(self._courier.rest()))

    def stopService(self) -> Deferred[None]:
        """Fires when every connection has closed."""
        super().stopService()  # type: ignore[no-untyped-call]  # Twisted has no type for it
        return as_deferred(asyncio.ensure_future(self._courier.close()))
