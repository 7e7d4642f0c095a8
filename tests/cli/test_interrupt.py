"""Ctrl-C during a send, or SIGTERM: once for a polite end, twice for a quick one."""

import asyncio
import signal
import sys

import pytest

from tests.delivery.scripted import Side, scripted


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_interrupted_twice(number: signal.Signals) -> None:
    """Rule R38: the second one does not wait for a server that lets us wait; what became of the
    mail is told all the same, and nothing else."""
    held = asyncio.Event()

    async def lets_us_wait(side: Side) -> None:
        await side.say("220 mx")
        await side.hear()
        await side.say("250 mx")
        await side.hear()
        held.set()
        await side.gone()

    async with scripted(lets_us_wait) as server:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tuimail", "send", "--from", "me@example.com"),
            *("--to", "bob@example.net", "--body", "Hi", "--hello", "client.example"),
            *("--server", f"127.0.0.1:{server.port}"),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        assert process.stdout is not None
        assert process.stderr is not None
        await held.wait()
        process.send_signal(number)
        # Two that are pending at once are one to the process.
        while b"was stopped" not in await process.stdout.readline():
            pass
        process.send_signal(number)
        async with asyncio.timeout(4):  # QUIT alone would be waited for for 5 s.
            out, err = await asyncio.gather(process.stdout.read(), process.stderr.read())
            code = await process.wait()
    assert code == 75
    assert "stopped before it could be delivered" in out.decode()
    assert err.decode() == ""
