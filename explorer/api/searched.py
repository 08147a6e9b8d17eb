"""A search as the API tells of it, wherever one is answered or led to."""

from pydantic import Field

from explorer.api.shape import Count, Shape
from explorer.site import Site
from index.query import MOST_PER_PAGE, SearchRequest, Sort
from index.results import MeantValue, SearchResult, UnknownValue


class SearchTold(Shape):
    """A search as it was read: what could not be used is left out."""

    q: str
    include: dict[str, tuple[str, ...]]
    """Values wanted, by facet: any of them within one facet, all facets together."""
    exclude: dict[str, tuple[str, ...]]
    """Values not wanted, by facet."""
    year_from: int | None = Field(alias="from")
    year_to: int | None = Field(alias="to")
    sort: Sort
    page: int = Field(ge=1)
    size: int = Field(ge=1, le=MOST_PER_PAGE)
    after: str | None
    url: str
    """The search as a page."""
    api: str
    """The search in this API."""

    @classmethod
    def of(cls, site: Site, asked: SearchRequest) -> "SearchTold":
        """A search, told."""
        args = asked.to_args()
        told = {
            "q": asked.text,
            "include": dict(asked.include),
            "exclude": dict(asked.exclude),
            "from": asked.year_from,
            "to": asked.year_to,
            "sort": asked.sort,
            "page": asked.page,
            "size": asked.per_page,
            "after": asked.after,
            "url": site.links.search(args),
            "api": site.links.api("/search", args),
        }
        return cls.model_validate(told)


class MeantTold(Shape):
    """A value of a facet to choose instead."""

    value: str
    label: str
    count: Count
    """Studies that the search with it finds."""
    total: Count
    """Studies that have it, whatever else the search asks."""
    search: SearchTold

    @classmethod
    def of(cls, site: Site, meant: MeantValue) -> "MeantTold":
        """A value, told."""
        search = SearchTold.of(site, meant.request)
        return cls(value=meant.value, label=meant.label, count=meant.count, total=meant.total, search=search)


class UnknownTold(Shape):
    """A value of a facet that the atlas does not have. Chosen in a filter it stays in the search, where no study has
    it; asked for in the words (`symptom:fatige`) it is searched as words."""

    facet: str
    value: str
    written: str | None
    """The part of `q` that asks for it; null where it is chosen in a filter."""
    excluded: bool
    """Whether studies with it were to be left out."""
    message: str
    """The same in words."""
    meant: tuple[MeantTold, ...]
    """What may be meant and finds something, the likeliest first; each with the search that has it in place."""
    idle: tuple[MeantTold, ...]
    """What may be meant and finds nothing: no study has it (`total` is 0), or none that fits the rest of the search."""
    without: SearchTold
    """The search without the value."""
    count: Count
    """Studies that the search finds without it."""

    @classmethod
    def of(cls, site: Site, unknown: UnknownValue) -> "UnknownTold":
        """An unknown value, told."""
        return cls(
            facet=unknown.facet,
            value=unknown.value,
            written=unknown.written,
            excluded=unknown.excluded,
            message=unknown.message,
            meant=tuple(MeantTold.of(site, meant) for meant in unknown.meant),
            idle=tuple(MeantTold.of(site, idle) for idle in unknown.idle),
            without=SearchTold.of(site, unknown.without),
            count=unknown.count,
        )


def messages(asked: SearchRequest, result: SearchResult) -> tuple[str, ...]:
    """What could not be used of a request, and what was done instead."""
    return tuple(dict.fromkeys((*asked.messages, *result.messages)))
