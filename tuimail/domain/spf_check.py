"""Whether a host may send in a domain's name, as receivers find it out (RFC 7208 §4, §5)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from ipaddress import ip_address

import dns.name
from dns.rdtypes.ANY.MX import MX
from dns.rdtypes.ANY.PTR import PTR

from tuimail.domain.answer import Answer, AnswerStatus
from tuimail.domain.inquiry import Inquiry, Question
from tuimail.domain.name import shown
from tuimail.domain.spf_macro import IN_EXPLANATIONS, MacroString, askable, expanded_name
from tuimail.domain.spf_mail import UNSAID, Mail
from tuimail.domain.spf_record import Kind, Qualifier, SpfRecord, Term, joined, spf_texts
from tuimail.domain.spf_result import MEANINGS, OUTCOMES, SpfOutcome, SpfResult
from tuimail.domain.spf_tree import MOST_DNS_TERMS, MOST_EXCHANGES, MOST_VOID
from tuimail.domain.txt import cut

MOST_POINTERS = 10  # RFC 7208 §4.6.4


def check_host(ip: str, domain: str, sender: str = "", helo: str = UNSAID) -> Inquiry[SpfResult]:
    """What receivers find when `ip` sends mail from `sender`, which is empty for a bounce.

    `domain` is the sender's, or that of `helo` (§2.3, §2.4). What a record asks for is asked side
    by side, though receivers might stop at its first term. Raises ValueError for what is no `ip`.
    """
    check = _Check(Mail.of(ip, domain, sender, helo))
    name = askable(domain)
    try:
        # Nothing is asked for a name of one label (§4.3).
        match = (yield from check.evaluate(name)) if name and "." in name else None
    except _EvaluationError as error:
        return SpfResult(ip, domain, error.outcome, str(error))
    if match is None:
        return SpfResult(ip, domain, SpfOutcome.NONE, f"{shown(domain)} has no record")
    if match.term is None:
        why = f"no term of the record of {match.domain} matches, and it says nothing about the rest"
        return SpfResult(ip, domain, SpfOutcome.NEUTRAL, why)
    outcome = OUTCOMES[match.term.qualifier]
    explanation = (yield from check.explain(match)) if outcome is SpfOutcome.FAIL else ""
    why = f"{match.chain} {MEANINGS[match.term.qualifier]}"
    return SpfResult(ip, domain, outcome, why, match.term.shown, explanation)


class _EvaluationError(Exception):
    """An error that ends the evaluation, through all that includes what it is in (§2.6.6)."""

    def __init__(self, outcome: SpfOutcome, why: str) -> None:
        super().__init__(why)
        self.outcome = outcome


@dataclass(frozen=True, slots=True)
class _Match:
    """`chain` is the term, and in brackets what matches in what it includes."""

    domain: str
    record: SpfRecord
    term: Term | None = None
    chain: str = ""


class _Check:
    def __init__(self, mail: Mail) -> None:
        self._mail = mail
        self._answers: dict[Question, Answer] = {}
        self._terms = 0
        self._void = 0
        self._names: tuple[str, ...] | None = None

    def evaluate(self, domain: str) -> Inquiry[_Match | None]:
        """None where there is no record (§4.5). Raises _EvaluationError."""
        (answer,) = yield from self._ask(Question(domain, "TXT"))
        self._must_be_known(answer)
        written = spf_texts(answer)
        if not written:
            return None
        if len(written) > 1:
            raise _EvaluationError(SpfOutcome.PERMERROR, f"{domain} has {len(written)} records")
        record = SpfRecord.parse(written[0])
        if record.faults:
            fault = record.faults[0]
            why = f"the record of {domain} has an error at {shown(fault.term)}: {fault.why}"
            raise _EvaluationError(SpfOutcome.PERMERROR, why)
        yield from self._ask(*self._ahead(record, domain))
        for term in record.evaluated:
            if term.asks:
                self._count(term)
            if term.kind is Kind.REDIRECT:
                return (yield from self._below(term, domain))
            chain = yield from self._matched(term, domain)
            if chain:
                return _Match(domain, record, term, chain)
        return _Match(domain, record)

    def explain(self, match: _Match) -> Inquiry[str]:
        """Empty where there is no explanation, or anything is amiss with it (§6.2)."""
        term = match.record.explanation
        name = (yield from self._target(term, match.domain)) if term else None
        if name is None:
            return ""
        (answer,) = yield from self._ask(Question(name, "TXT"))
        said = tuple(joined(answer))
        if len(said) != 1:
            return ""
        try:
            words = MacroString.parse(said[0], IN_EXPLANATIONS)
        except ValueError:
            return ""
        values = yield from self._values(words, match.domain)
        return cut(words.expand(values))

    def _ahead(self, record: SpfRecord, domain: str) -> tuple[Question, ...]:
        """What its terms are going to ask for, as far as it is known and allowed."""
        asking = [term for term in record.evaluated if term.asks]
        return tuple(
            Question(name, rdtype)
            for term in asking[: MOST_DNS_TERMS - self._terms]
            for name, rdtype in [(self._plain_target(term, domain), self._type(term))]
            if name is not None
        )

    def _type(self, term: Term) -> str:
        match term.kind:
            case Kind.INCLUDE | Kind.REDIRECT:
                return "TXT"
            case Kind.A:
                return self._mail.rdtype
            case Kind.MX:
                return "MX"
            case _:
                return "A"

    def _plain_target(self, term: Term, domain: str) -> str | None:
        """None where the host's own name has to be asked for before."""
        if term.kind is Kind.PTR or (term.target and "p" in term.target.letters):
            return None
        if term.target is None:
            return askable(domain)
        return expanded_name(term.target, self._mail.values(domain))

    def _matched(self, term: Term, domain: str) -> Inquiry[str]:
        """The chain of terms that match; empty where none does."""
        match term.kind:
            case Kind.ALL:
                matched = True
            case Kind.INCLUDE:
                included = yield from self._below(term, domain)
                passes = included.term and included.term.qualifier is Qualifier.PASS
                return f"{term.shown} ({included.chain})" if passes else ""
            case Kind.A | Kind.EXISTS:
                matched = yield from self._has_address(term, domain)
            case Kind.MX:
                matched = yield from self._is_exchange(term, domain)
            case Kind.PTR:
                matched = yield from self._has_name(term, domain)
            case _:
                network = term.network
                matched = network is not None and self._mail.address in network
        return term.shown if matched else ""

    def _below(self, term: Term, domain: str) -> Inquiry[_Match]:
        name = yield from self._target(term, domain)
        match = None
        if name is not None:
            (answer,) = yield from self._ask(Question(name, "TXT"))
            self._note(answer)
            match = yield from self.evaluate(name)
        if match is None:
            why = f"{term.shown} names a domain without a record"
            raise _EvaluationError(SpfOutcome.PERMERROR, why)
        return match

    def _has_address(self, term: Term, domain: str) -> Inquiry[bool]:
        name = yield from self._target(term, domain)
        if name is None:
            return False
        (answer,) = yield from self._ask(Question(name, self._type(term)))
        self._must_be_known(answer)
        self._note(answer)
        if term.kind is Kind.EXISTS:
            return bool(answer.records)
        return self._mail.comes_from(answer, term.lengths)

    def _is_exchange(self, term: Term, domain: str) -> Inquiry[bool]:
        name = yield from self._target(term, domain)
        if name is None:
            return False
        (answer,) = yield from self._ask(Question(name, "MX"))
        self._must_be_known(answer)
        self._note(answer)
        exchanges = _names(record.exchange for record in answer.records if isinstance(record, MX))
        if len(answer.records) > MOST_EXCHANGES:
            why = f"{term.shown} means more than {MOST_EXCHANGES} exchanges"
            raise _EvaluationError(SpfOutcome.PERMERROR, why)
        answers = yield from self._ask(*(Question(each, self._mail.rdtype) for each in exchanges))
        if any(self._mail.comes_from(each, term.lengths) for each in answers):
            return True
        for each in answers:
            self._must_be_known(each)
        return False

    def _has_name(self, term: Term, domain: str) -> Inquiry[bool]:
        name = yield from self._target(term, domain)
        if name is None:
            return False
        (answer,) = yield from self._ask(self._mail.pointer)
        self._note(answer)
        names = yield from self._validated()
        return any(f".{each}".endswith(f".{name}") for each in names)

    def _validated(self) -> Inquiry[tuple[str, ...]]:
        """The host's names that lead back to it; what can't be looked up is none (§5.5)."""
        if self._names is None:
            (answer,) = yield from self._ask(self._mail.pointer)
            named = [record.target for record in answer.records if isinstance(record, PTR)]
            names = _names(named[:MOST_POINTERS])
            answers = yield from self._ask(*(Question(each, self._mail.rdtype) for each in names))
            self._names = tuple(
                name
                for name, answer in zip(names, answers, strict=True)
                if any(ip_address(str(record)) == self._mail.address for record in answer.records)
            )
        return self._names

    def _target(self, term: Term, domain: str) -> Inquiry[str | None]:
        """The name that the term is about, None where that is no name (§4.8)."""
        if term.target is None:
            return askable(domain)
        return expanded_name(term.target, (yield from self._values(term.target, domain)))

    def _values(self, string: MacroString, domain: str) -> Inquiry[Mapping[str, str]]:
        known = self._mail.values(domain)
        if "p" not in string.letters:
            return known
        names = yield from self._validated()
        # The domain itself, then what is below it, then anything (§7.3).
        own = [name for name in names if f".{name}".endswith(f".{domain}")]
        return known | {"p": min(own, key=len) if own else next(iter(names), UNSAID)}

    def _ask(self, *questions: Question) -> Inquiry[tuple[Answer, ...]]:
        """Each question once, however many terms need it."""
        new = tuple({each: None for each in questions if each not in self._answers})
        if new:
            answers = yield new
            self._answers |= zip(new, answers, strict=True)
        return tuple(self._answers[each] for each in questions)

    def _count(self, term: Term) -> None:
        self._terms += 1
        if self._terms > MOST_DNS_TERMS:
            why = f"{term.shown} is one DNS look-up too many: {MOST_DNS_TERMS} are allowed"
            raise _EvaluationError(SpfOutcome.PERMERROR, why)

    def _note(self, answer: Answer) -> None:
        """§4.6.4 counts terms that find nothing."""
        self._void += answer.status in (AnswerStatus.NO_DATA, AnswerStatus.NXDOMAIN)
        if self._void > MOST_VOID:
            why = f"more than {MOST_VOID} DNS look-ups find nothing, the last one at {answer.name}"
            raise _EvaluationError(SpfOutcome.PERMERROR, why)

    def _must_be_known(self, answer: Answer) -> None:
        if answer.unknown:
            why = f"{answer.name} could not be looked up: {answer.why}"
            raise _EvaluationError(SpfOutcome.TEMPERROR, why)


def _names(names: Iterable[dns.name.Name]) -> tuple[str, ...]:
    """In lower case, each once, without the root, which a null MX names (RFC 7505)."""
    named = (name.canonicalize() for name in names if name != dns.name.root)
    return tuple(dict.fromkeys(name.to_text(omit_final_dot=True) for name in named))
