"""Searching: hits with highlights, facets as trees, years, offers, and the whole result set."""

from collections.abc import Iterator

from entries.study import NoticeKind
from explorer.api.facet import FacetBrief
from explorer.api.operation import Asked
from explorer.api.searched import MeantTold, SearchTold, UnknownTold, messages
from explorer.api.shape import ConceptId, Count, Entry, Parameters, PemTold, Shape, StudyBrief, brief
from explorer.forms import ATOM, JSON, RESULT_FORMS
from explorer.presentation_snapshot import kept_args
from explorer.site import Site
from explorer.takeaway import studies_in
from explorer.warned import warnings
from index.query import SearchRequest
from index.results import ConceptOffer, Hit, SearchResult, UnusedConcept


class HitTold(StudyBrief):
    """A study found."""

    score: float
    """0 where the order is not by relevance."""
    highlights: dict[str, str]
    """By field: what was found in context, as escaped HTML with `<mark>` around each find and no other tag."""
    evidence_level: ConceptId
    design: ConceptId
    review: ConceptId
    """Review status of the entry."""
    pem: PemTold
    participants: Count | None
    warnings: tuple[NoticeKind, ...]
    """Notices on the paper, the gravest first."""
    summary: str
    does_not_prove: str

    @classmethod
    def found(cls, site: Site, hit: Hit) -> "HitTold":
        """One hit."""
        study = site.atlas.studies[hit.id]
        return cls(
            **brief(site, study),
            score=hit.score,
            highlights=dict(hit.highlights),
            evidence_level=study.evidence_level,
            design=study.design,
            review=study.review.status,
            pem=PemTold.of(site, study),
            participants=study.participants.size,
            warnings=tuple(dict.fromkeys(w.kind for w in warnings(site.atlas, study))),
            summary=study.summary,
            does_not_prove=study.does_not_prove,
        )


class YearCount(Shape):
    """Studies of one year; the range of years that the search asks for is left out of the count."""

    year: int
    studies: Count


class Offer(Shape):
    """A concept that words of the search name, and the search that selects it instead of those words."""

    concept: ConceptId
    scheme: ConceptId
    facet: str
    label: str
    scheme_label: str
    matched: str
    """The words as they were written."""
    count: Count
    """Studies that the search with the concept finds; never more than `total`."""
    total: Count
    """Studies with the concept, whatever else the search asks."""
    alone: bool
    """Whether none of them fits the rest of the search, so that `search` asks for the concept alone."""
    search: SearchTold

    @classmethod
    def of(cls, site: Site, offer: ConceptOffer) -> "Offer":
        """An offer of the engine."""
        return cls(
            concept=offer.concept,
            scheme=offer.scheme,
            facet=offer.facet,
            label=offer.label,
            scheme_label=offer.scheme_label,
            matched=offer.matched,
            count=offer.count,
            total=offer.total,
            alone=offer.alone,
            search=SearchTold.of(site, offer.request),
        )


class Unused(Shape):
    """A concept that words of the search name and no study has."""

    concept: ConceptId
    scheme: ConceptId
    label: str
    scheme_label: str
    matched: str
    """The words as they were written."""
    wider: MeantTold | None
    """The nearest broader concept that studies have; null where there is none."""

    @classmethod
    def of(cls, site: Site, one: UnusedConcept) -> "Unused":
        """A concept as the engine tells of it."""
        return cls(
            concept=one.concept,
            scheme=one.scheme,
            label=one.label,
            scheme_label=one.scheme_label,
            matched=one.matched,
            wider=MeantTold.of(site, one.wider) if one.wider else None,
        )


class FormLink(Shape):
    """The whole result set in another form."""

    label: str
    media_type: str
    url: str


class SearchLinks(Shape):
    """Where to go on from a search."""

    next: str | None
    """The hits that come next, in this API; null at the end."""
    studies: str
    """Every study found with its whole entry, as one stream."""
    suggest: str
    loosen: str
    snapshot: str
    forms: tuple[FormLink, ...]
    """All studies found, not this page alone, in every other form."""


class SearchAnswer(Shape):
    """One page of hits, with everything that helps to go on."""

    total: Count
    offset: Count
    """How many studies come before the first hit."""
    any_word: bool
    """True where no study has all words, so that these have any of them."""
    direct: StudyBrief | None
    """The study whose identifier (PubMed id, DOI, address, id) is all of the text."""
    messages: tuple[str, ...]
    """What could not be used, and what was done instead."""
    warnings: tuple[UnknownTold, ...]
    """Values that the atlas does not have, chosen in filters or asked for in `q`, three of each at most, with what may
    be meant; `messages` say the same in words."""
    search: SearchTold
    hits: tuple[HitTold, ...]
    facets: tuple[FacetBrief, ...]
    years: tuple[YearCount, ...]
    offers: tuple[Offer, ...]
    unused: tuple[Unused, ...]
    """Where no study has all words: concepts that they name and that no study has."""
    next_after: str | None
    """The argument `after` of the next request; null at the end. Stays right while studies come and go."""
    links: SearchLinks


class StudyInFull(Shape):
    """A study of a result set."""

    address: str
    pem: PemTold
    entry: Entry


class VersionsTold(Shape):
    """The versions that entries were made with."""

    atlas: str
    generator: str
    scanner: str
    policy: str


class StudiesAnswer(Shape):
    """A whole result set, streamed."""

    atlas: str
    versions: VersionsTold
    licence: str
    search: str
    """The search as an absolute address."""
    total: Count
    studies: tuple[StudyInFull, ...]


def search(asked: Asked[Parameters]) -> SearchAnswer:
    """Search the studies. Words are all required; the values of one facet are alternatives; facets all have to hold.
    What cannot be used is left out and told in `messages`: any text is answered. For pages beyond the first few,
    follow `links.next`."""
    site, result = asked.site, asked.site.engine.search(asked.search)
    request = result.request
    return SearchAnswer(
        total=result.total,
        offset=result.offset,
        any_word=result.any_word,
        direct=StudyBrief.of(site, site.atlas.studies[result.direct]) if result.direct else None,
        messages=messages(asked.search, result),
        warnings=tuple(UnknownTold.of(site, unknown) for unknown in result.unknown),
        search=SearchTold.of(site, request),
        hits=tuple(HitTold.found(site, hit) for hit in result.hits),
        facets=tuple(FacetBrief.of(site, request, found) for found in result.facets),
        years=tuple(YearCount(year=year, studies=count) for year, count in result.years),
        offers=tuple(Offer.of(site, offer) for offer in result.offers),
        unused=tuple(Unused.of(site, one) for one in result.unused),
        next_after=result.next_after,
        links=_links(site, request, result),
    )


def _links(site: Site, request: SearchRequest, result: SearchResult) -> SearchLinks:
    links, args = site.links, [(k, v) for k, v in request.with_page(1).to_args() if k != "size"]
    onwards = links.api("/search", request.going_on(result.next_after).to_args()) if result.next_after else None
    return SearchLinks(
        next=onwards,
        studies=links.api("/studies", args),
        suggest=links.api("/suggest", [("q", request.text)]),
        loosen=links.api("/loosen", args),
        snapshot=links.api("/snapshot", kept_args(request)),
        forms=tuple(
            FormLink(label=form.label, media_type=form.mime, url=links.search(args, form.suffix))
            for form in (*RESULT_FORMS, ATOM)
        ),
    )


def studies(asked: Asked[Parameters]) -> Iterator[bytes]:
    """Every study that a search finds, with its `pem-status` and its whole entry, streamed in the search's order.
    Without arguments: the whole atlas."""
    site, wanted = asked.site, asked.search.with_page(1)
    args = [(k, v) for k, v in wanted.to_args() if k != "size"]
    address = site.atlas.config.base_iri.rstrip("/") + site.links.search(args).removeprefix(site.links.root)
    return studies_in(site.atlas, site.atlas.selection(site.engine.ids(wanted)), JSON, address)
