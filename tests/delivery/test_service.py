"""The same sends in a Twisted application."""

import asyncio
import sys
from pathlib import Path

from tests.delivery.scripted import Side, scripted

APPLICATION = """
import asyncio
from datetime import UTC, datetime

from twisted.application.service import Application
from twisted.internet import reactor

from tuimail.delivery.mail import Mail
from tuimail.delivery.service import MailService
from tuimail.delivery.settings import Relay, Settings
from tuimail.message import Draft, compose, parse_addresses
from tuimail.transcript import Transcript


class Postman(MailService):
    def startService(self):
        super().startService()
        reactor.callWhenRunning(self.post)

    def post(self):
        (me, bob) = parse_addresses("me@example.com, bob@example.net").addresses
        draft = Draft(sender=me, to=(bob,), body="Hello from twistd.\\n")
        message = compose(draft, now=datetime.now(UTC), message_id="<1@example.com>")
        deferred = self.send(Mail(message, "me@example.com", (bob,)))
        deferred.addCallback(lambda outcome: print(outcome.sentence))
        deferred.addCallback(lambda _: reactor.stop())


application = Application("postman")
settings = Settings(Relay("127.0.0.1", {port}), identity="client.example")
Postman(reactor, settings, Transcript()).setServiceParent(application)
"""


async def test_twistd_hosts_it(tmp_path: Path) -> None:
    taken: list[bytes] = []

    async def takes(side: Side) -> None:
        await side.say("220 mx")
        taken.append(await side.take_mail())

    async with scripted(takes) as server:
        tac = tmp_path / "postman.tac"
        tac.write_text(APPLICATION.format(port=server.port))
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", "from twisted.scripts.twistd import run; run()"),
            *("--reactor=asyncio", "--nodaemon", "--pidfile=", "--python", str(tac)),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            cwd=tmp_path,
        )
        said, _ = await process.communicate()
    assert process.returncode == 0, said.decode()
    assert b"Delivered in" in said
    assert b"Traceback" not in said
    (message,) = taken
    assert message.endswith(b"Hello from twistd.\r\n.\r\n")
