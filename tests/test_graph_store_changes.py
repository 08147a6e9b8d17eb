"""A store brought up to date: the same quads as one written whole, and the earlier one as it was."""

import os
from pathlib import Path

import graph_samples as samples
import pyoxigraph as ox
import pytest

from entries.atlas import Atlas
from entries.study import Study
from graph import store_changes
from graph.errors import GraphBuildError, GraphUnusable
from graph.store import GraphStore
from graph.store_changes import update

MANY = 60


def with_changes(atlas: Atlas, n: int = 2) -> Atlas:
    """One study added, one left out, ``n`` with other words."""
    studies = [*atlas.studies.values()][1:]
    told = [s.model_copy(update={"title": f"Another title {i}"}) if i < n else s for i, s in enumerate(studies)]
    return atlas.with_studies([*told, samples.study("zz-new", links=[{"relation": "cites", "study": told[3].id}])])


def whole(atlas: Atlas, path: Path) -> tuple[set[ox.Quad], dict[str, int]]:
    with GraphStore.build(atlas, path) as store:
        return set(store.oxigraph), store.counts


def test_changes_make_the_store_that_is_written_whole(tmp_path: Path) -> None:
    atlas = samples.generated(MANY)
    GraphStore.build(atlas, tmp_path / "old").close()
    now = with_changes(atlas)
    with update(now, tmp_path / "new", tmp_path / "old", atlas.digests) as store:
        assert store.marker.changed == 4
        assert (set(store.oxigraph), store.counts) == whole(now, tmp_path / "whole")
        assert store.marker.digest == now.digest()
        assert len(list(store.oxigraph.named_graphs())) == store.counts["graphs"]
    with GraphStore.open(tmp_path / "old") as old:
        assert (set(old.oxigraph), old.counts) == whole(atlas, tmp_path / "before")


def test_a_store_that_is_open_goes_on_as_it_was_while_it_is_updated_in_place(tmp_path: Path) -> None:
    atlas = samples.generated(MANY)
    with GraphStore.build(atlas, tmp_path / "g") as reader:
        before = set(reader.oxigraph)
        now = with_changes(atlas)
        update(now, tmp_path / "g", tmp_path / "g", atlas.digests).close()
        assert set(reader.oxigraph) == before
    with GraphStore.open(tmp_path / "g") as store:
        assert set(store.oxigraph) == whole(now, tmp_path / "whole")[0]
    assert len(list((tmp_path / "g").glob("quads-*"))) == 1


def test_update_after_update_until_it_is_written_whole(tmp_path: Path) -> None:
    atlas = samples.generated(MANY)
    GraphStore.build(atlas, tmp_path / "g").close()
    seen = []
    for n in range(5):
        study: Study = [*atlas.studies.values()][n]
        now = atlas.with_studies(
            [
                study.model_copy(update={"summary": f"Told anew {n}."}) if s.id == study.id else s
                for s in atlas.studies.values()
            ]
        )
        with update(now, tmp_path / "g", tmp_path / "g", atlas.digests) as store:
            seen.append(store.marker.changed)
            assert (set(store.oxigraph), store.counts) == whole(now, tmp_path / f"whole-{n}")
        atlas = now
    assert seen == [1, 2, 3, 4, 5]
    with update(with_changes(atlas), tmp_path / "g", tmp_path / "g", atlas.digests) as store:
        assert store.marker.changed == 0, "written whole, since a tenth has changed"


def test_nothing_changed(tmp_path: Path) -> None:
    atlas = samples.generated(MANY)
    GraphStore.build(atlas, tmp_path / "old").close()
    with update(atlas, tmp_path / "new", tmp_path / "old", atlas.digests) as store:
        assert (set(store.oxigraph), store.counts) == whole(atlas, tmp_path / "whole")


@pytest.mark.parametrize("misfit", ["missing", "damaged", "damaged inside", "frame", "digests"])
def test_what_does_not_fit_is_not_built_on(tmp_path: Path, misfit: str) -> None:
    atlas, old = samples.generated(MANY), tmp_path / "old"
    before = dict(atlas.digests)
    if misfit != "missing":
        GraphStore.build(atlas, old).close()
    if misfit == "damaged":
        largest = max(old.glob("quads-*/*.sst"), key=lambda p: p.stat().st_size)
        os.truncate(largest, 10)
    if misfit == "damaged inside":  # its indexes are whole, so that it opens
        for file in old.glob("quads-*/*.sst"):
            data = bytearray(file.read_bytes())
            if len(data) < 10_000:
                continue  # too small to have much but its index
            data[100 : len(data) // 3] = bytes(len(data) // 3 - 100)
            file.write_bytes(data)
        GraphStore.open(old).close()
    now = with_changes(atlas)
    if misfit == "frame":
        now = Atlas.of(samples.config(title="Another title"), now.vocabulary, now.studies.values())
    if misfit == "digests":
        before[next(iter(before))] = "0" * 64
    with update(now, tmp_path / "new", old, before) as store:
        assert store.marker.changed == 0
        assert (set(store.oxigraph), store.counts) == whole(now, tmp_path / "whole")


def test_an_update_that_fails_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    atlas = samples.generated(MANY)
    GraphStore.build(atlas, tmp_path / "g").close()

    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(store_changes, "_put_in", full)
    with pytest.raises(GraphBuildError, match="No space left"):
        update(with_changes(atlas), tmp_path / "g", tmp_path / "g", atlas.digests)
    monkeypatch.undo()
    assert len(list((tmp_path / "g").glob("quads-*"))) == 1
    with GraphStore.open(tmp_path / "g") as store:
        assert set(store.oxigraph) == whole(atlas, tmp_path / "whole")[0]


def test_the_earlier_store_must_be_ours(tmp_path: Path) -> None:
    with pytest.raises(GraphUnusable):
        GraphStore.open(tmp_path)
    with update(samples.small(), tmp_path / "new", tmp_path, {}) as store:
        assert store.counts["studies"] == 3
