"""Two or three searches side by side: which studies both find, which only one, and how their facets differ."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from heapq import nlargest
from urllib.parse import parse_qsl, urlsplit

from entries.atlas import Atlas
from index.engine import SearchEngine
from index.fields import Facet, facets
from index.query import SearchRequest
from index.results import FacetCount, FacetResult, SearchResult

LETTERS = ("a", "b", "c")
VALUES = 8  # of each facet


@dataclass(frozen=True, slots=True)
class Side:
    """One search: its letter, what it asks, what came of it, all studies that it finds, in its order, their facets."""

    letter: str
    request: SearchRequest
    result: SearchResult
    ids: tuple[str, ...]
    found: tuple[FacetResult, ...]


@dataclass(frozen=True, slots=True)
class Region:
    """Studies that the searches of ``letters`` find and no other one, in the order of the first of them."""

    letters: str
    ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FacetRow:
    """One value and how many studies of each search have it."""

    value: str
    label: str
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class FacetTable:
    """One facet: its most frequent values in any of the searches."""

    name: str
    label: str
    rows: tuple[FacetRow, ...]


def read_search(text: str, known: Sequence[Facet]) -> SearchRequest:
    """A search as people write it: words, or its address (``?q=...``, or all of it as it stands in the browser)."""
    text = text.strip()
    start, _, query = text.partition("?")
    if not start or urlsplit(start).path.endswith("/studies"):
        return SearchRequest.from_args(parse_qsl(query, max_num_fields=None), known).with_page(1)
    return SearchRequest(text=text)


def sides(atlas: Atlas, engine: SearchEngine, asked: Sequence[tuple[str, str]]) -> tuple[Side, ...]:
    """Answer each search. ``asked``: (letter, what was written)."""
    known = facets(atlas.config)

    def one(letter: str, text: str) -> Side:
        request = read_search(text, known)
        ids = tuple(engine.ids(request))
        return Side(letter, request, engine.search(request), ids, engine.facets_found(request))

    return tuple(one(letter, text) for letter, text in asked)


def regions(compared: Sequence[Side]) -> tuple[Region, ...]:
    """Every combination of the searches, all of them together first, each alone last; empty ones too."""
    found_by: dict[str, str] = {}
    for side in compared:
        for study_id in side.ids:
            found_by[study_id] = found_by.get(study_id, "") + side.letter
    letters = [side.letter for side in compared]
    combinations = sorted(_combinations(letters), key=lambda c: (-len(c), c))
    sorted_out: dict[str, list[str]] = {c: [] for c in combinations}
    for study_id, combination in found_by.items():
        sorted_out[combination].append(study_id)
    return tuple(Region(c, tuple(ids)) for c, ids in sorted_out.items())


def _combinations(letters: Sequence[str]) -> Iterator[str]:
    for number in range(1, 2 ** len(letters)):
        yield "".join(letter for bit, letter in enumerate(letters) if number >> bit & 1)


def facet_tables(atlas: Atlas, compared: Sequence[Side]) -> Iterator[FacetTable]:
    """Each facet with its most frequent values. Counts are of the studies found, the search's own choice included."""
    for facet in facets(atlas.config):
        counted = [Counter({c.value: c.count for c in _of(side, facet)}) for side in compared]
        labels = {c.value: c.label for side in compared for c in _of(side, facet)}
        total = sum(counted, Counter[str]())
        least = min(nlargest(VALUES, total.values()), default=0)  # of thousands of authors only these are put in order
        often = [pair for pair in total.items() if pair[1] >= least]
        rows = tuple(
            FacetRow(value, labels[value], tuple(counts[value] for counts in counted))
            for value, _ in sorted(often, key=lambda pair: (-pair[1], pair[0]))[:VALUES]
        )
        if rows:
            yield FacetTable(facet.name, facet.label, rows)


def _of(side: Side, facet: Facet) -> Sequence[FacetCount]:
    return next((f.counts for f in side.found if f.facet.name == facet.name), ())
