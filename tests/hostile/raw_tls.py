"""A server's TLS by hand: what a well-made one would not let a script do."""

from collections.abc import Awaitable, Callable

import trustme
from OpenSSL import SSL

from tests.delivery.scripted import Side

ALERTS = {
    "handshake failure": b"\x15\x03\x03\x00\x02\x02\x28",
    "internal error": b"\x15\x03\x03\x00\x02\x02\x50",
    "close notify": b"\x15\x03\x03\x00\x02\x01\x00",
    "no such level": b"\x15\x03\x03\x00\x02\x09\x63",
    "many warnings": b"\x15\x03\x03\x00\x02\x01\x70" * 100,
    "an empty one": b"\x15\x03\x03\x00\x00",
    "a huge record": b"\x16\x03\x03\xff\xff" + b"\x00" * 0xFFFF,
    "data before the end": b"\x17\x03\x03\x40\x00" + b"\x00" * 0x4000,
    "half a record": b"\x16\x03\x03\x00\x7a\x02\x00\x00",
    "plaintext": b"250 mx.example.net\r\n250 ok\r\n",
}
"""Records of TLS (RFC 5246 §6.2, §7.2) in answer to a ClientHello."""


class RawTls:
    """The server's side of TLS on one connection."""

    def __init__(self, side: Side, certificate: trustme.LeafCert, version: int) -> None:
        context = SSL.Context(SSL.TLS_SERVER_METHOD)
        context.set_max_proto_version(version)
        certificate.configure_cert(context)
        self._side = side
        self._connection = SSL.Connection(context, None)
        self._connection.set_accept_state()

    async def shake_hands(self, send: Callable[[bytes], Awaitable[None]] | None = None) -> None:
        """`send` may do to the server's flight what it likes."""
        while True:
            try:
                self._connection.do_handshake()
            except SSL.WantReadError:
                await self._flush(send)
                self._connection.bio_write(await self._side.some())
            else:
                await self._flush(send)
                return

    async def say(self, *lines: str) -> None:
        self._connection.sendall("".join(f"{line}\r\n" for line in lines).encode())
        await self._flush()

    async def hear(self) -> str:
        """What has come, decrypted; empty when the client has gone."""
        while True:
            try:
                return self._connection.recv(65536).decode()
            except SSL.WantReadError:
                await self._flush()
                octets = await self._side.some()
                if not octets:
                    return ""
                self._connection.bio_write(octets)

    async def ask_for_renegotiation(self) -> None:
        self._connection.renegotiate()
        self._connection.do_handshake()
        await self._flush()

    async def _flush(self, send: Callable[[bytes], Awaitable[None]] | None = None) -> None:
        try:
            octets = self._connection.bio_read(65536)
        except SSL.WantReadError:
            return
        await (send or self._side.send_raw)(octets)
