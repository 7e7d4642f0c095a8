"""A SOCKS5 proxy, as people write it (RFC 1928)."""

from dataclasses import dataclass, field

from tuimail.delivery.route import host_and_port

SOCKS_PORT = 1080  # RFC 1928 §3
_LONGEST = 255  # octets of a user or password (RFC 1929 §2)


@dataclass(frozen=True, slots=True)
class Socks:
    """`host` is a name or an address. An empty `user` means that the proxy asks for none."""

    host: str
    port: int = SOCKS_PORT
    user: str = ""
    password: str = field(default="", repr=False)

    def __post_init__(self) -> None:
        if bool(self.user) != bool(self.password):
            raise ValueError("a proxy's user and password go together: USER:PASSWORD@HOST:PORT")
        if max(len(self.user.encode()), len(self.password.encode())) > _LONGEST:
            raise ValueError(f"a proxy's user and password have at most {_LONGEST} octets each")

    @classmethod
    def parse(cls, text: str) -> "Socks":
        """Reads `HOST`, `HOST:PORT` and `USER:PASSWORD@HOST:PORT`.

        Raises ValueError with one clear line, which does not tell the password.
        """
        credentials, _, place = text.rpartition("@")
        user, _, password = credentials.partition(":")
        host, port = host_and_port(place)
        return cls(host, port or SOCKS_PORT, user, password)
