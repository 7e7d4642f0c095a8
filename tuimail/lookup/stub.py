"""Questions to nameservers that find out the rest (RFC 9499 §6: a stub resolver), by dnspython."""

from collections.abc import Iterator, Sequence

import dns.asyncresolver
import dns.edns
import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.rdatatype
import dns.resolver

from tuimail.domain import Answer, AnswerStatus, Checking
from tuimail.lookup.do53 import Do53
from tuimail.lookup.nameserver import Nameserver
from tuimail.lookup.system import system_nameservers
from tuimail.safetext import visible

MOST_ABSENT = 10_800
"""Seconds for which an absence is believed at most (RFC 2308 §5)."""
_PAYLOAD = 1232  # DNS flag day 2020: what no path fragments
_FLAGS = {
    Checking.ENABLED: dns.flags.RD | dns.flags.AD,
    Checking.DISABLED: dns.flags.RD | dns.flags.AD | dns.flags.CD,
}


class StubResolver:
    """With no nameservers named, the system's. Times in seconds: `lifetime` over all of them,
    `patience` for one."""

    def __init__(self, named: Sequence[Nameserver], lifetime: float, patience: float) -> None:
        servers = tuple(named) or system_nameservers()
        self._believed = {(server.address, server.port) for server in servers if server.believed}
        self._lifetime = lifetime
        self._resolvers = {
            checking: _resolver(servers, flags, lifetime, patience)
            for checking, flags in _FLAGS.items()
        }

    async def ask(self, name: str, rdtype: str, checking: Checking) -> Answer:
        """See Resolver."""
        try:
            found = await self._resolvers[checking].resolve(
                name, rdtype, search=False, raise_on_no_answer=False
            )
        except dns.resolver.NXDOMAIN as error:
            (response,) = error.kwargs["responses"].values()
            return Answer(name, rdtype, AnswerStatus.NXDOMAIN, absent_for=_absence(response))
        except dns.resolver.NoNameservers as error:
            why = _reasons(error) or "this system names no nameserver that can be asked"
            return Answer(
                name,
                rdtype,
                AnswerStatus.FAILED,
                why=why,
                servfail=_is_servfail(error),
                extended=tuple(option.code for option in _extended(error)),
            )
        except dns.resolver.LifetimeTimeout as error:
            why = f"no answer within {self._lifetime:g} s"
            if reasons := _reasons(error):
                why += f" ({reasons})"
            return Answer(name, rdtype, AnswerStatus.TIMED_OUT, why=why)
        except dns.exception.DNSException as error:
            return Answer(name, rdtype, AnswerStatus.FAILED, why=visible(str(error)))
        if found.response.flags & dns.flags.TC:
            # Over TCP as well: whatever is missing is not known to be absent.
            return Answer(name, rdtype, AnswerStatus.FAILED, why="only a part of the answer came")
        if found.rrset is None:
            return Answer(
                name,
                rdtype,
                AnswerStatus.NO_DATA,
                authentic=self._vouched(found),
                absent_for=_absence(found.response),
            )
        alias = found.canonical_name != found.qname
        return Answer(
            name,
            rdtype,
            AnswerStatus.FOUND,
            tuple(found.rrset),
            found.rrset.ttl,
            authentic=self._vouched(found),
            canonical=_plain(found.canonical_name) if alias else "",
        )

    def _vouched(self, found: dns.resolver.Answer) -> bool:
        """Whether the nameserver says that it has validated the answer, and is to be believed."""
        believed = (found.nameserver, found.port) in self._believed
        return believed and bool(found.response.flags & dns.flags.AD)


def _resolver(
    servers: Sequence[Nameserver], flags: int, lifetime: float, patience: float
) -> dns.asyncresolver.Resolver:
    resolver = dns.asyncresolver.Resolver(configure=False)
    resolver.nameservers = [Do53(server.address, server.port) for server in servers]
    # EDNS shows AD and extended errors without asking for signatures (RFC 6840 §5.7).
    resolver.use_edns(0, 0, _PAYLOAD)
    resolver.flags = flags
    resolver.lifetime = lifetime
    resolver.timeout = patience
    return resolver


def _plain(name: dns.name.Name) -> str:
    text: str = name.canonicalize().to_text(omit_final_dot=True)
    return text


def _reasons(error: dns.resolver.NoNameservers | dns.resolver.LifetimeTimeout) -> str:
    """What each nameserver said last, with its extended errors (RFC 8914); safe to show."""
    said = {
        server.removeprefix("Do53:").removesuffix("@53").replace("@", " port "): "".join(
            (_said(what), *map(_words, _options(response)))
        )
        for server, _, _, what, response in error.kwargs["errors"]
    }
    return visible("; ".join(f"{server} {what}" for server, what in said.items()))


def _said(what: str | Exception) -> str:
    match what:
        case "SERVFAIL":
            return "could not find out (SERVFAIL)"
        case "REFUSED":
            return "refuses to answer (REFUSED)"
        case str():
            return f"answered {what}"
        case dns.exception.Timeout():
            return "did not answer"
        case EOFError():
            return "hung up"
        case OSError():
            return "can't be reached"
        case _:
            return "gave no proper answer"


def _absence(response: dns.message.Message) -> int | None:
    """Seconds for which it holds that there is nothing (RFC 2308 §5)."""
    for rrset in response.authority:
        if rrset.rdtype == dns.rdatatype.SOA:
            seconds: int = min(rrset.ttl, rrset[0].minimum, MOST_ABSENT)
            return seconds
    return None


def _is_servfail(error: dns.resolver.NoNameservers) -> bool:
    """Whether nobody said anything else in the end."""
    said = {server: what for server, _, _, what, _ in error.kwargs["errors"]}
    return set(said.values()) == {"SERVFAIL"}


def _extended(error: dns.resolver.NoNameservers) -> Iterator[dns.edns.EDEOption]:
    for *_, response in error.kwargs["errors"]:
        yield from _options(response)


def _options(response: dns.message.Message | None) -> Iterator[dns.edns.EDEOption]:
    for option in response.options if response is not None else ():
        if isinstance(option, dns.edns.EDEOption):
            yield option


def _words(option: dns.edns.EDEOption) -> str:
    code = dns.edns.EDECode.to_text(option.code).replace("_", " ").lower()
    return f", {code}: {option.text}" if option.text else f", {code}"
