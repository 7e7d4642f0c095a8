"""aiosmtpd as a mail server of its own:  python -m tests.peers.aiosmtpd_server SITE"""

import asyncio
import ssl
import sys
from itertools import count
from pathlib import Path

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from tests.peers.site import DOMAIN, HOST, MAILBOXES, PASSWORD, USER, Site

MOST_OCTETS = 50_000_000


class Handler:
    """What aiosmtpd calls, by its names and with its arguments."""

    def __init__(self, here: Site) -> None:
        self._site = here
        self._taken = count()

    async def handle_RCPT(
        self,
        _server: SMTP,
        _session: Session,
        envelope: Envelope,
        address: str,
        _options: list[str],
    ) -> str:
        local, _, domain = address.partition("@")
        if domain != DOMAIN or local not in MAILBOXES:
            return "550 5.1.1 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 yes"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:
        message = envelope.original_content
        assert message is not None
        for address in envelope.rcpt_tos:
            self._site.put(address.partition("@")[0], str(next(self._taken)), message)
        return "250 2.0.0 taken"


def authenticate(
    _server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, given: object
) -> AuthResult:
    known = LoginPassword(USER.encode(), PASSWORD.encode())
    return AuthResult(success=given == known, handled=False)


async def serve(here: Site) -> None:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(here.certificate, here.key)
    handler = Handler(here)

    def session() -> SMTP:
        return SMTP(
            handler,
            hostname=HOST,
            data_size_limit=MOST_OCTETS,
            enable_SMTPUTF8=True,
            tls_context=context,
            authenticator=authenticate,
        )

    server = await asyncio.get_running_loop().create_server(session, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(Site(Path(sys.argv[1]))))
