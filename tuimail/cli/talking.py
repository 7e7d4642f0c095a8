"""Talks for the command line: lines from a person or a script, and what came of them."""

import asyncio
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from tuimail.cli.auth_options import AuthOptions
from tuimail.cli.configured import as_configured
from tuimail.cli.exits import Exit
from tuimail.cli.keeping import keep_talk
from tuimail.cli.live import Live, on_terminal
from tuimail.cli.script import Script
from tuimail.cli.secret import known_secret
from tuimail.cli.transcript_file import written
from tuimail.delivery.reactor import install
from tuimail.delivery.settings import Settings
from tuimail.delivery.talking import Call, Talker
from tuimail.smtp import Command, Credentials, Floor, ReplyReceived, SessionFailed, Severity
from tuimail.transcript import Entry, Line, Status, Transcript

_LOG_IN = "AUTH"
"""Typed alone it is no command of SMTP's, which wants a mechanism (RFC 4954 §4)."""


class Typist(Protocol):
    """Who says what is said."""

    def show(self, line: Line, text: str) -> None:
        """A line of the dialogue, as it happens."""

    async def line(self, floor: Floor, call: Call) -> str | None:
        """What is said next; None where nothing more will be."""

    async def name(self, what: str) -> str:
        """A name."""

    async def secret(self, what: str) -> str: ...

    def object(self, objection: str) -> None:
        """A line could not be said. May raise CommandError."""

    async def refuse_message(self) -> None:
        """DATA was said, and the server takes no message."""


class Score:
    """A watcher that knows what the session comes to."""

    def __init__(self) -> None:
        self._exit = Exit.DELIVERED

    def __call__(self, entry: Entry) -> None:
        match entry.event:
            case ReplyReceived(reply=reply) if reply.severity is Severity.PERMANENT:
                self._exit = Exit.FAILED
            case ReplyReceived(reply=reply) if reply.severity is Severity.TRANSIENT:
                self._defer()
            case SessionFailed():
                self._defer()

    def _defer(self) -> None:
        if self._exit is Exit.DELIVERED:
            self._exit = Exit.DEFERRED

    def of(self, call: Call) -> Exit:
        return Exit.UNKNOWN if call.unsure else self._exit


async def talk_now(domain: str, settings: Settings, auth: AuthOptions, file: Path | None) -> Exit:
    """Returns when the connection has closed."""
    transcript, score = Transcript(), Score()
    reactor = install(asyncio.get_running_loop())
    with as_configured():
        talker = Talker(reactor, settings, transcript)
    typist = await _typist()
    transcript.watch(score)
    transcript.watch(Live(typist.show))
    try:
        with written(transcript, file):
            return await _call(talker, typist, domain, auth, score)
    finally:
        await keep_talk(transcript)


async def _call(
    talker: Talker, typist: Typist, domain: str, auth: AuthOptions, score: Score
) -> Exit:
    calling = asyncio.ensure_future(talker.call(domain))
    _on_interrupt(calling.cancel)
    try:
        call = await calling
    except asyncio.CancelledError:
        return Exit.INTERRUPTED
    if isinstance(call, Status):
        return Exit.FAILED if call is Status.FAILED else Exit.DEFERRED
    _on_interrupt(call.stop)
    try:
        await _converse(call, typist, auth)
    finally:
        call.leave()
        await call.gone()
    return score.of(call)


async def _typist() -> Typist:
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        return await Script.open(on_terminal)
    # It takes a while to import, and scripts need none.
    from tuimail.cli.prompt import Prompt

    return Prompt(on_terminal)


def _on_interrupt(stop: Callable[[], object]) -> None:
    for number in (signal.SIGINT, signal.SIGTERM):
        with suppress(NotImplementedError):  # Windows has no such handlers.
            asyncio.get_running_loop().add_signal_handler(number, stop)


async def _converse(call: Call, typist: Typist, auth: AuthOptions) -> None:
    while (floor := await call.turn()) is not Floor.NOBODY:
        line = await _next_line(call, typist, floor)
        if line is None and floor is Floor.RESPONSE:
            line = "*"
        if line is None:
            return
        try:
            if floor is Floor.COMMAND and line.strip().upper() == _LOG_IN:
                await _log_in(call, typist, auth)
            else:
                call.say(line)
        except ValueError as error:
            typist.object(str(error))
            continue
        data = floor is Floor.COMMAND and Command.parse(line).verb == "DATA"
        if data and await call.turn() is not Floor.MESSAGE:
            await typist.refuse_message()


async def _next_line(call: Call, typist: Typist, floor: Floor) -> str | None:
    """None too where the session ends meanwhile."""
    asked = asyncio.ensure_future(typist.line(floor, call))
    ended = asyncio.ensure_future(call.end())
    try:
        await asyncio.wait({asked, ended}, return_when=asyncio.FIRST_COMPLETED)
        return asked.result() if asked.done() else None
    finally:
        for task in (asked, ended):
            task.cancel()
        await asyncio.wait({asked, ended})


async def _log_in(call: Call, typist: Typist, auth: AuthOptions) -> None:
    """Raises ValueError as `Call.say`."""
    call.check_login()
    user = auth.user or await typist.name("User")
    secret = await asyncio.to_thread(known_secret, auth.password_command)
    if secret is None:
        secret = await typist.secret(f"Password of {user}")
    call.authenticate(Credentials(user, secret, auth.auth))
