"""Writing an index: all studies, or only what changed since a previous index."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import repeat
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from entries import collector
from entries.atlas import Atlas
from index.analysts import workers_for
from index.documents import Documents
from index.fields import facets
from index.folder import DATA, Contents, Marker, beside, read_contents, write_contents
from index.lexicon import Lexicon
from index.table import Table, digests_of
from index.tabling import TableMaker
from index.values import Rows

if TYPE_CHECKING:
    from index.engine import Engine, IndexWriter, Progress

REPORT_EVERY = 250  # documents between two calls of progress
MOST_CHANGED = 0.3  # of the studies; from there on indexing everything anew is faster, and leaves no deleted documents


@dataclass(frozen=True, slots=True)
class Changes:
    """Ids of the studies that differ from those of an index, by content digest."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]

    @classmethod
    def between(cls, before: Table, now: Mapping[str, str]) -> "Changes":
        """What to do to get from an index to these digests."""
        had = {study_id: row for row, study_id in enumerate(before.ids) if study_id}
        ids = list(now)
        rows: Rows = np.fromiter(map(had.get, ids, repeat(-1)), np.int64, len(ids))
        is_new = rows < 0
        known = np.flatnonzero(~is_new)
        digests = digests_of([*now.values()])
        differing = known[(before.digests[rows[known]] != digests[known]).any(axis=1)]
        added, changed = (tuple([ids[at] for at in places.tolist()]) for places in (np.flatnonzero(is_new), differing))
        gone = had.keys() - set(ids) if len(known) < len(had) else set()
        return cls(added, changed, tuple(sorted(gone)))

    @property
    def counts(self) -> tuple[int, int, int]:
        """(added, changed, removed)."""
        return len(self.added), len(self.changed), len(self.removed)


def write_all(atlas: Atlas, path: Path, engine: "Engine", progress: "Progress | None" = None) -> None:
    """Index all studies into a new folder that takes the place of ``path``. Raises IndexNotWritten."""
    everything = tuple(atlas.studies)
    maker = TableMaker(atlas, everything)
    documents = Documents(atlas, maker.rows)
    with beside(path) as folder, collector.paused():
        writer = engine.writer(folder / DATA, facets(atlas.config))
        _write(writer, documents, maker, atlas, everything, (), progress)
        lexicon = Lexicon(documents.analyser.words)
        write_contents(folder, Contents(_marker(atlas, engine), maker.table(), lexicon, maker.changed))


def write_changes(
    atlas: Atlas, path: Path, previous: Path, engine: "Engine", progress: "Progress | None" = None
) -> tuple[int, int, int]:
    """Index what changed since ``previous``. Raises IndexUnusable (previous) and IndexNotWritten."""
    before = read_contents(previous)
    changes = Changes.between(before.table, atlas.digests)
    if not _reusable(before.marker, atlas, engine, sum(changes.counts)):
        write_all(atlas, path, engine, progress)
        return changes.counts
    fresh = (*changes.added, *changes.changed)
    maker = TableMaker(atlas, fresh, before.table, changes.removed)
    documents = Documents(atlas, maker.rows)
    with beside(path) as folder:
        engine.clone(previous / DATA, folder / DATA)
        if any(changes.counts):
            writer = engine.reopen(folder / DATA, facets(atlas.config))
            _write(writer, documents, maker, atlas, fresh, (*changes.changed, *changes.removed), progress)
        lexicon = before.lexicon.with_words(documents.analyser.words)
        changed = np.union1d(before.changed, maker.changed)
        write_contents(folder, Contents(_marker(atlas, engine), maker.table(), lexicon, changed), previous)
    return changes.counts


def _reusable(marker: Marker, atlas: Atlas, engine: "Engine", changed: int) -> bool:
    same = (marker.engine, marker.engine_version, marker.frame) == (engine.name, engine.version, atlas.frame_digest)
    return same and changed <= MOST_CHANGED * max(len(atlas.studies), 1)


def _write(
    writer: "IndexWriter",
    documents: Documents,
    maker: TableMaker,
    atlas: Atlas,
    added: Sequence[str],
    removed: Iterable[str],
    progress: "Progress | None",
) -> None:
    try:
        for study_id in removed:
            writer.remove(study_id)
        with closing(documents.all(atlas.passing(added), workers_for(len(added)))) as made:
            for done, (study, document) in enumerate(made):
                if progress and done % REPORT_EVERY == 0:
                    progress(done, len(added))
                maker.add(study, document.facets)
                writer.add(document)
        writer.commit()
    except BaseException:
        writer.abort()
        raise
    if progress:
        progress(len(added), len(added))


def _marker(atlas: Atlas, engine: "Engine") -> Marker:
    names = tuple(f.name for f in facets(atlas.config))
    return Marker(engine.name, engine.version, atlas.frame_digest, names, len(atlas.studies))
