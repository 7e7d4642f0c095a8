"""The part of a mail that travels together: the recipients of one domain, or all for a relay."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial

from tuimail.delivery.mail import Mail
from tuimail.delivery.seven_bit_copy import SevenBitCopy
from tuimail.delivery.tally import Tally, Visit
from tuimail.message import Address, Message, NotReencodable
from tuimail.smtp import (
    NEEDS_8BITMIME,
    Accepted,
    Content,
    Disposition,
    Envelope,
    Excess,
    Refused,
    Transaction,
    Travel,
    Unfit,
)
from tuimail.transcript import RecipientOutcome

_NOT_OFFERED = "the message needs 8BITMIME, which is not offered here"
MOST_RECIPIENTS = 100  # RFC 5321 §4.5.3.1.8: what every server takes


class Consignment:
    """Knows what is still to be said to the next exchange, and what the others have said."""

    def __init__(
        self, domain: str, mail: Mail, copy: SevenBitCopy, addresses: Iterable[Address]
    ) -> None:
        """`addresses` are those of `mail` that go this way; one given twice goes once. `copy` is
        of its message."""
        self.domain = domain
        self._mail = mail
        self._copy = copy
        self._barred: list[str] = []
        self._typed = {address.mailbox: address.addr_spec for address in addresses}
        self._blind = {address.mailbox for address in mail.blind} - {
            address.mailbox for address in mail.recipients
        }
        self.tally = Tally(self._typed)

    @property
    def addresses(self) -> tuple[str, ...]:
        """As they were typed."""
        return tuple(self._typed.values())

    @property
    def travel(self) -> Travel:
        return self._mail.travel

    @property
    def exchange(self) -> str:
        """The one that gets it; empty is each in its turn."""
        return self._mail.exchange

    def transactions(self) -> "Transactions":
        """For one session: those whose fate is open, at most 100 at once, blind ones alone."""
        self._barred.clear()
        return self._transactions(self.tally.pending, self._mail.message)

    @property
    def is_barred(self) -> bool:
        """Whether the last session was with an exchange without 8BITMIME, which it needs."""
        return bool(self._barred)

    async def seven_bit_transactions(self, visit: Visit) -> "Transactions":
        """For the same exchange, with the message made 7-bit; none where it can't be, and
        `visit` is then what is recorded of it (RFC 6152 §3)."""
        barred = tuple(self._barred)
        self._barred.clear()
        try:
            message = await self._copy.message()
        except (NotReencodable, OSError) as error:
            unfit = Unfit(NEEDS_8BITMIME, f"{_NOT_OFFERED}, and it can't be made 7-bit: {error}")
            for path in barred:
                self.tally.record(path, unfit, visit)
            return self._transactions((), self._mail.message)
        return self._transactions(barred, message)

    @property
    def size(self) -> int:
        """Octets of the message."""
        return self._mail.message.size

    def record(
        self, transaction: Transaction, dispositions: Sequence[Disposition], visit: Visit
    ) -> None:
        for path, disposition in zip(transaction.envelope.forward_paths, dispositions, strict=True):
            self.tally.record(path, disposition, visit)
            if isinstance(disposition, Unfit) and disposition.enhanced == NEEDS_8BITMIME:
                self._barred.append(path)

    def outcomes(self) -> Iterator[RecipientOutcome]:
        """Addresses are as they were typed."""
        for outcome in self.tally.outcomes():
            typed = self._typed[outcome.address]
            yield outcome if typed == outcome.address else replace(outcome, address=typed)

    def _transactions(self, paths: Sequence[str], message: Message) -> "Transactions":
        together = [path for path in paths if path not in self._blind]
        batches = [
            together[start : start + MOST_RECIPIENTS]
            for start in range(0, len(together), MOST_RECIPIENTS)
        ]
        batches.extend([path] for path in paths if path in self._blind)
        return Transactions(batches, partial(self._transaction, message))

    def _transaction(self, message: Message, paths: Sequence[str]) -> Transaction:
        content = Content(message.open, message.size, message.eight_bit, message.utf8_headers)
        envelope = Envelope(self._mail.reverse_path, tuple(paths))
        return Transaction(envelope, content, self._mail.dsn, self._mail.travel)


class Transactions:
    """The transactions of one session, one after another."""

    def __init__(
        self, batches: Iterable[Sequence[str]], make: Callable[[Sequence[str]], Transaction]
    ) -> None:
        self._batches = deque(batches)
        self._make = make

    def __bool__(self) -> bool:
        """Whether there is a next one."""
        return bool(self._batches)

    def next(self) -> Transaction:
        """Raises IndexError where there is none."""
        return self._make(self._batches.popleft())

    def drop(self) -> None:
        """None of them will be said here."""
        self._batches.clear()

    def put_back(self, transaction: Transaction) -> None:
        """It was not said, and is the next one again."""
        self._batches.appendleft(transaction.envelope.forward_paths)

    def settled(self, transaction: Transaction, dispositions: Sequence[Disposition]) -> None:
        """Recipients that were too many for a transaction get another one (RFC 5321
        §4.5.3.1.10), provided that this one carried the message at all; those that were not even
        named get it in any case (RFC 9422 §5)."""
        taken = any(isinstance(disposition, Accepted) for disposition in dispositions)
        left = [
            path
            for path, disposition in zip(
                transaction.envelope.forward_paths, dispositions, strict=True
            )
            if isinstance(disposition, Excess)
            or (taken and isinstance(disposition, Refused) and disposition.too_many_recipients)
        ]
        if left:
            self._batches.appendleft(left)
