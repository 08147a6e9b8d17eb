"""All stages in order: normalise, relevance, deduplicate, classify, draft, scan, lineage. Writes nothing.

A record on another subject is compared with the others only if it shares an identifier or a title with one of those
that are not; of 30,000 records a few hundred are left to compare, and the others are kept packed.

intake = Pipeline(data, atlas, day).run(read(path))
for outcome in intake.outcomes:
    print(outcome.name, outcome.fate, outcome.reason)
"""

from collections import deque
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from pathlib import Path

from entries.atlas import Atlas
from entries.study import Link, Notice, Study
from intake.aside import Putaside
from intake.deduplicate import StudyGroup, deduplicate
from intake.language_model import LanguageModel, Writer
from intake.lineage import Proposal, lineage, published_notices
from intake.outcome import Intake, Outcome, Outcomes, outcome
from intake.parallel import Failed, Workers
from intake.policies import policy_versions
from intake.record import Decision, Origin, ReadProblem, Record
from intake.scan_rules import Severity
from intake.stages import IDENTIFIERS, Aside, Chosen, Drafted, Prepared, Stages, identifier, identifiers, keys
from intake.study_id import study_id
from intake.tally import Tally
from intake.unparsed import Unparsed

_FEW = 8  # drafts that travel together: each takes a hundred times as long as reading a record
Item = Record | Unparsed | ReadProblem


@dataclass(slots=True)
class _Run:
    """What one run has gathered so far. ``place`` is the number of a record among all that came in."""

    outcomes: Outcomes = field(default_factory=Outcomes)
    records: list[Record] = field(default_factory=list)  # those about the disease, and their likes
    changed: dict[Origin, tuple[Decision, ...]] = field(default_factory=dict)
    about: dict[Origin, Decision] = field(default_factory=dict)  # why a record is about the disease
    place: dict[Origin, int] = field(default_factory=dict)
    studies: dict[str, Study] = field(default_factory=dict)
    drafted: dict[str, Record] = field(default_factory=dict)
    owners: dict[str, str] = field(default_factory=dict)  # identifier -> study that has it
    taken: set[str] = field(default_factory=set)
    noticed: list[tuple[str, Notice]] = field(default_factory=list)
    writer: Writer | None = None
    tally: Tally = field(default_factory=Tally)

    def keep(self, place: int, record: Record, changed: tuple[Decision, ...]) -> None:
        """Note a record that is to be compared."""
        self.records.append(record)
        self.changed[record.origin], self.place[record.origin] = changed, place

    def end(self, told: Outcome) -> Outcome:
        """Note what became of a record."""
        self.outcomes.add(self.place[told.origins[0]], told)
        return told


class Pipeline:
    """The rules of a data folder and what its atlas holds, ready for records.

    ``taken``: further ids that no draft may get, such as those of files that cannot be read. What comes out is the same
    for every number of ``processes``; more than one is started only where enough is left to do. ``model`` may add
    sentences to drafts, as far as they can be traced to the record.
    """

    def __init__(
        self,
        data: Path,
        atlas: Atlas,
        day: date,
        taken: Collection[str] = (),
        processes: int = 1,
        model: LanguageModel | None = None,
    ) -> None:
        """Raises PolicyError and WordingBroken where a file of rules cannot be used."""
        self._data, self._atlas, self._taken, self._model = data, atlas, set(taken), model
        self.policies = policy_versions(data)
        self._workers = partial(
            Workers, partial(Stages, data.resolve(), atlas.config, atlas.vocabulary, day), processes
        )

    def run(self, items: Iterable[Item]) -> Intake:
        """Every record through every stage. Equal records and an equal atlas give equal entries.

        ``intake.unparsed.pieces`` gives items that are parsed by the workers, which is quicker with several.
        """
        run = self._start()
        with self._workers() as workers, Putaside() as aside:
            self._prepare(run, workers, aside, items)
            groups = deduplicate(run.records, self._atlas)
            run.tally.add("deduplicate", studies=len(groups), merged=sum(group.extra for group in groups))
            if self._model:
                vocabulary = self._atlas.vocabulary
                run.writer = Writer.of(self._model, self._data, workers.here, self._atlas.config, vocabulary)
            self._draft(run, workers, groups)
        proposals = lineage(run.drafted, self._atlas)
        studies = _linked(run.studies, proposals)
        known = tuple(p for p in proposals if p.study not in run.studies)
        run.tally.add("lineage", links=len(proposals), **{"for entries of the atlas": len(known)})
        return Intake(run.outcomes, studies, known, tuple(run.noticed), run.tally.stages())

    def _start(self) -> _Run:
        studies = self._atlas.studies
        owners = {key: s.id for s in studies.values() for key in identifiers(s)}
        return _Run(owners=owners, taken=self._taken | set(studies))

    def _prepare(self, run: _Run, workers: Workers, aside: Putaside, items: Iterable[Item]) -> None:
        """Normalise and relevance; then what is about the disease, or shares a key with it, is kept to be compared."""
        incoming = _Incoming(run, items)
        near = {key for study in self._atlas.studies.values() for key in keys(study)}
        for found in workers.map("prepare", incoming):
            place, origin = incoming.placed()
            run.tally.add("read", **{"unreadable" if isinstance(found, ReadProblem) else "records": 1})
            match found:
                case ReadProblem():
                    run.outcomes.add(place, _unreadable(found))
                case Prepared(record, changed, own, about):
                    run.keep(place, record, changed)
                    run.about[record.origin] = about
                    near.update(own)
                    run.tally.add("normalise", changed=bool(changed))
                    run.tally.add("relevance", relevant=1)
                case Aside():
                    aside.put(place, found)
                    run.tally.add("normalise", changed=found.changed)
                    run.tally.add("relevance", **{"on another subject": 1})
                case Failed(reason):
                    run.outcomes.add(place, _failed(origin, reason))
        for place, one in aside.all():
            if near.isdisjoint(one.keys):
                run.outcomes.add_astray(place, one.outcome, one.reason)
            else:
                run.keep(place, *aside.unpacked(one))
        order = run.place
        run.records.sort(key=lambda record: order[record.origin])

    def _draft(self, run: _Run, workers: Workers, groups: Iterable[StudyGroup]) -> None:
        """The outcome of each record of each study."""
        fresh = []
        for group in groups:
            if group.study:
                reason = f"the atlas has it as {group.study}"
                for m in group.members:
                    run.end(outcome(m, "known", group.study, reason, _decided(run, group, group.record)))
                run.noticed += [(group.study, notice) for notice in self._unknown(group.study, group.record)]
                run.tally.add("deduplicate", **{"in the atlas already": len(group.members)})
            else:
                fresh.append(group)
        chosen = [Chosen(g.record, run.about.get(g.record.origin) if not g.extra else None) for g in fresh]
        results = workers.map("draft", chosen, chunk=_FEW)
        for group, drafted in zip(fresh, results, strict=True):
            self._study(run, workers.here.rules.stop_words, group, drafted)

    def _unknown(self, study_id: str, record: Record) -> Iterator[Notice]:
        """The notices of a record that the entry of its study does not have yet."""
        had = self._atlas.studies[study_id].notices
        known = {(n.kind, name) for n in had for name in (n.pmid, n.doi, n.citation) if name}
        for notice in published_notices(record):
            named = {(notice.kind, name) for name in (notice.pmid, notice.doi, notice.citation) if name}
            if known.isdisjoint(named) and (named or notice.kind not in {n.kind for n in had}):
                yield notice

    def _study(self, run: _Run, stop_words: Collection[str], group: StudyGroup, drafted: Drafted | Failed) -> None:
        first = next(m for m in group.members if m.origin == group.record.origin)
        told = self._told(run, stop_words, group.record, drafted, _decided(run, group, first))
        run.end(told.model_copy(update={"origins": group.record.sources}))
        for member in group.members:
            if member is not first:
                reason = f"the same study as {first.name}"
                run.end(outcome(member, "merged", told.study, reason, _decided(run, group, member)))

    def _told(
        self,
        run: _Run,
        stop_words: Collection[str],
        record: Record,
        drafted: Drafted | Failed,
        decided: tuple[Decision, ...],
    ) -> Outcome:
        """What becomes of a drafted record; an accepted entry is kept in ``run``."""
        if isinstance(drafted, Failed):
            return outcome(record, "rejected", None, f"could not be worked on: {drafted.reason}", decided)
        decided = (*decided, *drafted.decisions)
        if drafted.relevant:
            run.tally.add("classify", records=1, decisions=len(drafted.decisions))
        if drafted.study is None:
            return outcome(record, "rejected", None, drafted.trouble, decided)
        if clash := _clash(run, record):
            return outcome(record, "rejected", None, clash, decided)
        if run.writer:
            before = len(drafted.decisions)
            drafted = run.writer.add_to(drafted, record)
            decided = (*decided, *drafted.decisions[before:])
        assert drafted.study
        name = study_id(record, run.taken, stop_words)
        run.tally.add("draft", drafted=1)
        run.tally.add("scan", findings=len(drafted.wording))
        critical = [f"{f.rule} in {f.field}" for f in drafted.wording if f.severity == Severity.CRITICAL]
        if critical:
            run.tally.add("scan", blocked=1)
            told = outcome(record, "blocked", name, "; ".join(critical), decided)
        else:
            _keep(run, drafted.study.model_copy(update={"id": name}), record)
            told = outcome(record, "accepted", name, None, decided)
        return told.model_copy(update={"wording": drafted.wording})


class _Incoming:
    """The records on their way to the workers. Problems end here; places are handed back in the same order."""

    def __init__(self, run: _Run, items: Iterable[Item]) -> None:
        self._run, self._items = run, items
        self._sent: deque[tuple[int, Origin]] = deque()

    def __iter__(self) -> Iterator[Record | Unparsed]:
        for place, item in enumerate(self._items):
            if isinstance(item, ReadProblem):
                self._run.outcomes.add(place, _unreadable(item))
                self._run.tally.add("read", unreadable=1)
            else:
                self._sent.append((place, item.origin))
                yield item

    def placed(self) -> tuple[int, Origin]:
        """Place and origin of the record whose result has come back."""
        return self._sent.popleft()


def _decided(run: _Run, group: StudyGroup, member: Record) -> tuple[Decision, ...]:
    return (*run.changed.get(member.origin, ()), *group.decisions)


def _clash(run: _Run, record: Record) -> str | None:
    """Why a record cannot become an entry although it could be drafted; None where nothing stands against it."""
    named = (identifier(name, getattr(record, name)) for name in IDENTIFIERS)
    clash = next((key for key in named if key in run.owners), None)
    return clash and f"{clash} is that of {run.owners[clash]}, but the two are not alike; correct one of them"


def _keep(run: _Run, study: Study, record: Record) -> None:
    run.studies[study.id], run.drafted[study.id] = study, record
    run.taken.add(study.id)
    run.owners |= dict.fromkeys(identifiers(study), study.id)


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


def _failed(origin: Origin, reason: str) -> Outcome:
    name = f"{origin.path}, record {origin.number}"
    return Outcome(name=name, origins=(origin,), fate="rejected", reason=f"could not be worked on: {reason}")
