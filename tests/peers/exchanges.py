"""Exchanges that show a certificate of a test's own choice, and take whatever mail comes."""

import ssl
from pathlib import Path

from tests.delivery.authority import Holder
from tests.delivery.scripted import Script, Side


def showing(holder: Holder, folder: Path) -> Script:
    """Speaks ESMTP with whoever comes, STARTTLS included, until he leaves."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(holder.write(folder / "server.pem"))

    async def serve(side: Side) -> None:
        await side.say("220 mx.example.net ESMTP")
        while line := await side.hear():
            match line.split()[0].upper():
                case "EHLO":
                    await side.say("250-mx.example.net", "250-STARTTLS", "250 8BITMIME")
                case "STARTTLS":
                    await side.say("220 go ahead")
                    await side.encrypt(context)
                case "DATA":
                    await side.say("354 go ahead")
                    await side.hear_message()
                    await side.say("250 taken")
                case "QUIT":
                    await side.say("221 bye")
                    return
                case _:
                    await side.say("250 ok")

    return serve
