"""A server that AUTH is said to, and that says back whatever it is told in confidence."""

from base64 import b64decode, b64encode
from collections.abc import Iterator
from enum import Enum

from scramp import ScramMechanism  # type: ignore[import-untyped]

from tests.delivery.scripted import Side

USER = "somebody"
SECRET = "Tr0ub4dor-3-marked"


class Answer(Enum):
    WELCOME = "235 2.7.0 welcome, {said}"
    REFUSAL = "535 5.7.8 {said} is wrong"
    NONSENSE = "{said} is wrong"
    CHALLENGE = "334 {said}"
    SILENCE = ""
    """It hangs up."""


class Secretive:
    """A script for one mechanism. `spellings` are the secret, and all that the client has said
    within AUTH, each as it is and in base64."""

    def __init__(self, mechanism: str, answer: Answer) -> None:
        self.spellings = {SECRET, b64encode(SECRET.encode()).decode()}
        self._mechanism = mechanism
        self._answer = answer
        self._side: Side

    async def __call__(self, side: Side) -> None:
        self._side = side
        await side.say(f"220 mx.example.net knows {SECRET}")
        await side.hear()
        await side.say(f"250-mx.example.net {SECRET}", f"250 AUTH {self._mechanism}")
        _, _, rest = (await side.hear()).partition(f"AUTH {self._mechanism}")
        initial = self._note(rest.strip())
        for challenge in self._challenges(initial):
            await self._challenge(challenge)
        if self._answer is Answer.SILENCE:
            return
        await side.say(self._answer.value.format(said=" ".join(sorted(self.spellings))))
        while line := await side.hear():
            if line == "DATA":
                await side.say("354 go ahead")
                await side.hear_message()
            await side.say(f"250 ok {SECRET}")

    def _challenges(self, initial: bytes) -> Iterator[bytes]:
        """What has to be said before the client has told all that it tells."""
        match self._mechanism:
            case "LOGIN":
                yield b"Username:"
                yield b"Password:"
            case "CRAM-MD5":
                yield b"<1896.697170952@mx.example.net>"
            case "SCRAM-SHA-1" | "SCRAM-SHA-256":
                mechanism = ScramMechanism(self._mechanism)
                known = mechanism.make_auth_info(SECRET, iteration_count=4096)
                server = mechanism.make_server(lambda _user: known)
                server.set_client_first(initial.decode())
                yield server.get_server_first().encode()
                server.set_client_final(self._response.decode())
                yield server.get_server_final().encode()

    async def _challenge(self, challenge: bytes) -> None:
        await self._side.say(f"334 {b64encode(challenge).decode()}")
        self._response = self._note(await self._side.hear())

    def _note(self, said: str) -> bytes:
        """What was said in base64, decoded."""
        octets = b64decode(said)
        if octets not in (b"", USER.encode()):
            self.spellings |= {said, octets.decode()}
        return octets
