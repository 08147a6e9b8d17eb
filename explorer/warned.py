"""Studies that were retracted or stand in doubt: what says so, whether the atlas has an entry on the notice or not."""

from collections.abc import Iterator
from typing import NamedTuple

from entries.atlas import Atlas
from entries.glance import Glance
from entries.study import CONCERN_NOTE, GRAVE, PARTIAL_NOTE, Link, NoticeKind, Relation, Study

GRAVITY = tuple(NoticeKind)
_BY_NOTE = {CONCERN_NOTE: NoticeKind.CONCERN, PARTIAL_NOTE: NoticeKind.PARTLY_RETRACTED}
_BY_RELATION = {Relation.RETRACTS: NoticeKind.RETRACTED, Relation.CORRECTS: NoticeKind.CORRECTED}


class Warned(NamedTuple):
    """One notice on a study: its kind, where it was published, and the entry on it where there is one."""

    kind: NoticeKind
    citation: str = ""
    pmid: str | None = None
    doi: str | None = None
    entry: str = ""


def warned_by(study: Study) -> Iterator[str]:
    """The ids of the studies of which this one says that they were retracted or stand in doubt; its own among them."""
    if any(notice.kind in GRAVE for notice in study.notices):
        yield study.id
    yield from (link.study for link in study.links if _kind(link) in GRAVE)


def doubted_by_links(atlas: Atlas) -> Iterator[str]:
    """The ids of the studies of which another entry says by a link that they were retracted or stand in doubt."""
    return (target for target, links in atlas.links().items() if any(_kind(link) in GRAVE for _, link in links))


def warnings(atlas: Atlas, study: Study | Glance) -> tuple[Warned, ...]:
    """Every notice on a study, corrections too, each once, the gravest first."""
    linked = []
    for source, link in atlas.links_to(study.id):
        if kind := _kind(link):
            notice = atlas.studies[source]
            linked.append(Warned(kind, link.note or "", notice.pmid, notice.doi, source))
    told = {(one.kind, name) for one in linked for name in (one.pmid, one.doi) if name}
    own = [
        Warned(notice.kind, notice.citation or "", notice.pmid, notice.doi)
        for notice in study.notices
        if told.isdisjoint({(notice.kind, notice.pmid), (notice.kind, notice.doi)})
    ]
    return tuple(sorted((*linked, *own), key=lambda one: GRAVITY.index(one.kind)))


def _kind(link: Link) -> NoticeKind | None:
    if link.note in _BY_NOTE:
        return _BY_NOTE[link.note]
    return _BY_RELATION.get(link.relation)
