"""What a few studies are, beside each other: rows of cells, one cell a study. What an entry lacks is said, too."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from entries.study import Study
from explorer.presentation import LEVELS, PEM, REVIEWS, Badge, Chosen, in_words
from explorer.presentation_standing import COLOURS
from explorer.site import Site
from graph.judgements import Judgements
from graph.postings import METHODS
from graph.standings import MEANINGS

NOT_STATED, NONE_NAMED = "not stated", "none named"
EVERY = {2: "both", 3: "all three", 4: "all four"}
DESIGNS, PEERS = "study-design", "peer-review"


@dataclass(frozen=True, slots=True)
class Cell:
    """What one study says to a row: a badge, sentences, concepts in groups that say whose they are as well."""

    texts: tuple[str, ...] = ()
    badge: Badge | None = None
    groups: tuple[tuple[str, tuple[Chosen, ...]], ...] = ()
    lacks: str = NOT_STATED

    @property
    def is_told(self) -> bool:
        """Whether the entry says anything to this."""
        return bool(self.texts or self.badge or self.groups)

    @property
    def plain(self) -> str:
        """All of it as a line of text."""
        groups = (f"{words}: {in_words(c.label for c in chosen)}".removeprefix(": ") for words, chosen in self.groups)
        parts = [*([self.badge.text] if self.badge else []), *groups, *self.texts]
        return "; ".join(parts) or self.lacks


@dataclass(frozen=True, slots=True)
class Row:
    """One topic; ``note`` says where all studies say the same."""

    label: str
    cells: tuple[Cell, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """Rows on one subject."""

    name: str
    label: str
    rows: tuple[Row, ...]


def parts(site: Site, studies: Sequence[Study], names: Sequence[str]) -> tuple[Part, ...]:
    """Everything but the findings."""
    made = _Facts(site, studies, names)
    return (
        Part("the-studies", "What was done", tuple(made.design())),
        Part("people", "Who took part", tuple(made.people())),
        Part("looked-at", "What was looked at", tuple(made.looked_at())),
        Part("limits", "How far it goes", tuple(made.limits())),
        Part("the-entries", "The entries", tuple(made.entries())),
    )


class _Facts:
    """The rows, subject by subject."""

    def __init__(self, site: Site, studies: Sequence[Study], names: Sequence[str]) -> None:
        self._site, self._studies, self._names = site, studies, names
        self._judgements = Judgements(site.atlas)

    def design(self) -> Iterator[Row]:
        """What kind of study it is and what its word is worth."""
        yield self._row("Published", lambda s: Cell((f"{s.journal or 'journal not stated'}, {s.year}",)))
        yield self._concept(DESIGNS, lambda s: s.design)
        yield self._concept(LEVELS, lambda s: s.evidence_level)
        yield self._concept(PEERS, lambda s: s.peer_review)
        yield self._row("How it stands", self._standing)

    def people(self) -> Iterator[Row]:
        """Numbers, and by which criteria people came in."""
        yield self._row("Patients", lambda s: _count(s.participants.patients))
        yield self._row("Controls", lambda s: _count(s.participants.controls))
        yield self._row("In all", _total)
        if any(s.participants.groups or s.participants.note for s in self._studies):
            yield self._row("Groups and notes", _groups)
        yield self._row("Case definition", self._definition)
        if scheme := self._site.atlas.vocabulary.schemes.get(PEM):
            yield self._row(scheme.label, self._pem)

    def looked_at(self) -> Iterator[Row]:
        """Against what findings were compared, and what the studies are tagged with."""
        yield self._row("Compared with", _comparisons)
        for scheme in self._site.atlas.config.tags:
            if scheme != METHODS:
                yield self._tags(scheme)

    def limits(self) -> Iterator[Row]:
        """What must not be concluded."""
        yield self._row("Conclusions", lambda s: Cell(s.conclusions))
        yield self._row("What this study does not prove", lambda s: Cell((s.does_not_prove,)))
        if METHODS in self._site.atlas.config.tags:
            yield self._tags(METHODS)
        yield self._row("What stays open", lambda s: Cell(s.questions))

    def entries(self) -> Iterator[Row]:
        """Who looked at the entries, and when."""
        yield self._concept(REVIEWS, lambda s: s.review.status)
        yield self._row("Last updated", lambda s: Cell((s.updated.isoformat(),)))

    def _row(self, label: str, told: Callable[[Study], Cell]) -> Row:
        cells = tuple(told(study) for study in self._studies)
        same = all(cell.is_told for cell in cells) and len({cell.plain for cell in cells}) == 1
        return Row(label, cells, f"the same in {EVERY[len(cells)]}" if same else "")

    def _concept(self, scheme: str, of: Callable[[Study], str]) -> Row:
        vocabulary = self._site.atlas.vocabulary

        def cell(study: Study) -> Cell:
            concept = vocabulary.get(of(study))
            return Cell((concept.plain,) if concept else (), self._site.badges.of_concept(of(study)))

        return self._row(vocabulary.schemes[scheme].label, cell)

    def _standing(self, study: Study) -> Cell:
        stands = self._judgements.of(study.id)
        url = f"{self._site.links.study(study.id)}#standing"
        return Cell((MEANINGS[stands],), Badge(stands.value.capitalize(), COLOURS[stands], "Why", url))

    def _definition(self, study: Study) -> Cell:
        use = study.case_definition
        how = "" if len(use.ids) < 2 else "met all of" if use.all else "met any of"
        quote = (f"“{use.quote}”",) if use.quote else ()
        return Cell(quote, groups=((how, self._chosen(use.ids)),) if use.ids else (), lacks=NONE_NAMED)

    def _pem(self, study: Study) -> Cell:
        told = self._site.atlas.badge(study)
        conflict = (f"Conflict. {told.conflict}",) if told.conflict else ()
        return Cell((told.reason, *conflict), next(iter(self._site.badges.pem(study)), None))

    def _tags(self, scheme: str) -> Row:
        having = [study.tags.of(scheme) for study in self._studies]
        cells = tuple(
            Cell(groups=tuple(self._grouped(place, having)), lacks=NONE_NAMED) for place in range(len(having))
        )
        alike = all(having) and len({frozenset(some) for some in having}) == 1
        note = f"the same in {EVERY[len(having)]}" if alike else ""
        return Row(self._site.atlas.vocabulary.schemes[scheme].plural, cells, note)

    def _grouped(self, place: int, having: Sequence[Sequence[str]]) -> Iterator[tuple[str, tuple[Chosen, ...]]]:
        """The tags of one study: those that all have, those that it shares with some, its own."""
        groups: dict[tuple[int, ...], list[str]] = {}
        for concept in having[place]:
            groups.setdefault(tuple(n for n, some in enumerate(having) if concept in some), []).append(concept)
        for whose in sorted(groups, key=lambda places: (-len(places), places)):
            yield self._whose(place, whose), self._chosen(groups[whose])

    def _whose(self, place: int, places: Sequence[int]) -> str:
        if len(places) == len(self._studies):
            return f"in {EVERY[len(places)]}"
        return f"as in {in_words(self._names[n] for n in places if n != place)}" if len(places) > 1 else "only here"

    def _chosen(self, concepts: Iterable[str]) -> tuple[Chosen, ...]:
        label, links = self._site.atlas.vocabulary.label, self._site.links
        return tuple(Chosen(label(concept), links.concept(concept)) for concept in concepts)


def _count(count: int | None) -> Cell:
    return Cell(() if count is None else (f"{count:,}",))


def _total(study: Study) -> Cell:
    people = study.participants
    if people.total is None and people.patients is not None and people.controls is not None:
        return Cell((f"{people.size:,} (patients and controls added up)",))
    return _count(people.total)


def _groups(study: Study) -> Cell:
    people = study.participants
    told = (*(f"{group.label}: {group.n:,}" for group in people.groups), *([people.note] if people.note else []))
    return Cell(told, lacks=NONE_NAMED)


def _comparisons(study: Study) -> Cell:
    return Cell(tuple(dict.fromkeys(finding.comparison for finding in study.findings if finding.comparison)))
