"""What is sent: addresses, a draft, and the message that is made of it."""

from tuimail.message.addresses import Address, AddressList, Problem, parse_addresses
from tuimail.message.draft import Draft, problems
from tuimail.message.eml import EmlError, read_eml
from tuimail.message.header import HeaderError
from tuimail.message.message import Message, MessageError
from tuimail.message.mime import compose, make_message_id
from tuimail.message.seven_bit import NotReencodable, seven_bit

__all__ = [
    "Address",
    "AddressList",
    "Draft",
    "EmlError",
    "HeaderError",
    "Message",
    "MessageError",
    "NotReencodable",
    "Problem",
    "compose",
    "make_message_id",
    "parse_addresses",
    "problems",
    "read_eml",
    "seven_bit",
]
