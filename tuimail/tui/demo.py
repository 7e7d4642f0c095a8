"""The demo world as a place to send into."""

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from tuimail.tui.letter import Letter
from tuimail.tui.world import EngineError

if TYPE_CHECKING:
    from twisted.internet.asyncioreactor import AsyncioSelectorReactor

    from tuimail.delivery.settings import Settings
    from tuimail.demo import DemoWorld

IDENTITY = "client.example"
FIRST_LETTER = Letter(
    sender="Me <me@example.com>",
    to="bob@friendly.test",
    subject="Tutorate!",
    body="""\
Hello, how are you, goodbye.

f9 sends this to an exchange on your own machine, and the
transcript shows what the two say to each other.

Demo domains, in the palette (ctrl+p), lists who else is
here: slow, greylisting, strict and rude exchanges.
""",
)


class Demo:
    """A world that is served while the screen is open."""

    def __init__(self, *, smtp_port: int = 0, dns_port: int = 0) -> None:
        self._smtp_port = smtp_port
        self._dns_port = dns_port
        self._world: DemoWorld | None = None
        self._folder = TemporaryDirectory(prefix="tuimail-demo-")

    async def open(self, reactor: "AsyncioSelectorReactor", settings: "Settings") -> "Settings":
        from tuimail.delivery.settings import Direct
        from tuimail.demo import DemoError, DemoWorld
        from tuimail.lookup import Nameserver

        try:
            world = await DemoWorld.start(
                reactor, smtp_port=self._smtp_port, dns_port=self._dns_port
            )
        except DemoError as error:
            raise EngineError(str(error)) from error
        self._world = world
        ca_file = Path(self._folder.name) / "ca.pem"
        ca_file.write_bytes(world.ca_pem)
        return replace(
            settings,
            route=Direct(world.smtp_port),
            nameservers=(Nameserver(*world.nameserver),),
            ca_file=ca_file,
            policy_port=world.https_port,
            identity=settings.identity or IDENTITY,
        )

    @property
    def history_path(self) -> Path:
        return Path(self._folder.name) / "history.db"

    async def close(self) -> None:
        if self._world is not None:
            await self._world.stop()
        self._folder.cleanup()
