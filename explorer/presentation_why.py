"""Why a study is among the results of a search, in words and in shares."""

from collections.abc import Iterator
from dataclasses import dataclass

from entries.study import Study
from explorer.presentation import in_words
from explorer.presentation_facets import selection
from explorer.presentation_search import SORTS, page_title
from explorer.site import Site
from index.explain import Explanation, FieldMatch, WordMatch
from index.query import SearchRequest, Sort
from index.results import SearchResult

SMALL = 0.005  # of the score; less is told as under one per cent


@dataclass(frozen=True, slots=True)
class FieldView:
    """One field: what was found in it, word by word, and its share of the score in words."""

    label: str
    words: tuple[str, ...]
    share: str


@dataclass(frozen=True, slots=True)
class WhyPage:
    """Everything that ``why.html`` shows. ``found`` is False where the search does not find the study."""

    title: str
    by: str
    study_url: str
    asked: str
    search_url: str
    found: bool
    fields: tuple[FieldView, ...]
    filters: str
    order: str


def why_page(
    site: Site, study: Study, request: SearchRequest, result: SearchResult, explanation: Explanation | None
) -> WhyPage:
    """Put the page together."""
    return WhyPage(
        title=study.title,
        by=f"{study.byline} {study.year}",
        study_url=site.links.study(study.id),
        asked=page_title(request, (selection(f, request) for f in result.facets)),
        search_url=site.links.search(request.to_args()),
        found=explanation is not None,
        fields=tuple(_field(match) for match in explanation.fields) if explanation else (),
        filters=_filters(request, result),
        order="" if request.sort is Sort.RELEVANCE else SORTS[request.sort.value].lower(),
    )


def _field(match: FieldMatch) -> FieldView:
    share = "" if match.share <= 0 else "under 1 %" if match.share < SMALL else f"{match.share:.0%}".replace("%", " %")
    return FieldView(match.label, tuple(_word(word) for word in match.words), share)


def _word(word: WordMatch) -> str:
    """``fatigue``, or what stands there instead where that is another form of it, and how often."""
    found = list({form.casefold(): form for form in reversed(word.found)}.values())[::-1]  # capitals say nothing
    forms = in_words(f"“{form}”" for form in found)
    same = [form.casefold() for form in found] == [word.asked.casefold()]
    times = f", {word.count:,} times" if word.count > 1 else ""
    if same or not forms:
        return f"“{word.asked}”{times}"
    return f"“{word.asked}” as {forms}{times}"


def _filters(request: SearchRequest, result: SearchResult) -> str:
    """The filters that the study fits, in a sentence; empty where none is set."""
    said = list(_said(request, result))
    return f"It also fits what you chose: {in_words(said)}." if said else ""


def _said(request: SearchRequest, result: SearchResult) -> Iterator[str]:
    for facet in result.facets:
        chosen = selection(facet, request)
        if chosen.any_of:
            yield f"{chosen.label.lower()} {in_words((c.label for c in chosen.any_of), 'or')}"
        if chosen.none_of:
            yield f"{chosen.label.lower()} not {in_words((c.label for c in chosen.none_of), 'or')}"
    if request.has_years:
        yield "the years"
