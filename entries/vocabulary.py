"""Concept schemes: what the tags mean, how they are called, and how they hang together (SKOS in plain models)."""

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from entries.model import SCHEMA_TYPE_PATTERN, ConceptId, Curie, Model, Short, Text

GREEK = {
    "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "epsilon", "ζ": "zeta", "η": "eta", "θ": "theta",
    "ι": "iota", "κ": "kappa", "λ": "lambda", "μ": "mu", "ν": "nu", "ξ": "xi", "ο": "omicron", "π": "pi",
    "ρ": "rho", "σ": "sigma", "ς": "sigma", "τ": "tau", "υ": "upsilon", "φ": "phi", "χ": "chi", "ψ": "psi",
    "ω": "omega",
}  # fmt: skip


class Concept(Model):
    """One concept of a scheme. ``id`` is unique in the whole atlas."""

    id: ConceptId
    label: Short
    plain: Short
    definition: Text
    synonyms: tuple[Short, ...] = ()
    broader: tuple[ConceptId, ...] = ()
    exact_match: tuple[Curie, ...] = ()
    note: Text | None = None
    # Case definitions only.
    year: Annotated[int, Field(ge=1900)] | None = None
    pem: Literal["required", "optional", "absent", "ambiguous"] | None = None
    source: Short | None = None
    # Study designs only: the schema.org class of such a study.
    schema_type: Annotated[str, StringConstraints(pattern=SCHEMA_TYPE_PATTERN)] | None = None


class Scheme(Model):
    """One file of ``data/vocabulary``: a SKOS concept scheme. The order of its concepts is their display order."""

    scheme: ConceptId
    label: Short
    plural: Short
    definition: Text
    concepts: tuple[Concept, ...] = ()


class _Folding(dict[int, str]):
    """For ``str.translate``: what becomes of a letter, worked out when it is first met."""

    def __missing__(self, code: int) -> str:
        folded = unicodedata.normalize("NFKD", chr(code)).casefold()  # in this order: ™ becomes TM, then tm
        decomposed = unicodedata.normalize("NFKD", folded)
        spelled = "".join(GREEK.get(c, c) for c in decomposed if not unicodedata.combining(c))
        self[code] = kept = "".join(c for c in spelled if c.isalnum() or c == "+")
        return kept


_FOLDING = _Folding()


def normalise(term: str) -> str:
    """Fold case, accents, Greek letters, hyphens and spaces: ``NF-κB`` and ``nf kappab`` become one key."""
    return term.translate(_FOLDING)


class Vocabulary(Mapping[str, Concept]):
    """All schemes together: a mapping of concept id to concept, with look-ups by term and hierarchy.

    Later duplicates of an id are ignored here; :mod:`entries.atlas` reports them.
    """

    def __init__(self, schemes: Iterable[Scheme]) -> None:
        self.schemes: dict[str, Scheme] = {scheme.scheme: scheme for scheme in schemes}
        self._concepts: dict[str, Concept] = {}
        self._scheme_of: dict[str, str] = {}
        self._above: dict[str, tuple[str, ...]] = {}  # ancestors that were asked for
        for scheme in self.schemes.values():
            for concept in scheme.concepts:
                if concept.id not in self._concepts:
                    self._concepts[concept.id] = concept
                    self._scheme_of[concept.id] = scheme.scheme

    def __getitem__(self, concept_id: str) -> Concept:
        return self._concepts[concept_id]

    def __iter__(self) -> Iterator[str]:
        return iter(self._concepts)

    def __len__(self) -> int:
        return len(self._concepts)

    def scheme_of(self, concept_id: str) -> str:
        """Id of the scheme that holds the concept. Raises KeyError for an unknown id."""
        return self._scheme_of[concept_id]

    def label(self, concept_id: str) -> str:
        """The concept's label, or the id itself where it is unknown."""
        concept = self._concepts.get(concept_id)
        return concept.label if concept else concept_id

    def of_scheme(self, scheme: str) -> tuple[Concept, ...]:
        """The concepts of one scheme in display order; none for an unknown scheme."""
        return self.schemes[scheme].concepts if scheme in self.schemes else ()

    @cached_property
    def _by_term(self) -> dict[str, tuple[str, ...]]:
        found: dict[str, list[str]] = {}
        for concept in self._concepts.values():
            for term in (concept.label, concept.plain, concept.id, *concept.synonyms):
                ids = found.setdefault(normalise(term), [])
                if concept.id not in ids:
                    ids.append(concept.id)
        return {term: tuple(ids) for term, ids in found.items() if term}

    def find(self, term: str, scheme: str | None = None) -> tuple[Concept, ...]:
        """Concepts whose label, plain label, id or synonym equals the term after :func:`normalise`."""
        ids = self._by_term.get(normalise(term), ())
        return tuple(self._concepts[i] for i in ids if scheme is None or self._scheme_of[i] == scheme)

    @cached_property
    def _narrower(self) -> dict[str, tuple[str, ...]]:
        found: dict[str, list[str]] = {}
        for concept in self._concepts.values():
            for parent in concept.broader:
                found.setdefault(parent, []).append(concept.id)
        return {parent: tuple(children) for parent, children in found.items()}

    def narrower(self, concept_id: str) -> tuple[str, ...]:
        """Ids one step below."""
        return self._narrower.get(concept_id, ())

    def ancestors(self, concept_id: str) -> tuple[str, ...]:
        """Ids above, nearest first, each once; safe on a cycle."""
        if concept_id not in self._concepts:
            return ()
        if concept_id not in self._above:
            self._above[concept_id] = self._walk(
                concept_id, lambda i: self._concepts[i].broader if i in self._concepts else ()
            )
        return self._above[concept_id]

    def descendants(self, concept_id: str) -> tuple[str, ...]:
        """Ids below, nearest first, each once; safe on a cycle."""
        return self._walk(concept_id, self.narrower)

    @staticmethod
    def _walk(start: str, step) -> tuple[str, ...]:  # type: ignore[no-untyped-def]
        seen: dict[str, None] = {}
        front = [start]
        while front:
            # Each once in a front, or concepts with several parents would multiply from level to level.
            front = list(dict.fromkeys(n for i in front for n in step(i) if n != start and n not in seen))
            seen.update(dict.fromkeys(front))
        return tuple(seen)

    def closure(self, concept_ids: Iterable[str]) -> tuple[str, ...]:
        """The ids and all their ancestors, each once: what a hierarchical facet counts."""
        found: dict[str, None] = {}
        for concept_id in concept_ids:
            found[concept_id] = None
            for above in self.ancestors(concept_id):
                found[above] = None
        return tuple(found)
