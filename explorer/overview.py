"""What is counted once for a whole atlas: numbers, starting points, newest entries, studies a concept."""

from collections import Counter
from dataclasses import dataclass
from functools import cached_property

from entries.atlas import Atlas
from entries.study import Study
from entries.vocabulary import Concept, normalise

RECENT = 5
ANYWHERE = 4  # characters from which a text may stand in the middle of a name
STARTS = 7  # concepts a scheme on the home page


@dataclass(frozen=True, slots=True)
class Start:
    """A scheme's most studied concepts: (concept, number of studies)."""

    scheme: str
    label: str
    top: tuple[tuple[Concept, int], ...]


@dataclass(frozen=True, slots=True)
class Name:
    """One name of a concept, folded for looking up: all in one, and word by word."""

    text: str
    folded: str
    words: str

    @classmethod
    def of(cls, text: str) -> "Name":
        """Fold a label or synonym as the vocabulary compares its terms."""
        return cls(text, normalise(text), "".join(" " + normalise(word) for word in text.replace("-", " ").split()))

    def fits(self, wanted: str) -> bool:
        """Whether the name or one of its words begins so; longer texts may stand anywhere (``nk`` is in *thinking*)."""
        begins = self.folded.startswith(wanted) or f" {wanted}" in self.words
        return begins or (len(wanted) >= ANYWHERE and wanted in self.folded)


class Overview:
    """Counts of one atlas, each worked out when first asked for."""

    def __init__(self, atlas: Atlas) -> None:
        self.atlas = atlas

    @cached_property
    def counts(self) -> dict[str, int]:
        """Studies by concept id, narrower concepts included, each study once."""
        vocabulary = self.atlas.vocabulary
        above = {concept: vocabulary.closure((concept,)) for concept in vocabulary}
        found: Counter[str] = Counter()
        for study_id in self.atlas.studies:
            concepts = self.atlas.all_concepts_of(study_id)
            found.update({broad for c in concepts for broad in above.get(c, (c,))})
        return dict(found)

    @cached_property
    def _named(self) -> Counter[str]:
        """Studies by concept id, narrower concepts left out."""
        return Counter(c for study_id in self.atlas.studies for c in self.atlas.concepts_of(study_id))

    @cached_property
    def names(self) -> dict[str, tuple[Name, ...]]:
        """Every name of each concept: its label first, then the plain one and the synonyms."""
        return {
            c.id: tuple(Name.of(text) for text in (c.label, c.plain, *c.synonyms))
            for c in self.atlas.vocabulary.values()
        }

    @cached_property
    def recent(self) -> tuple[Study, ...]:
        """The entries changed last."""
        studies = sorted(self.atlas.studies.values(), key=lambda s: (s.updated, s.year, s.id), reverse=True)
        return tuple(studies[:RECENT])

    @cached_property
    def figures(self) -> tuple[tuple[str, int], ...]:
        """(what, how many) for the home page."""
        studies = self.atlas.studies.values()
        used = sum(1 for concept in self.atlas.vocabulary if self.counts.get(concept))
        return (
            ("studies", len(studies)),
            ("findings", sum(len(s.findings) for s in studies)),
            ("concepts in use", used),
        )

    @cached_property
    def years(self) -> tuple[int, int] | None:
        """First and last year of publication; None without studies."""
        years = [s.year for s in self.atlas.studies.values()]
        return (min(years), max(years)) if years else None

    @cached_property
    def updated(self) -> str:
        """The day of the last change, ``2026-04-08``; empty without studies."""
        return self.recent[0].updated.isoformat() if self.recent else ""

    @cached_property
    def starts(self) -> tuple[Start, ...]:
        """The concepts that most studies name, of each scheme that studies are tagged with.

        Ranked by the concept itself, so that headings such as "pain symptoms" do not crowd out what is below them.
        """
        vocabulary = self.atlas.vocabulary
        starts = []
        for name in self.atlas.config.tags:
            used = [c for c in vocabulary.of_scheme(name) if self._named.get(c.id)]
            used.sort(key=lambda c: -self._named[c.id])
            if used:
                top = tuple((c, self.counts[c.id]) for c in used[:STARTS])
                starts.append(Start(name, vocabulary.schemes[name].plural, top))
        return tuple(starts)

    @cached_property
    def reviewed(self) -> int:
        """Entries that a person has looked at."""
        return sum(1 for s in self.atlas.studies.values() if s.review.history)
