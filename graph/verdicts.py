"""The balance of every concept at once: for each concept and verdict, the studies, as bits.

    found = verdicts(atlas)
    found["cortisol"]["decreased"] & Evidence(pem="pem-required").bits(postings(atlas))

The same verdicts as :func:`graph.balance.balance`, retracted studies left out.
"""

from collections.abc import Iterator, Mapping
from weakref import WeakKeyDictionary

from entries.atlas import Atlas
from entries.study import Direction, Study
from entries.vocabulary import Vocabulary
from graph.balance import VERDICTS, is_retracted, verdict
from graph.postings import as_bits, postings

_KNOWN: "WeakKeyDictionary[Atlas, Mapping[str, Mapping[str, int]]]" = WeakKeyDictionary()


def verdicts(atlas: Atlas) -> Mapping[str, Mapping[str, int]]:
    """Bits of studies by concept and verdict, worked out once for each atlas: about a second for 20,000 studies."""
    found = _KNOWN.get(atlas)
    if found is None:
        found = _KNOWN[atlas] = _worked_out(atlas)
    return found


def _worked_out(atlas: Atlas) -> Mapping[str, Mapping[str, int]]:
    lists, closures = postings(atlas), _Closures(atlas.vocabulary)
    numbers: dict[str, dict[str, list[int]]] = {}
    for number, study_id in enumerate(lists.studies):
        if not is_retracted(atlas, study_id):
            for concept, found in _of_study(atlas.studies[study_id], closures):
                numbers.setdefault(concept, {}).setdefault(found, []).append(number)
    size = len(lists.studies)
    return {
        concept: {v: as_bits(by_verdict[v], size) for v in VERDICTS if v in by_verdict}
        for concept, by_verdict in numbers.items()
    }


class _Closures:
    """A concept and all above it, looked up once."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._known: dict[str, tuple[str, ...]] = {}

    def of(self, concept: str) -> tuple[str, ...]:
        """The concept itself first; nothing where the vocabulary does not know it."""
        found = self._known.get(concept)
        if found is None:
            found = self._known[concept] = self._vocabulary.closure((concept,)) if concept in self._vocabulary else ()
        return found


def _of_study(study: Study, closures: _Closures) -> Iterator[tuple[str, str]]:
    """(concept, verdict) of everything that a study's findings are about."""
    directions: dict[str, list[Direction | None]] = {}
    for finding in study.findings:
        for concept in dict.fromkeys(c for named in finding.concepts for c in closures.of(named)):
            directions.setdefault(concept, []).append(finding.direction)
    for concept, given in directions.items():
        yield concept, verdict(given)
