"""Which records are one study: candidates by shared keys, rules for each pair, groups that no rule contradicts."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from entries.atlas import Atlas
from entries.study import NoticeKind, Study
from intake.likeness import Likeness, likeness
from intake.merge import VERSION, merged
from intake.record import Correction, Decision, Origin, Record, Section
from intake.sameness import Judgement, judge

ATLAS = "atlas"  # format of the origin of what the atlas holds already
MAX_BLOCK = 300  # records that share one key; more share a key that tells nothing, such as "Editorial"
_ORDER = {"certain": 0, "likely": 1, "unsure": 2}


@dataclass(frozen=True, slots=True)
class StudyGroup:
    """The records of one study, as one ``record``; ``study`` is the entry of the atlas that has it already."""

    record: Record
    members: tuple[Record, ...]
    decisions: tuple[Decision, ...] = ()
    study: str | None = None

    @property
    def extra(self) -> int:
        """How many records were merged into another one."""
        return len(self.members) - 1


def deduplicate(records: Iterable[Record], atlas: Atlas | None = None) -> tuple[StudyGroup, ...]:
    """Every study once, in the order in which its first record came. Records should be normalised.

    Decisions: ``duplicate`` (value: the rule's verdict) for each pair that was joined, ``conflict`` for each that
    shares an identifier and was kept apart. Studies of the atlas that no record meets are left out.
    """
    studies = [of_study(study) for study in atlas.studies.values()] if atlas else []
    everything = [*studies, *records]
    groups = _Groups(everything, len(studies))
    judged = sorted(groups.judged(), key=lambda j: (_ORDER[j[2].confidence], j[2].verdict == "preprint", j[0], j[1]))
    for one, other, judgement in judged:
        groups.apply(one, other, judgement)
    return tuple(groups.studies())


def of_study(study: Study) -> Record:
    """An entry of the atlas as a record, to be compared with; its summary stands for the abstract."""
    return Record(
        origin=Origin(format=ATLAS, path=study.id, number=1),
        **study.model_dump(include={"title", "journal", "year", "volume", "issue", "pages", "pmid", "pmcid", "doi"}),
        authors=study.authors,
        abstract=(Section(text=study.summary),),
        publication_types=("Preprint",) if study.peer_review == "preprint" else (),
        corrections=tuple(
            Correction(kind=VERSION, pmid=notice.pmid, doi=notice.doi, citation=notice.citation)
            for notice in study.notices
            if notice.kind is NoticeKind.EARLIER_VERSION
        ),
    )


def keys(one: Likeness) -> Iterator[tuple[str, ...]]:
    """What two records must share, one of these at least, to be compared at all."""
    for name in ("pmid", "pmcid", "doi"):
        if identifier := getattr(one, name):
            yield name, identifier
    for version in one.versions:
        yield ("doi" if version.startswith("10.") else "pmid"), version
    if one.title:
        yield "title", "".join(one.title)[:60]
        yield "end", "".join(one.title)[-40:]
        yield "words", *sorted(one.title, key=lambda w: (-len(w), w))[:3]
    if one.page and one.volume:
        yield "place", one.volume, one.page
    if one.families:
        for family in {one.families[0], one.families[-1]}:
            yield "author", family, str(len(one.families)), *sorted(one.title, key=lambda w: (-len(w), w))[:1]
            if one.year:
                yield "year", family, str(one.year)
        yield "team", one.families[0], one.families[-1]


class _Groups:
    """Records in groups that grow as judgements are applied; the first ``known`` ones are the atlas's."""

    def __init__(self, records: Sequence[Record], known: int) -> None:
        self._records, self._known = records, known
        self._likeness = [likeness(record) for record in records]
        self._group = list(range(len(records)))
        self._members = {place: [place] for place in range(len(records))}
        self._told: dict[int, list[Decision]] = defaultdict(list)

    def judged(self) -> Iterator[tuple[int, int, Judgement]]:
        """Every pair that shares a key and that a rule joins or finds in conflict."""
        for one, other in self._pairs():
            judgement = judge(self._likeness[one], self._likeness[other])
            if judgement and judgement.verdict != "different":
                yield one, other, judgement

    def _pairs(self) -> list[tuple[int, int]]:
        blocks: dict[tuple[str, ...], list[int]] = defaultdict(list)
        for place, features in enumerate(self._likeness):
            for key in set(keys(features)):
                blocks[key].append(place)
        found = {pair for block in blocks.values() if len(block) <= MAX_BLOCK for pair in combinations(block, 2)}
        return sorted(pair for pair in found if pair[1] >= self._known)  # two entries of the atlas are two

    def apply(self, one: int, other: int, judgement: Judgement) -> None:
        """Joins the groups of two records, or notes why they are kept apart."""
        mine, theirs = self._group[one], self._group[other]
        name = "duplicate"
        if judgement.verdict == "conflict" or self._contradict(one, other):
            name = "conflict"
        decision = Decision(
            name=name,
            value=judgement.verdict,
            rule=judgement.rule if judgement.verdict == "conflict" or name == "duplicate" else "groups-contradict",
            confidence=judgement.confidence,
            note=f"{self._records[one].name} and {self._records[other].name}: {judgement.reason}",
        )
        self._told[mine].append(decision)
        if name == "duplicate" and mine != theirs:
            for member in self._members[theirs]:
                self._group[member] = mine
            self._members[mine] += self._members.pop(theirs)
            self._told[mine] += self._told.pop(theirs, [])
        elif mine != theirs:
            self._told[theirs].append(decision)

    def _contradict(self, one: int, other: int) -> bool:
        """Whether the groups of two records hold two entries of the atlas, or papers with PMIDs or DOIs of their own.

        Preprints are apart. Two records with a DOI each were judged with both in view; copies without one were not.
        """
        mine, theirs = self._members[self._group[one]], self._members[self._group[other]]
        if mine is theirs:
            return False
        if sum(m < self._known for m in (*mine, *theirs)) > 1 or len(self._papers("pmid", mine + theirs)) > 1:
            return True
        dois, others = self._papers("doi", mine), self._papers("doi", theirs)
        seen = self._likeness[one].doi and self._likeness[other].doi
        return bool(dois and others and not seen and dois.isdisjoint(others))

    def _papers(self, name: str, members: Iterable[int]) -> set[str]:
        """The identifiers of one kind that the members other than preprints have."""
        papers = (self._likeness[m] for m in members if not self._likeness[m].preprint)
        return {identifier for paper in papers if (identifier := getattr(paper, name))}

    def studies(self) -> Iterator[StudyGroup]:
        """The groups that hold a new record, in the order of their first new record."""
        new = {g: min(m for m in members if m >= self._known) for g, members in self._members.items() if self._new(g)}
        for group in sorted(new, key=new.__getitem__):
            members = sorted(self._members[group])
            own = tuple(self._records[m] for m in members if m >= self._known)
            study = next((self._records[m].origin.path for m in members if m < self._known), None)
            decisions = tuple(dict.fromkeys(self._told.get(group, ())))
            yield StudyGroup(record=merged(own), members=own, decisions=decisions, study=study)

    def _new(self, group: int) -> bool:
        return any(member >= self._known for member in self._members[group])
