"""What the words of a search may mean: concepts by that name, another spelling, another way to write it. Each is
offered with where it leads, and none is done."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice

from entries import addresses
from explorer.links import Links
from explorer.narrowing import narrowed
from explorer.operators import in_capitals
from explorer.presentation import Chosen, number
from explorer.presentation_facets import query_of
from explorer.presentation_unknown import Unknown, unknown_values
from explorer.site import Site
from explorer.whole_atlas import without_disease
from index.analysis import spans
from index.borrowed import in_ours
from index.direct import identifiers, registration
from index.fields import facets, field_names
from index.query import SearchRequest
from index.results import SearchResult
from index.syntax import with_near_fields

FEW = 3  # studies up to which another spelling is offered, or fewer words
LEAST_WORDS, MOST_WORDS = 4, 8  # of a search that is tried with one word less: fewer are a name, more a citation
WAYS = 2  # words that are named
BEST = 3  # matches whose titles are looked for in the words
SHORT_TITLE = 4  # words of a title that may stand in a text by chance


@dataclass(frozen=True, slots=True)
class Offer:
    """A concept that words of the search name: which words, what kind, its own page.

    ``url``: the search that takes it instead of the words, which finds ``count`` studies. ``every``: all studies that
    have it, whatever else the search asks; None where these are the same. ``alone``: ``url`` leads to all of them, as
    none fits the rest of the search.
    """

    matched: str
    kind: str
    label: str
    url: str
    about_url: str
    count: int
    every: Chosen | None
    alone: bool


@dataclass(frozen=True, slots=True)
class Unused:
    """A concept that words of the search name and no study has; ``wider``: the nearest broader one that one has."""

    matched: str
    kind: str
    label: str
    about_url: str
    wider: Chosen | None


@dataclass(frozen=True, slots=True)
class Offers:
    """All that is offered. ``disease``: the words that name what the whole atlas is about, and the search without.

    ``trial``: the registration whose number the words are. ``titled``: the study whose title they hold. ``looser``:
    what to leave out to find more, where little is found.
    """

    concepts: tuple[Offer, ...]
    unused: tuple[Unused, ...]
    unknown: tuple[Unknown, ...]
    spelling: Chosen | None
    operators: Chosen | None
    borrowed: Chosen | None
    disease: tuple[str, Chosen] | None
    trial: Chosen | None = None
    titled: Chosen | None = None
    looser: tuple[Chosen, ...] = ()

    def __bool__(self) -> bool:
        return bool(
            self.concepts or self.unused or self.unknown
            or self.spelling or self.operators or self.borrowed or self.disease
            or self.trial or self.titled or self.looser
        )  # fmt: skip


def offers(site: Site, result: SearchResult) -> Offers:
    """Everything that may be meant instead of, or beside, what was written."""
    request, links = result.request, site.links
    unknown = tuple(unknown_values(result, site.links)) if result.unknown else ()
    if not request.text:
        return Offers((), (), unknown, None, None, None, None)
    disease, trial = _disease(site, request, result), _trial(request.text)
    spelling, borrowed = None if trial else _spelling(site, request, result), _borrowed(site, request, result)
    all_have = disease[0].lower() if disease else ""
    return Offers(
        concepts=tuple(one for one in _concepts(result, links) if one.matched.lower() not in all_have),
        unused=tuple(one for one in _unused(result, links) if one.matched.lower() not in all_have),
        unknown=unknown,
        spelling=spelling,
        operators=_operators(site, request, result),
        borrowed=borrowed,
        disease=disease,
        trial=trial,
        titled=_titled(site, request, result) if result.any_word else None,
        looser=() if spelling or borrowed or unknown else tuple(_looser(site, request, result)),
    )


def _concepts(result: SearchResult, links: Links) -> Iterator[Offer]:
    """The concepts that the words name, each with the search that takes it instead of them."""
    for offer in result.offers:
        everywhere = query_of(SearchRequest(include={offer.facet: (offer.concept,)}))
        yield Offer(
            matched=offer.matched,
            kind=f"the {offer.scheme_label.lower()}",
            label=offer.label,
            url=query_of(offer.request),
            about_url=links.concept(offer.concept),
            count=offer.count,
            every=None if offer.total == offer.count else Chosen(f"all {offer.total:,}", everywhere, offer.total),
            alone=offer.alone,
        )


def _unused(result: SearchResult, links: Links) -> Iterator[Unused]:
    for one in result.unused:
        wider = Chosen(one.wider.label, query_of(one.wider.request), one.wider.count) if one.wider else None
        yield Unused(one.matched, f"the {one.scheme_label.lower()}", one.label, links.concept(one.concept), wider)


def _spelling(site: Site, request: SearchRequest, result: SearchResult) -> Chosen | None:
    """Another spelling of the words that finds more, where they find few and nothing else mends them."""
    if (result.total > FEW and not result.any_word) or any(kind != "id" for kind, _ in identifiers(request.text)):
        return None
    mended = site.engine.suggest(request.text)
    if mended is None or any(one.written and (one.meant or one.idle) for one in result.unknown):
        return None
    found = _leading_to(site, request.with_text(mended))
    return found if found.count and (result.any_word or found.count > result.total) else None


def _leading_to(site: Site, request: SearchRequest) -> Chosen:
    """A search with what it finds in the studies that count."""
    return Chosen(request.text, query_of(request), site.engine.count(narrowed(site, request)))


def _operators(site: Site, request: SearchRequest, result: SearchResult) -> Chosen | None:
    """The search with its operators written as ours, where that finds something else; None where none seem meant."""
    written = in_capitals(request.text)
    if written is None:
        return None
    formula = _leading_to(site, request.with_text(written))
    return formula if formula.count not in (0, result.total) else None


def _borrowed(site: Site, request: SearchRequest, result: SearchResult) -> Chosen | None:
    """The search in this language, where it seems to be written for another box and then finds something else."""
    for written in (*in_ours(request.text), *_near_fields(site, request.text)):
        ours = _leading_to(site, request.with_text(in_capitals(written) or written))
        if ours.count not in (0, result.total):
            return ours
    return None


def _trial(text: str) -> Chosen | None:
    """The registration of a trial whose number is all of the text."""
    number = registration(text)
    return Chosen(number, addresses.registry_url(number)) if number else None


def _titled(site: Site, request: SearchRequest, result: SearchResult) -> Chosen | None:
    """One of the best matches whose whole title stands in the words, as in a line of references."""
    words = _terms(request.text)
    for hit in result.hits[:BEST]:
        study = site.atlas.studies[hit.id]
        title = _terms(study.title)
        if title.count(" ") > SHORT_TITLE and f" {title} " in f" {words} ":
            return Chosen(study.title, site.links.study(study.id))
    return None


def _terms(text: str) -> str:
    """A text's words as the index has them, in one line."""
    return " ".join(part.word for part in spans(text).parts)


def _looser(site: Site, request: SearchRequest, result: SearchResult) -> Iterator[Chosen]:
    """Words without which more is found, though not nearly everything, where all of them together find little."""
    words = request.text.split()
    is_name = any(offer.matched == request.text.strip(" ?.!") for offer in result.offers)
    if not 0 < result.total <= FEW or result.any_word or is_name or not LEAST_WORDS <= len(words) <= MOST_WORDS:
        return
    ways = (way for way in site.engine.loosen(narrowed(site, request)) if way.kind == "word" and way.request.text)
    half = len(site.atlas.studies) // 2
    for way in islice((way for way in ways if way.count <= half), WAYS):
        yield Chosen(way.label, query_of(request.with_text(way.request.text)), way.count)


def _near_fields(site: Site, text: str) -> Iterator[str]:
    """The text with the names of fields spelled as they are."""
    if written := with_near_fields(text, field_names(facets(site.atlas.config))):
        yield written


def _disease(site: Site, request: SearchRequest, result: SearchResult) -> tuple[str, Chosen] | None:
    """The search without the name of what every study is about, where that finds more, or all words where none did."""
    found = without_disease(request.text, site.atlas.config.disease)
    if found is None:
        return None
    named, rest = found
    looser = _leading_to(site, request.with_text(rest))
    count = looser.count or 0
    if count > result.total or (result.any_word and 0 < count < result.total):
        return named, replace(looser, label=rest or f"all {number(count, 'study', 'studies')}")
    return None
