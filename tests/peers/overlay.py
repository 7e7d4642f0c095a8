"""A mail server from Debian packages that can't be installed beside each other.

Each is unpacked into a folder of its own (`tests/peers/fetch`), and laid over this machine's root
in a mount namespace: there it finds its files, users and libraries where it expects them, and what
it writes outside of its site is gone when it ends.
"""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tests.peers.site import Site, contained, uncontained

FOLDER = Path(
    os.environ.get("TUIMAIL_PEERS")
    or Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "tuimail-peers"
)
"""Where `tests/peers/fetch` puts peers; read before a test has a home of its own."""

_ENTER = r"""
set -eu
packages=$1 site=$2 users=$3 command=$4
mount -t tmpfs tmpfs "$site/overlay"
cd "$site/overlay"
mkdir upper work root
cp -a "$packages/." upper
id=64900
for user in $users; do
    id=$((id + 1))
    echo "$user:x:$id:$id::/:/bin/false"
done >users
mkdir -p upper/etc
cat /etc/passwd users >upper/etc/passwd
{ cat /etc/group; cut -d: -f1-3 users | sed 's/$/:/'; } >upper/etc/group
mount -t overlay overlay -o lowerdir=/,upperdir=upper,workdir=work root
mount --rbind /dev root/dev
mount -t proc proc root/proc
mkdir -p "root$site"
mount --bind "$site" "root$site"
exec chroot root sh -c "$command"
"""


def missing(peer: str, file: str) -> str:
    """Why there is no such peer on this machine; empty where `file` of its packages is there."""
    if not (FOLDER / peer / file).exists():
        return f"needs {peer} unpacked: tests/peers/fetch {peer}"
    return uncontained()


@asynccontextmanager
async def overlaid(
    here: Site, peer: str, users: tuple[str, ...], command: str
) -> AsyncIterator[asyncio.subprocess.Process]:
    """Runs a shell command where the peer's packages are installed and its users exist."""
    (here.root / "overlay").mkdir()
    arguments = (str(FOLDER / peer), str(here.root), " ".join(users), f"exec {command}")
    async with contained(here, "sh", "-c", _ENTER, peer, *arguments) as process:
        yield process
