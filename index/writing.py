"""Writing an index: all studies, or only what changed since a previous index."""

from collections.abc import Iterable, Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from entries import collector
from entries.atlas import Atlas
from entries.digests import difference
from index.analysts import workers_for
from index.documents import Documents
from index.fields import facets
from index.folder import DATA, Contents, Marker, beside, read_contents, write_contents
from index.lexicon import Lexicon
from index.tabling import TableMaker

if TYPE_CHECKING:
    from index.engine import Engine, IndexWriter, Progress

REPORT_EVERY = 250  # documents between two calls of progress
MOST_CHANGED = 0.3  # of the studies; from there on indexing everything anew is faster, and leaves no deleted documents


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
    with collector.paused():
        return _write_changes(atlas, path, previous, engine, progress)


def _write_changes(
    atlas: Atlas, path: Path, previous: Path, engine: "Engine", progress: "Progress | None"
) -> tuple[int, int, int]:
    before = read_contents(previous)
    changes = difference(before.table.contents, atlas.digests)
    if not _reusable(before.marker, atlas, engine, len(changes)):
        write_all(atlas, path, engine, progress)
        return changes.counts
    maker = TableMaker(atlas, changes.fresh, before.table, changes.removed)
    documents = Documents(atlas, maker.rows)
    with beside(path) as folder:
        engine.clone(previous / DATA, folder / DATA)
        if len(changes):
            writer = engine.reopen(folder / DATA, facets(atlas.config))
            _write(writer, documents, maker, atlas, changes.fresh, changes.stale, progress)
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
