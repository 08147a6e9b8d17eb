"""All that is decided about one record, in order: design, subjects, numbers, inclusion, concepts, flags, level."""

from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from entries.vocabulary import Vocabulary
from intake.case_definition import case_definition, pem
from intake.concepts import Mention, mentions, tagged, terms
from intake.design import DesignRules, chosen, marks_in
from intake.facts import FactRules
from intake.flags import evidence_level, facts, flags, peer_review
from intake.participants import participants
from intake.reading import Reading
from intake.record import Decision, Record
from intake.relevance import YES, relevance
from intake.rulebook import Rulebook, load_policy
from intake.subjects import age_group, organism
from intake.terms import Terms

_BOOKS = ("relevance", "subjects", "sample-size", "groups", "case-definition", "concepts")
_FACTS = ("flags", "evidence-level")
# Designs that report no patients of their own, so that no definition can have let any in.
_NO_INCLUSION = {
    "systematic-review", "meta-analysis", "network-meta-analysis", "umbrella-review", "scoping-review",
    "narrative-review", "commentary", "hypothesis-paper", "news-item", "correction", "retraction-notice",
    "guideline", "animal-study", "in-vitro-study",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Classification:
    """The decisions about one record, in the order in which they were made."""

    decisions: tuple[Decision, ...]

    def first(self, name: str) -> Decision | None:
        """The first decision of that name."""
        return next((d for d in self.decisions if d.name == name), None)

    def all(self, name: str) -> tuple[Decision, ...]:
        """Every decision of that name (there is one ``flag`` a flag)."""
        return tuple(d for d in self.decisions if d.name == name)

    def number(self, name: str) -> int | None:
        """The value of a decision that counts people."""
        decision = self.first(name)
        return decision.value if decision and isinstance(decision.value, int) else None

    @property
    def relevant(self) -> bool:
        """Whether the record is about the disease."""
        decision = self.first("relevance")
        return decision is not None and decision.value == YES


@dataclass(frozen=True, slots=True)
class Classified:
    """A record ready for more rules, the decisions about it, and every concept that it names (none if not relevant)."""

    reading: Reading
    about: Classification
    mentions: tuple[Mention, ...]


class Classifier:
    """The rules of one data folder and its vocabularies, ready for any number of records."""

    def __init__(self, data: Path, vocabulary: Vocabulary) -> None:
        """Reads ``data/policy``. Raises :class:`intake.rulebook.PolicyError` where a file of rules cannot be used."""
        self.vocabulary = vocabulary
        self._books = {name: Rulebook.load(data, name) for name in _BOOKS}
        self._designs = DesignRules.load(data)
        self._facts = {name: load_policy(FactRules, data, name) for name in _FACTS}

    @cached_property
    def versions(self) -> dict[str, str]:
        """The version of each file of rules."""
        books = {name: book.version for name, book in self._books.items()}
        return books | self._designs.versions | {name: book.version for name, book in self._facts.items()}

    @cached_property
    def _terms(self) -> Terms:
        return terms(self.vocabulary, self._books["concepts"])

    def relevance(self, record: Record) -> Decision:
        """Whether the record is about the disease; the stage before :meth:`classify`."""
        return relevance(Reading(record), self._books["relevance"])

    def classify(self, record: Record) -> Classification:
        """Every decision about the record, relevance first. A record that is not relevant is not looked at further."""
        return self.read(record).about

    def read(self, record: Record, relevant: Decision | None = None) -> Classified:
        """The same, with what the stages after it would read again; ``relevant``, where that was decided before."""
        reading = Reading(record)
        about = relevant or relevance(reading, self._books["relevance"])
        if about.value != YES:
            return Classified(reading, Classification((about,)), ())
        found = mentions(reading, self._terms, self._books["concepts"])
        return Classified(reading, Classification((about, *self._decisions(reading, found))), found)

    def _decisions(self, reading: Reading, named_concepts: tuple[Mention, ...]) -> list[Decision]:
        books, record = self._books, reading.record
        found = marks_in(reading, self._designs)
        design = chosen(found)
        people = participants(reading, str(design.value), books["sample-size"], books["groups"])
        named, stated = self._inclusion(reading, str(design.value))
        counts = {d.name: d.value for d in people if isinstance(d.value, int)}
        known = facts(record, str(design.value), counts, named, stated, self.vocabulary)
        words = {d.name: d.evidence for d in (design, *people)} | {"definitions": named.evidence if named else ()}
        known = replace(known, words=words)
        return [
            design,
            organism(reading, books["subjects"], found),
            age_group(reading, books["subjects"]),
            *people,
            *(d for d in (named, stated) if d),
            peer_review(record),
            *tagged(reading, named_concepts, books["concepts"]),
            *(d for d in flags(reading, known, self._facts["flags"]) if d.value in self.vocabulary),
            evidence_level(reading, known, self._facts["evidence-level"]),
        ]

    def _inclusion(self, reading: Reading, design: str) -> tuple[Decision | None, Decision | None]:
        if design in _NO_INCLUSION:
            return None, None
        rules = self._books["case-definition"]
        return case_definition(reading, self.vocabulary, rules), pem(reading, rules)
