"""What is brought up to date by a few changed studies is what a pass over all of them makes."""

from pathlib import Path

import graph_samples as samples
import pytest
from shelf_edits import steps, written

from entries.atlas import Atlas
from entries.digests import difference
from entries.packed import Packed, Record
from entries.study import Tags
from explorer import counted
from graph import lists, lists_changes, structure
from graph.postings import Postings


@pytest.mark.parametrize("seed", range(8))
def test_lists_counts_and_map_after_any_chain_of_changes(tmp_path: Path, seed: int) -> None:
    for step in steps(tmp_path, seed):
        now = Atlas.of(
            step.atlas.config, step.atlas.vocabulary, written(step.atlas.with_studies(step.over), step.folder)
        )
        plain = step.atlas.with_studies(Packed.of(step.studies.values()))
        changes = difference(step.before.digests, now.digests)
        columns = lists_changes.updated(lists.made(step.before), step.before, now, changes)
        expected = lists.make(plain)
        assert columns is not None
        assert {name: bytes(column) for name, column in columns.items()} == {n: bytes(c) for n, c in expected.items()}
        assert counted.updated(counted.counted(step.before), step.before, now, changes) == counted.Counted.of(plain)
        same = structure.unchanged(step.before, now, changes)
        assert same in (None, structure.made(plain))


def test_nothing_changed_and_everything_gone(tmp_path: Path) -> None:
    step = next(steps(tmp_path, 1))
    empty = Atlas.of(step.atlas.config, step.atlas.vocabulary, written(step.atlas.with_studies(()), tmp_path / "none"))
    full = step.before
    for was, now in ((full, full), (full, empty), (empty, full)):
        changes = difference(was.digests, now.digests)
        columns = lists_changes.updated(lists.made(was), was, now, changes)
        assert columns is not None
        assert {n: bytes(c) for n, c in columns.items()} == {n: bytes(c) for n, c in Postings(now).columns.items()}
        assert counted.updated(counted.Counted.of(was), was, now, changes) == counted.Counted.of(now)


def test_the_map_is_kept_while_the_concepts_are_the_same(tmp_path: Path) -> None:
    held = written(samples.generated(60), tmp_path / "0")
    atlas = Atlas.of(samples.generated(1).config, samples.generated(1).vocabulary, held)
    one = held[held.ids[5]]
    for changes, is_kept in (({"title": "Another"}, True), ({"findings": (), "tags": Tags({})}, False)):
        study = one.model_copy(update=changes)
        over = atlas.with_studies(held.altered({study.id: Record.of(study)}, ()))
        found = structure.unchanged(atlas, over, difference(atlas.digests, over.digests))
        assert (found is not None) == is_kept
