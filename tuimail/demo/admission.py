"""Whom and what an exchange takes mail from."""

from tuimail.demo import reply
from tuimail.demo.exchange import Exchange
from tuimail.demo.greylist import Triplet
from tuimail.demo.parameters import MAIL, RCPT, declared_size, is_acceptable
from tuimail.demo.path import Path
from tuimail.demo.reply import Reply
from tuimail.demo.standing import Standing
from tuimail.demo.transaction import Transaction


def unfit(exchange: Exchange, standing: Standing, transaction: Transaction) -> Reply | None:
    """Why a mail is refused from its beginning, None where it is not."""
    path, temper = transaction.reverse_path, exchange.temper
    if temper.account is not None and not standing.user:
        return reply.AUTH_REQUIRED
    if not is_acceptable(path.parameters, MAIL, standing.extensions or ()):
        return reply.BAD_PARAMETER
    if declared_size(path.parameters) > temper.size_limit:
        return reply.TOO_BIG
    return None if transaction.allows(path) else reply.NEEDS_SMTPUTF8


def unwelcome(
    exchange: Exchange, standing: Standing, transaction: Transaction, path: Path, now: float
) -> Reply | None:
    """Why a recipient is refused, None where it is not. `now` is monotonic seconds."""
    temper = exchange.temper
    if not is_acceptable(path.parameters, RCPT, standing.extensions or ()):
        return reply.BAD_PARAMETER
    if not transaction.allows(path):
        return reply.NEEDS_SMTPUTF8
    if len(transaction.forward_paths) >= temper.most_recipients:
        return reply.TOO_MANY_RECIPIENTS
    # The postmaster needs no domain (RFC 5321 §4.5.1).
    is_here = path.domain == exchange.domain or path.address.lower() == "postmaster"
    if not is_here and not standing.user:
        return reply.NO_RELAYING
    if temper.users is not None and path.local_part not in temper.users:
        return reply.NO_SUCH_USER
    triplet = Triplet(standing.client, transaction.reverse_path.address, path.address)
    remaining = exchange.greylist.remaining(triplet, now)
    if remaining > 0:
        return Reply(451, "4.7.1", f"Greylisted, try again in {remaining:.1f} s")
    return None
