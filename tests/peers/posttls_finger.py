"""Postfix's posttls-finger as a peer: what it makes of an exchange's certificate.

It asks where resolv.conf says: it gets one of its own, laid over this machine's in a mount
namespace, which needs root.
"""

import asyncio
import os
import shutil
from pathlib import Path

from tests.peers.site import uncontained

_ENTER = 'mount --bind "$1" /etc/resolv.conf; shift; exec "$@"'
_MAIN_CF = """\
compatibility_level = 3.6
myhostname = client.example
smtp_dns_support_level = dnssec
"""


def missing() -> str:
    """Why it can't be a peer on this machine; empty where it can."""
    if shutil.which("posttls-finger") is None:
        return "needs Debian's postfix, for posttls-finger: apt-get install postfix"
    return uncontained()


async def finger(domain: str, port: int, nameserver: str, folder: Path) -> str:
    """All that it says of the exchange that mail to `domain` goes to, and that listens on `port`.

    TLSA records count for it under secure MX records alone, as RFC 7672 §2.2.1 has it.
    """
    configuration = folder / "resolv.conf"
    configuration.write_text(f"nameserver {nameserver}\n")
    main = folder / "main.cf"
    main.write_text(_MAIN_CF)
    os.utime(main, (0, 0))  # It waits until a file is two seconds old: its author may still write.
    process = await asyncio.create_subprocess_exec(
        *("unshare", "--mount", "sh", "-euc", _ENTER, "sh", str(configuration)),
        *("posttls-finger", "-c", "-a", "ipv4", "-l", "dane", "-M", "may", f"{domain}:{port}"),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        env={**os.environ, "MAIL_CONFIG": str(folder)},
    )
    said, _ = await process.communicate()
    return said.decode()
