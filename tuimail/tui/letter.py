"""What stands in the composer's fields."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from tuimail.safetext import visible

if TYPE_CHECKING:
    from tuimail.message import Address, AddressList, Draft

# `tuimail.message` takes its time to import, and an empty letter needs nothing of it: whoever
# reads a letter imports it.

LETTER = "letter"
"""Where a fault is shown that belongs to no field of its own."""


@dataclass(frozen=True, slots=True)
class Letter:
    """As typed, right or wrong."""

    sender: str = ""
    to: str = ""
    cc: str = ""
    bcc: str = ""
    subject: str = ""
    body: str = ""
    attachments: tuple[Path, ...] = ()

    @property
    def holds_words(self) -> bool:
        """Whether anything would be lost with it: who sends it is remembered."""
        texts = (self.to, self.cc, self.bcc, self.subject, self.body)
        return bool(self.attachments) or any(text.strip() for text in texts)

    @property
    def draft(self) -> "Draft":
        """What can be read of it."""
        from tuimail.message import Draft

        senders = read_addresses(self.sender).addresses
        return Draft(
            sender=senders[0] if senders else None,
            to=read_addresses(self.to).addresses,
            cc=read_addresses(self.cc).addresses,
            bcc=read_addresses(self.bcc).addresses,
            subject=self.subject.strip(),
            body=self.body,
            attachments=self.attachments,
        )

    @property
    def recipients(self) -> "tuple[Address, ...]":
        texts = self.recipient_texts.values()
        return tuple(address for text in texts for address in read_addresses(text).addresses)

    @property
    def recipient_texts(self) -> Mapping[str, str]:
        return {"to": self.to, "cc": self.cc, "bcc": self.bcc}

    @property
    def domains(self) -> tuple[str, ...]:
        """Of all recipients."""
        return domains(self.recipients)

    @property
    def faults(self) -> dict[str, str]:
        """Why it can't be sent as it is: a sentence for each field concerned."""
        faults = {
            field: fault
            for field, text in self.recipient_texts.items()
            if (fault := address_fault(text))
        }
        if not self.recipients and "to" not in faults:
            faults["to"] = "Who gets the mail? Type an address."
        if fault := self.sender_fault:
            faults["sender"] = fault
        from tuimail.message import problems

        if not faults and (found := problems(self.draft)):
            faults[LETTER] = _sentence(found[0].why, len(found) - 1)
        return faults

    @property
    def sender_fault(self) -> str:
        senders = read_addresses(self.sender)
        if senders.problems:
            return address_fault(self.sender)
        match len(senders.addresses):
            case 0:
                return "Who sends the mail? Type your address."
            case 1:
                return ""
            case several:
                return f"A mail has one sender, here are {several}."


EMPTY = Letter()


@lru_cache(maxsize=16)
def read_addresses(text: str) -> "AddressList":
    """Fields are read again at each key and each refresh."""
    from tuimail.message import parse_addresses

    return parse_addresses(text)


def address_fault(text: str) -> str:
    """What is wrong with a field of addresses, the first fault first; empty where nothing is."""
    found = read_addresses(text).problems
    return _sentence(found[0].why, len(found) - 1) if found else ""


def fault_so_far(text: str) -> str:
    """Like `address_fault`, without the address at the end, which may still be growing."""
    found = read_addresses(text).problems
    growing = found[-1].text if found and text.endswith(found[-1].text) else ""
    return address_fault(text.removesuffix(growing))


def domains(addresses: "tuple[Address, ...]") -> tuple[str, ...]:
    """In A-labels, each once; address literals have no exchanges to look up."""
    names = (address.ascii_domain for address in addresses)
    return tuple(dict.fromkeys(name for name in names if not name.startswith("[")))


def _sentence(why: str, others: int) -> str:
    more = f" ({others} more)" if others else ""
    return f"{visible(why)}{more}"
