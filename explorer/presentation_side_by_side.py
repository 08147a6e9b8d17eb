"""Two to four studies side by side as one object, for the page and for the table."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from entries.study import Study
from explorer.asked_studies import MOST, NAME, AskedStudies
from explorer.lined_up import LinedUp, lined_up
from explorer.presentation import RELATIONS, Badge, in_words, number
from explorer.presentation_beside_facts import Part, parts
from explorer.presentation_beside_findings import Findings, LineView, OwnView, summary
from explorer.presentation_warned import WarningView, banners
from explorer.scene import written
from explorer.site import Site
from explorer.uncomparable import names_of
from graph.nodes import author_node, study_node

API = "/compare/studies"
AUTHORS = 4  # that are named as common to two studies


@dataclass(frozen=True, slots=True)
class Column:
    """One study at the head of the table. ``without_url``: the others alone."""

    name: str
    title: str
    url: str
    summary: str
    badges: tuple[Badge, ...]
    warnings: tuple[WarningView, ...]
    is_aside: bool
    without_url: str


@dataclass(frozen=True, slots=True)
class Tie:
    """What one study says of another, or what two have in common."""

    text: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Own:
    """What only one of the studies has findings on."""

    name: str
    found: tuple[OwnView, ...]


@dataclass(frozen=True, slots=True)
class SideBySide:
    """Everything that ``side_by_side.html`` shows."""

    title: str
    columns: tuple[Column, ...]
    asked: AskedStudies
    ties: tuple[Tie, ...]
    parts: tuple[Part, ...]
    summary: str
    remaining: str
    lines: tuple[LineView, ...]
    alone: tuple[Own, ...]
    more_url: str
    address: str
    canonical: str
    csv_url: str
    api_url: str
    search_url: str
    paths_url: str
    explore_url: str


def side_by_side(site: Site, asked: AskedStudies) -> SideBySide:
    """Put the comparison of at least two studies together."""
    studies, names, links = asked.studies, names_of(asked.studies), site.links
    found, told = lined_up(site.atlas, studies), Findings(site, studies, names_of(studies))
    every = range(len(studies))
    return SideBySide(
        title=in_words(names),
        columns=tuple(_column(site, asked, names, place) for place in every),
        asked=asked,
        ties=tuple(_ties(site, studies, names)),
        parts=parts(site, studies, names),
        summary=summary(found, every),
        remaining=_remaining(site, studies, names, found),
        lines=tuple(told.line(line) for line in found.lines),
        alone=tuple(_alone(names, found, told)),
        more_url=links.side_by_side(asked.ids, more=[("choose", "1")]) if len(studies) < MOST else "",
        address=links.side_by_side(asked.ids),
        canonical=site.atlas.config.base_iri + links.side_by_side(asked.ids).removeprefix(f"{links.root}/"),
        csv_url=links.side_by_side(asked.ids, ".csv"),
        api_url=links.api(API, [(NAME, study_id) for study_id in asked.ids]),
        search_url=links.search([("q", " OR ".join(f"id:{study_id}" for study_id in asked.ids))]),
        paths_url=links.paths([("from", asked.ids[0]), ("to", asked.ids[1])]) if len(studies) == 2 else "",
        explore_url=links.explore(written(("n", study_node(study_id)) for study_id in asked.ids)),
    )


def _column(site: Site, asked: AskedStudies, names: Sequence[str], place: int) -> Column:
    study, others = asked.studies[place], [i for i in asked.ids if i != asked.ids[place]]
    return Column(
        name=names[place],
        title=study.title,
        url=site.links.study(study.id),
        summary=study.summary,
        badges=site.badges.short(study),
        warnings=banners(site, study),
        is_aside=not site.remains.keeps(study.id),
        without_url=site.links.side_by_side(others),
    )


def _ties(site: Site, studies: Sequence[Study], names: Sequence[str]) -> Iterator[Tie]:
    """What the entries say of each other, then who worked on more than one of them."""
    name = dict(zip((study.id for study in studies), names, strict=True))
    for study in studies:
        for link in study.links:
            if link.study in name and link.study != study.id:
                words = RELATIONS[link.relation][0].lower()
                yield Tie(f"{name[study.id]} {words} {name[link.study]}", link.note or "")
    authors = [{author_node(author): author.name for author in study.authors} for study in studies]
    for first, second in combinations(range(len(studies)), 2):
        common = [called for node, called in authors[first].items() if node in authors[second]]
        if common:
            shown = common[:AUTHORS] + ([f"{len(common) - AUTHORS} more"] if len(common) > AUTHORS else [])
            whose = number(len(common), "author", "authors")
            yield Tie(f"{names[first]} and {names[second]} have {whose} in common", "; ".join(shown))


def _remaining(site: Site, studies: Sequence[Study], names: Sequence[str], found: LinedUp) -> str:
    """What is left of the comparison without the studies that the switch sets aside; empty where all count."""
    kept = [place for place, study in enumerate(studies) if site.remains.keeps(study.id)]
    aside = [names[place] for place in range(len(studies)) if place not in kept]
    if not aside:
        return ""
    verb, them = ("is", "it") if len(aside) == 1 else ("are", "them")
    left = summary(found, kept) if len(kept) > 1 else f"{'One' if kept else 'None'} of the studies remains."
    return f"{in_words(aside)} {verb} set aside under the present choice. Without {them}: {left}"


def _alone(names: Sequence[str], found: LinedUp, told: Findings) -> Iterator[Own]:
    for place, name in enumerate(names):
        own = tuple(told.own(one) for one in found.alone if one.place == place)
        yield Own(name, own)


def rows(site: Site, asked: AskedStudies) -> Iterator[tuple[str, ...]]:
    """The comparison as a table: subject, topic, what is to be said of all, a column a study."""
    page, ids = side_by_side(site, asked), asked.ids
    yield ("subject", "topic", "together", *ids)
    yield ("study", "title", "", *(column.title for column in page.columns))
    yield ("study", "summary", "", *(column.summary for column in page.columns))
    yield ("study", "address", "", *(f"{site.atlas.config.base_iri}studies/{study_id}" for study_id in ids))
    yield ("study", "notices", "", *(" ".join(f"{w.said} {w.text}" for w in c.warnings) for c in page.columns))
    for part in page.parts:
        yield from ((part.label, row.label, row.note, *(cell.plain for cell in row.cells)) for row in part.rows)
    for line in page.lines:
        together = " ".join((f"{line.accord.text}.", *line.said, *(f"Why not: {why}." for why in line.why)))
        yield ("Findings in common", line.label, together, *(cell.plain for cell in line.cells))
    for place, own in enumerate(page.alone):
        for one in own.found:
            cells = [one.directions if n == place else "" for n in range(len(ids))]
            yield ("Findings of one alone", in_words(c.label for c in one.concepts), one.kin, *cells)
    yield from (("Ties", tie.text, tie.note, *("" for _ in ids)) for tie in page.ties)
