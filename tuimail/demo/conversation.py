"""The server's side of an SMTP or LMTP dialogue, without I/O (RFC 5321, RFC 2033)."""

import re
from collections.abc import Mapping

from tuimail.demo import reply, xclient
from tuimail.demo.acts import Act, Collect, Count, HangUp, Say, Secure
from tuimail.demo.admission import unfit, unwelcome
from tuimail.demo.exchange import Exchange
from tuimail.demo.letterbox import Received
from tuimail.demo.login import MECHANISMS, Bindings, Login
from tuimail.demo.offer import offered
from tuimail.demo.path import Path
from tuimail.demo.reply import Reply
from tuimail.demo.standing import Standing
from tuimail.demo.transaction import Transaction
from tuimail.smtp import Protocol

_FIXED = {
    "NOOP": reply.OK,
    "HELP": reply.HELP,
    "VRFY": reply.CANNOT_VERIFY,
    "EXPN": reply.NOT_IMPLEMENTED,
}
_WITHOUT_ARGUMENT = frozenset({"STARTTLS", "DATA", "RSET", "QUIT"})
_CHUNK = re.compile("([0-9]{1,15})( LAST)?", re.IGNORECASE)


def no_bindings() -> Mapping[str, bytes]:
    return {}


class Conversation:
    """One connection to an exchange: commands go in, acts come out.

    `client` is its IP address, `bindings` what TLS has once it has begun.
    """

    def __init__(self, exchange: Exchange, client: str, bindings: Bindings = no_bindings) -> None:
        self._exchange = exchange
        self._temper = exchange.temper
        self._standing = Standing(client)
        self._bindings = bindings
        self._now = 0.0
        self._login: Login | None = None
        self._transaction: Transaction | None = None
        self._last_chunk = False
        hello = {"LHLO": self._ehlo} if self._lmtp else {"EHLO": self._ehlo, "HELO": self._helo}
        self._commands = {
            **hello,
            "STARTTLS": self._starttls,
            "AUTH": self._auth,
            "XCLIENT": self._xclient,
            "MAIL": self._mail,
            "RCPT": self._rcpt,
            "DATA": self._data,
            "BDAT": self._bdat,
            "RSET": self._rset,
            "QUIT": self._quit,
        }

    def greeting(self) -> Act:
        protocol = "LMTP" if self._lmtp else "ESMTP"
        guise = self._standing.guise
        return Say(self._wire(f"220 {self._exchange.name} {protocol} tuimail demo{guise}"))

    def proxied(self, client: str) -> None:
        """A load balancer has told whose connection this is."""
        self._standing.client = client
        self._standing.guise = f", for {client}"

    def command(self, line: bytes, now: float) -> Act:
        """Answers one line, given without its CRLF. `now` is monotonic seconds."""
        self._now = now
        text = line.decode(errors="replace")
        if not text.isprintable() or "\N{REPLACEMENT CHARACTER}" in text:
            return self._say(reply.UNREADABLE)
        if self._login is not None:
            return self._logged_in(self._login.respond(text))
        verb, _, argument = text.partition(" ")
        verb = verb.upper()
        if verb in _FIXED:
            return self._say(_FIXED[verb])
        if verb not in self._commands:
            is_smtp = self._lmtp and verb in {"EHLO", "HELO"}
            return self._say(reply.SPEAKS_LMTP if is_smtp else reply.UNKNOWN_COMMAND)
        if argument and verb in _WITHOUT_ARGUMENT:
            return self._say(reply.BAD_ARGUMENT)
        return self._commands[verb](argument)

    def line_too_long(self) -> Act:
        return HangUp(self._line(reply.LINE_TOO_LONG))

    def secured(self) -> None:
        """TLS has begun: what was said before it counts no more (RFC 3207 §4.2)."""
        self._standing.tls = True
        self._start_over()

    def message(self, message: bytes | None) -> Act:
        """Answers the final dot; None stands for a message over the limit.

        Raises ValueError where no message was asked for.
        """
        transaction, self._transaction = self._transaction, None
        if transaction is None:
            raise ValueError("a message needs a transaction")
        if message is None:
            refused = [self._line(reply.TOO_BIG)] * len(transaction.forward_paths)
            return Say(b"".join(refused) if self._lmtp else refused[0])
        return self._taken(transaction, message)

    def chunk(self, octets: bytes | None) -> Act:
        """Answers a chunk; None stands for one over the limit."""
        transaction = self._transaction
        if transaction is None:
            return self._say(reply.OUT_OF_ORDER)
        if transaction.spoilt:
            return self._say(reply.NEEDS_RSET)
        if octets is None or not transaction.forward_paths:
            transaction.spoilt = True
            return self._say(reply.TOO_BIG if octets is None else reply.NO_RECIPIENTS)
        transaction.chunks.append(octets)
        if not self._last_chunk:
            return self._say(Reply(250, "2.0.0", f"{len(octets)} octets taken"))
        return self.message(b"".join(transaction.chunks))

    # The commands, in the order of a session

    def _ehlo(self, client_name: str) -> Act:
        if self._temper.extensions is None:
            return self._say(reply.NOT_IMPLEMENTED)
        if not client_name:
            return self._say(reply.BAD_ARGUMENT)
        lines = offered(self._temper, self._standing)
        self._standing.extensions = tuple(line.partition(" ")[0] for line in lines)
        self._transaction = None
        *first, last = [f"{self._exchange.name} greets {client_name}", *lines]
        return Say(self._wire(*(f"250-{line}" for line in first), f"250 {last}"))

    def _helo(self, client_name: str) -> Act:
        if not client_name:
            return self._say(reply.BAD_ARGUMENT)
        self._standing.extensions = ()
        self._transaction = None
        return Say(self._wire(f"250 {self._exchange.name} greets {client_name}"))

    def _starttls(self, _argument: str) -> Act:
        if self._standing.tls:
            return self._say(reply.OUT_OF_ORDER)
        if not self._standing.is_offered_tls(self._temper):
            return self._say(reply.NOT_IMPLEMENTED)
        return Secure(self._line(reply.READY_FOR_TLS))

    def _auth(self, argument: str) -> Act:
        account = self._temper.account
        mechanism, _, initial = argument.partition(" ")
        if account is None:
            return self._say(reply.NOT_IMPLEMENTED)
        if not self._standing.tls:
            return self._say(reply.ENCRYPTION_REQUIRED)
        if (
            self._standing.extensions is None
            or self._standing.user
            or self._transaction is not None
        ):
            return self._say(reply.OUT_OF_ORDER)
        if mechanism.upper() not in MECHANISMS:
            return self._say(reply.UNKNOWN_MECHANISM)
        self._login = Login(mechanism.upper(), account, self._bindings)
        return self._logged_in(self._login.begin(initial))

    def _logged_in(self, answer: Reply) -> Act:
        if answer.code != 334:
            self._login = None
        if answer is reply.AUTHENTICATED and self._temper.account is not None:
            self._standing.user = self._temper.account.user
        return self._say(answer)

    def _xclient(self, argument: str) -> Act:
        if "XCLIENT" not in (self._temper.extensions or ()):
            return self._say(reply.NOT_IMPLEMENTED)
        if self._standing.extensions is None or self._transaction is not None:
            return self._say(reply.OUT_OF_ORDER)
        try:
            guise = xclient.attributes(argument)
        except ValueError:
            return self._say(reply.BAD_ARGUMENT)
        self._standing.client = guise.get("ADDR", self._standing.client)
        self._standing.guise = "".join(f", {name} {value}" for name, value in guise.items())
        self._start_over()
        return self.greeting()

    def _mail(self, argument: str) -> Act:
        if self._standing.extensions is None or self._transaction is not None:
            return self._say(reply.OUT_OF_ORDER)
        path = Path.parse("FROM", argument)
        if path is None:
            return self._say(reply.BAD_ARGUMENT)
        if self._temper.most_mails is not None and self._standing.mails >= self._temper.most_mails:
            return HangUp(self._line(reply.TOO_MANY_MAILS))
        transaction = Transaction(path)
        refusal = unfit(self._exchange, self._standing, transaction)
        if refusal is not None:
            return self._say(refusal)
        self._standing.mails += 1
        self._transaction = transaction
        return self._say(reply.SENDER_OK)

    def _rcpt(self, argument: str) -> Act:
        if self._transaction is None or self._transaction.is_chunked:
            return self._say(reply.OUT_OF_ORDER)
        path = Path.parse("TO", argument)
        if path is None or not path.address:
            return self._say(reply.BAD_ARGUMENT)
        whim = self._temper.at_recipient.get(path.local_part)
        if whim is not None:
            return whim
        refusal = unwelcome(self._exchange, self._standing, self._transaction, path, self._now)
        if refusal is not None:
            return self._say(refusal)
        self._transaction.forward_paths.append(path)
        return self._say(reply.RECIPIENT_OK)

    def _data(self, _argument: str) -> Act:
        if self._transaction is None:
            return self._say(reply.OUT_OF_ORDER)
        if self._transaction.is_chunked:
            self._transaction.spoilt = True
            return self._say(reply.OUT_OF_ORDER)
        if not self._transaction.forward_paths:
            return self._say(reply.NO_RECIPIENTS)
        return Collect(self._line(reply.GO_AHEAD))

    def _bdat(self, argument: str) -> Act:
        """Whatever comes of it, its octets are not commands."""
        if "CHUNKING" not in (self._temper.extensions or ()):
            return self._say(reply.NOT_IMPLEMENTED)
        size = _CHUNK.fullmatch(argument)
        if size is None:
            return self._say(reply.BAD_ARGUMENT)
        self._last_chunk = size[2] is not None
        taken = self._transaction.octets if self._transaction is not None else 0
        return Count(int(size[1]), self._temper.size_limit - taken)

    def _rset(self, _argument: str) -> Act:
        self._transaction = None
        return self._say(reply.OK)

    def _quit(self, _argument: str) -> Act:
        return HangUp(self._line(reply.GOODBYE))

    # How a message ends

    def _taken(self, transaction: Transaction, message: bytes) -> Act:
        """Puts the message into the letterbox, and says so: in LMTP to each recipient."""
        paths = transaction.forward_paths
        whims = [self._temper.at_end.get(path.local_part) for path in paths]
        taken = self._say(Reply(250, "2.0.0", f"Ok, {len(message)} octets taken"))
        if self._lmtp:
            paths = [path for path, whim in zip(paths, whims, strict=True) if whim is None]
        if paths:
            self._exchange.letterbox.take(self._received(transaction, paths, message))
        if self._lmtp:
            answers = [whim if isinstance(whim, Say) else taken for whim in whims]
            return Say(b"".join(answer.wire for answer in answers))
        return next((whim for whim in whims if whim is not None), taken)

    def _received(self, transaction: Transaction, paths: list[Path], message: bytes) -> Received:
        return Received(
            exchange=self._exchange.name,
            reverse_path=transaction.reverse_path.address,
            forward_paths=tuple(path.address for path in paths),
            data=message,
            tls=self._standing.tls,
            mail_parameters=transaction.reverse_path.parameters,
            rcpt_parameters=tuple(path.parameters for path in paths),
            client=self._standing.client,
            user=self._standing.user,
        )

    def _start_over(self) -> None:
        self._standing.extensions = None
        self._transaction = None

    # On the wire

    @property
    def _lmtp(self) -> bool:
        return self._temper.protocol is Protocol.LMTP

    def _say(self, answer: Reply) -> Say:
        return Say(self._line(answer))

    def _line(self, answer: Reply) -> bytes:
        enhanced = "ENHANCEDSTATUSCODES" in (self._temper.extensions or ())
        return self._wire(answer.long if enhanced else answer.short)

    def _wire(self, first: str, *others: str) -> bytes:
        lines = [first.encode() + self._temper.flourish, *(line.encode() for line in others)]
        return b"".join(line + b"\r\n" for line in lines)
