"""What receivers have to ask the DNS for to know who may send (RFC 7208 §4.6.4)."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from tuimail.domain.answer import Answer, AnswerStatus
from tuimail.domain.inquiry import Inquiry, Question
from tuimail.domain.spf_macro import askable, expanded_name
from tuimail.domain.spf_record import LONGEST_RECORD, Kind, SpfRecord, Term, spf_texts

MOST_DNS_TERMS = 10  # RFC 7208 §4.6.4
MOST_VOID = 2  # RFC 7208 §4.6.4
MOST_EXCHANGES = 10  # RFC 7208 §4.6.4, of one `mx`

MOST_QUESTIONS = 20
"""Enough to tell by how much a domain exceeds the limit, with ten of them to spare."""
MOST_QUESTIONS_WITHIN = 40
"""For terms that may be among the first ten, so that the one that crosses the limit is known."""
MOST_BELOW = 32
"""Terms of one record that become nodes."""
MOST_NODES = 256
"""Two includes of the same record, ten deep, would be a thousand."""
MOST_CHARACTERS = 16_384
"""Of all records together, since reading them stops everything else."""

_RDTYPES = {
    Kind.INCLUDE: "TXT",
    Kind.REDIRECT: "TXT",
    Kind.A: "A",
    Kind.MX: "MX",
    # Always A, whatever the sender's address is (§5.7).
    Kind.EXISTS: "A",
}
"""One question for a term, as for mail over IPv4. The addresses of exchanges are not asked for:
no limit depends on them. What `ptr` asks depends on the mail."""


class State(Enum):
    """What became of a term that asks the DNS."""

    FOUND = "found"
    LACKING = "finds nothing"
    NO_RECORD = "has no SPF record"
    SEVERAL = "has more than one SPF record"
    LOOP = "leads back to itself"
    NO_NAME = "is no name"
    DEPENDS = "depends on the mail"
    UNKNOWN = "could not be looked up"
    UNASKED = "was not looked at"


@dataclass(frozen=True, slots=True)
class SpfNode:
    """A domain and its record, or a term that stands in the record above it."""

    domain: str
    """Whose record or addresses are meant, as it is asked for; empty where it depends."""
    term: Term | None
    """None at the root."""
    state: State
    record: SpfRecord | None = None
    answer: Answer | None = None
    below: tuple["SpfNode", ...] = ()
    """Terms of the record that ask the DNS, in its order."""
    more: int = 0
    """Further ones, which are too many to become nodes."""

    @property
    def count(self) -> int:
        """Terms that ask the DNS, the node's own included."""
        return bool(self.term) + sum(node.count for node in self.below) + self.more

    @property
    def is_branch(self) -> bool:
        """Whether a record is meant, with terms of its own."""
        return self.term is None or self.term.kind in (Kind.INCLUDE, Kind.REDIRECT)

    @property
    def is_void(self) -> bool:
        """Whether it asked, and there is nothing (§4.6.4)."""
        return self.term is not None and self.answer is not None and _lacks(self.answer)

    def walk(self) -> Iterator["SpfNode"]:
        """In the order in which receivers evaluate."""
        yield self
        for node in self.below:
            yield from node.walk()


@dataclass(frozen=True, slots=True)
class SpfReport:
    root: SpfNode

    @property
    def domain(self) -> str:
        return self.root.domain

    @property
    def crossing(self) -> SpfNode | None:
        """The term with which the limit is exceeded. Raises nothing where too many were not
        looked at: then it is the last one that was."""
        terms = [node for node in self.root.walk() if node.term is not None]
        if self.root.count <= MOST_DNS_TERMS:
            return None
        return terms[min(MOST_DNS_TERMS, len(terms) - 1)]

    @property
    def is_exact(self) -> bool:
        """Whether there can't be more terms than were counted."""
        unsure = (State.DEPENDS, State.LOOP)
        branches = (node for node in self.root.walk() if node.is_branch)
        return not self.missing and not any(node.state in unsure for node in branches)

    @property
    def missing(self) -> tuple[SpfNode, ...]:
        """Records that may be there, and with them more terms."""
        lost = (State.UNKNOWN, State.UNASKED)
        return tuple(node for node in self.root.walk() if node.is_branch and node.state in lost)

    @property
    def void(self) -> tuple[SpfNode, ...]:
        return tuple(node for node in self.root.walk() if node.is_void)

    @property
    def last(self) -> SpfNode:
        """The node whose `all` counts in the end: the root, or what it redirects to."""
        node = self.root
        while node.below and (last := node.below[-1]).term and last.term.kind is Kind.REDIRECT:
            node = last
        return node


def spf_inquiry(domain: str) -> Inquiry[SpfReport]:
    """Rule I8: the record and all that it names, level by level. `domain` in A-labels.

    Terms with macros that only a mail fills in are counted, and not asked for.
    """
    tree = _Tree(domain)
    while questions := tree.due():
        answers = yield questions
        tree.take(dict(zip(questions, answers, strict=True)))
    return SpfReport(tree.root.frozen())


class _Growing:
    """A node whose answer may still be due."""

    def __init__(self, domain: str | None, term: Term | None, above: "_Growing | None") -> None:
        self.domain = domain or ""
        self.term = term
        self.above = above
        self.state: State | None = None
        self.record: SpfRecord | None = None
        self.answer: Answer | None = None
        self.below: list[_Growing] = []
        self.more = 0
        self.question: Question | None = None

    def walk(self) -> Iterator["_Growing"]:
        yield self
        for node in self.below:
            yield from node.walk()

    def line(self) -> Iterator[str]:
        """Its own domain, and those above."""
        node: _Growing | None = self
        while node is not None:
            yield node.domain
            node = node.above

    def frozen(self) -> SpfNode:
        return SpfNode(
            self.domain,
            self.term,
            self.state or State.UNASKED,
            self.record,
            self.answer,
            tuple(node.frozen() for node in self.below),
            self.more,
        )


class _Tree:
    def __init__(self, domain: str) -> None:
        self.root = _Growing(domain, None, None)
        self.root.question = Question(domain, "TXT")
        self._domain = domain
        self._answers: dict[Question, Answer] = {}
        self._nodes = 1
        self._characters = 0

    def due(self) -> tuple[Question, ...]:
        """What can be asked side by side; those that receivers evaluate first have precedence."""
        due: dict[Question, None] = {}
        for index, node in enumerate(self.root.walk()):
            if node.state is not None or node.question is None or node.question in due:
                continue
            most = MOST_QUESTIONS_WITHIN if index <= MOST_DNS_TERMS else MOST_QUESTIONS
            if len(self._answers) + len(due) < most:
                due[node.question] = None
        return tuple(due)

    def take(self, answers: dict[Question, Answer]) -> None:
        self._answers.update(answers)
        for node in list(self.root.walk()):
            self._settle(node)

    def _settle(self, node: _Growing) -> None:
        if node.state is not None or node.question not in self._answers:
            return
        answer = node.answer = self._answers[node.question]
        if answer.unknown:
            node.state = State.UNKNOWN
        elif node.question.rdtype != "TXT":
            node.state = State.LACKING if _lacks(answer) else State.FOUND
        else:
            self._read(node, spf_texts(answer))

    def _read(self, node: _Growing, records: tuple[str, ...]) -> None:
        if len(records) != 1:
            node.state = State.SEVERAL if records else State.NO_RECORD
            return
        self._characters += min(len(records[0]), LONGEST_RECORD)
        if self._characters > MOST_CHARACTERS and node is not self.root:
            node.state = State.UNASKED
            return
        node.state = State.FOUND
        node.record = SpfRecord.parse(records[0])
        asking = [term for term in node.record.evaluated if term.asks]
        room = min(MOST_BELOW, MOST_NODES - self._nodes)
        node.more = max(0, len(asking) - room)
        # All of them before any grows further, so that none takes the room of those beside it.
        node.below = [self._branch(term, node) for term in asking[:room]]
        self._nodes += len(node.below)
        for branch in node.below:
            self._settle(branch)

    def _branch(self, term: Term, above: _Growing) -> _Growing:
        if term.kind is Kind.PTR or not _is_settled(term):
            branch = _Growing(None, term, above)
            branch.state = State.DEPENDS
            return branch
        name = self._target(term, above.domain)
        branch = _Growing(name, term, above)
        rdtype = _RDTYPES[term.kind]
        if name is None:
            branch.state = State.NO_NAME
        elif rdtype == "TXT" and name in above.line():
            branch.state = State.LOOP
        else:
            branch.question = Question(name, rdtype)
        return branch

    def _target(self, term: Term, domain: str) -> str | None:
        if term.target is None:
            return askable(domain)
        # Mail of the domain comes from it, and in a record's own name the record's domain stands.
        return expanded_name(term.target, {"d": domain, "o": self._domain})


def _is_settled(term: Term) -> bool:
    """Whether it asks for the same name whoever sends."""
    return term.target is None or term.target.letters <= {"d", "o"}


def _lacks(answer: Answer) -> bool:
    return answer.status in (AnswerStatus.NO_DATA, AnswerStatus.NXDOMAIN)
