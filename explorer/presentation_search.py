"""The search page as one object: what was asked, what came of it, and where every click leads."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from markupsafe import Markup

from entries.glance import Glance
from explorer.forms import RESULT_FORMS
from explorer.links import Links
from explorer.presentation import Badge, Badges, Chosen, in_words, number, shortened
from explorer.presentation_facets import FacetPanel, SearchAddresses, Selection, facet_panel, query_of, selection
from explorer.presentation_offers import Offers, offers
from explorer.presentation_unknown import told
from explorer.presentation_years import Years, years, years_chosen
from explorer.site import Site
from index.query import SearchRequest
from index.results import Hit, SearchResult

SNIPPETS = 2
NUMBERED = 20  # page from which the list goes on after a study, not by number
PAGE_SIZES = (10, 25, 50, 100)

SORTS = {
    "relevance": "Best match",
    "newest": "Newest first",
    "oldest": "Oldest first",
    "level": "Strongest evidence first",
    "size": "Most participants first",
    "title": "Title, A to Z",
}
FIELDS = {
    "findings": "Finding",
    "summary": "Summary",
    "concepts": "Tagged",
    "authors": "Authors",
    "journal": "Journal",
    "conclusions": "Conclusion",
    "does_not_prove": "Does not prove",
    "other": "Elsewhere in the entry",
    "ids": "Identifier",
}


class Result(NamedTuple):
    """One hit as a reader sees it; ``title`` and the snippets may hold ``<mark>`` and nothing else."""

    url: str
    title: str | Markup
    byline: str
    journal: str
    year: int
    badges: tuple[Badge, ...]
    snippets: tuple[tuple[str, Markup], ...]
    summary: str
    caveat: str
    why_url: str


@dataclass(frozen=True, slots=True)
class Pager:
    """Pages around the present one; a label without an address stands for a gap."""

    previous: str
    next: str
    pages: tuple[tuple[str, str, bool], ...]


@dataclass(frozen=True, slots=True)
class Help:
    """Ways out of an empty result. ``paper``: where the publication is whose identifier was searched for."""

    without: tuple[Chosen, ...]
    clear: Chosen
    paper: Chosen | None = None


@dataclass(frozen=True, slots=True)
class SearchPage:
    """Everything that ``search.html`` shows."""

    text: str
    total: int
    heading: str
    range: str
    title: str
    messages: tuple[str, ...]
    facets: tuple[FacetPanel, ...]
    selections: tuple[Selection, ...]
    chosen: int
    clear_url: str
    years: Years | None
    years_chosen: Chosen | None
    text_url: str
    kept: tuple[tuple[str, str], ...]  # hidden fields of the search box: everything but text and page
    kept_years: tuple[tuple[str, str], ...]
    kept_order: tuple[tuple[str, str], ...]
    sorts: tuple[tuple[str, str, bool], ...]
    sizes: tuple[tuple[int, bool], ...]
    results: tuple[Result, ...]
    pager: Pager | None
    help: Help | None
    downloads: tuple[Chosen, ...]
    feed_url: str
    permalink: str
    snapshot_url: str
    save_url: str
    compare_url: str
    choose_url: str
    syntax: Markup
    offers: Offers


def result_line(study: Glance, hit: Hit, badges: Badges, links: Links, why: str) -> Result:
    """One hit. ``why``: the search as the page that explains its hits takes it; empty where it has no words."""
    marked = {field: Markup(text) for field, text in hit.highlights.items()}  # escaped by the engine
    title = marked.pop("title", None) or study.title
    snippets = [(FIELDS.get(field, field.replace("_", " ").capitalize()), text) for field, text in marked.items()]
    return Result(
        url=links.study(study.id),
        title=title,
        byline=study.byline,
        journal=study.journal or "",
        year=study.year,
        badges=badges.short(study),
        snippets=tuple(snippets[:SNIPPETS]),
        summary="" if snippets else shortened(study.summary, 240),
        caveat=shortened(study.does_not_prove, 150),
        why_url=links.why(study.id) + why if why else "",
    )


def pager(request: SearchRequest, result: SearchResult) -> Pager | None:
    """Addresses of the pages around the present one; None where one page holds everything.

    From page NUMBERED on, the next one is what comes after the last study seen: it stays the same when studies come or
    go before it, and is found as fast as the first.
    """
    last = max(1, -(-result.total // request.per_page))
    if last == 1:
        return None
    onwards = query_of(request.going_on(result.next_after)) if result.next_after else ""
    if request.after:
        return Pager("", onwards, (("First page", query_of(request.with_page(1)), False),))
    here = min(request.page, last)
    following = onwards if here >= NUMBERED else query_of(request.with_page(here + 1))
    return Pager(
        query_of(request.with_page(here - 1)) if here > 1 else "",
        following if here < last else "",
        tuple(_numbered(request, here, last)),
    )


def _numbered(request: SearchRequest, here: int, last: int) -> Iterator[tuple[str, str, bool]]:
    """The pages by number: the first, the last, those around ``here``, and gaps."""
    near = sorted({1, last, *range(max(1, here - 2), min(last, here + 2) + 1)})
    for before, page in zip([0, *near], near, strict=False):
        if page - before > 1:
            yield ("…", "", False)
        yield (f"{page:,}", query_of(request.with_page(page)), page == here)


def _hidden(request: SearchRequest, *left_out: str) -> tuple[tuple[str, str], ...]:
    return tuple((key, value) for key, value in request.to_args() if key not in (*left_out, "page", "after"))


def heading(result: SearchResult, everything: int) -> tuple[str, str]:
    """How many studies, and which of them show: ("12 of 345 studies", "showing 1 to 10")."""
    found = number(result.total, "study", "studies")
    if result.total == everything:
        text = f"All {found}" if result.total > 1 else found
    else:
        text = f"{result.total:,} of {number(everything, 'study', 'studies')}"
    first = result.offset + 1
    shown = f"showing {first:,} to {first + len(result.hits) - 1:,}" if result.total > len(result.hits) > 0 else ""
    return text, shown


def page_title(request: SearchRequest, selections: Iterable[Selection]) -> str:
    """What the browser's tab and a bookmark say."""
    parts = [f"“{shortened(request.text, 60)}”"] if request.text else []
    for chosen in selections:
        parts.extend([in_words((c.label for c in chosen.any_of), "or")] if chosen.any_of else [])
        parts.extend([f"not {in_words((c.label for c in chosen.none_of), 'or')}"] if chosen.none_of else [])
    return shortened(", ".join(parts), 120) or "All studies"


def sorts(request: SearchRequest) -> Iterator[tuple[str, str, bool]]:
    """(value, label, chosen) of the orders. Without words nothing matches best: then the newest come first."""
    for key, label in SORTS.items():
        if request.text or key != "relevance":
            default = not request.text and key == "newest" and request.sort == "relevance"
            yield key, label, default or key == request.sort


def downloads(request: SearchRequest, links: Links) -> tuple[Chosen, ...]:
    """The whole result set, not the page, in every form."""
    args = [(key, value) for key, value in request.with_page(1).to_args() if key != "size"]
    query = links.search(args).removeprefix(links.search())
    return tuple(Chosen(form.label, links.search(suffix=form.suffix) + query) for form in RESULT_FORMS)


def search_page(site: Site, result: SearchResult, help: Help | None = None) -> SearchPage:
    """Put the page together."""
    request, links = result.request, site.links
    addresses = SearchAddresses(request)
    why = query_of(request.with_page(1)) if request.text else ""
    touched = [f for f in result.facets if f.facet.name in request.include or f.facet.name in request.exclude]
    selections = tuple(s for f in touched if (s := selection(f, request)).any_of or s.none_of)
    text, shown = heading(result, len(site.atlas.studies))
    args = [(key, value) for key, value in request.with_page(1).to_args() if key != "size"]
    offered = offers(site, result)
    return SearchPage(
        text=request.text,
        total=result.total,
        heading=text,
        range=shown,
        title=page_title(request, selections),
        messages=tuple(m for m in dict.fromkeys((*request.messages, *result.messages)) if not told(m, offered.unknown)),
        facets=tuple(facet_panel(f, addresses, links, i) for i, f in enumerate(result.facets)),
        selections=selections,
        chosen=sum(len(s.any_of) + len(s.none_of) for s in selections) + request.has_years,
        clear_url=query_of(request.cleared()),
        years=years(request, result.years),
        years_chosen=years_chosen(request),
        text_url=query_of(request.with_text("")),
        kept=_hidden(request, "q"),
        kept_years=_hidden(request, "from", "to"),
        kept_order=_hidden(request, "sort", "size"),
        sorts=tuple(sorts(request)),
        sizes=tuple((size, size == request.per_page) for size in PAGE_SIZES),
        results=tuple(result_line(site.atlas.glance(h.id), h, site.badges, links, why) for h in result.hits),
        pager=pager(request, result),
        help=help,
        downloads=downloads(request, links),
        feed_url=links.search(args, ".atom"),
        permalink=links.search(request.to_args()),
        snapshot_url=links.snapshots(args),
        save_url=links.snapshots(args, "/link"),
        compare_url=links.compare([("a", query_of(request.with_page(1)))]),
        choose_url=links.side_by_side(more=[("choose", "1"), *args]),
        syntax=site.syntax_help,
        offers=offered,
    )
