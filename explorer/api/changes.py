"""Result sets over time and beside each other: dated snapshots, what changed since one, searches compared."""

from datetime import UTC, date, datetime

from pydantic import Field

from entries.model import Day
from explorer.api.operation import Args, Asked, BadArgument, BadArguments
from explorer.api.searched import SearchTold
from explorer.api.shape import Count, Parameters, Shape, StudyId
from explorer.changes_that_count import counted
from explorer.comparison import FacetTable, Side, facet_tables, regions, sides
from explorer.presentation_snapshot import kept_args, title_of
from explorer.result_snapshot import LONGEST, SnapshotUnreadable, compared, packed
from explorer.site import Site
from index.fields import facets
from index.query import SearchRequest

MOST_IDS = 1_000  # of each region
LONGEST_SEARCH = 20_000  # characters of one search to compare


class SnapshotAnswer(Shape):
    """A search as it answers today, in a form that can later be compared."""

    title: str
    """The search in words."""
    on: date
    total: Count
    of: str
    """A digest of the studies found and of their content: what `changes` takes with `on` and the search."""
    url: str
    """The snapshot's page, which shows what changed since."""
    changes: str
    """The same in this API."""
    file: str
    """The snapshot as a file with every id and digest."""
    messages: tuple[str, ...]
    search: SearchTold


class ChangesAsked(Parameters):
    """A snapshot, beside the arguments of its search."""

    on: Day
    """The day of the snapshot."""
    of: str = Field(min_length=1, max_length=LONGEST)
    """Its digest."""


class ChangesAnswer(Shape):
    """What became of a result set since a snapshot."""

    on: date
    same: bool
    complete: bool
    """False where so much differs that the digest cannot tell what; a snapshot kept as a file can."""
    then: Count
    """Studies found then."""
    now: Count
    added: tuple[StudyId, ...]
    """Found now and not then."""
    changed: tuple[StudyId, ...]
    """Found both times, with other content."""
    gone: tuple[StudyId, ...]
    """Found then and not now, and still in the atlas."""
    nameless: Count
    """Studies found then that the atlas has no more; a digest holds no names."""
    aside: Count
    """Differences that are not told of, in studies that `remains` sets aside as their entries are now."""
    search: SearchTold


class CompareAsked(Parameters):
    """Two or three searches: words, or the address of a search from its `?` on."""

    a: str = Field(max_length=LONGEST_SEARCH)
    """The first search: words, or the part of a search's address from its `?` on; `?` alone is all studies."""
    b: str = Field(max_length=LONGEST_SEARCH)
    """The second one."""
    c: str = Field("", max_length=LONGEST_SEARCH)
    """A third one; empty: none."""
    limit: int = Field(100, ge=0, le=MOST_IDS)
    """Studies that are named of each region."""


class SideTold(Shape):
    """One of the searches."""

    letter: str
    total: Count
    messages: tuple[str, ...]
    search: SearchTold


class RegionTold(Shape):
    """Studies that the searches of `letters` find and no other one."""

    letters: str
    total: Count
    studies: tuple[StudyId, ...]


class FacetRowTold(Shape):
    """A value, and how many studies of each search have it."""

    value: str
    label: str
    counts: tuple[Count, ...]


class FacetTableTold(Shape):
    """The most frequent values of a facet in any of the searches."""

    name: str
    label: str
    rows: tuple[FacetRowTold, ...]


class CompareAnswer(Shape):
    """Searches beside each other."""

    searches: tuple[SideTold, ...]
    regions: tuple[RegionTold, ...]
    """Every combination of the searches, all of them together first."""
    facets: tuple[FacetTableTold, ...]


def snapshot(asked: Asked[Parameters]) -> SnapshotAnswer:
    """A dated snapshot of a result set: a digest of the studies found and of their content, which later shows what was
    added, changed or taken away. Nothing of it is stored here."""
    site, wanted = asked.site, asked.search.with_page(1)
    result, args = site.engine.search(wanted), kept_args(wanted)
    on, digest = taken(site, wanted)
    dated: Args = [*args, ("on", on.isoformat()), ("of", digest)]
    return SnapshotAnswer(
        title=title_of(wanted, result),
        on=on,
        total=result.total,
        of=digest,
        url=site.links.snapshots(dated),
        changes=site.links.api("/changes", dated),
        file=site.links.snapshots(args, ".json"),
        messages=tuple(dict.fromkeys((*asked.search.messages, *result.messages))),
        search=SearchTold.of(site, wanted),
    )


def taken(site: Site, wanted: SearchRequest) -> tuple[date, str]:
    """Today's snapshot of a search: the day and the digest."""
    on = datetime.now(UTC).date()
    return on, packed(site.engine.ids(wanted), site.atlas.digests, kept_args(wanted), on)


def changes(asked: Asked[ChangesAsked]) -> ChangesAnswer:
    """What was added to, changed in or taken out of a result set since a snapshot. Takes the arguments of the search
    exactly as `snapshot` gave them; a digest that does not fit them is refused."""
    site, own = asked.site, asked.own
    args = [(key, value) for key, value in asked.args if value]
    wanted = SearchRequest.from_args(args, facets(site.atlas.config)).with_page(1)
    try:
        every = compared(own.of, own.on, args, site.engine.ids(wanted), site.atlas.digests)
    except SnapshotUnreadable as error:
        raise BadArguments(BadArgument("of", str(error).rstrip("."))) from error
    told = counted(site, wanted, every)
    found = told.shown
    return ChangesAnswer(
        on=own.on,
        same=every.same,
        complete=found.complete,
        then=found.then,
        now=found.now,
        added=found.added,
        changed=found.changed,
        gone=found.gone,
        nameless=found.nameless,
        aside=told.aside,
        search=SearchTold.of(site, wanted),
    )


def compare(asked: Asked[CompareAsked]) -> CompareAnswer:
    """Two or three searches beside each other: which studies all of them find, which only some, and how their facets
    differ."""
    site, own = asked.site, asked.own
    given = {"a": own.a, "b": own.b, "c": own.c}
    empty = [letter for letter in "ab" if not given[letter].strip()]
    if empty:
        raise BadArguments(*(BadArgument(i, "is empty; write words, or ? for all studies") for i in empty))
    found = sides(site.atlas, site.engine, [(letter, text) for letter, text in given.items() if text.strip()])
    parts = (RegionTold(letters=r.letters, total=len(r.ids), studies=r.ids[: own.limit]) for r in regions(found))
    return CompareAnswer(
        searches=tuple(_side(asked, side) for side in found),
        regions=tuple(parts),
        facets=tuple(_table(table) for table in facet_tables(site.atlas, found)),
    )


def _side(asked: Asked[CompareAsked], side: Side) -> SideTold:
    messages = tuple(dict.fromkeys((*side.request.messages, *side.result.messages)))
    told = SearchTold.of(asked.site, side.request)
    return SideTold(letter=side.letter, total=side.result.total, messages=messages, search=told)


def _table(table: FacetTable) -> FacetTableTold:
    rows = (FacetRowTold(value=r.value, label=r.label, counts=r.counts) for r in table.rows)
    return FacetTableTold(name=table.name, label=table.label, rows=tuple(rows))
