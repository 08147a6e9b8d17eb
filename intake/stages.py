"""What is done to each record by itself with the rules of a data folder: before duplicates are looked for, and after.

Both are functions of the record alone, so that they can run in any process (:mod:`intake.parallel`).
"""

import zlib
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import NamedTuple

from pydantic import ValidationError

from entries.config import AtlasConfig
from entries.problems import of_validation
from entries.study import Study
from entries.vocabulary import Vocabulary
from entries.vocabulary import normalise as squeeze
from entries.yamlio import Document
from intake.classify import Classifier
from intake.draft import Drafter
from intake.draft_rules import FILE, DraftRules
from intake.lineage import notices, published_notices
from intake.normalise import changes, normalise
from intake.outcome import Wording, outcome
from intake.record import Decision, ReadProblem, Record
from intake.relevance import YES
from intake.result_rules import ResultRules
from intake.results import results
from intake.rulebook import load_policy
from intake.scan import Scanner
from intake.scan_rules import load as load_wording
from intake.unparsed import Unparsed, parsed

IDENTIFIERS = ("pmid", "pmcid", "doi")
_UNNAMED = "draft"  # the id of a draft until the pipeline, which knows all ids, gives it one


@dataclass(frozen=True, slots=True)
class Prepared:
    """A record that is about the disease, normalised, with what normalising changed, and why it is about it."""

    record: Record
    changes: tuple[Decision, ...]
    keys: tuple[str, ...]
    about: Decision


class Chosen(NamedTuple):
    """The record of a study that is to be drafted; ``about`` where its relevance is known from :class:`Prepared`."""

    record: Record
    about: Decision | None = None


@dataclass(frozen=True, slots=True)
class Aside:
    """A record on another subject, packed (a tenth of its size): its outcome and itself as compressed JSON."""

    outcome: bytes
    record: bytes
    keys: tuple[str, ...]
    reason: str | None
    changed: bool


@dataclass(frozen=True, slots=True)
class Drafted:
    """All decisions about a record, and its entry under a provisional id; ``trouble`` says why there is none."""

    relevant: bool
    decisions: tuple[Decision, ...]
    study: Study | None = None
    trouble: str | None = None
    wording: tuple[Wording, ...] = ()


class Stages:
    """The rules of a data folder, ready for records. Holds no state."""

    def __init__(self, data: Path, config: AtlasConfig, vocabulary: Vocabulary, day: date) -> None:
        """Raises PolicyError and WordingBroken where a file of rules cannot be used."""
        self._vocabulary = vocabulary
        self._classifier = Classifier(data, vocabulary)
        self._results = load_policy(ResultRules, data, "results")
        self.rules = load_policy(DraftRules, data, FILE)
        wording = load_wording(data)
        self._scanner = Scanner(wording, vocabulary) if wording else None
        self._drafter = Drafter(self.rules, vocabulary, config, wording.version if wording else None, day)

    def prepare(self, item: Record | Unparsed) -> Prepared | Aside | ReadProblem:
        """Parse what is not parsed yet, normalise, and ask for relevance."""
        read = parsed(item) if isinstance(item, Unparsed) else item
        if isinstance(read, ReadProblem):
            return read
        record = normalise(read)
        changed = changes(read, record)
        about = self._classifier.relevance(record)
        if about.value == YES:
            return Prepared(record, changed, tuple(keys(record)), about)
        told = outcome(record, "rejected", None, about.note, (*changed, *notices(record), about))
        return Aside(
            zlib.compress(told.model_dump_json(exclude_defaults=True).encode(), 1),
            zlib.compress(record.model_dump_json(exclude_defaults=True).encode(), 1),
            tuple(keys(record)),
            about.note,
            bool(changed),
        )

    def draft(self, one: Chosen) -> Drafted:
        """Classify, draft and scan. No entry where the record is not relevant, or lacks what an entry needs."""
        record = one.record
        read = self._classifier.read(record, one.about)
        about, told = read.about, results(read, self._results)
        marks = notices(record)
        decided = (*marks, *about.decisions, *(d for result in told for d in result.decisions()))
        if not about.relevant:
            relevance = about.first("relevance")
            return Drafted(False, decided, trouble=relevance.note if relevance else None)
        if missing := [name for name in ("title", "year") if not getattr(record, name)]:
            return Drafted(True, decided, trouble=f"the record has no {' and no '.join(missing)}")
        try:
            study = self._drafter.draft(_UNNAMED, record, about, marks, told)
        except ValidationError as error:
            problem = of_validation(error, Study, Path(record.origin.path), Document(None, {(): record.origin.number}))
            return Drafted(True, decided, trouble=f"no sound entry: {problem[0].reason}; {problem[0].mend}")
        study = study.model_copy(update={"notices": published_notices(record)})
        return Drafted(True, decided, study, wording=self.wording(study, record))

    def wording(self, study: Study, record: Record) -> tuple[Wording, ...]:
        """What the scanner finds in an entry beside its record."""
        found = self._scanner.scan(study, source=record.text()) if self._scanner else ()
        return tuple(
            Wording(rule=f.rule, severity=str(f.severity), field=f.field, quote=f.quote, reason=f.reason) for f in found
        )


def identifiers(item: Study | Record) -> list[str]:
    """``PMID 123``, ``DOI 10.1/x``: what an entry or a record is known by."""
    return [key for name in IDENTIFIERS if (key := identifier(name, getattr(item, name)))]


def identifier(name: str, value: str | None) -> str | None:
    """One identifier with its kind; None where there is none."""
    return f"{name.upper()} {value.lower()}" if value else None


def keys(item: Study | Record) -> list[str]:
    """Identifiers and title, in one form; a record without any has its place in its file."""
    own = [*identifiers(item), *([squeezed] if (squeezed := squeeze(item.title or "")) else [])]
    return own or [f"{item.origin.path} {item.origin.number}"] if isinstance(item, Record) else own
