"""Banners on the page of a paper that was retracted, doubted or corrected, and the page that lists all such papers."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from entries import addresses
from entries.study import GRAVE, NoticeKind, Relation, Study
from explorer.counted import counted
from explorer.presentation import Badge, Chosen
from explorer.site import Site
from explorer.warned import Warned, warnings

SAID = {
    NoticeKind.RETRACTED: "This paper was retracted.",
    NoticeKind.PARTLY_RETRACTED: "A part of this paper was retracted.",
    NoticeKind.CONCERN: "The journal has published an expression of concern about this paper.",
    NoticeKind.CORRECTED: "This paper was corrected.",
    NoticeKind.EARLIER_VERSION: "There is an earlier version of this paper.",
}
RESTING = (Relation.CITES, Relation.REPLICATES, Relation.EXTENDS)


@dataclass(frozen=True, slots=True)
class WarningView:
    """One notice: what it says in words, its colour, where it stands."""

    kind: NoticeKind
    css: str
    said: str
    text: str
    url: str
    outside: bool  # the address is not of this site
    by: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class RetractionRow:
    """A paper that was retracted or stands in doubt, with its notices and the entries that rest on it."""

    study: Study
    url: str
    badges: tuple[Badge, ...]
    notices: tuple[WarningView, ...]
    resting: tuple[Chosen, ...]


@dataclass(frozen=True, slots=True)
class RetractionsPage:
    """Everything that ``retractions.html`` shows."""

    rows: tuple[RetractionRow, ...]
    total: int
    csv_url: str
    json_url: str


def banners(site: Site, study: Study) -> tuple[WarningView, ...]:
    """What a reader must know before the first line of the paper's entry."""
    return tuple(_view(site, found) for found in warnings(site.atlas, study))


def retractions_page(site: Site) -> RetractionsPage:
    """Every paper with a notice that retracts or doubts it, the newest paper first."""
    studies = [site.atlas.studies[i] for i in counted(site.atlas).warned]
    studies.sort(key=lambda study: (-study.year, study.id))
    rows = tuple(_row(site, study) for study in studies)
    links = site.links
    return RetractionsPage(rows, len(site.atlas.studies), links.retractions(".csv"), links.retractions(".json"))


def table(page: RetractionsPage) -> Iterable[tuple[object, ...]]:
    """A row for each notice, with the names of the columns first."""
    yield "study", "title", "authors", "year", "journal", "pmid", "doi", "kind", "notice", "notice_address", "cited_by"
    for row in page.rows:
        s, resting = row.study, "; ".join(chosen.url.rsplit("/", 1)[-1] for chosen in row.resting)
        for notice in row.notices:
            told = (notice.kind, notice.text, notice.url, resting)
            yield s.id, s.title, s.byline, s.year, s.journal, s.pmid, s.doi, *told


def as_data(page: RetractionsPage, address: str) -> dict[str, Any]:
    """The same as JSON values; ``address`` is the atlas's own, with which identifiers begin."""
    return {
        "total": len(page.rows),
        "studies_in_the_atlas": page.total,
        "retractions": [_told(r, address) for r in page.rows],
    }


def _told(row: RetractionRow, address: str) -> dict[str, Any]:
    s = row.study
    return {
        "id": s.id,
        "address": f"{address}studies/{s.id}",
        "title": s.title,
        "year": s.year,
        "pmid": s.pmid,
        "doi": s.doi,
        "notices": [{"kind": n.kind.value, "text": n.text, "url": n.url} for n in row.notices],
        "cited_by": [chosen.url.rsplit("/", 1)[-1] for chosen in row.resting],
    }


def _row(site: Site, study: Study) -> RetractionRow:
    resting = dict.fromkeys(i for i, link in site.atlas.links_to(study.id) if link.relation in RESTING)
    notices = tuple(view for view in banners(site, study) if view.kind in GRAVE)
    own = {view.url for view in notices}
    chosen = (
        Chosen(f"{other.byline} {other.year}", site.links.study(other.id))
        for other in site.atlas.passing(i for i in resting if i in site.atlas.studies)
    )
    return RetractionRow(
        study=study,
        url=site.links.study(study.id),
        badges=site.badges.warnings(study),
        notices=notices,
        resting=tuple(c for c in chosen if c.url not in own),
    )


def _view(site: Site, found: Warned) -> WarningView:
    css = "bad" if found.kind in GRAVE else "" if found.kind is NoticeKind.EARLIER_VERSION else "care"
    said = SAID[found.kind]
    entry = site.atlas.studies.get(found.entry) if found.entry else None
    if entry:
        url, by = site.links.study(entry.id), f"{entry.byline} {entry.year}"
        return WarningView(found.kind, css, said, entry.title, url, False, by, found.citation)
    url = addresses.doi_url(found.doi) if found.doi else addresses.pubmed_url(found.pmid) if found.pmid else ""
    text = found.citation or (f"DOI {found.doi}" if found.doi else f"PubMed {found.pmid}" if found.pmid else "")
    return WarningView(found.kind, css, said, text or found.entry, url, True, "")
