"""The web server that serves MTA-STS policies."""

import asyncio
import ssl

import dns.message
import pytest

from tuimail.demo import DEMO_DOMAINS, DemoDomain, DemoWorld
from tuimail.demo.nameserver import answer_datagram
from tuimail.demo.zone import Zones
from tuimail.domain import StsPolicy

(STS,) = (domain for domain in DEMO_DOMAINS if domain.name == "sts.test")
PAGE = "GET /.well-known/mta-sts.txt HTTP/1.1"


async def ask(world: DemoWorld, domain: DemoDomain, *lines: str) -> tuple[str, bytes]:
    """The status line of the response, and its body."""
    assert domain.policy is not None
    reader, writer = await asyncio.open_connection(
        domain.policy.address,
        world.https_port,
        ssl=ssl.create_default_context(cadata=world.ca_pem.decode()),
        server_hostname=domain.policy_host,
    )
    writer.write("".join(f"{line}\r\n" for line in (*lines, "")).encode())
    response = await reader.read()
    writer.close()
    await writer.wait_closed()
    head, _, body = response.partition(b"\r\n\r\n")
    return head.decode().splitlines()[0], body


@pytest.mark.parametrize("line", [PAGE, PAGE.replace("1.1", "1.0")])
async def test_the_policy_is_at_its_well_known_place(demo_world: DemoWorld, line: str) -> None:
    """RFC 8461 §3.3: over HTTPS, with a certificate for the policy host."""
    status, body = await ask(demo_world, STS, line, f"Host: {STS.policy_host}", "Accept: */*")
    assert status == "HTTP/1.1 200 OK"
    assert STS.policy is not None
    assert body == STS.policy.body.encode()
    policy = StsPolicy.parse(body)
    assert [policy.matches(exchange.name) for exchange in STS.exchanges] == [False, True]


@pytest.mark.parametrize(
    ("line", "status"),
    [
        ("GET / HTTP/1.1", "404 Not Found"),
        ("GET /.well-known/mta-sts.txt/ HTTP/1.1", "404 Not Found"),
        ("POST /.well-known/mta-sts.txt HTTP/1.1", "400 Bad Request"),
        ("GET /.well-known/mta-sts.txt", "400 Bad Request"),
        ("EHLO client.example", "400 Bad Request"),
    ],
)
async def test_there_is_nothing_else(demo_world: DemoWorld, line: str, status: str) -> None:
    assert (await ask(demo_world, STS, line))[0] == f"HTTP/1.1 {status}"


def test_the_dns_announces_it() -> None:
    """RFC 8461 §3.1."""
    zones = Zones(DEMO_DOMAINS)

    def found(name: str, rdtype: str) -> list[str]:
        wire = answer_datagram(zones, dns.message.make_query(name, rdtype).to_wire())
        assert wire is not None
        return [str(record) for rrset in dns.message.from_wire(wire).answer for record in rrset]

    assert STS.policy is not None
    assert found("_mta-sts.sts.test", "TXT") == [f'"v=STSv1; id={STS.policy.id};"']
    assert found(STS.policy_host, "A") == [STS.policy.address]
    assert found("_mta-sts.friendly.test", "TXT") == []


async def test_stopping_ends_its_connections(demo_world: DemoWorld) -> None:
    assert STS.policy is not None
    reader, writer = await asyncio.open_connection(STS.policy.address, demo_world.https_port)
    await demo_world.stop()
    with pytest.raises(ConnectionError):
        await reader.read()
    writer.close()
