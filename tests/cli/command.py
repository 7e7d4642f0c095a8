"""The `tuimail` command, run as a shell runs it."""

import asyncio
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Finished:
    code: int
    out: str
    err: str


async def tuimail(
    *arguments: str, stdin: bytes = b"", env: Mapping[str, str] = MappingProxyType({})
) -> Finished:
    """Runs it to its end; `env` goes on top of this process's environment."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tuimail",
        *arguments,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env={**os.environ, **env},
    )
    out, err = await process.communicate(stdin)
    assert process.returncode is not None
    encoding = env.get("PYTHONIOENCODING", "utf-8")
    return Finished(process.returncode, out.decode(encoding), err.decode(encoding))
