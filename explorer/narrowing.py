"""The switch "what remains" in a search: the studies that it sets aside are not searched."""

from dataclasses import replace

from explorer.presentation import PEM
from explorer.site import Site
from index.query import SearchRequest


def narrowed(site: Site, wanted: SearchRequest) -> SearchRequest:
    """The search on the studies that count, as the engine is asked; the same where the search has no such filter."""
    facet = site.facet_of(PEM)
    if not site.remains.is_on or facet is None:
        return wanted
    own = wanted.exclude.get(facet, ())
    apart = dict.fromkeys((*own, *site.remains.dropped))
    return wanted if len(apart) == len(own) else replace(wanted, exclude={**wanted.exclude, facet: tuple(apart)})
