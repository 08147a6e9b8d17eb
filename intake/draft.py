"""A record and what was decided about it -> an entry in our own words. Nothing is added that no decision carries.

The sentences are those of ``policy/draft.yaml``. The draft says what was studied, in whom, by which criteria and how
far such a study carries; what was found only as far as plain words of the abstract point a way, else as a quote.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

from entries.config import AtlasConfig
from entries.study import (
    Author,
    Basis,
    CaseDefinitionUse,
    Direction,
    Finding,
    Participants,
    Pem,
    Provenance,
    Study,
    Tags,
)
from entries.vocabulary import Vocabulary
from intake.classify import Classification
from intake.draft_results import Point
from intake.draft_rules import DraftRules
from intake.record import Decision, Record
from intake.results import Result
from intake.scan_source import numbers
from intake.scan_text import fold

UNCLEAR, UNREVIEWED, LOWEST = "unclear-design", "peer-review-unclear", "E3"
MOST_QUOTED = 25  # words
_COUNTS = ("patients", "controls", "total")
_CRITERIA = re.compile(
    r"criteria|case definition|fukuda|canadian|institute of medicine|IOM|NICE|oxford|holmes|consensus", re.I
)
_PEM = re.compile(r"post-?\s?exertional|\bP(?:EM|ESE|ENE)\b", re.I)
_SUMMARY, _COPIED_FIELDS = ("intervention", "symptom", "biomarker", "phenotype"), (
    "title", "journal", "year", "volume", "issue", "pages", "pmid", "pmcid", "doi",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Drafter:
    """What every draft of a run shares: sentences, concepts, versions and the day. Holds no state."""

    rules: DraftRules
    vocabulary: Vocabulary
    config: AtlasConfig
    scanner: str | None
    day: date

    def draft(
        self,
        study_id: str,
        record: Record,
        about: Classification,
        notices: Iterable[Decision] = (),
        results: Sequence[Result] = (),
    ) -> Study:
        """The entry. Raises pydantic's ValidationError where the record cannot make one (no title, no year)."""
        design = _sure(about, "design", UNCLEAR)
        people, flags = _participants(about), self._flags(record, about)
        found = self._findings(results, design)
        named = [str(decision.value) for decision in notices]
        return Study.model_validate(
            {
                "id": study_id,
                **{name: getattr(record, name) for name in _COPIED_FIELDS},
                "authors": record.authors or (Author(literal=self.rules.nobody),),
                "design": design,
                "peer_review": _value(about, "peer_review") or UNREVIEWED,
                "evidence_level": _value(about, "evidence_level") or LOWEST,
                "participants": people,
                "case_definition": (definition := _definition(about)),
                "pem": _pem(about),
                "tags": (tags := self._tags(about, flags)),
                "summary": self._summary(record, design, people, definition, tags, named, bool(found)),
                "why_it_matters": self._why(design, tags),
                "findings": found,
                "conclusions": self._points(self.rules.conclusions, results, design, flags),
                "questions": [
                    *self._questions(design, people, flags),
                    *self._points(self.rules.asks, results, design, flags),
                ],
                "does_not_prove": self._not_proved(record, design, flags, named),
                "provenance": self._provenance(record),
                "updated": self.day,
            }
        )

    def _summary(
        self,
        record: Record,
        design: str,
        people: Participants,
        definition: CaseDefinitionUse,
        tags: Tags,
        notices: list[str],
        quotes: bool,
    ) -> str:
        rules, kind = self.rules, self.rules.kind(design)
        said = [rules.notices[n] for n in notices if n in rules.notices][:1]
        said.append(kind.opening.format(disease=self.config.disease.label))
        if kind.people:
            known = {name: n for name in _COUNTS if (n := getattr(people, name)) is not None}
            shown = {name: f"{n:,}" for name, n in known.items()}
            said += [p.text.format(**shown) for p in rules.people if p.fits(known)][:1]
        if definition.ids:
            said.append(self._criteria(definition))
        figures = numbers(fold(record.text()))
        said += [s for scheme in _SUMMARY if (s := self._topics(scheme, tags, figures))]
        closing = rules.read.quoted if quotes else rules.read.untold if kind.people else rules.read.plain
        return " ".join((*said, closing if record.abstract else rules.read.title))

    def _findings(self, results: Sequence[Result], design: str) -> tuple[Finding, ...]:
        """What the abstract tells, each once, those that point a way first, with the words that they rest on."""
        found = [self._finding(r, design) for r in sorted(results, key=lambda r: r.direction is None)]
        each = {_sameness(finding): finding for finding in reversed(found)}
        return tuple(reversed(each.values()))[: self.rules.results.most]

    def _finding(self, result: Result, design: str) -> Finding:
        words = self.rules.results
        return Finding(
            text=words.text(result, design, self._labels(result.concepts)),
            concepts=result.concepts,
            direction=result.direction,
            comparison=words.comparisons.get(result.against) if result.against else None,
            statistic=None if result.direction is Direction.MIXED else result.statistic,  # it would be that of one side
            basis=Basis.QUOTED if result.quote else Basis.STATED,
            quote=result.quoted,
            location=result.sentence.field.replace(":", ", "),
        )

    def _labels(self, concepts: Iterable[str], most: int | None = None) -> str:
        labels = [self.vocabulary[i].label for i in concepts]
        shown = sorted(labels[:most], key=str.casefold)  # not in the order of the abstract
        return ", ".join(shown) + (f", {self.rules.more}" if len(labels) > len(shown) else "")

    def _points(
        self, points: Iterable[Point], results: Sequence[Result], design: str, flags: Sequence[str]
    ) -> list[str]:
        """The first sentences of a list that the results give rise to."""
        held = ((p, p.concepts(results, design, flags)) for p in points)
        most = self.rules.most_topics
        told = [p.text.format(list=self._labels(c, most), disease=self.config.disease.label) for p, c in held if c]
        return told[: self.rules.most_points]

    def _why(self, design: str, tags: Tags) -> str | None:
        """What the study is to be looked at for: the first reason that its design and its tags meet."""
        for why in self.rules.why:
            if (not why.designs or design in why.designs) and (held := tags.of(why.scheme)):
                return why.text.format(
                    list=self._labels(held, self.rules.most_topics), disease=self.config.disease.label
                )
        return None

    def _criteria(self, definition: CaseDefinitionUse) -> str:
        how = self.rules.definitions
        text = how.all if definition.all else how.any if len(definition.any) > 1 else how.one
        return text.format(definitions=", ".join(self.vocabulary[i].label for i in definition.ids))

    def _topics(self, scheme: str, tags: Tags, figures: frozenset[Decimal]) -> str | None:
        """The first concepts of a scheme by name; one whose name holds a figure that the record lacks is left out."""
        labels = [self.vocabulary[i].label for i in tags.of(scheme)]
        sayable = [label for label in labels if numbers(fold(label)) <= figures]
        if scheme not in self.rules.topics or not sayable:
            return None
        shown = sorted(sayable[: self.rules.most_topics], key=str.casefold)  # not in the order of the abstract
        more = f", {self.rules.more}" if len(labels) > len(shown) else ""
        return self.rules.topics[scheme].format(list=", ".join(shown) + more)

    def _not_proved(self, record: Record, design: str, flags: tuple[str, ...], notices: list[str]) -> str:
        rules = self.rules
        said_by_others = {general for flag in flags for general in rules.within.get(flag, ())}
        weighed = [text for flag, text in rules.flags.items() if flag in flags and flag not in said_by_others]
        said = [rules.notices[n] for n in notices if n in rules.notices][:1]
        limit = rules.kind(design).limit.format(disease=self.config.disease.label)
        unread = rules.unread.paper if record.abstract else rules.unread.abstract
        return " ".join((*said, limit, *weighed[: rules.most_flags], unread))

    def _questions(self, design: str, people: Participants, flags: tuple[str, ...]) -> tuple[str, ...]:
        missing = {"people"} if self.rules.kind(design).people and people.size is None else set()
        return tuple(q.text for q in self.rules.questions if q.arises(design, flags, missing))

    def _flags(self, record: Record, about: Classification) -> tuple[str, ...]:
        """Method flags, each once; that a title is silent on something is no flag."""
        found = tuple(dict.fromkeys(str(decision.value) for decision in about.all("flag")))
        return found if record.abstract else tuple(f for f in found if f not in self.rules.silences)

    def _tags(self, about: Classification, flags: tuple[str, ...]) -> Tags:
        found: dict[str, tuple[str, ...]] = {}
        for decision in about.decisions:
            scheme = decision.name.removeprefix("tags.")
            if scheme != decision.name and scheme in self.config.tags and isinstance(decision.value, tuple):
                found[scheme] = tuple(map(str, decision.value))
        if flags:
            found["method-flag"] = flags
        return Tags({scheme: found[scheme] for scheme in self.config.tags if scheme in found})

    def _provenance(self, record: Record) -> Provenance:
        versions = self.config.versions
        origin = record.origin
        return Provenance(
            source="pubmed" if record.pmid else origin.format,
            record=record.pmid or record.doi or f"{Path(origin.path).name}, record {origin.number}",
            generator=versions.generator,
            scanner=self.scanner,
            policy=versions.policy,
            drafted=self.day,
        )


def _sameness(finding: Finding) -> tuple[str | None, str | None]:
    """What findings that are told once have in common; of a concept that points both ways both quotes are shown."""
    if finding.direction is None:
        return None, finding.quote
    return finding.text, finding.quote if finding.direction is Direction.MIXED else None


def quoted(text: str, near: re.Pattern[str] = _CRITERIA) -> str:
    """At most MOST_QUOTED words of a text in a row, around the first that ``near`` finds; ``…`` where it is cut."""
    words = [m.span() for m in re.finditer(r"\S+", text)]
    if len(words) <= MOST_QUOTED:
        return text.strip()
    held = near.search(text)
    at = next((i for i, (_, end) in enumerate(words) if held and end > held.start()), 0)
    first = min(max(0, at - MOST_QUOTED // 2), len(words) - MOST_QUOTED)
    last = first + MOST_QUOTED - 1
    before, after = "…" if first else "", "…" if last + 1 < len(words) else ""
    return f"{before}{text[words[first][0] : words[last][1]]}{after}"


def _value(about: Classification, name: str) -> str | None:
    decision = about.first(name)
    return str(decision.value) if decision and decision.value is not None else None


def _sure(about: Classification, name: str, otherwise: str) -> str:
    """The value of a decision, unless nothing but a guess carries it."""
    decision = about.first(name)
    return str(decision.value) if decision and decision.value and decision.confidence != "unsure" else otherwise


def _participants(about: Classification) -> Participants:
    counts: Mapping[str, int | None] = {
        name: about.number(name) for name in _COUNTS if (d := about.first(name)) and d.confidence != "unsure"
    }
    return Participants.model_validate(counts)


def _definition(about: Classification) -> CaseDefinitionUse:
    for how in ("any", "all"):
        decision = about.first(f"case_definition.{how}")
        if decision and isinstance(decision.value, tuple):
            quote = quoted(decision.evidence[0].quote) if decision.evidence else None
            return CaseDefinitionUse.model_validate({how: decision.value, "quote": quote})
    return CaseDefinitionUse()


def _pem(about: Classification) -> Pem:
    decision = about.first("pem")
    if decision is None or not decision.evidence:
        return Pem()
    return Pem.model_validate({"stated": decision.value, "quote": quoted(decision.evidence[0].quote, _PEM)})
