"""What is counted once for a whole atlas: numbers, starting points, newest entries, studies a concept."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from entries.atlas import Atlas
from entries.study import Study
from entries.vocabulary import Concept, normalise
from explorer.counted import Counted, counted

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
    """Counts of one atlas as pages show them."""

    def __init__(self, atlas: Atlas) -> None:
        self.atlas = atlas

    @cached_property
    def _counted(self) -> Counted:
        return counted(self.atlas)

    @property
    def counts(self) -> Mapping[str, int]:
        """Studies by concept id, narrower concepts included, each study once."""
        return self._counted.concepts

    @property
    def subjects(self) -> Mapping[str, int]:
        """Findings by the id of the concept that they are about, narrower ones left out."""
        return self._counted.subjects

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
        return tuple(self.atlas.studies[i] for i in self._counted.recent)

    @cached_property
    def figures(self) -> tuple[tuple[str, int], ...]:
        """(what, how many) for the home page."""
        used = sum(1 for concept in self.atlas.vocabulary if self.counts.get(concept))
        return (
            ("studies", len(self.atlas.studies)),
            ("findings", self.atlas.findings),
            ("concepts in use", used),
        )

    @property
    def years(self) -> tuple[int, int] | None:
        """First and last year of publication; None without studies."""
        return self._counted.years

    @cached_property
    def updated(self) -> str:
        """The day of the last change, ``2026-04-08``; empty without studies."""
        return self.recent[0].updated.isoformat() if self.recent else ""

    @cached_property
    def starts(self) -> tuple[Start, ...]:
        """The concepts that most studies name, of each scheme that studies are tagged with.

        Chosen by the concept itself, so that headings such as "pain symptoms" do not crowd out what is below them;
        in the order of the numbers that are shown, which count narrower concepts too.
        """
        vocabulary, named = self.atlas.vocabulary, self._counted.named
        starts = []
        for name in self.atlas.config.tags:
            used = [c for c in vocabulary.of_scheme(name) if named.get(c.id)]
            used.sort(key=lambda c: -named[c.id])
            if used:
                top = sorted(((c, self.counts[c.id]) for c in used[:STARTS]), key=lambda one: -one[1])
                starts.append(Start(name, vocabulary.schemes[name].plural, tuple(top)))
        return tuple(starts)

    @property
    def reviewed(self) -> int:
        """Entries that a person has looked at."""
        return self._counted.reviewed
