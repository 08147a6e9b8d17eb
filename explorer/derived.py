"""What a build works out over all studies for every process that serves it: counts, lists of the graph, its map.

Where few studies differ from those of the build before, counts and lists are brought up to date from its own, and the
map is taken as it is if these studies name the same concepts; the map hangs on all studies at once, so otherwise it is
worked out anew. What comes out is the same.
"""

from contextlib import suppress
from pathlib import Path

from entries.atlas import Atlas
from entries.digests import Difference, difference
from entries.errors import StoreError
from explorer import counted
from graph import lists, lists_changes, postings, structure

MOST_CHANGED = 0.1  # of all studies; from there on a pass over all of them is as quick


def write(atlas: Atlas, folder: Path, before: Atlas | None = None) -> None:
    """Work it out and store it in a build's folder.

    ``before``: the atlas of an earlier build with the same vocabulary, to which :func:`recall` gave what was stored;
    None: everything is worked out anew. Raises StoreError.
    """
    if before is not None:
        changes = difference(before.digests, atlas.digests)
        if len(changes) <= MOST_CHANGED * len(atlas.studies):
            with suppress(StoreError):  # the studies of the build before cannot be read
                return _brought_up(atlas, folder, before, changes)
    counted.Counted.of(atlas).write(folder)
    lists.write(atlas, folder)
    postings.recall(atlas, folder)
    structure.write(atlas, folder)
    return None


def _brought_up(atlas: Atlas, folder: Path, before: Atlas, changes: Difference) -> None:
    counted.updated(counted.counted(before), before, atlas, changes).write(folder)
    held = postings.postings(before).columns
    lists.write(atlas, folder, lists_changes.updated(held, before, atlas, changes))
    postings.recall(atlas, folder)
    structure.write(atlas, folder, structure.unchanged(before, atlas, changes))


def recall(atlas: Atlas, folder: Path) -> None:
    """Give an atlas what its build stored. Raises StoreError where something is missing, damaged or outdated."""
    counted.recall(atlas, folder)
    postings.recall(atlas, folder)
    structure.recall(atlas, folder)
