"""Choosing studies to see side by side: those that are linked or alike, and what a search finds, as boxes to tick."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from entries.study import Study
from explorer.asked_studies import LEAST, MOST, AskedStudies
from explorer.narrowing import narrowed
from explorer.presentation import RELATIONS, number
from explorer.presentation_snapshot import kept_args, title_of
from explorer.site import Site
from graph.related import related
from index.query import SearchRequest

ALIKE = 8  # studies that are offered as closest to one
A_PAGE = 20  # of those that a search finds
STARTS = 10  # studies offered where nothing was chosen and nothing searched for


@dataclass(frozen=True, slots=True)
class Box:
    """A study to tick: its id, title, who and when, why it is offered, its page, what its word is worth."""

    id: str
    title: str
    by: str
    why: str
    url: str
    badges: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Boxes:
    """Studies offered for one reason."""

    name: str
    label: str
    boxes: tuple[Box, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """What a search finds, a page of it at a time. ``kept``: the rest of the search besides its words, for the form."""

    words: str
    kept: tuple[tuple[str, str], ...] = ()
    heading: str = ""
    search_url: str = ""
    boxes: tuple[Box, ...] = ()
    messages: tuple[str, ...] = ()
    previous: int = 0
    next: int = 0


@dataclass(frozen=True, slots=True)
class ChoosePage:
    """Everything that ``choose_studies.html`` shows."""

    asked: AskedStudies
    note: str
    chosen: tuple[Box, ...]
    offered: tuple[Boxes, ...]
    found: Found


def choose_page(site: Site, asked: AskedStudies, wanted: SearchRequest, part: int) -> ChoosePage:
    """Put the page together. ``wanted``: a search to choose from, if it asks anything; ``part``: its page, from 1."""
    found = _found(site, asked, wanted, part) if kept_args(wanted) else Found("")
    offered = tuple(boxes for boxes in _near(site, asked) if boxes.boxes)
    if not (offered or found.heading or not site.atlas.studies):
        latest = tuple(_boxes(site, site.atlas.latest(STARTS), asked.ids))
        offered = (Boxes("latest", "Entered or changed last", latest),)
    chosen = tuple(_box(site, study_id) for study_id in asked.ids)
    note = _note(len(chosen)) if site.atlas.studies else "This atlas has no studies yet to compare."
    return ChoosePage(asked, note, chosen, offered, found)


def _note(chosen: int) -> str:
    """What is still needed."""
    if chosen >= MOST:
        return f"{MOST} studies are chosen, and no more can stand side by side. Untick one to put another in its place."
    if chosen >= LEAST:
        return f"{number(chosen, 'study is', 'studies are')} chosen. Tick up to {MOST - chosen} more."
    if chosen:
        return "One study is chosen. Tick another to see the two side by side."
    return f"Tick {LEAST} to {MOST} studies."


def _near(site: Site, asked: AskedStudies) -> Iterator[Boxes]:
    """What each chosen study is linked with, and what is most like it."""
    told = set(asked.ids)
    for study in asked.studies:
        back = ((i, RELATIONS[link.relation][1]) for i, link in site.atlas.links_to(study.id))
        ties = {link.study: RELATIONS[link.relation][0] for link in study.links} | dict(back)
        linked = tuple(_boxes(site, ties, told, ties))
        told |= {box.id for box in linked}
        name = f"{study.byline} {study.year}"
        yield Boxes(f"linked-{study.id}", f"Linked with {name}", linked)
        why = {one.study_id: one.reason for one in related(site.atlas, study.id, limit=ALIKE)}
        alike = tuple(_boxes(site, site.remains.kept(why), told, why))
        told |= {box.id for box in alike}
        yield Boxes(f"like-{study.id}", f"Most like {name}", alike)


def _found(site: Site, asked: AskedStudies, wanted: SearchRequest, part: int) -> Found:
    asking = narrowed(site, replace(wanted, page=max(1, part), per_page=A_PAGE, after=None))
    result = site.engine.search(asking)
    title, page = title_of(wanted, result), result.request.page
    return Found(
        words=wanted.text,
        kept=tuple((key, value) for key, value in wanted.to_args() if key not in ("q", "page", "size", "after")),
        heading=f"{title}: {number(result.total, 'study', 'studies')}",
        search_url=site.links.search(kept_args(wanted)),
        boxes=tuple(_boxes(site, (hit.id for hit in result.hits), asked.ids)),
        messages=tuple(dict.fromkeys((*wanted.messages, *result.messages))),
        previous=page - 1,
        next=page + 1 if page * A_PAGE < result.total else 0,
    )


def _boxes(
    site: Site, ids: Iterable[str], without: Collection[str], why: Mapping[str, str] | None = None
) -> Iterator[Box]:
    yield from (_box(site, i, (why or {}).get(i, "")) for i in ids if i in site.atlas.studies and i not in without)


def _box(site: Site, study_id: str, why: str = "") -> Box:
    study = site.atlas.studies[study_id]
    by = f"{study.byline} {study.year}"
    return Box(study_id, study.title, by, why[:1].upper() + why[1:], site.links.study(study_id), _badges(site, study))


def _badges(site: Site, study: Study) -> tuple[str, ...]:
    return tuple(badge.text for badge in site.badges.evidence(study))
