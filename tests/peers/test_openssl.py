"""What OpenSSL's own DANE makes of a certificate, beside what we make of it."""

import asyncio
import shutil
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID

from tests.delivery.authority import AUTHORITY, LAST_YEAR, Holder, named
from tuimail.delivery.dane import judge
from tuimail.domain import Tlsa

pytestmark = pytest.mark.skipif(shutil.which("openssl") is None, reason="there is no openssl here")

HOST = "mx.example.net"
ROOT = Holder.make("root", AUTHORITY)
INTERMEDIATE = Holder.make("intermediate", AUTHORITY, issuer=ROOT)
LEAF = Holder.make("leaf", named(HOST), issuer=INTERMEDIATE)
EXPIRED = Holder.make("leaf", named(HOST), issuer=ROOT, not_after=LAST_YEAR)
ELSEWHERE = Holder.make("leaf", named("elsewhere.example"), issuer=ROOT)
WILDCARD = Holder.make("leaf", named("*.example.net"), issuer=ROOT)
ADDRESS = Holder.make("leaf", named(x509.IPAddress(ip_address("127.0.0.1"))), issuer=ROOT)
STRANGER = Holder.make("stranger", named(HOST))
CLIENT = Holder.make(
    "leaf",
    named(HOST),
    x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH]),
    issuer=ROOT,
)
FORGED = Holder.make(
    "forged", named(HOST), issuer=Holder.make("customer", named("a.example"), issuer=ROOT)
)
OLD_ROOT = Holder.make("old", AUTHORITY, not_after=LAST_YEAR)
UNDER_OLD_ROOT = Holder.make("leaf", named(HOST), issuer=OLD_ROOT)
EVERY = [(selector, matching) for selector in (0, 1) for matching in (0, 1, 2)]
CASES = [
    *((LEAF, LEAF.chain, LEAF.tlsa(3, *kind)) for kind in EVERY),
    *((LEAF, LEAF.chain, INTERMEDIATE.tlsa(2, *kind)) for kind in EVERY),
    *((LEAF, LEAF.chain[:2], ROOT.tlsa(2, *kind)) for kind in EVERY),
    *((LEAF, LEAF.chain[:1], ROOT.tlsa(2, *kind)) for kind in EVERY),
    (LEAF, LEAF.chain, STRANGER.tlsa(3, 1, 1)),
    (LEAF, LEAF.chain, STRANGER.tlsa(2, 0, 0)),
    (LEAF, LEAF.chain, LEAF.tlsa(2, 1, 1)),
    (LEAF, LEAF.chain, ROOT.tlsa(3, 1, 1)),
    *(
        (holder, holder.chain, record)
        for holder in (EXPIRED, ELSEWHERE, WILDCARD, ADDRESS, CLIENT, FORGED)
        for record in (holder.tlsa(3, 1, 1), ROOT.tlsa(2, 1, 1), ROOT.tlsa(2, 0, 0))
    ),
    (UNDER_OLD_ROOT, UNDER_OLD_ROOT.chain, OLD_ROOT.tlsa(2, 0, 1)),
    (STRANGER, STRANGER.chain, STRANGER.tlsa(3, 0, 2)),
]


@asynccontextmanager
async def served(holder: Holder, shown: list[x509.Certificate], folder: Path) -> AsyncIterator[int]:
    """The port of a server that shows this chain."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(holder.write(folder / "server.pem", shown))

    async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    server = await asyncio.start_server(hang_up, "127.0.0.1", 0, ssl=context)
    async with server:
        yield server.sockets[0].getsockname()[1]


async def openssl_trusts(port: int, record: Tlsa) -> bool:
    rdata = f"{record.usage} {record.selector} {record.matching} {record.association.hex()}"
    process = await asyncio.create_subprocess_exec(
        "openssl",
        "s_client",
        *("-connect", f"127.0.0.1:{port}", "-brief"),
        *("-dane_tlsa_domain", HOST, "-dane_tlsa_rrdata", rdata),
        "-dane_ee_no_namechecks",  # RFC 7672 §3.1.1
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await process.communicate()
    assert b"Protocol version" in said, said
    return b"Verification: OK" in said


@pytest.mark.parametrize(
    ("holder", "shown", "record"),
    CASES,
    ids=[
        f"{holder.certificate.subject.rfc4514_string()} {one.usage} {one.selector} {one.matching}"
        for holder, _, one in CASES
    ],
)
async def test_openssl_thinks_the_same(
    holder: Holder, shown: list[x509.Certificate], record: Tlsa, tmp_path: Path
) -> None:
    """Rule R22: of each usage, selector and matching type, of names, dates and purposes."""
    ours = judge(shown, [record], (HOST,), datetime.now(UTC))
    async with served(holder, shown, tmp_path) as port:
        assert await openssl_trusts(port, record) is not bool(ours.distrust), ours
