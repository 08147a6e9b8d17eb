"""What studies count for in all facets at once: as :func:`index.fields.facet_values`, with whatever repeats remembered.

Thousands of studies share a few hundred concepts, definitions, claims and sizes; what one of these counts for is worked
out when it is first met.
"""

from collections.abc import Callable, Iterable, Sequence

from entries.atlas import Atlas
from entries.study import Study
from entries.vocabulary import Vocabulary
from index.fields import Facet, facet_values
from index.sources import claim

Values = tuple[str, ...]


class _Lines(dict[str, dict[str, None]]):
    """Each concept with all broader ones, worked out at the first need; nothing for what is no concept."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        super().__init__()
        self._vocabulary = vocabulary

    def __missing__(self, concept_id: str) -> dict[str, None]:
        known = concept_id in self._vocabulary
        self[concept_id] = line = dict.fromkeys(self._vocabulary.closure([concept_id]) if known else ())
        return line


class Valuing:
    """Values by index field of studies of one atlas."""

    def __init__(self, atlas: Atlas, facets: Iterable[Facet]) -> None:
        self._atlas = atlas
        vocabulary = atlas.vocabulary
        self._lines = _Lines(vocabulary)
        self._tags: dict[str, list[str]] = {}  # fields by scheme
        self._others: list[tuple[str, Callable[[Study], Values]]] = []
        for facet in facets:
            if facet.is_tags:
                self._tags.setdefault(facet.scheme or "", []).append(facet.field)
            else:
                self._others.append((facet.field, self._valued(facet)))
        self._schemes = {c: s for c in vocabulary if (s := vocabulary.scheme_of(c)) in self._tags}

    def of(self, study: Study, used: Sequence[str]) -> dict[str, Values]:
        """The values of a study that uses these concepts in tags and findings."""
        found: dict[str, dict[str, None]] = {scheme: {} for scheme in self._tags}
        for concept in used:
            if concept in self._schemes:
                found[self._schemes[concept]].update(self._lines[concept])
        values = {field: tuple(found[scheme]) for scheme, fields in self._tags.items() for field in fields}
        for field, valued in self._others:
            values[field] = valued(study)
        return values

    def _valued(self, facet: Facet) -> Callable[[Study], Values]:
        """What tells the values of a facet over anything but tags."""
        read = _READ.get(facet.source)
        if read and facet.scheme:
            return lambda study: tuple(self._lines[read(study)])
        if facet.source == "claim":
            return self._claimed()
        key = _DEPENDS_ON.get(facet.source)
        if key is None:
            return lambda study: facet_values(self._atlas, study, facet)
        known: dict[object, Values] = {}

        def remembered(study: Study) -> Values:
            on = key(study)
            if on not in known:
                known[on] = facet_values(self._atlas, study, facet)
            return known[on]

        return remembered

    def _claimed(self) -> Callable[[Study], Values]:
        """What tells the claims of a study, those of each kind of finding made once."""
        known: dict[tuple[object, Sequence[str]], dict[str, None]] = {}

        def claims(direction: str, concepts: Iterable[str]) -> dict[str, None]:
            return {claim(above, direction): None for c in concepts for above in self._lines[c]}

        def claimed(study: Study) -> Values:
            found: dict[str, None] = {}
            for finding in study.findings:
                if finding.direction is not None:
                    key = finding.direction, finding.concepts
                    if key not in known:
                        known[key] = claims(finding.direction.value, finding.concepts)
                    found.update(known[key])
            return tuple(found)

        return claimed


# Sources of one concept, and what the values of others depend on.
_READ: dict[str, Callable[[Study], str]] = {
    "evidence_level": lambda study: study.evidence_level,
    "design": lambda study: study.design,
    "peer_review": lambda study: study.peer_review,
    "review": lambda study: study.review.status,
}
_DEPENDS_ON: dict[str, Callable[[Study], object]] = {
    "pem": lambda study: (study.case_definition.any, study.case_definition.all, study.pem.stated),
    "case_definition": lambda study: study.case_definition.ids,
    "controls": lambda study: study.participants.controls,
    "direction": lambda study: frozenset([finding.direction for finding in study.findings]),
    "size": lambda study: study.participants.size,
}
