"""What one mail has to say in a session that it shares."""

import asyncio
from dataclasses import dataclass, field

from tuimail.delivery.consignment import Consignment, Transactions
from tuimail.delivery.tally import Visit
from tuimail.smtp import Failure, Unanswered


@dataclass(slots=True, eq=False)
class Load:
    """`under_way` counts the transactions that are submitted and not settled; `visits` are the
    addresses that were tried for it."""

    consignment: Consignment
    transactions: Transactions
    visits: list[Visit] = field(default_factory=list)
    under_way: int = 0
    cancelled: bool = False
    done: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def more(self) -> bool:
        return bool(self.transactions) and not self.cancelled

    def unreachable(self, visits: list[Visit]) -> None:
        self.visits.extend(visits)
        for visit in visits:
            self.consignment.tally.unreachable(visit)

    def abandon_rest(self, failure: Failure, visit: Visit) -> None:
        """What was not said will not be said in another session with this exchange either."""
        while self.transactions:
            transaction = self.transactions.next()
            unanswered = (Unanswered(failure),) * len(transaction.envelope.forward_paths)
            self.consignment.record(transaction, unanswered, visit)
