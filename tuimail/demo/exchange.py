"""The server's side of an SMTP dialogue, without I/O (RFC 5321)."""

from dataclasses import dataclass, field

from tuimail.demo import reply
from tuimail.demo.acts import Act, Collect, HangUp, Say, Secure
from tuimail.demo.greylist import Greylist, Triplet
from tuimail.demo.letterbox import Letterbox, Received
from tuimail.demo.path import Path
from tuimail.demo.reply import Reply
from tuimail.demo.tempers import Certificate, Temper

MAX_RECIPIENTS = 100  # RFC 5321 §4.5.3.1.8: the fewest that a server has to take

_FIXED = {
    "NOOP": reply.OK,
    "HELP": reply.HELP,
    "VRFY": reply.CANNOT_VERIFY,
    "EXPN": reply.NOT_IMPLEMENTED,
    "AUTH": reply.NOT_IMPLEMENTED,
    "BDAT": reply.NOT_IMPLEMENTED,
}
_WITHOUT_ARGUMENT = frozenset({"STARTTLS", "DATA", "RSET", "QUIT"})


class Exchange:
    """One MX host: its temper, and what it remembers from one connection to the next."""

    def __init__(self, name: str, domain: str, temper: Temper, letterbox: Letterbox) -> None:
        self.name = name
        self.domain = domain
        self.temper = temper
        self.letterbox = letterbox
        self.greylist = Greylist(temper.greylist)


@dataclass(frozen=True, slots=True)
class _Transaction:
    reverse_path: Path
    forward_paths: list[Path] = field(default_factory=list)


class Conversation:
    """One connection to an exchange: commands go in, acts come out."""

    def __init__(self, exchange: Exchange, client: str) -> None:
        self._exchange = exchange
        self._temper = exchange.temper
        self._client = client
        self._now = 0.0
        self._tls = False
        self._extensions: tuple[str, ...] | None = None  # in effect; None before EHLO or HELO
        self._transaction: _Transaction | None = None
        self._commands = {
            "EHLO": self._ehlo,
            "HELO": self._helo,
            "STARTTLS": self._starttls,
            "MAIL": self._mail,
            "RCPT": self._rcpt,
            "DATA": self._data,
            "RSET": self._rset,
            "QUIT": self._quit,
        }

    def greeting(self) -> Act:
        return Say(self._wire(f"220 {self._exchange.name} ESMTP tuimail demo"))

    def command(self, line: bytes, now: float) -> Act:
        """Answers one line, given without its CRLF. `now` is monotonic seconds."""
        self._now = now
        text = line.decode(errors="replace")
        if not text.isprintable() or "\N{REPLACEMENT CHARACTER}" in text:
            return self._say(reply.UNREADABLE)
        verb, _, argument = text.partition(" ")
        verb = verb.upper()
        if verb in _FIXED:
            return self._say(_FIXED[verb])
        if verb not in self._commands:
            return self._say(reply.UNKNOWN_COMMAND)
        if argument and verb in _WITHOUT_ARGUMENT:
            return self._say(reply.BAD_ARGUMENT)
        return self._commands[verb](argument)

    def line_too_long(self) -> Act:
        return HangUp(self._line(reply.LINE_TOO_LONG))

    def secured(self) -> None:
        """TLS has begun: what was said before it counts no more (RFC 3207 §4.2)."""
        self._tls = True
        self._extensions = None
        self._transaction = None

    def message(self, message: bytes | None) -> Act:
        """Answers the final dot; None stands for a message over the limit.

        Raises ValueError where no message was asked for.
        """
        transaction, self._transaction = self._transaction, None
        if transaction is None:
            raise ValueError("a message needs a transaction")
        if message is None:
            return self._say(reply.TOO_BIG)
        self._exchange.letterbox.take(
            Received(
                exchange=self._exchange.name,
                reverse_path=transaction.reverse_path.address,
                forward_paths=tuple(path.address for path in transaction.forward_paths),
                data=message,
                tls=self._tls,
            )
        )
        whims = (self._temper.at_end.get(path.local_part) for path in transaction.forward_paths)
        taken = Reply(250, "2.0.0", f"Ok, {len(message)} octets taken")
        return next((whim for whim in whims if whim is not None), self._say(taken))

    # The commands, in the order of a session

    def _ehlo(self, client_name: str) -> Act:
        if self._temper.extensions is None:
            return self._say(reply.NOT_IMPLEMENTED)
        if not client_name:
            return self._say(reply.BAD_ARGUMENT)
        self._extensions = self._temper.extensions
        self._transaction = None
        sized = {"SIZE": f"SIZE {self._temper.size_limit}"}
        keywords = [sized.get(keyword, keyword) for keyword in self._extensions]
        if self._offers_tls():
            keywords.append("STARTTLS")
        *first, last = [f"{self._exchange.name} greets {client_name}", *keywords]
        return Say(self._wire(*(f"250-{line}" for line in first), f"250 {last}"))

    def _helo(self, client_name: str) -> Act:
        if not client_name:
            return self._say(reply.BAD_ARGUMENT)
        self._extensions = ()
        self._transaction = None
        return Say(self._wire(f"250 {self._exchange.name} greets {client_name}"))

    def _starttls(self, _argument: str) -> Act:
        if self._tls:
            return self._say(reply.OUT_OF_ORDER)
        if not self._offers_tls():
            return self._say(reply.NOT_IMPLEMENTED)
        return Secure(self._line(reply.READY_FOR_TLS))

    def _mail(self, argument: str) -> Act:
        if self._extensions is None or self._transaction is not None:
            return self._say(reply.OUT_OF_ORDER)
        path = Path.parse("FROM", argument)
        if path is None:
            return self._say(reply.BAD_ARGUMENT)
        refusal = next(filter(None, map(self._unfit, path.parameters)), None)
        if refusal is None and not _spelled(path, path):
            refusal = reply.NEEDS_SMTPUTF8
        if refusal is not None:
            return self._say(refusal)
        self._transaction = _Transaction(path)
        return self._say(reply.SENDER_OK)

    def _rcpt(self, argument: str) -> Act:
        if self._transaction is None:
            return self._say(reply.OUT_OF_ORDER)
        path = Path.parse("TO", argument)
        if path is None or not path.address:
            return self._say(reply.BAD_ARGUMENT)
        whim = self._temper.at_recipient.get(path.local_part)
        if whim is not None:
            return whim
        refusal = self._unwelcome(path, self._transaction)
        if refusal is not None:
            return self._say(refusal)
        self._transaction.forward_paths.append(path)
        return self._say(reply.RECIPIENT_OK)

    def _data(self, _argument: str) -> Act:
        if self._transaction is None:
            return self._say(reply.OUT_OF_ORDER)
        if not self._transaction.forward_paths:
            return self._say(reply.NO_RECIPIENTS)
        return Collect(self._line(reply.GO_AHEAD))

    def _rset(self, _argument: str) -> Act:
        self._transaction = None
        return self._say(reply.OK)

    def _quit(self, _argument: str) -> Act:
        return HangUp(self._line(reply.GOODBYE))

    # What the temper decides

    def _offers_tls(self) -> bool:
        return self._temper.certificate is not Certificate.NONE and not self._tls

    def _unfit(self, parameter: str) -> Reply | None:
        """Why a parameter of MAIL is refused: it needs its extension, and a value that fits."""
        keyword, _, value = parameter.partition("=")
        extensions = self._extensions or ()
        match keyword:
            case "SIZE" if "SIZE" in extensions and value.isdecimal():  # RFC 1870 §6.1
                return reply.TOO_BIG if int(value) > self._temper.size_limit else None
            case "BODY" if "8BITMIME" in extensions and value in {"7BIT", "8BITMIME"}:  # RFC 6152
                return None
            case "SMTPUTF8" if "SMTPUTF8" in extensions and not value:  # RFC 6531 §3.4
                return None
            case _:
                return reply.BAD_PARAMETER

    def _unwelcome(self, path: Path, transaction: _Transaction) -> Reply | None:
        """Why a recipient is refused."""
        if path.parameters:
            return reply.BAD_PARAMETER
        if not _spelled(path, transaction.reverse_path):
            return reply.NEEDS_SMTPUTF8
        if len(transaction.forward_paths) >= MAX_RECIPIENTS:
            return reply.TOO_MANY_RECIPIENTS
        # The postmaster needs no domain (RFC 5321 §4.5.1).
        if path.domain != self._exchange.domain and path.address.lower() != "postmaster":
            return reply.NO_RELAYING
        if self._temper.users is not None and path.local_part not in self._temper.users:
            return reply.NO_SUCH_USER
        triplet = Triplet(self._client, transaction.reverse_path.address, path.address)
        remaining = self._exchange.greylist.remaining(triplet, self._now)
        if remaining > 0:
            return Reply(451, "4.7.1", f"Greylisted, try again in {remaining:.1f} s")
        return None

    # On the wire

    def _say(self, answer: Reply) -> Say:
        return Say(self._line(answer))

    def _line(self, answer: Reply) -> bytes:
        enhanced = "ENHANCEDSTATUSCODES" in (self._temper.extensions or ())
        return self._wire(answer.long if enhanced else answer.short)

    def _wire(self, first: str, *others: str) -> bytes:
        lines = [first.encode() + self._temper.flourish, *(line.encode() for line in others)]
        return b"".join(line + b"\r\n" for line in lines)


def _spelled(path: Path, reverse_path: Path) -> bool:
    """Whether the transaction may name this path: what is not ASCII needs SMTPUTF8 in MAIL."""
    return path.address.isascii() or "SMTPUTF8" in reverse_path.parameters
