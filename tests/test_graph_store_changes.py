"""A store brought up to date: the same quads as one written whole, and the earlier one as it was."""

import os
from pathlib import Path

import graph_samples as samples
import pyoxigraph as ox
import pytest
from shelf_edits import steps

from entries.atlas import Atlas
from entries.digests import difference
from entries.packed import Packed
from entries.study import Study
from graph import store_changes
from graph.errors import GraphBuildError, GraphUnusable
from graph.rdf import standing_named_graph
from graph.rdf_context import Context
from graph.standing_changes import restood
from graph.store import GraphStore
from graph.store_changes import update
from graph.terms import NamedGraph

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
    with update(now, tmp_path / "new", tmp_path / "old", atlas) as store:
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
        update(now, tmp_path / "g", tmp_path / "g", atlas).close()
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
        with update(now, tmp_path / "g", tmp_path / "g", atlas) as store:
            seen.append(store.marker.changed)
            assert (set(store.oxigraph), store.counts) == whole(now, tmp_path / f"whole-{n}")
        atlas = now
    assert seen == [1, 2, 3, 4, 5]
    with update(with_changes(atlas), tmp_path / "g", tmp_path / "g", atlas) as store:
        assert store.marker.changed == 0, "written whole, since a tenth has changed"


@pytest.mark.parametrize("seed", range(3))
def test_any_chain_of_changes_gives_the_store_that_is_written_whole(
    tmp_path: Path, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of every graph, those among them that say how studies stand which did not change themselves."""
    monkeypatch.setattr(store_changes, "MOST_CHANGED", 10.0)
    (tmp_path / "shelves").mkdir()
    GraphStore.build(samples.generated(90, seed=seed), tmp_path / "g").close()
    for n, step in enumerate(steps(tmp_path / "shelves", seed, count=6)):
        now = step.atlas.with_studies(Packed.of(step.studies.values()))
        with update(now, tmp_path / "g", tmp_path / "g", step.before) as store:
            assert (set(store.oxigraph), store.counts) == whole(now, tmp_path / f"whole-{n}")


def compared(study_id: str, direction: str, on: str = "cortisol", **more: object) -> Study:
    return samples.study(study_id, findings=[{"text": "t", "concepts": [on], "direction": direction}], **more)


def against(study_id: str, direction: str, comparison: str | None) -> Study:
    finding = {"text": "t", "concepts": ["cortisol"], "direction": direction, "comparison": comparison}
    return samples.study(study_id, findings=[finding])


def judging(relation: str, target: str) -> list[dict[str, str]]:
    return [{"relation": relation, "study": target}]


A, B, C = (compared(study_id, "increased") for study_id in "abc")
AGAIN = compared("a", "increased", links=judging("replicates", "b"))
CHANGES: dict[str, tuple[list[Study], list[Study], set[str]]] = {
    "a second that agrees": ([A, B], [A, B, C], {"a", "b"}),
    "one that differs": ([A, B], [A, B, compared("d", "decreased")], {"a", "b"}),
    "the one that differs goes": ([A, compared("d", "decreased")], [A], {"a"}),
    "one of many that agree": ([A, B, C], [A, B, C, compared("d", "increased")], set()),
    "on something else": ([A], [A, compared("d", "decreased", on="il-6")], set()),
    "a dispute": ([A], [A, samples.study("d", links=judging("disputes", "a"))], {"a"}),
    "stronger evidence": (
        [A, samples.study("d", links=judging("disputes", "a"))],
        [A, samples.study("d", links=judging("disputes", "a"), evidence_level="E0")],
        {"a"},
    ),
    "who differs is retracted": (
        [A, compared("d", "decreased")],
        [A, compared("d", "decreased"), samples.study("x", links=judging("retracts", "d"))],
        {"a", "d"},
    ),
    "who disputes is retracted": (
        [A, samples.study("d", links=judging("disputes", "a"))],
        [A, samples.study("d", links=judging("disputes", "a")), samples.study("x", links=judging("retracts", "d"))],
        {"a", "d"},
    ),
    "who replicates no longer looks at the same": (
        [A, compared("r", "increased", links=judging("replicates", "a"))],
        [A, samples.study("r", links=judging("replicates", "a"))],
        {"a"},
    ),
    "who differed compared something else": (
        [against("a", "increased", "controls"), against("b", "decreased", "healthy controls")],
        [against("a", "increased", "controls"), against("b", "decreased", "before treatment")],
        {"a"},
    ),
    "what was compared is no longer told": (
        [against("a", "increased", "controls"), against("b", "decreased", "before treatment")],
        [against("a", "increased", "controls"), against("b", "decreased", None)],
        {"a"},
    ),
    "who differed is now a review": (
        [A, compared("b", "decreased")],
        [A, compared("b", "decreased", design="review-article")],
        {"a"},
    ),
    "what it replicates is retracted by a notice": (
        [AGAIN, B],
        [AGAIN, compared("b", "increased", notices=[{"kind": "retracted"}])],
        {"a"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CHANGES)
def test_the_standing_of_others_changes_with_a_study(tmp_path: Path, name: str) -> None:
    before, after, expected = CHANGES[name]
    others = [samples.study(f"other-{n}") for n in range(30)]  # so that few of all have changed
    was = Atlas.of(samples.config(), samples.vocabulary(), [*before, *others])
    now = Atlas.of(samples.config(), samples.vocabulary(), [*after, *others])
    changes = difference(was.digests, now.digests)
    assert expected <= set(restood(was, now, changes))
    told = {
        i for i in was.studies if i in now.studies and i not in changes.fresh and told_of(was, i) != told_of(now, i)
    }
    assert told == expected
    GraphStore.build(was, tmp_path / "old").close()
    with update(now, tmp_path / "new", tmp_path / "old", was) as store:
        assert store.marker.changed == 1
        assert (set(store.oxigraph), store.counts) == whole(now, tmp_path / "whole")


def told_of(atlas: Atlas, study_id: str) -> NamedGraph:
    return standing_named_graph(Context.of(atlas), atlas, atlas.studies[study_id])


def test_a_study_among_many_that_agree_and_differ_changes_no_other() -> None:
    """Else one more study on what everybody measures would have thousands of graphs written anew."""
    many = [compared(f"s-{n}", "increased" if n % 2 else "decreased") for n in range(40)]
    was, now = (Atlas.of(samples.config(), samples.vocabulary(), [*many, *new]) for new in ([], [A]))
    assert restood(was, now, difference(was.digests, now.digests)) == ()


def test_nothing_changed(tmp_path: Path) -> None:
    atlas = samples.generated(MANY)
    GraphStore.build(atlas, tmp_path / "old").close()
    with update(atlas, tmp_path / "new", tmp_path / "old", atlas) as store:
        assert (set(store.oxigraph), store.counts) == whole(atlas, tmp_path / "whole")


@pytest.mark.parametrize("misfit", ["missing", "damaged", "damaged inside", "frame", "another atlas"])
def test_what_does_not_fit_is_not_built_on(tmp_path: Path, misfit: str) -> None:
    atlas, old = samples.generated(MANY), tmp_path / "old"
    before = atlas
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
    if misfit == "another atlas":
        before = with_changes(atlas, 1)
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
        update(with_changes(atlas), tmp_path / "g", tmp_path / "g", atlas)
    monkeypatch.undo()
    assert len(list((tmp_path / "g").glob("quads-*"))) == 1
    with GraphStore.open(tmp_path / "g") as store:
        assert set(store.oxigraph) == whole(atlas, tmp_path / "whole")[0]


@pytest.mark.parametrize(("share", "merged"), [(0.01, True), (0.1, False)])
def test_many_changes_at_once_are_merged_with_the_rest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, share: float, merged: bool
) -> None:
    """Not so a few, which are to be quick."""
    monkeypatch.setattr(store_changes, "MANY", share)
    atlas = samples.generated(MANY)
    with GraphStore.build(atlas, tmp_path / "old") as store:
        files = len(list(store.folder.glob("*.sst")))
    with update(with_changes(atlas), tmp_path / "new", tmp_path / "old", atlas) as store:
        assert (len(list(store.folder.glob("*.sst"))) < files + 4) is merged


def test_a_marker_that_cannot_be_written_is_no_reason_to_write_all_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    atlas = samples.generated(MANY)
    GraphStore.build(atlas, tmp_path / "g").close()
    tried = []

    def full(_: int) -> None:
        tried.append(len(list((tmp_path / "g").glob("quads-*"))))
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(GraphBuildError, match=r"graph\.json: cannot be written: No space left.*untouched"):
        update(with_changes(atlas), tmp_path / "g", tmp_path / "g", atlas)
    monkeypatch.undo()
    assert tried == [2], "once, with the changed copy beside"
    with GraphStore.open(tmp_path / "g") as store:
        assert (set(store.oxigraph), store.counts) == whole(atlas, tmp_path / "whole")


def test_the_earlier_store_must_be_ours(tmp_path: Path) -> None:
    with pytest.raises(GraphUnusable):
        GraphStore.open(tmp_path)
    with update(samples.small(), tmp_path / "new", tmp_path, samples.empty()) as store:
        assert store.counts["studies"] == 3
