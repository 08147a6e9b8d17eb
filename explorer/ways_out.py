"""What to try where nothing was found: each way out with the number of studies that wait there."""

from collections.abc import Iterator
from dataclasses import replace

from explorer.links import Links
from explorer.presentation import Chosen
from explorer.presentation_search import Help
from index.engine import SearchEngine
from index.query import SearchRequest
from index.results import SearchResult

TRIED = 5  # searches that an empty result may cost


def ways_out(engine: SearchEngine, result: SearchResult, links: Links) -> Help:
    """Any of the words, one filter less, no filters at all. Ways that lead nowhere are left out."""
    request = result.request
    return Help(
        any_word=_any_word(engine, request, links),
        without=tuple(_without(engine, result, links)),
        clear=_clear(engine, request, links),
    )


def _counted(engine: SearchEngine, request: SearchRequest, label: str, links: Links) -> Chosen | None:
    total = engine.search(replace(request, per_page=1, page=1)).total
    return Chosen(label, links.search(request.to_args()), total) if total else None


def _any_word(engine: SearchEngine, request: SearchRequest, links: Links) -> Chosen | None:
    words = ["".join(c for c in word if c.isalnum() or c in "-+/") for word in request.text.split()]
    words = [word for word in words if word.strip("-+/") and word.upper() not in ("AND", "OR", "NOT")]
    if len(words) < 2:
        return None
    return _counted(engine, request.with_text(" OR ".join(words[:20])), "Any of the words, not all of them", links)


def _without(engine: SearchEngine, result: SearchResult, links: Links) -> Iterator[Chosen]:
    """One filter less, for the first few filters."""
    request = result.request
    chosen = [(f.facet, c) for f in result.facets for c in f.counts if c.selected or c.excluded]
    for facet, count in chosen[:TRIED]:
        smaller = request.without_value(facet.name, count.value)
        way = _counted(engine, smaller, f"Without {facet.label.lower()} “{count.label}”", links)
        if way:
            yield way
    if request.has_years and (way := _counted(engine, request.with_years(None, None), "In all years", links)):
        yield way


def _clear(engine: SearchEngine, request: SearchRequest, links: Links) -> Chosen | None:
    if not (request.include or request.exclude or request.has_years):
        return Chosen("Show all studies", links.search())
    way = _counted(engine, request.cleared(), "Without any filter", links) if request.text else None
    return way or Chosen("Show all studies", links.search())
