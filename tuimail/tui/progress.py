"""How far a send is, in a few words."""

from tuimail import smtp
from tuimail.safetext import visible
from tuimail.transcript import Advice, Concluded, Connecting, Entry, LookedUp, Status, octets


class Progress:
    """What the composer's edge says, entry by entry."""

    def __init__(self) -> None:
        self.sentence = "Sending: making the message …"
        self.blocked = False
        """Whether the network seems to keep some exchange from being reached at all."""
        self._bodies: dict[int, tuple[int, int]] = {}
        self.delivered = False
        """Whether everybody has it."""
        self._concluded = False

    def note(self, entry: Entry) -> None:
        if self._concluded:
            return  # A session may still be saying goodbye.
        match entry.event:
            case LookedUp():
                self.sentence = f"Sending: looking up {visible(entry.lane.domain)} …"
            case Connecting():
                self.sentence = f"Sending: connecting to {visible(entry.lane.exchange)} …"
            case smtp.BodySent(octets=sent, size=size):
                self._bodies[entry.lane.number] = sent, size
                self.sentence = f"Sending: {self._share()}"
            case smtp.CommandSent():
                self.sentence = f"Sending: talking to {visible(entry.lane.exchange)} …"
            case Advice():
                self.blocked = True
            case Concluded(outcome=outcome):
                self.sentence = outcome.sentence
                self.delivered = outcome.status is Status.DELIVERED
                self._concluded = True

    def _share(self) -> str:
        sent = sum(sent for sent, _ in self._bodies.values())
        size = sum(size for _, size in self._bodies.values())
        return f"{octets(sent)} of {octets(size)}, {100 * sent // size if size else 100} %"
