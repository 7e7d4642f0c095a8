"""Twisted's ESMTP server as one of its own:  python -m tests.peers.twisted_server SITE

Never imported by a test: importing twisted.mail.smtp installs a reactor.
"""

import sys
from collections.abc import Callable
from itertools import count
from pathlib import Path

from twisted.cred.checkers import AllowAnonymousAccess, InMemoryUsernamePasswordDatabaseDontUse
from twisted.cred.credentials import CramMD5Credentials
from twisted.cred.portal import IRealm, Portal
from twisted.internet import defer, reactor, ssl
from twisted.internet.address import IPv4Address
from twisted.internet.interfaces import IAddress
from twisted.internet.protocol import ServerFactory
from twisted.mail import imap4, smtp
from zope.interface import Interface, implementer

from tests.peers.site import DOMAIN, HOST, MAILBOXES, PASSWORD, USER, Site

_NUMBERS = count()


@implementer(smtp.IMessage)
class Mail:
    def __init__(self, here: Site, mailbox: str) -> None:
        self._site = here
        self._mailbox = mailbox
        self._lines: list[bytes] = []

    def lineReceived(self, line: bytes) -> None:
        self._lines.append(line + b"\r\n")

    def eomReceived(self) -> "defer.Deferred[None]":
        self._site.put(self._mailbox, str(next(_NUMBERS)), b"".join(self._lines))
        return defer.succeed(None)

    def connectionLost(self) -> None:
        self._lines.clear()


@implementer(smtp.IMessageDelivery)
class Delivery:
    def __init__(self, here: Site) -> None:
        self._site = here

    def receivedHeader(
        self, _helo: object, _origin: smtp.Address, _recipients: list[smtp.User]
    ) -> bytes:
        return b"Received: by Twisted"

    def validateFrom(self, _helo: object, origin: smtp.Address) -> smtp.Address:
        return origin

    def validateTo(self, user: smtp.User) -> Callable[[], Mail]:
        mailbox = user.dest.local.decode()
        if user.dest.domain.decode() != DOMAIN or mailbox not in MAILBOXES:
            raise smtp.SMTPBadRcpt(user)
        return lambda: Mail(self._site, mailbox)


@implementer(IRealm)
class Realm:
    def __init__(self, here: Site) -> None:
        self._site = here

    def requestAvatar(
        self, _who: object, _mind: object, *_interfaces: type[Interface]
    ) -> tuple[type[Interface], Delivery, Callable[[], None]]:
        return smtp.IMessageDelivery, Delivery(self._site), lambda: None


class Sessions(ServerFactory):
    def __init__(self, here: Site) -> None:
        users = InMemoryUsernamePasswordDatabaseDontUse()
        users.addUser(USER.encode(), PASSWORD.encode())
        self._portal = Portal(Realm(here), [users, AllowAnonymousAccess()])
        self._tls = ssl.DefaultOpenSSLContextFactory(str(here.key), str(here.certificate))

    def buildProtocol(self, _address: IAddress | None) -> smtp.ESMTP:
        mechanisms = {
            b"PLAIN": imap4.PLAINCredentials,
            b"LOGIN": imap4.LOGINCredentials,
            b"CRAM-MD5": lambda: CramMD5Credentials(HOST.encode()),
        }
        session = smtp.ESMTP(mechanisms, self._tls)
        session.host = HOST.encode()
        session.portal = self._portal  # type: ignore[assignment]  # typed as its default, None
        return session


if __name__ == "__main__":
    port = reactor.listenTCP(0, Sessions(Site(Path(sys.argv[1]))), interface="127.0.0.1")
    here = port.getHost()
    assert isinstance(here, IPv4Address)
    print(here.port, flush=True)
    reactor.run()
