"""What the values of a facet are called, in which order they come, and which value a reader means by a name."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType

from entries.study import Direction
from entries.vocabulary import Vocabulary, normalise
from index.fields import Facet
from index.sources import UNKNOWN, WITH_CONTROLS, WITHOUT_CONTROLS, claim, claim_parts, size_ranges

NOT_STATED = "Not stated"
DIRECTIONS = {
    Direction.INCREASED.value: "Increased",
    Direction.DECREASED.value: "Decreased",
    Direction.NO_DIFFERENCE.value: "No difference",
    Direction.ASSOCIATED.value: "Associated",
    Direction.NOT_ASSOCIATED.value: "Not associated",
    Direction.MIXED.value: "Mixed",
}
CONTROLS = {WITH_CONTROLS: "With controls", WITHOUT_CONTROLS: "Without controls", UNKNOWN: NOT_STATED}


@dataclass(frozen=True)
class Naming:
    """The names of one facet's values."""

    facet: Facet
    vocabulary: Vocabulary

    @cached_property
    def declared(self) -> Mapping[str, str]:
        """Label by value, in order, of the values that are known beforehand; none for journals, authors, claims."""
        if self.facet.scheme:
            return MappingProxyType({c.id: c.label for c in self.vocabulary.of_scheme(self.facet.scheme)})
        listed = {
            "size": lambda: {**{r: _range(r) for r in size_ranges(self.facet.bounds)}, UNKNOWN: NOT_STATED},
            "controls": lambda: CONTROLS,
            "direction": lambda: DIRECTIONS,
        }
        return MappingProxyType(listed.get(self.facet.source, dict)())

    def label(self, value: str) -> str:
        """What a value is called; one that is not known is its own label."""
        if self.facet.source == "claim":
            concept_id, direction = claim_parts(value)
            if direction in DIRECTIONS:
                return f"{self.vocabulary.label(concept_id)}: {DIRECTIONS[direction].lower()}"
        return self.declared.get(value, value)

    def asked(self, value: str) -> str:
        """The value as a query asks for it: ``symptom:fatigue``, ``symptom:"Cognitive dysfunction"``."""
        label = self.label(value)
        called = value if value.isalnum() or '"' in label or self.named(label) != [value] else label
        return f"{self.facet.name}:{called}" if called.isalnum() else f'{self.facet.name}:"{called}"'

    def is_claim(self, value: str) -> bool:
        """Whether a value is a concept with a direction, made by a study or not."""
        concept_id, direction = claim_parts(value)
        return concept_id in self.vocabulary and direction in DIRECTIONS

    @cached_property
    def places(self) -> Mapping[str, int]:
        """Place of each declared value in the order of its scheme."""
        return MappingProxyType({value: place for place, value in enumerate(self.declared)})

    @cached_property
    def parents(self) -> Mapping[str, str]:
        """The first broader concept of each concept of a scheme: a tree in which every concept stands once."""
        if not self.facet.scheme:
            return MappingProxyType({})
        concepts = self.vocabulary.of_scheme(self.facet.scheme)
        above = {c.id: next((b for b in c.broader if b in self.declared and b != c.id), None) for c in concepts}
        return MappingProxyType({child: parent for child, parent in above.items() if parent})

    def depth(self, value: str) -> int:
        """How many steps below the top of the tree a value stands; safe on a cycle."""
        seen = {value}
        while (parent := self.parents.get(value)) and parent not in seen:
            seen.add(parent)
            value = parent
        return len(seen) - 1

    def broader(self, value: str) -> tuple[str, ...]:
        """All values that every study with this one counts for, too; nearest first."""
        if self.facet.scheme:
            return self.vocabulary.ancestors(value)
        if self.facet.source != "claim":
            return ()
        concept_id, direction = claim_parts(value)
        return tuple(claim(above, direction) for above in self.vocabulary.ancestors(concept_id))

    def named(self, text: str) -> list[str]:
        """The values that a reader means by a text: a value itself, a label, a synonym of a concept."""
        if self.facet.scheme:
            return [c.id for c in self.vocabulary.find(text, self.facet.scheme)]
        if self.facet.source == "claim":
            return self._claims(text)
        if not self.declared:
            return [text]
        return _meant(text, self.declared)

    def meant(self, text: str) -> list[str]:
        """As :meth:`named`, where the facet's name may be left out: ``pem:required`` is the value PEM required."""
        return self.named(text) or (self.named(f"{self.facet.name} {text}") if self.facet.scheme else [])

    def _claims(self, text: str) -> list[str]:
        concept, way = claim_parts(text)
        directions = _meant(way, DIRECTIONS)
        return [claim(c.id, direction) for c in self.vocabulary.find(concept.strip()) for direction in directions]


def _meant(text: str, labels: Mapping[str, str]) -> list[str]:
    wanted = normalise(text)
    exact = [value for value in labels if value == text.strip()]
    return exact or [value for value, label in labels.items() if wanted in (normalise(value), normalise(label))]


def _range(value: str) -> str:
    """``20-49`` as "20 to 49"."""
    first, _, last = value.partition("-")
    if not last:
        return f"{int(first):,} or more"
    return f"Under {int(last) + 1:,}" if first == "0" else f"{int(first):,} to {int(last):,}"
