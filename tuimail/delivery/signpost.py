"""Where mail for a domain goes."""

from collections.abc import Callable

from twisted.internet.interfaces import IReactorTime

from tuimail.delivery.narrowing import (
    Objection,
    alone,
    narrowed,
    not_public,
    objections,
    of_other_family,
)
from tuimail.delivery.settings import Direct, Family, Relay, Settings, UnixSocket
from tuimail.domain import Acceptance, Answer, DomainError, Exchanges, given, relay
from tuimail.lookup import Asking, find_exchanges, find_relay
from tuimail.transcript import Event, LookedUp, Noted, PassedOver


def looked_up(answer: Answer, at: float) -> LookedUp:
    """`at` is when it came, in monotonic seconds."""
    return LookedUp(at, f"{answer.rdtype} {answer.name}", answer.finding, answer.elapsed)


class Signpost:
    """Asks the DNS as the route says."""

    def __init__(self, clock: IReactorTime, settings: Settings, resolver: Asking) -> None:
        self._clock = clock
        self._settings = settings
        self._resolver = resolver

    async def exchanges(
        self, domain: str, watch: Callable[[Event], None], exchange: str = ""
    ) -> Exchanges:
        """The exchanges of a domain, or the relay's, as far as they are to be tried; of a domain's
        that `exchange` alone, where it is named."""
        observe = self.asking(watch)
        try:
            match self._settings.route:
                case UnixSocket(path=path) as socket:
                    return relay(given(str(socket), (str(path),)))
                case Relay(host=host):
                    found = await find_relay(self._resolver, host, observe)
                case Direct():
                    found = await find_exchanges(self._resolver, domain, observe)
                    self._tell_left_out(found, watch)
                    found = alone(found, exchange)
        except DomainError as error:
            # An address may pass as one, and its domain be none: a@192.0.2.1.
            return Exchanges(domain, Acceptance.NONE, (), str(error), "5.1.2")
        return self._narrowed(found, watch)

    def _tell_left_out(self, found: Exchanges, watch: Callable[[Event], None]) -> None:
        if found.left_out:
            more = f"{found.left_out} more exchanges of {found.domain}"
            why = f"{more} are not looked at: they are too many"
            watch(Noted(self._clock.seconds(), why))

    def _narrowed(self, exchanges: Exchanges, watch: Callable[[Event], None]) -> Exchanges:
        """Without the addresses that are not to be tried; each is told."""
        rules: list[tuple[Objection, str]] = []
        if self._settings.tried is not Family.ANY:
            rules.append((of_other_family(self._settings.tried), "4.4.4"))
        named = exchanges.acceptance in (Acceptance.EXCHANGES, Acceptance.IMPLICIT)
        public = isinstance(self._settings.route, Direct) and not self._settings.nameservers
        if named and public:
            # Deferred, as Postfix does with answers that its smtp_dns_reply_filter takes out: a
            # network that answers so today, before one has logged in, may not tomorrow.
            rules.append((not_public, "4.7.0"))
        for objection, enhanced in rules:
            for name, why in objections(exchanges, objection):
                watch(PassedOver(self._clock.seconds(), name, why))
            exchanges = narrowed(exchanges, objection, enhanced)
        return exchanges

    def asking(self, watch: Callable[[Event], None]) -> Callable[[Answer], None]:
        """Tells `watch` of each answer of the DNS."""

        def observe(answer: Answer) -> None:
            if not answer.is_lack:
                watch(looked_up(answer, self._clock.seconds()))

        return observe
