"""What to take away from a search that finds nothing, or little: each way with the number of studies that it gives."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice

from index.fields import ALIASES, TEXT_FIELDS, Facet
from index.query import SearchRequest
from index.results import Loosening, LooseningKind
from index.syntax import OPERATORS
from index.written import BRACKETS, TOKEN, without

MOST_WORDS = 10  # of a query that are taken away one by one
MOST_EXCLUDED = 5  # values left out that are taken back, of one facet
MOST_TRIED = 30  # searches that are counted
EVERYTHING = "everything that is selected"
LISTED = 3  # values that a label names

_Way = tuple[LooseningKind, str, SearchRequest]
Label = Callable[[str, str], str]  # of a facet (by name) and a value
_FIELDS = frozenset((*ALIASES, *(field.name for field in TEXT_FIELDS)))


def loosenings(
    request: SearchRequest, facets: Mapping[str, Facet], label: Label, count: Callable[[SearchRequest], int]
) -> tuple[Loosening, ...]:
    """The ways that give more studies than the request does, those that give most first.

    Where taking away one thing gives no more, all that is selected is taken away together.
    """
    found = count(request)

    def better(ways: Iterable[_Way]) -> list[Loosening]:
        counted = (Loosening(kind, text, looser, count(looser)) for kind, text, looser in ways)
        return sorted((way for way in counted if way.count > found), key=lambda way: -way.count)

    ways = better(islice(_ways(request, facets, label), MOST_TRIED))
    if not ways and request.cleared() != request.with_page(1):
        ways = better([("value", EVERYTHING, request.cleared())])
    return tuple(ways)


def _ways(request: SearchRequest, facets: Mapping[str, Facet], label: Label) -> Iterator[_Way]:
    yield from _less_chosen(request, facets, label)
    if request.has_years:
        yield "years", _years(request), request.with_years(None, None)
    yield from _fewer_words(request, facets)


def _less_chosen(request: SearchRequest, facets: Mapping[str, Facet], label: Label) -> Iterator[_Way]:
    """Each facet without what is selected in it (one of several alternatives less gives nothing); each value let in."""
    for name, facet in facets.items():
        if values := request.include.get(name):
            named = [f"“{label(name, value)}”" for value in values[:LISTED]]
            more = len(values) - len(named)
            listed = " or ".join((*named, f"{more} more") if more else named)
            yield "value", f"{facet.label}: {listed}", request.without_wanted(name)
    for name, facet in facets.items():
        for value in request.exclude.get(name, ())[:MOST_EXCLUDED]:
            looser = request.without_value(name, value)
            looser = looser.with_value(name, value) if value in request.include.get(name, ()) else looser
            yield "value", f"{facet.label}: not “{label(name, value)}”", looser


def _fewer_words(request: SearchRequest, facets: Mapping[str, Facet]) -> Iterator[_Way]:
    """Each word less; each field with its word searched everywhere. Words in brackets go all together."""
    text = request.text
    tokens = [t for t in TOKEN.finditer(text) if t.group() not in OPERATORS]
    if BRACKETS.search(text):
        yield "word", text, request.with_text("")
        return
    for token in tokens[:MOST_WORDS]:
        left = without(text, token.start(), token.end())
        negated = text[: token.start()].split()[-1:] == ["NOT"]
        yield "word", f"NOT {token.group()}" if negated else token.group(), request.with_text(left)
    for token in tokens[:MOST_WORDS]:
        field, colon, rest = token.group().partition(":")
        if colon and rest and (field.lower() in _FIELDS or field.lower() in facets):
            anywhere = f"{text[: token.start()]}{rest}{text[token.end() :]}"
            yield "field", token.group(), request.with_text(anywhere)


def _years(request: SearchRequest) -> str:
    first, last = request.year_from, request.year_to
    return f"until {last}" if first is None else f"since {first}" if last is None else f"{first} to {last}"
