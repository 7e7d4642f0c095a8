"""Which domains above another one have DMARC records, and which is the organization's (§4.10).

Sections are RFC 9989's.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from tuimail.domain.answer import Answer
from tuimail.domain.dmarc import DmarcRecord, Suffix, is_dmarc
from tuimail.domain.inquiry import Inquiry, Question
from tuimail.domain.txt import texts

MOST_QUESTIONS = 8  # §4.10


@dataclass(frozen=True, slots=True)
class TreeWalk:
    """From a domain up to where a record said that this is far enough, or to the top.

    Where an answer is missing, others may still have settled what was looked for.
    """

    domain: str
    organizational_domain: str
    """The domain itself where no record says anything else (§4.10.2)."""
    records: Mapping[str, DmarcRecord] = field(default_factory=lambda: MappingProxyType({}))
    """By domain, the longest first."""
    several: tuple[Answer, ...] = ()
    """Answers with more than one record, which counts as none."""
    missing: tuple[Answer, ...] = ()
    """Answers that could not be had, and might have said otherwise."""
    asked: Mapping[str, Answer] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def record(self) -> DmarcRecord | None:
        """The one that applies to mail of the domain, if it is known and there is one (§4.10.1)."""
        if self.domain in self.records:
            return self.records[self.domain]
        if self.missing:
            return None
        if self.organizational_domain in self.records:
            return self.records[self.organizational_domain]
        # Only a public suffix speaks for organizations that do not speak for themselves.
        suffixes = (each for each in self.records.values() if each.suffix is Suffix.YES)
        return next(suffixes, None)

    @classmethod
    def read(cls, domain: str, answers: Mapping[str, Answer]) -> "TreeWalk":
        """From the answers to the questions of `walk`, whatever else stands among them."""
        records: dict[str, DmarcRecord] = {}
        several: list[Answer] = []
        missing: list[Answer] = []
        asked: dict[str, Answer] = {}
        for name in walk_names(domain):
            answer = asked[name] = answers[f"_dmarc.{name}"]
            meant = [text for text in texts(answer) if is_dmarc(text)]
            if answer.unknown:
                missing.append(answer)
            if len(meant) > 1:
                several.append(answer)
            if len(meant) != 1:
                continue
            record = records[name] = DmarcRecord.parse(name, meant[0])
            if record.suffix is not Suffix.UNSAID:
                break
        organization = _organizational_domain(domain, records)
        return cls(domain, organization, records, tuple(several), tuple(missing), asked)


def walk_names(domain: str) -> tuple[str, ...]:
    """Where records may stand: never more than eight names, the top-level domain among them."""
    labels = domain.split(".")
    above = labels[1:] if len(labels) < MOST_QUESTIONS else labels[1 - MOST_QUESTIONS :]
    return (domain, *(".".join(above[start:]) for start in range(len(above))))


def walk_questions(domains: Iterable[str]) -> tuple[Question, ...]:
    """Side by side, and each once: what one asks too many is asked for other domains anyway."""
    names = {name: None for domain in domains for name in walk_names(domain)}
    return tuple(Question(f"_dmarc.{name}", "TXT") for name in names)


def walk(domain: str) -> Inquiry[TreeWalk]:
    """`domain` in A-labels."""
    questions = walk_questions((domain,))
    answers = yield questions
    return TreeWalk.read(domain, by_name(questions, answers))


def by_name(questions: Iterable[Question], answers: Iterable[Answer]) -> dict[str, Answer]:
    """Answers by the name that was asked for, which for an alias is not the record's."""
    return {each.name: answer for each, answer in zip(questions, answers, strict=True)}


def _organizational_domain(domain: str, records: dict[str, DmarcRecord]) -> str:
    for name, record in records.items():
        if record.suffix is Suffix.NO:
            return name
        if record.suffix is Suffix.YES:
            # One label more, unless it is the domain itself, which has no more.
            labels = domain.split(".")
            return ".".join(labels[-len(name.split(".")) - 1 :])
    return next(reversed(records), domain)
