"""What a few studies found, lined up by concept, and whether they agree: by the rule that standings go by.

    found = lined_up(atlas, studies)
    found.lines[0].accord, found.lines[0].pairs[0].why

Two studies agree or differ where findings of theirs may be held against each other (see :mod:`graph.agreement`): on the
very same concepts together, of sorts that go together, each saying what is higher, lower, the same or mixed. As for
standings, a retracted study is held against none.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations
from typing import NamedTuple

from entries.atlas import Atlas
from entries.study import Relation, Study
from explorer.uncomparable import names_of, why_not
from graph.agreement import Subject, agreed
from graph.balance import is_retracted
from graph.standing_links import Linked

Numbers = tuple[int, ...]  # of findings, from 1
BEARING = (Relation.REPLICATES, Relation.DISPUTES)  # relations that a standing goes by


class Accord(StrEnum):
    """Whether studies found the same."""

    AGREE = "agree"
    PARTLY = "partly"
    DIFFER = "differ"
    NOT_COMPARED = "not-compared"


class Held(NamedTuple):
    """What two studies found on the same concepts together, where that may be compared: a verdict each."""

    subject: Subject
    verdicts: tuple[str, str]

    @property
    def agrees(self) -> bool:
        """Whether both found the same."""
        return self.verdicts[0] == self.verdicts[1]


class Said(NamedTuple):
    """What one of the studies (its place) says of another by a link that bears on how the other's findings stand."""

    place: int
    relation: Relation
    of: int


@dataclass(frozen=True, slots=True)
class Pair:
    """Two of the studies (their places) with findings on a concept; ``why`` they cannot be compared, where so.

    ``links``: what stands for a comparison then, if anything.
    """

    places: tuple[int, int]
    held: tuple[Held, ...]
    why: tuple[str, ...] = ()
    links: tuple[Said, ...] = ()

    @property
    def accord(self) -> Accord:
        """Whether the two agree."""
        return _accord(self.held)


@dataclass(frozen=True, slots=True)
class Line:
    """Concepts that the very same findings are on, and by study the numbers of these findings."""

    concepts: tuple[str, ...]
    findings: tuple[Numbers, ...]
    pairs: tuple[Pair, ...]

    @property
    def accord(self) -> Accord:
        """Whether those that can be compared agree."""
        return _accord([one for pair in self.pairs for one in pair.held])

    def among(self, places: Sequence[int]) -> "Line | None":
        """The line without the other studies; None where fewer than two have findings then."""
        pairs = tuple(pair for pair in self.pairs if set(pair.places) <= {*places})
        return Line(self.concepts, self.findings, pairs) if pairs else None


class Alone(NamedTuple):
    """Concepts that only one of the studies (its place) has findings on, and those.

    ``kin``: (place of another study, a broader or narrower concept that it has findings on).
    """

    place: int
    concepts: tuple[str, ...]
    findings: Numbers
    kin: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class LinedUp:
    """The concepts that several of the studies have findings on, those of most first, and those of one only."""

    lines: tuple[Line, ...]
    alone: tuple[Alone, ...]

    def counts(self, places: Sequence[int]) -> Counter[Accord]:
        """How many concepts the studies at these places agree on, and so on."""
        among = [line.among(places) for line in self.lines]
        found: Counter[Accord] = Counter()
        for line in among:
            if line:
                found[line.accord] += len(line.concepts)
        return found


def lined_up(atlas: Atlas, studies: Sequence[Study]) -> LinedUp:
    """Line the findings of different studies up."""
    on: dict[str, list[list[int]]] = {}
    for place, study in enumerate(studies):
        for number, finding in enumerate(study.findings, 1):
            for concept in dict.fromkeys(finding.concepts):
                on.setdefault(concept, [[] for _ in studies])[place].append(number)
    together: dict[tuple[Numbers, ...], list[str]] = {}
    for concept, found in on.items():
        together.setdefault(tuple(map(tuple, found)), []).append(concept)
    lining, shared, alone = _Lining(atlas, studies), [], []
    for numbers, concepts in together.items():
        having = [place for place, some in enumerate(numbers) if some]
        if len(having) > 1:
            shared.append(Line(tuple(concepts), numbers, tuple(lining.pairs(concepts, numbers, having))))
        else:
            kin = tuple(_kin(atlas, concepts, on, having[0]))
            alone.append(Alone(having[0], tuple(concepts), numbers[having[0]], kin))
    ranks = [*Accord]
    shared.sort(key=lambda line: (-sum(map(bool, line.findings)), ranks.index(line.accord)))
    alone.sort(key=lambda one: one.place)
    return LinedUp(tuple(shared), tuple(alone))


class _Lining:
    """The studies two by two."""

    def __init__(self, atlas: Atlas, studies: Sequence[Study]) -> None:
        self._atlas, self._studies, self._agreement = atlas, studies, agreed(atlas)
        self._names = names_of(studies)
        self._own = [self._agreement.own(study) for study in studies]
        self._retracted = [is_retracted(atlas, study.id) for study in studies]

    def pairs(self, concepts: Sequence[str], numbers: Sequence[Numbers], having: Sequence[int]) -> Iterator[Pair]:
        """Every two of those that have findings on these concepts."""
        for first, second in combinations(having, 2):
            fallen = [self._names[place] for place in (first, second) if self._retracted[place]]
            if fallen:
                yield Pair((first, second), (), tuple(f"{name} was retracted" for name in fallen))
                continue
            held = tuple(dict.fromkeys(self._held(concepts[0], first, second)))
            if held:
                yield Pair((first, second), held)
                continue
            links = (*self._links(numbers, first, second), *self._links(numbers, second, first))
            yield Pair((first, second), (), tuple(self._why(concepts, numbers, first, second)), links)

    def _held(self, concept: str, first: int, second: int) -> Iterator[Held]:
        """Both ways, since a finding that does not say what it was compared with is held against all sorts."""
        for place, other in ((first, second), (second, first)):
            for view, own in self._own[place].items():
                if concept in view.subject:
                    found = self._agreement.verdict_in(self._studies[other], view)
                    if found:
                        verdicts = (own.verdict, found) if place == first else (found, own.verdict)
                        yield Held(view.subject, verdicts)

    def _links(self, numbers: Sequence[Numbers], place: int, of: int) -> Iterator[Said]:
        """What the one says of the other, where its entry names all that a finding of either is about."""
        for link in self._studies[place].links:
            if link.study == self._studies[of].id and link.relation in BEARING:
                both = ((of, place), (place, of)) if link.relation is Relation.REPLICATES else ((of, place),)
                if any(self._bears(numbers[one], one, other) for one, other in both):
                    yield Said(place, link.relation, of)

    def _bears(self, numbers: Numbers, place: int, other: int) -> bool:
        """Whether links between the two bear on any of these findings of the one."""
        study, linked = self._studies[place], Linked(self._atlas, self._studies[place])
        return any(any(linked.on(study.findings[n - 1], (self._studies[other].id,))) for n in numbers)

    def _why(self, concepts: Sequence[str], numbers: Sequence[Numbers], first: int, second: int) -> Iterator[str]:
        one, other = ((self._studies[place], self._names[place], numbers[place]) for place in (first, second))
        yield from why_not(self._atlas, concepts, one, other)


def _kin(
    atlas: Atlas, concepts: Sequence[str], on: dict[str, list[list[int]]], place: int
) -> Iterator[tuple[int, str]]:
    """What others have findings on that is broader or narrower than a concept."""
    told: dict[tuple[int, str], None] = {}
    for concept in concepts:
        near = (*atlas.vocabulary.ancestors(concept), *atlas.vocabulary.descendants(concept))
        for one in near:
            for other, found in enumerate(on.get(one, ())):
                if found and other != place:
                    told[other, one] = None
    yield from told


def _accord(held: Sequence[Held]) -> Accord:
    agreeing = {one.agrees for one in held}
    if len(agreeing) == 2:
        return Accord.PARTLY
    if not agreeing:
        return Accord.NOT_COMPARED
    return Accord.AGREE if agreeing.pop() else Accord.DIFFER
