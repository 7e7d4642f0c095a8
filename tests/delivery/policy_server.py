"""A policy host on loopback that answers with whatever octets a test gives it."""

import ssl
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import trustme

from tests.delivery.scripted import Script, Scripted, Side, scripted
from tests.lookup.nameserver import NO_DATA, ScriptedNameserver, records

DOMAIN = "example.net"
HOST = f"mta-sts.{DOMAIN}"
BODY = b"version: STSv1\r\nmode: enforce\r\nmx: mx1.example.net\r\nmax_age: 604800\r\n"


def http(body: bytes = BODY, status: str = "200 OK", *headers: str) -> bytes:
    """A response as a web server gives it; `headers` in place of the usual media type."""
    lines = [
        f"HTTP/1.1 {status}",
        f"Content-Length: {len(body)}",
        *(headers or ("Content-Type: text/plain",)),
        "Connection: close",
    ]
    return "".join(f"{line}\r\n" for line in lines).encode() + b"\r\n" + body


class PolicyServer:
    """Its authority, and the requests that came, line by line."""

    def __init__(self, folder: Path) -> None:
        self.authority = trustme.CA()
        self.ca_file = folder / "policy-ca.pem"
        self.authority.cert_pem.write_to_path(self.ca_file)
        self.requests: list[list[str]] = []

    def context(self, *names: str, **dates: object) -> ssl.SSLContext:
        """With a certificate for the names."""
        made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        certificate = self.authority.issue_cert(*names or (HOST,), **dates)  # type: ignore[arg-type]  # by name
        certificate.configure_cert(made)
        return made

    def saying(self, *parts: bytes, context: ssl.SSLContext | None = None) -> Script:
        """Answers a request with the parts, and then waits until the client has gone."""

        async def script(side: Side) -> None:
            await self.hear(side, context)
            for part in parts:
                await side.send_raw(part)
            await side.gone()

        return script

    async def hear(self, side: Side, context: ssl.SSLContext | None = None) -> None:
        await side.encrypt(context or self.context())
        request = []
        while line := await side.hear():
            request.append(line)
        if request:
            self.requests.append(request)

    def serve(self, *scripts: Script) -> AbstractAsyncContextManager[Scripted]:
        return scripted(*scripts)


def resolves(nameserver: ScriptedNameserver, *addresses: str, host: str = HOST) -> None:
    """Gives the policy host its addresses."""
    for rdtype in ("A", "AAAA"):
        own = [ip for ip in addresses if (":" in ip) == (rdtype == "AAAA")]
        lines = [f"{host}. 300 {rdtype} {ip}" for ip in own]
        nameserver.say(f"{rdtype} {host}", records(*lines) if lines else NO_DATA)
