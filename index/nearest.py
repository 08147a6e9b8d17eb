"""Which values of a facet a reader may have meant by one that it does not have: called so, or spelled almost so."""

from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher, get_close_matches
from itertools import islice, product

from entries.vocabulary import normalise
from index.fields import concept_names
from index.naming import DIRECTIONS, Naming
from index.sources import claim, claim_parts

MOST = 2  # values that one unknown value may stand for
COMPARED = 2_000  # names that it is compared with
LONGEST = 120  # characters of it that are compared
ALIKE = 0.7  # share of letters in common
AS_ALIKE = 0.1  # by how much less the second may have


def nearest(naming: Naming, text: str, values: Sequence[str] = ()) -> tuple[str, ...]:
    """The values meant, the likeliest first, at most MOST. ``values``: those of a facet that declares none."""
    text = text[:LONGEST]
    if naming.facet.source == "claim":
        found = _claims(naming, text)
    elif naming.declared:
        found = naming.meant(text) or _alike(text, _names(naming, naming.declared))
    else:
        found = _alike(text, ((value, value) for value in values))
    return tuple(islice(dict.fromkeys(found), MOST))


def _names(naming: Naming, values: Iterable[str]) -> Iterator[tuple[str, str]]:
    """(name, value)."""
    for value in values:
        yield from ((value, value), (naming.label(value), value))
        if naming.facet.scheme:
            yield from ((name, value) for name in concept_names(naming.vocabulary, value))


def _alike(text: str, names: Iterable[tuple[str, str]]) -> list[str]:
    """Values with a name that looks like the text. Of many names those that begin alike are compared."""
    wanted = normalise(text)
    all_names = list(names)
    begin = text[:2].casefold()
    many = len(all_names) > COMPARED
    compared = (pair for pair in all_names if not many or pair[0][:2].casefold() == begin)
    by_name: dict[str, str] = {}
    for name, value in islice(compared, COMPARED):
        by_name.setdefault(normalise(name[:LONGEST]), value)
    longer = [value for name, value in by_name.items() if len(wanted) > 2 and name.startswith(wanted)]
    close = get_close_matches(wanted, by_name, 2 * MOST, ALIKE)
    best = _likeness(wanted, close[0]) if close else 0
    return [*longer[:MOST], *(by_name[name] for name in close if _likeness(wanted, name) > best - AS_ALIKE)]


def _likeness(one: str, other: str) -> float:
    return SequenceMatcher(None, one, other).ratio()


def _claims(naming: Naming, text: str) -> list[str]:
    """A concept with a direction, either or both of them almost right."""
    concept, way = claim_parts(text)
    concepts = [c.id for c in naming.vocabulary.find(concept)] or _alike(concept, _all_names(naming))
    directions = [
        value for value, label in DIRECTIONS.items() if normalise(way) in (normalise(value), normalise(label))
    ]
    directions = directions or _alike(way, ((label, value) for value, label in DIRECTIONS.items()))
    return [claim(concept_id, direction) for concept_id, direction in product(concepts[:MOST], directions[:MOST])]


def _all_names(naming: Naming) -> Iterator[tuple[str, str]]:
    for concept in naming.vocabulary:
        yield from ((name, concept) for name in concept_names(naming.vocabulary, concept))
