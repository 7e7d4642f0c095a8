"""Questions to a real nameserver on loopback, and what its answers come to."""

import asyncio
import threading
from functools import partial
from pathlib import Path
from typing import Any

import dns.message
import dns.rcode
import dns.resolver
import dns.rrset
import pytest
from dns.edns import EDECode, EDEOption
from dns.flags import AD, CD, RD, Flag
from dns.nameserver import Do53Nameserver

from tests.lookup.nameserver import (
    HOST,
    NO_DATA,
    NXDOMAIN,
    SERVFAIL,
    TRUNCATED,
    Reply,
    ScriptedNameserver,
    garbage,
    hang_up,
    in_turn,
    is_free,
    records,
    refusal,
    silence,
)
from tuimail.domain import AnswerStatus, Checking
from tuimail.lookup import Nameserver, Resolver
from tuimail.lookup.resolver import BURST

MX = records("example.net. 300 MX 10 mx.example.net.")


async def test_records(nameserver: ScriptedNameserver, resolver: Resolver) -> None:
    nameserver.say("MX example.net", MX)

    answer = await resolver.ask("example.net", "MX")

    assert answer.status is AnswerStatus.FOUND
    assert (answer.name, answer.rdtype) == ("example.net", "MX")
    assert answer.finding == "mx.example.net (10)"
    assert answer.ttl == 300
    assert 0 < answer.elapsed < 5
    assert nameserver.questions == ["MX example.net"]


@pytest.mark.parametrize(
    ("reply", "status"),
    [(NO_DATA, AnswerStatus.NO_DATA), (NXDOMAIN, AnswerStatus.NXDOMAIN)],
)
async def test_absence(
    nameserver: ScriptedNameserver,
    resolver: Resolver,
    reply: Reply,
    status: AnswerStatus,
) -> None:
    """Rule R1: both are answers, asked for once and without a search list."""
    nameserver.say("MX example.net", reply)

    answer = await resolver.ask("example.net", "MX")

    assert answer.status is status
    assert not answer.unknown
    assert nameserver.questions == ["MX example.net"]


@pytest.mark.parametrize(
    ("rcode", "why"),
    [
        (dns.rcode.SERVFAIL, "could not find out (SERVFAIL)"),
        (dns.rcode.REFUSED, "refuses to answer (REFUSED)"),
        (dns.rcode.NOTIMP, "answered NOTIMP"),
    ],
)
async def test_refusal(
    started: tuple[ScriptedNameserver, Nameserver],
    resolver: Resolver,
    rcode: dns.rcode.Rcode,
    why: str,
) -> None:
    """Rules R1 and I1: nothing is known, and the answer says what the nameserver said."""
    nameserver, address = started
    nameserver.say("MX example.net", refusal(rcode))

    answer = await resolver.ask("example.net", "MX")

    assert answer.status is AnswerStatus.FAILED
    assert answer.unknown
    assert answer.why == f"{HOST} port {address.port} {why}"


async def test_extended_error(nameserver: ScriptedNameserver, resolver: Resolver) -> None:
    """RFC 8914; its text is foreign, and harmless where it is shown."""
    reasons = EDEOption(EDECode.DNSSEC_BOGUS, "no \x1b[2Jsignature"), EDEOption(EDECode.OTHER)
    nameserver.say("MX example.net", refusal(dns.rcode.SERVFAIL, *reasons))

    answer = await resolver.ask("example.net", "MX")

    assert answer.why.endswith(r"(SERVFAIL), dnssec bogus: no \x1b[2Jsignature, other")


async def test_silence(nameserver: ScriptedNameserver, impatient: Resolver) -> None:
    """Rule R1: a time-out is no absence."""
    nameserver.say("MX example.net", silence)

    answer = await impatient.ask("example.net", "MX")

    assert answer.status is AnswerStatus.TIMED_OUT
    assert answer.unknown
    assert answer.why.startswith("no answer within 0.05 s")


async def test_lost_question_is_asked_again(
    started: tuple[ScriptedNameserver, Nameserver],
) -> None:
    nameserver, address = started
    nameserver.say("MX example.net", in_turn(silence, silence, MX))

    answer = await Resolver([address], lifetime=2, patience=0.05).ask("example.net", "MX")

    assert answer.status is AnswerStatus.FOUND
    assert nameserver.questions == ["MX example.net"] * 3


async def test_garbage_is_not_an_answer(
    nameserver: ScriptedNameserver, impatient: Resolver
) -> None:
    """Whoever can send a datagram could send garbage: the real answer may still come."""
    nameserver.say("MX example.net", garbage)

    answer = await impatient.ask("example.net", "MX")

    assert answer.status is AnswerStatus.TIMED_OUT


async def test_truncated_answer_is_fetched_over_tcp(
    nameserver: ScriptedNameserver, resolver: Resolver
) -> None:
    hosts = [f"example.net. 300 MX 10 {'x' * 60}{number}.example.net." for number in range(40)]
    nameserver.say("MX example.net", TRUNCATED, over_tcp=records(*hosts))

    answer = await resolver.ask("example.net", "MX")

    assert len(answer.records) == 40
    assert nameserver.questions == ["MX example.net", "MX example.net over TCP"]


async def test_a_long_answer_is_read_away_from_the_loop(
    nameserver: ScriptedNameserver, resolver: Resolver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Reading a thousand addresses takes 60 ms, and a key is waited for meanwhile."""
    threads = set()
    read = dns.message.from_wire

    def noted(wire: bytes, **how: Any) -> dns.message.Message:  # noqa: ANN401  # dnspython's own
        if len(wire) > 16_000:
            threads.add(threading.current_thread())
        return read(wire, **how)

    monkeypatch.setattr(dns.message, "from_wire", noted)
    named = [f"mx.example.net. 60 A 10.0.{n >> 8}.{n & 255}" for n in range(1000)]
    nameserver.say("A mx.example.net", TRUNCATED, over_tcp=records(*named))

    answer = await resolver.ask("mx.example.net", "A")

    assert len(answer.records) == 1000
    assert len(threads) == 1
    assert threading.main_thread() not in threads


async def test_somebody_elses_answer_over_tcp(
    nameserver: ScriptedNameserver, resolver: Resolver
) -> None:
    def other_id(query: dns.message.Message) -> bytes:
        reply = MX(query)
        assert reply is not None
        return bytes([reply[0] ^ 1]) + reply[1:]

    nameserver.say("MX example.net", TRUNCATED, over_tcp=other_id)

    answer = await resolver.ask("example.net", "MX")

    assert answer.status is AnswerStatus.FAILED
    assert answer.why.endswith("gave no proper answer")


async def test_silence_over_tcp(started: tuple[ScriptedNameserver, Nameserver]) -> None:
    nameserver, address = started
    nameserver.say("MX example.net", TRUNCATED, over_tcp=silence)

    answer = await Resolver([address], lifetime=0.2, patience=0.05).ask("example.net", "MX")

    assert answer.status is AnswerStatus.TIMED_OUT
    assert answer.why.endswith("did not answer)")


async def test_garbage_over_tcp(nameserver: ScriptedNameserver, resolver: Resolver) -> None:
    nameserver.say("MX example.net", TRUNCATED, over_tcp=garbage)

    answer = await resolver.ask("example.net", "MX")

    assert answer.status is AnswerStatus.FAILED
    assert answer.why.endswith("gave no proper answer")


async def test_an_answer_that_is_cut_short_for_good(
    nameserver: ScriptedNameserver, resolver: Resolver
) -> None:
    """Rule I1: TC over TCP as well: what did not come is not known to be absent."""
    nameserver.say("MX example.net", TRUNCATED)

    answer = await resolver.ask("example.net", "MX")

    assert (answer.status, answer.why) == (AnswerStatus.FAILED, "only a part of the answer came")


async def test_alias_is_followed(nameserver: ScriptedNameserver, resolver: Resolver) -> None:
    """RFC 5321 §5.1: a CNAME's name stands for the alias."""
    alias = "alias.example. 300 CNAME example.net."
    mx = "example.net. 60 MX 10 mx.example.net."
    nameserver.say("MX alias.example", records(alias, mx))

    answer = await resolver.ask("alias.example", "MX")

    assert answer.finding == "mx.example.net (10)"


async def test_hanging_up(nameserver: ScriptedNameserver, resolver: Resolver) -> None:
    nameserver.say("MX example.net", TRUNCATED, over_tcp=hang_up)

    answer = await resolver.ask("example.net", "MX")

    assert answer.status is AnswerStatus.FAILED
    assert answer.why.endswith("hung up")


async def test_nameserver_that_cannot_be_reached() -> None:
    answer = await Resolver([Nameserver("fe80::1%nowhere")]).ask("example.net", "MX")

    assert answer.status is AnswerStatus.FAILED
    assert answer.why == "fe80::1%nowhere can't be reached"


async def test_name_that_is_too_long_behind_its_alias(
    nameserver: ScriptedNameserver, resolver: Resolver
) -> None:
    """RFC 6672 §2.2: YXDOMAIN says nothing of mail, and must not pass for NXDOMAIN."""
    nameserver.say("MX example.net", refusal(dns.rcode.YXDOMAIN))

    answer = await resolver.ask("example.net", "MX")

    assert answer.status is AnswerStatus.FAILED
    assert answer.why


async def test_aliases_in_a_circle(nameserver: ScriptedNameserver, resolver: Resolver) -> None:
    circle = records("a.example. 300 CNAME b.example.", "b.example. 300 CNAME a.example.")
    nameserver.say("MX a.example", circle)

    answer = await resolver.ask("a.example", "MX")

    assert answer.status is AnswerStatus.FAILED
    assert answer.why.endswith("gave no proper answer")


async def test_what_the_resolver_vouches_for(
    nameserver: ScriptedNameserver, resolver: Resolver
) -> None:
    """Rule I13: AD is seen without asking for signatures."""
    nameserver.say("MX example.net", records("example.net. 300 MX 10 mx.", flags=AD))
    nameserver.say("MX plain.example", records("plain.example. 300 MX 10 mx."))

    assert (await resolver.ask("example.net", "MX")).authentic
    assert not (await resolver.ask("plain.example", "MX")).authentic
    query = nameserver.queries[0]
    assert query.flags == RD | AD
    assert (query.edns, query.ednsflags, query.payload) == (0, 0, 1232)


def _is_at(port: int, server: Nameserver) -> bool:
    return server.port == port


async def test_whoever_answers_has_to_be_believed(
    started: tuple[ScriptedNameserver, Nameserver], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rule R20: the AD bit of the one that answered, whatever others are asked too."""
    nameserver, address = started
    nameserver.say("MX example.net", records("example.net. 300 MX 10 mx.", flags=AD))
    async with ScriptedNameserver.start() as (other, other_address):
        other.say("MX example.net", SERVFAIL)
        for port, believed in ((address.port, True), (other_address.port, False)):
            # Both are on loopback: which is to be believed is told by the port alone.
            monkeypatch.setattr(Nameserver, "believed", property(partial(_is_at, port)))
            answer = await Resolver([other_address, address]).ask("example.net", "MX")
            assert answer.authentic is believed


async def test_next_nameserver_where_the_first_fails(
    started: tuple[ScriptedNameserver, Nameserver],
) -> None:
    nameserver, address = started
    nameserver.say("MX example.net", MX)
    async with ScriptedNameserver.start() as (broken, broken_address):
        broken.say("MX example.net", SERVFAIL)

        answer = await Resolver([broken_address, address]).ask("example.net", "MX")

    assert answer.status is AnswerStatus.FOUND
    assert broken.questions == nameserver.questions == ["MX example.net"]


async def test_next_nameserver_where_the_first_is_dead(
    started: tuple[ScriptedNameserver, Nameserver],
) -> None:
    nameserver, address = started
    nameserver.say("MX example.net", MX)
    async with ScriptedNameserver.start() as (dead, dead_address):
        dead.say("MX example.net", silence)

        answer = await Resolver([dead_address, address], patience=0.05).ask("example.net", "MX")

    assert answer.status is AnswerStatus.FOUND
    assert dead.questions == nameserver.questions == ["MX example.net"]


async def test_every_nameserver_is_accounted_for(
    started: tuple[ScriptedNameserver, Nameserver],
) -> None:
    nameserver, address = started
    nameserver.say("MX example.net", silence)
    async with ScriptedNameserver.start() as (broken, broken_address):
        broken.say("MX example.net", SERVFAIL)

        answer = await Resolver([broken_address, address], 0.05).ask("example.net", "MX")

    assert answer.status is AnswerStatus.TIMED_OUT
    assert f"{HOST} port {broken_address.port} could not find out" in answer.why
    assert f"{HOST} port {address.port} did not answer" in answer.why


async def test_cancelling_closes_the_socket(
    nameserver: ScriptedNameserver, resolver: Resolver
) -> None:
    nameserver.say("MX example.net", silence)
    asking = asyncio.create_task(resolver.ask("example.net", "MX"))
    await nameserver.until_asked()
    assert not is_free(nameserver.client_port)

    asking.cancel()
    await asyncio.wait({asking})
    await asyncio.sleep(0)  # Transports close in the loop's next round.

    assert asking.cancelled()
    assert is_free(nameserver.client_port)


async def test_cancelling_closes_the_connection(
    nameserver: ScriptedNameserver, resolver: Resolver
) -> None:
    nameserver.say("MX example.net", TRUNCATED, over_tcp=silence)
    asking = asyncio.create_task(resolver.ask("example.net", "MX"))
    await nameserver.until_asked(times=2)

    asking.cancel()
    await asyncio.wait({asking})

    assert asking.cancelled()
    await asyncio.wait_for(nameserver.hung_up.wait(), 5)


async def test_few_questions_at_once(started: tuple[ScriptedNameserver, Nameserver]) -> None:
    """The others wait: a burst would hold the loop."""
    nameserver, address = started
    nameserver.say("A example.net", silence)
    resolver = Resolver([address])
    asking = [asyncio.create_task(resolver.ask("example.net", "A")) for _ in range(3 * BURST)]
    await nameserver.until_asked(times=BURST)

    # Datagrams keep their order on loopback: before this one, all others have come.
    await Resolver([address]).ask("last.example", "A")
    for task in asking:
        task.cancel()
    await asyncio.wait(asking)

    assert nameserver.questions == ["A example.net"] * BURST + ["A last.example"]


async def test_system_nameservers_where_none_is_named(
    started: tuple[ScriptedNameserver, Nameserver], monkeypatch: pytest.MonkeyPatch
) -> None:
    nameserver, address = started
    nameserver.say("MX example.net", MX)

    def read_resolv_conf(self: dns.resolver.Resolver, _file: str) -> None:
        self.nameservers = [Do53Nameserver(address.address, address.port)]

    monkeypatch.setattr("dns.resolver.BaseResolver.read_resolv_conf", read_resolv_conf)

    assert (await Resolver().ask("example.net", "MX")).status is AnswerStatus.FOUND


@pytest.mark.parametrize(
    "written",
    [b"", b"nameserver localhost\n", b"nameserver 127.0.0.1\nsearch a..b\n", b"# \xff\n"],
)
async def test_system_without_nameservers(
    written: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It can still send through a relay on loopback, so that is no reason not to start."""
    configuration = tmp_path / "resolv.conf"
    configuration.write_bytes(written)
    read = dns.resolver.BaseResolver.read_resolv_conf
    monkeypatch.setattr(
        "dns.resolver.BaseResolver.read_resolv_conf", lambda self, _: read(self, configuration)
    )

    answer = await Resolver().ask("example.net", "MX")

    assert answer.status is AnswerStatus.FAILED
    assert answer.why == "this system names no nameserver that can be asked"


# What DNSSEC's findings rest on


async def test_an_unchecked_question(nameserver: ScriptedNameserver, resolver: Resolver) -> None:
    """Rule I13: CD is set where it is asked for, and nowhere else (RFC 4035 §3.2.2)."""
    nameserver.say("MX example.net", MX)
    await resolver.ask("example.net", "MX")
    await resolver.ask("example.net", "MX", Checking.DISABLED)
    assert [bool(query.flags & CD) for query in nameserver.queries] == [False, True]
    assert all(query.flags & AD for query in nameserver.queries)


async def test_servfail_and_why(nameserver: ScriptedNameserver, impatient: Resolver) -> None:
    """Rules I13, I14: by its codes too (RFC 8914)."""
    bogus = EDEOption(EDECode.DNSSEC_BOGUS, "signature expired")
    nameserver.say("MX example.net", refusal(dns.rcode.SERVFAIL, bogus))
    answer = await impatient.ask("example.net", "MX")
    assert answer.servfail
    assert set(answer.extended) == {6}
    assert "dnssec bogus: signature expired" in answer.why


async def test_a_refusal_is_no_servfail(
    nameserver: ScriptedNameserver, impatient: Resolver
) -> None:
    """Rule I14: what the resolver does not want to say is not the domain's failure."""
    nameserver.say("MX example.net", refusal(dns.rcode.REFUSED))
    answer = await impatient.ask("example.net", "MX")
    assert (answer.status, answer.servfail, answer.extended) == (AnswerStatus.FAILED, False, ())


@pytest.mark.parametrize("flags", [AD, Flag(0)])
async def test_an_authentic_absence(
    nameserver: ScriptedNameserver, resolver: Resolver, flags: Flag
) -> None:
    """Rule I13."""
    nameserver.say("MX example.net", records(flags=flags))
    answer = await resolver.ask("example.net", "MX")
    assert (answer.status, answer.authentic) == (AnswerStatus.NO_DATA, bool(flags))


async def test_the_root(nameserver: ScriptedNameserver, resolver: Resolver) -> None:
    """Rule I13: whether the resolver validates is asked by its NS."""
    nameserver.say("NS .", records(". 518400 NS a.root-servers.net.", flags=AD))
    assert (await resolver.ask(".", "NS")).authentic


@pytest.mark.parametrize(
    ("ttl", "minimum", "holds"), [(300, 60, 60), (60, 300, 60), (90_000, 90_000, 10_800)]
)
@pytest.mark.parametrize("rcode", [dns.rcode.NOERROR, dns.rcode.NXDOMAIN])
async def test_how_long_an_absence_holds(
    nameserver: ScriptedNameserver,
    resolver: Resolver,
    rcode: dns.rcode.Rcode,
    ttl: int,
    minimum: int,
    holds: int,
) -> None:
    """By the SOA record beside it, and never for more than three hours (RFC 2308 §5)."""
    soa = f"ns.example.net. hostmaster.example.net. 1 7200 900 1209600 {minimum}"

    def reply(query: dns.message.Message) -> bytes:
        response = dns.message.make_response(query)
        response.set_rcode(rcode)
        response.authority.append(dns.rrset.from_text("example.net.", ttl, "IN", "SOA", soa))
        return response.to_wire()

    nameserver.say("A host.example.net", reply)
    answer = await resolver.ask("host.example.net", "A")
    assert (answer.ttl, answer.absent_for) == (None, holds)


@pytest.mark.parametrize("reply", [NO_DATA, NXDOMAIN])
async def test_an_absence_without_a_soa_record(
    nameserver: ScriptedNameserver, resolver: Resolver, reply: Reply
) -> None:
    """RFC 2308 §5."""
    nameserver.say("A host.example.net", reply)
    assert (await resolver.ask("host.example.net", "A")).absent_for is None
