"""All stages in order: normalise, relevance, deduplicate, classify, draft, scan, lineage. Writes nothing.

A record on another subject is compared with the others only if it shares an identifier or a title with one of those
that are not; of 30,000 records a few hundred are left to compare.

intake = Pipeline(data, atlas, day).run(read(path))
for outcome in intake.outcomes:
    print(outcome.name, outcome.fate, outcome.reason)
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date
from itertools import chain
from pathlib import Path

from pydantic import ValidationError

from entries.atlas import Atlas
from entries.problems import of_validation
from entries.study import Link, Study
from entries.vocabulary import normalise as squeeze
from entries.yamlio import Document
from intake.classify import Classification, Classifier
from intake.deduplicate import StudyGroup, deduplicate
from intake.draft import Drafter
from intake.draft_rules import FILE, DraftRules
from intake.lineage import Proposal, lineage, notices
from intake.normalise import changes, normalise
from intake.outcome import Fate, Intake, Outcome, Wording, outcome
from intake.record import Decision, Origin, ReadProblem, Record
from intake.relevance import YES
from intake.results import results
from intake.rulebook import Reading, Rulebook, load_policy
from intake.scan import Scanner
from intake.scan_rules import Severity
from intake.scan_rules import load as load_wording
from intake.study_id import study_id

_IDENTIFIERS = ("pmid", "pmcid", "doi")


@dataclass(slots=True)
class _Run:
    """What one run has gathered so far."""

    outcomes: list[Outcome] = field(default_factory=list)
    studies: dict[str, Study] = field(default_factory=dict)
    records: dict[str, Record] = field(default_factory=dict)
    owners: dict[str, str] = field(default_factory=dict)  # identifier -> study that has it
    taken: set[str] = field(default_factory=set)


class Pipeline:
    """The rules of a data folder and what its atlas holds, ready for records.

    ``taken``: further ids that no draft may get, such as those of files that cannot be read.
    """

    def __init__(self, data: Path, atlas: Atlas, day: date, taken: Collection[str] = ()) -> None:
        """Raises PolicyError and WordingBroken where a file of rules cannot be used."""
        self._atlas, self._taken = atlas, set(taken)
        self._classifier = Classifier(data, atlas.vocabulary)
        self._results = Rulebook.load(data, "results")
        rules = load_policy(DraftRules, data, FILE)
        wording = load_wording(data)
        self._scanner = Scanner(wording, atlas.vocabulary) if wording else None
        self._drafter = Drafter(rules, atlas.vocabulary, atlas.config, wording.version if wording else None, day)

    def run(self, items: Iterable[Record | ReadProblem]) -> Intake:
        """Every record through every stage. Equal records and an equal atlas give equal entries."""
        run = self._start()
        records: list[Record] = []
        changed: dict[Origin, tuple[Decision, ...]] = {}
        for item in items:
            if isinstance(item, ReadProblem):
                run.outcomes.append(_unreadable(item))
            else:
                records.append(normalise(item))
                changed[records[-1].origin] = changes(item, records[-1])
        about = [self._classifier.relevance(record) for record in records]
        near = self._near(record for record, decision in zip(records, about, strict=True) if decision.value == YES)
        for record, decision in zip(records, about, strict=True):
            if decision.value != YES and near.isdisjoint(_keys(record)):
                told = (*changed[record.origin], *notices(record), decision)
                run.outcomes.append(outcome(record, "rejected", None, decision.note, told))
        for group in deduplicate([r for r in records if not near.isdisjoint(_keys(r))], self._atlas):
            self._study(run, group, changed)
        place = {record.origin: number for number, record in enumerate(records)}
        run.outcomes.sort(key=lambda o: place.get(o.origins[0], -1))
        proposals = lineage(run.records, self._atlas)
        studies = _linked(run.studies, proposals)
        return Intake(tuple(run.outcomes), studies, tuple(p for p in proposals if p.study not in run.studies))

    def _near(self, relevant: Iterable[Record]) -> set[str]:
        """Identifiers and titles of what is about the disease; who shares none of them need not be compared."""
        items: Iterable[Study | Record] = chain[Study | Record](relevant, self._atlas.studies.values())
        return {key for item in items for key in _keys(item)}

    def _start(self) -> _Run:
        studies = self._atlas.studies
        owners = {key: s.id for s in studies.values() for key in _identifiers(s)}
        return _Run(owners=owners, taken=self._taken | set(studies))

    def _study(self, run: _Run, group: StudyGroup, changed: dict[Origin, tuple[Decision, ...]]) -> None:
        """The outcome of each record of one study."""
        record = group.record
        first = next(m for m in group.members if m.origin == record.origin)
        decided: tuple[Decision, ...] = (*changed.get(first.origin, ()), *group.decisions)
        if group.study:
            reason = f"the atlas has it as {group.study}"
            run.outcomes += [outcome(m, "known", group.study, reason, decided) for m in group.members]
            return
        run.outcomes.append(self._single(run, record, decided))
        study = run.outcomes[-1].study
        for member in group.members:
            if member is not first:
                reason = f"the same study as {first.name}"
                own = (*changed.get(member.origin, ()), *group.decisions)
                run.outcomes.append(outcome(member, "merged", study, reason, own))

    def _single(self, run: _Run, record: Record, decided: tuple[Decision, ...]) -> Outcome:
        """Relevance to scan for one record; an accepted entry is kept in ``run``."""
        about = self._classifier.classify(record)
        told = results(Reading(record), about, self._atlas.vocabulary, self._results)
        about = Classification((*about.decisions, *told))
        marks = notices(record)
        decided = (*decided, *marks, *about.decisions)

        def end(fate: Fate, reason: str | None, study: str | None = None) -> Outcome:
            return outcome(record, fate, study, reason, decided).model_copy(update={"origins": record.sources})

        if not about.relevant:
            relevance = about.first("relevance")
            return end("rejected", relevance.note if relevance else None)
        if missing := [name for name in ("title", "year") if not getattr(record, name)]:
            return end("rejected", f"the record has no {' and no '.join(missing)}")
        if clash := next((k for name in _IDENTIFIERS if (k := _key(name, getattr(record, name))) in run.owners), None):
            return end(
                "rejected", f"{clash} is that of {run.owners[clash]}, but the two are not alike; correct one of them"
            )
        name = study_id(record, run.taken, self._drafter.rules.stop_words)
        try:
            study = self._drafter.draft(name, record, about, marks)
        except ValidationError as error:
            problem = of_validation(error, Study, Path(record.origin.path), Document(None, {(): record.origin.number}))
            return end("rejected", f"no sound entry: {problem[0].reason}; {problem[0].mend}")
        wording = self._wording(study, record)
        if any(found.severity == Severity.CRITICAL for found in wording):
            reason = "; ".join(f"{f.rule} in {f.field}" for f in wording if f.severity == Severity.CRITICAL)
            return end("blocked", reason, name).model_copy(update={"wording": wording})
        _keep(run, study, record)
        return end("accepted", None, name).model_copy(update={"wording": wording})

    def _wording(self, study: Study, record: Record) -> tuple[Wording, ...]:
        found = self._scanner.scan(study, source=record.text()) if self._scanner else ()
        return tuple(
            Wording(rule=f.rule, severity=str(f.severity), field=f.field, quote=f.quote, reason=f.reason) for f in found
        )


def _keep(run: _Run, study: Study, record: Record) -> None:
    run.studies[study.id], run.records[study.id] = study, record
    run.taken.add(study.id)
    run.owners |= dict.fromkeys(_identifiers(study), study.id)


def _key(name: str, value: str | None) -> str | None:
    return f"{name.upper()} {value.lower()}" if value else None


def _identifiers(item: Study | Record) -> list[str]:
    return [key for name in _IDENTIFIERS if (key := _key(name, getattr(item, name)))]


def _keys(item: Study | Record) -> list[str]:
    """Identifiers and title, in one form; a record without any has its place in its file."""
    own = [*_identifiers(item), *([squeezed] if (squeezed := squeeze(item.title or "")) else [])]
    return own or [f"{item.origin.path} {item.origin.number}"] if isinstance(item, Record) else own


def _linked(studies: dict[str, Study], proposals: Iterable[Proposal]) -> tuple[Study, ...]:
    """The entries with the links that are theirs, in the order in which they were drafted."""
    links: dict[str, list[Link]] = {}
    for proposal in proposals:
        links.setdefault(proposal.study, []).append(proposal.link)
    return tuple(s.model_copy(update={"links": tuple(links.get(i, ()))}) for i, s in studies.items())


def _unreadable(problem: ReadProblem) -> Outcome:
    origin = Origin(format="unknown", path=problem.path, number=problem.number)
    name = f"{problem.path}, record {problem.number}"
    return Outcome(name=name, origins=(origin,), fate="unreadable", reason=f"{problem.reason}; {problem.mend}")
