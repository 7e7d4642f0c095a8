"""A polite server that remembers what each of its connections took."""

from dataclasses import dataclass, field

from tests.delivery.scripted import Script, Side


@dataclass(slots=True)
class Counter:
    """A polite server's memory: for each connection, the recipients of each mail it took."""

    sessions: list[list[list[str]]] = field(default_factory=list)
    open: int = 0
    most_open: int = 0
    quits: int = 0

    def server(
        self, *extensions: str, mails: int = 1000, recipients: int = 1000, farewell: str = ""
    ) -> Script:
        """Takes so many mails a session, says its farewell to the next MAIL, and closes."""

        async def script(side: Side) -> None:
            taken: list[list[str]] = []
            self.sessions.append(taken)
            self.open += 1
            self.most_open = max(self.open, self.most_open)
            try:
                await side.say("220 mx")
                await side.hear()
                await side.say("250-mx", *(f"250-{each}" for each in extensions), "250 HELP")
                await self._serve(side, taken, mails, recipients, farewell)
            finally:
                self.open -= 1

        return script

    async def _serve(
        self, side: Side, taken: list[list[str]], mails: int, recipients: int, farewell: str
    ) -> None:
        present: list[str] = []
        while line := await side.hear():
            match line.split(":")[0]:
                case "MAIL FROM" if len(taken) == mails:
                    if farewell:
                        await side.say(farewell)
                    return
                case "RCPT TO" if len(present) == recipients:
                    await side.say("452 too many")
                    continue
                case "RCPT TO":
                    present.append(line)
                case "DATA":
                    await side.say("354 go")
                    await side.hear_message()
                    taken.append(present)
                    present = []
                case "QUIT":
                    self.quits += 1
                    await side.say("221 bye")
                    return
            await side.say("250 ok")

    @property
    def mails(self) -> list[int]:
        """How many each connection took."""
        return [len(session) for session in self.sessions]


async def bids_farewell(side: Side) -> None:
    assert await side.hear() == "QUIT"
    await side.say("221 bye")
