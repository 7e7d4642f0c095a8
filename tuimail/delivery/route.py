"""Where mail goes: to the exchanges of each domain, or to one server."""

import re
from dataclasses import dataclass
from pathlib import Path

from tuimail.delivery.address import is_loopback
from tuimail.safetext import visible

_LABEL = r"[^\s\x00-\x1f\x7f.@/\\,;]+"
_HOST = re.compile(rf"{_LABEL}(\.{_LABEL})*\.?")
_PORT = re.compile(r"[0-9]{1,5}")
_UNIX = "unix:"
_LONGEST_PATH = 107  # octets: Linux's sun_path with its NUL


@dataclass(frozen=True, slots=True)
class Direct:
    """Straight to the exchanges of each recipient's domain."""

    port: int | None = None
    """Where they listen; None is what the settings make of it."""


@dataclass(frozen=True, slots=True)
class Relay:
    """Everything through one server. `host` is a name or an address."""

    host: str
    port: int | None = None
    """None is what the settings make of it."""

    @classmethod
    def parse(cls, text: str) -> "Relay":
        """Reads `HOST`, `HOST:PORT` and `[IPV6]:PORT`. Raises ValueError with one clear line."""
        return cls(*host_and_port(text))

    @property
    def is_loopback(self) -> bool:
        try:
            return is_loopback(self.host)
        except ValueError:
            return self.host.lower().rstrip(".") == "localhost"


@dataclass(frozen=True, slots=True)
class UnixSocket:
    """Everything through a server on this machine, which listens on a socket in the file system."""

    path: Path

    def __str__(self) -> str:
        return f"{_UNIX}{self.path}"


Route = Direct | Relay | UnixSocket


def parse_server(text: str) -> Relay | UnixSocket:
    """Reads what `Relay` reads, and `unix:/path`. Raises ValueError with one clear line."""
    if not text.startswith(_UNIX):
        return Relay.parse(text)
    path = text.removeprefix(_UNIX)
    if not path.startswith("/") or "\0" in path:
        raise ValueError(f"“{visible(text)}” names no socket: write unix:/path")
    if len(path.encode()) > _LONGEST_PATH:
        raise ValueError(f"“{visible(text)}” is longer than a socket's path can be")
    return UnixSocket(Path(path))


def host_and_port(text: str) -> tuple[str, int | None]:
    """Reads `HOST`, `HOST:PORT` and `[IPV6]:PORT`. Raises ValueError with one clear line."""
    host, port = text, ""
    if text.startswith("["):
        host, _, port = text[1:].partition("]")
        port = port.removeprefix(":")
    elif text.count(":") == 1:
        host, _, port = text.partition(":")
    if not _HOST.fullmatch(host):
        raise ValueError(f"“{visible(text)}” names no server")
    if port and not (_PORT.fullmatch(port) and 0 < int(port) < 65536):
        raise ValueError(f"“{visible(port)}” is no port, which is a number from 1 to 65535")
    return host, int(port) if port else None
