"""What a search answers with."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, NamedTuple

from index.fields import Facet
from index.query import SearchRequest


class Hit(NamedTuple):
    """A study found. ``score`` is 0 where the order is not by relevance.

    ``highlights``: by field, escaped HTML with ``<mark>`` around what was found and no other tag.
    """

    id: str
    score: float
    highlights: Mapping[str, str]


class FacetCount(NamedTuple):
    """One value of a facet and how many studies selecting it would give.

    In a scheme with broader concepts, ``parent`` is the broader one, ``depth`` the number of steps below the top and
    ``children`` how many of the values of this result stand right below. The count includes all of those further down.
    """

    value: str
    label: str
    count: int  # type: ignore[assignment]  # hides tuple.count, which nobody asks of it
    selected: bool = False
    excluded: bool = False
    parent: str | None = None
    depth: int = 0
    children: int = 0


Order = Literal["count", "name", "scheme"]


@dataclass(frozen=True, slots=True)
class FacetResult:
    """A facet with its counts, in the facet's order. The counts leave its own selection out and obey all others.

    Values that no study has are left out, except those that are selected or excluded. ``places``: where the scheme puts
    each of its values.
    """

    facet: Facet
    counts: Sequence[FacetCount]
    places: Mapping[str, int] = field(default_factory=dict, compare=False, repr=False)

    def sorted(self, by: Order) -> "FacetResult":
        """The same values by count (most first), by name, or as the scheme has them (what it lacks comes last)."""
        keys: dict[Order, Callable[[FacetCount], int]] = {
            "count": lambda c: -c.count,
            "name": lambda c: 0,
            "scheme": lambda c: self.places.get(c.value, len(self.places)),
        }
        key = keys[by]
        return replace(self, counts=tuple(sorted(self.counts, key=lambda c: (key(c), c.label.casefold(), c.value))))

    def tree(self) -> tuple[FacetCount, ...]:
        """The values with each right after its broader one, siblings in the order of ``counts``; each once.

        A value whose broader one is not among them stands at the top. ``depth`` is the depth in this tree.
        """
        below: dict[str | None, list[FacetCount]] = {}
        listed = {c.value for c in self.counts}
        for c in self.counts:
            below.setdefault(c.parent if c.parent in listed else None, []).append(c)
        found: dict[str, FacetCount] = {}
        stack = [(c, 0) for c in reversed(below.get(None, ()))]
        while stack:
            one, depth = stack.pop()
            found[one.value] = one if one.depth == depth else one._replace(depth=depth)
            stack.extend((c, depth + 1) for c in reversed(below.get(one.value, ())))
        circling = (c._replace(depth=0) for c in self.counts if c.value not in found)  # broader than themselves
        return (*found.values(), *circling)


LooseningKind = Literal["word", "value", "years", "field"]


@dataclass(frozen=True, slots=True)
class ConceptOffer:
    """A concept that words of the query name, and the search that selects it instead of those words.

    ``matched``: the words as they were written. ``count``: the studies that ``request`` finds; ``total``: those
    with the concept in the atlas. ``alone``: none of these fits the rest of the search, which ``request`` leaves out.
    """

    concept: str
    scheme: str
    facet: str
    label: str
    scheme_label: str
    matched: str
    count: int
    total: int
    request: SearchRequest
    alone: bool = False


@dataclass(frozen=True, slots=True)
class UnusedConcept:
    """A concept that words of the query name and no study has. ``matched``: the words as they were written.

    ``wider``: the nearest broader concept that studies have, with the search that selects it and what that finds.
    """

    concept: str
    scheme: str
    label: str
    scheme_label: str
    matched: str
    wider: "MeantValue | None"


@dataclass(frozen=True, slots=True)
class MeantValue:
    """A value that may be meant, and the search with it: how many studies that finds, and how many have the value."""

    value: str
    label: str
    request: SearchRequest
    count: int
    total: int


@dataclass(frozen=True, slots=True)
class UnknownValue:
    """A value chosen (or left out) in a facet that the atlas does not have: what may be meant, likeliest first.

    ``written``: the part of the query that asks for it; None where it is chosen in a filter. ``meant`` find something,
    ``idle`` are values of the vocabulary that no study has, or none that fits the rest of the search. ``without``: the
    search without it, which finds ``count`` studies. ``told`` says in words that it is not known, and ``message`` the
    rest as well.
    """

    facet: str
    value: str
    written: str | None
    excluded: bool
    meant: tuple[MeantValue, ...]
    idle: tuple[MeantValue, ...]
    without: SearchRequest
    count: int
    told: str
    message: str


@dataclass(frozen=True, slots=True)
class Loosening:
    """A way to find more: ``label`` is what is taken away, ``request`` the search without it, ``count`` what it gives.

    ``word``: a word (or a quoted text) as it was written; ``field``: a word with its field, then searched everywhere;
    ``value``: what is selected in a facet; ``years``: the range.
    """

    kind: LooseningKind
    label: str
    request: SearchRequest
    count: int


CompletionKind = Literal["concept", "title", "author", "journal"]


@dataclass(frozen=True, slots=True)
class Completion:
    """What a text can be completed to. ``args``: arguments of the search that it leads to; ``study``: id of a title's.

    ``detail`` tells it apart: a concept's scheme, with the synonym that was meant; a title's authors and year.
    ``value``: the id of the concept or study, or the name. ``count``: how many studies have it.
    """

    kind: CompletionKind
    label: str
    detail: str
    value: str
    count: int
    args: tuple[tuple[str, str], ...]
    study: str | None = None


@dataclass(frozen=True, slots=True)
class SearchResult:
    """The answer to a request. ``request`` is the one answered: its page lies within the results.

    ``years``: (year, studies) in ascending order, leaving the request's own year range out. ``seconds`` it took.
    ``offers``: concepts that the words name, for the reader to choose. ``offset``: how many studies come before the
    first hit; ``next_after``: what the request takes as ``after`` to go on after the last one, None at the end.
    ``unused``: where no study has all of the words, concepts that they name and that no study has.
    ``unknown``: values chosen or asked for in the text that the atlas does not have; ``messages`` tell of them, too.
    ``any_word``: no study has all words of the text, so these have any of them. ``direct``: the study whose identifier
    (PubMed id, DOI, address of either, id in the atlas) is all of the text.
    """

    total: int
    hits: tuple[Hit, ...]
    facets: tuple[FacetResult, ...]
    years: tuple[tuple[int, int], ...]
    request: SearchRequest
    messages: tuple[str, ...]
    seconds: float
    any_word: bool = False
    direct: str | None = None
    offers: tuple[ConceptOffer, ...] = ()
    offset: int = 0
    next_after: str | None = None
    unknown: tuple[UnknownValue, ...] = ()
    unused: tuple[UnusedConcept, ...] = ()
