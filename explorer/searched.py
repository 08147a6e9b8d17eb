"""Searches under the switch "what remains": the same search on the studies that count, beside the search on all.

The switch is no filter of the search: it is said apart, and the addresses of the page do not repeat it as one.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from explorer.narrowing import narrowed
from explorer.presentation import PEM, number
from explorer.presentation_facets import FacetPanel, FacetValue
from explorer.presentation_search import SearchPage
from explorer.remains import Count, Remains
from explorer.site import Site
from index.query import SearchRequest
from index.results import FacetResult, Loosening, MeantValue, SearchResult, UnknownValue


@dataclass(frozen=True, slots=True)
class Searched:
    """What a search finds: in the studies that count, and ``before``, in all (None where all count)."""

    result: SearchResult
    before: SearchResult | None


def searched(site: Site, wanted: SearchRequest) -> Searched:
    """Search; the results' addresses say nothing of what the switch adds."""
    asked = narrowed(site, wanted)
    found = site.engine.search(asked)
    if asked == wanted:
        return Searched(found, None)
    before = site.engine.search(wanted)
    dropped = site.remains.dropped
    return Searched(
        replace(
            found,
            request=wanted,
            facets=tuple(_own_facet(f, before, dropped) if f.facet.scheme == PEM else f for f in found.facets),
            offers=tuple(replace(o, request=_widened(site, wanted, o.request)) for o in found.offers),
            unknown=tuple(_unknown(site, wanted, one) for one in found.unknown),
        ),
        before,
    )


def _own_facet(found: FacetResult, before: SearchResult, dropped: Sequence[str]) -> FacetResult:
    """The filter that the switch works on: what is set aside has no study, and is not shown as left out by hand."""
    own = next((f for f in before.facets if f.facet.name == found.facet.name), found)
    return replace(own, counts=tuple(c._replace(count=0) if c.value in dropped else c for c in own.counts))


def _widened(site: Site, wanted: SearchRequest, request: SearchRequest) -> SearchRequest:
    """A request that came of a narrowed one, without what the switch had added."""
    facet = str(site.facet_of(PEM))
    own = wanted.exclude.get(facet, ())
    kept = tuple(v for v in request.exclude.get(facet, ()) if v in own or v not in site.remains.dropped)
    return replace(request, exclude={**request.exclude, facet: kept})


def _unknown(site: Site, wanted: SearchRequest, one: UnknownValue) -> UnknownValue:
    """An unknown value whose searches say nothing of what the switch adds."""

    def own(values: Iterable[MeantValue]) -> tuple[MeantValue, ...]:
        return tuple(replace(m, request=_widened(site, wanted, m.request)) for m in values)

    return replace(one, meant=own(one.meant), idle=own(one.idle), without=_widened(site, wanted, one.without))


class Counting:
    """What ways out of an empty search are found with: they count only the studies that count."""

    def __init__(self, site: Site) -> None:
        self._site = site

    def loosen(self, request: SearchRequest) -> tuple[Loosening, ...]:
        """As the engine does it. Giving up the switch is no way out here: the page has it at its top."""
        asked = narrowed(self._site, request)
        ways = self._site.engine.loosen(asked)
        if asked == request:
            return tuple(ways)
        found = (replace(way, request=_widened(self._site, request, way.request)) for way in ways)
        return tuple(way for way in found if way.request != request)

    def document_count(self) -> int:
        """How many studies count."""
        return self._site.remains.studies.kept


def with_before(view: SearchPage, found: Searched, remains: Remains) -> SearchPage:
    """The search page with each of its counts as ``3 of 5``; the same where all studies count."""
    if found.before is None:
        return view
    count = Count(found.result.total, found.before.total)
    of_all = number(remains.studies.every, "study", "studies")
    text = f"{count.kept:,} of {number(count.every, 'study', 'studies')} {'remains' if count.kept == 1 else 'remain'}"
    if count.every != remains.studies.every:
        text += f", out of {of_all}"
    before = {facet.facet.name: facet for facet in found.before.facets}
    return replace(view, heading=text, facets=tuple(_panel(panel, before[panel.name]) for panel in view.facets))


def values_before(values: Sequence[FacetValue], before: FacetResult) -> tuple[FacetValue, ...]:
    """Values of a facet with their counts as ``3 of 5``."""
    counts = _counts(before)
    return tuple(_value(value, counts) for value in values)


def _panel(panel: FacetPanel, before: FacetResult) -> FacetPanel:
    return panel._replace(shown=values_before(panel.shown, before), more=values_before(panel.more, before))


def _counts(before: FacetResult) -> Mapping[str, int]:
    return {count.value: count.count for count in before.counts}


def _value(value: FacetValue, counts: Mapping[str, int]) -> FacetValue:
    kept = int(value.count) if isinstance(value.count, int) else value.count.kept
    below = tuple(_value(other, counts) for other in value.below)
    return value._replace(count=Count(kept, counts.get(value.value, kept)), below=below)
