"""A snapshot of a search as a page: how to keep it, and later what became of it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from explorer.changes_that_count import Counted
from explorer.presentation import Chosen, in_words, number
from explorer.presentation_facets import selection
from explorer.presentation_search import page_title
from explorer.result_snapshot import LISTED, Difference
from explorer.site import Site
from index.query import SearchRequest
from index.results import SearchResult

SHOWN = 500  # studies of one list on the page; the CSV has them all
WORDS = {"added": "Added", "changed": "Changed", "gone": "Not found any more", "lost": "Not in the atlas any more"}
MEANINGS = {
    "added": "Found now and not then: new entries, or entries that fit the search since they were changed.",
    "changed": "Found both times; something in the entry is not as it was.",
    "gone": "Still in the atlas, but the search does not find them now: the entry was changed, or the search's words "
    "mean something else since the vocabulary was changed.",
    "lost": "Found then. The atlas has no entry of this name now: taken out, or renamed.",
}


@dataclass(frozen=True, slots=True)
class TakePage:
    """Everything that ``snapshot.html`` shows: a search of today and what to keep of it."""

    title: str
    total: int
    on: str
    search_url: str
    link: str
    file_url: str
    listed: bool
    set_aside: str
    messages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """One kind of difference: its heading, what it means, the studies, and how many are not shown."""

    heading: str
    meaning: str
    studies: tuple[Chosen, ...]
    more: int


@dataclass(frozen=True, slots=True)
class ChangesPage:
    """Everything that ``changes.html`` shows: a search then and now."""

    title: str
    on: str
    sentence: str
    set_aside: str
    parts: tuple[Part, ...]
    nameless: str
    incomplete: bool
    same: bool
    search_url: str
    again_url: str
    csv_url: str
    problem: str = ""
    messages: tuple[str, ...] = ()


def kept_args(request: SearchRequest) -> list[tuple[str, str]]:
    """What of a search makes its result set: all but order and page."""
    return [(key, value) for key, value in request.to_args() if key not in ("sort", "page", "size", "after")]


def title_of(request: SearchRequest, result: SearchResult) -> str:
    """The search in words."""
    return page_title(request, (selection(f, request) for f in result.facets))


def take_page(site: Site, result: SearchResult, on: date, link: str) -> TakePage:
    """The page that offers a snapshot."""
    args = kept_args(result.request)
    return TakePage(
        title=title_of(result.request, result),
        total=result.total,
        on=on.isoformat(),
        search_url=site.links.search(args),
        link=link,
        file_url=site.links.snapshots(args, ".json"),
        listed=result.total <= LISTED,
        set_aside=_set_aside(site) if site.remains.is_on else "",
        messages=(*result.request.messages, *result.messages),
    )


def changes_page(site: Site, result: SearchResult, on: str, found: Counted, csv_url: str = "") -> ChangesPage:
    """The page that tells what changed; its lists, what changed in the studies that count."""
    args, difference = kept_args(result.request), found.every
    return ChangesPage(
        title=title_of(result.request, result),
        on=on,
        sentence=_sentence(difference),
        set_aside=_differences_aside(site, found),
        parts=tuple(_parts(site, found.shown)),
        nameless=_nameless(difference.nameless),
        incomplete=not difference.complete,
        same=difference.same,
        search_url=site.links.search(args),
        again_url=site.links.snapshots(args),
        csv_url="" if difference.same or not difference.complete else csv_url,
        messages=(*result.request.messages, *result.messages),
    )


def trouble_page(site: Site, problem: str, args: Sequence[tuple[str, str]] = (), on: str = "") -> ChangesPage:
    """The page for a link or a file that cannot be read."""
    search = site.links.search(list(args))
    again = site.links.snapshots(list(args))
    return ChangesPage("", on, "", "", (), "", False, False, search, again, "", problem)


def rows(site: Site, difference: Difference) -> Iterator[tuple[str, ...]]:
    """The differences as a table with its head."""
    yield ("change", "id", "title", "year", "address")
    for kind in WORDS:
        for study_id in getattr(difference, kind):
            study = site.atlas.studies.get(study_id)
            address = f"{site.atlas.config.base_iri}studies/{study_id}"
            yield (kind, study_id, study.title if study else "", str(study.year) if study else "", address)


def _sentence(difference: Difference) -> str:
    then, now = (number(n, "study", "studies") for n in (difference.then, difference.now))
    if difference.same:
        return f"Nothing changed: the same {then}, none of them edited."
    counts = [(len(getattr(difference, kind)), words.lower()) for kind, words in WORDS.items()]
    if difference.nameless:
        counts.append((difference.nameless, "no longer in the atlas"))
    told = in_words(f"{count:,} {words}" for count, words in counts if count)
    return f"{then} then, {now} now" + (f": {told}." if told else ".")


def _set_aside(site: Site) -> str:
    """That a snapshot is of the studies that count only."""
    dropped = " or ".join(f"“{site.atlas.vocabulary.label(status)}”" for status in reversed(site.remains.dropped))
    return (
        f"“What remains” is on: studies with {dropped} are left out by the search of this snapshot. It shows the same "
        "to whoever opens it, and a study whose status was changed since then shows as added or not found any more."
    )


def _differences_aside(site: Site, found: Counted) -> str:
    """How many of the differences are not listed, since their studies do not count; empty where the switch is off."""
    if not site.remains.is_on or found.shown is found.every:
        return ""
    told = [ids for kind in WORDS if (ids := getattr(found.shown, kind))]
    listed, every = sum(map(len, told)), sum(map(len, told)) + found.aside
    if not every:
        return ""
    return (
        f"“What remains” is on: {listed:,} of {number(every, 'difference', 'differences')} listed here; "
        f"{found.aside:,} in studies that are set aside. Whether a study counts goes by its entry as it is now."
    )


def _parts(site: Site, difference: Difference) -> Iterator[Part]:
    for kind, heading in WORDS.items():
        ids: tuple[str, ...] = getattr(difference, kind)
        if ids:
            yield Part(
                f"{heading}: {number(len(ids), 'study', 'studies')}",
                MEANINGS[kind],
                tuple(_studies(site, ids[:SHOWN])),
                max(0, len(ids) - SHOWN),
            )


def _studies(site: Site, ids: Iterable[str]) -> Iterator[Chosen]:
    for study_id in ids:
        study = site.atlas.studies.get(study_id)
        if study is None:
            yield Chosen(study_id, "")
        else:
            yield Chosen(f"{study.title} ({study.byline} {study.year})", site.links.study(study_id))


def _nameless(count: int) -> str:
    """A sentence on studies of which a link knows no name; empty where there are none."""
    if not count:
        return ""
    are = "is" if count == 1 else "are"
    return (
        f"{number(count, 'study', 'studies')} that the search found then {are} not in the atlas now. A link holds no "
        "names, so it cannot say which; a snapshot kept as a file can."
    )
