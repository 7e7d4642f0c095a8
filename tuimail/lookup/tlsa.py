"""Asking for an exchange's TLSA records (RFC 7672 §2.2)."""

from tuimail.domain import Answer, Checking, Exchange, TlsaLookUp, tlsa_inquiry
from tuimail.lookup.asking import Asking
from tuimail.lookup.conduct import conduct
from tuimail.lookup.resolver import Observe


async def find_tlsa(
    resolver: Asking, exchange: Exchange, port: int, observe: Observe
) -> TlsaLookUp:
    """What `tlsa_inquiry` comes to; `observe` gets each answer as it comes."""

    async def ask(name: str, rdtype: str, checking: Checking = Checking.ENABLED) -> Answer:
        answer = await resolver.ask(name, rdtype, checking)
        observe(answer)
        return answer

    return await conduct(ask, tlsa_inquiry(exchange, port))
