"""A shelf made from another: whatever was changed, it holds what a shelf written whole holds."""

import json
import random
from pathlib import Path

import graph_samples as samples
import pytest

from entries.atlas import Atlas
from entries.columns import MEND
from entries.digests import difference
from entries.errors import StoreError
from entries.overlaid import Overlaid
from entries.packed import Packed, Record
from entries.shelf import FACTS, LATER, LINES, Shelf
from entries.study import Link, Relation, Study

STARTS = {"starts"}  # what depends on where a line was written


def told(shelf: Shelf) -> dict[str, object]:
    """Everything that a shelf says, apart from where its lines lie."""
    columns = {name: bytes(column) for name, column in shelf.facts.items() if name not in STARTS}
    return {**columns, "findings": shelf.findings, "lines": [shelf.line(row) for row in range(len(shelf))]}


def written(atlas: Atlas, folder: Path) -> Shelf:
    atlas.shelve(folder)
    return Shelf.open(folder)


def _changed(study: Study, rng: random.Random, others: list[str]) -> Study:
    """The study with another title, and perhaps other tags, identifiers, links and findings."""
    changes: dict[str, object] = {"title": f"Another title {rng.random()}"}
    if rng.random() < 0.5:
        changes |= {"pmid": str(rng.randint(1, 10**8)), "doi": None, "findings": study.findings[:1]}
    if rng.random() < 0.5:
        names = rng.sample(others, 2)
        changes["links"] = tuple(Link(relation=rng.choice(list(Relation)), study=name) for name in (*names, names[0]))
    return study.model_copy(update=changes)


@pytest.mark.parametrize("seed", range(6))
def test_any_chain_of_changes_gives_the_shelf_of_a_whole_write(tmp_path: Path, seed: int) -> None:
    rng, atlas = random.Random(seed), samples.generated(90, seed=seed)
    held = written(atlas, tmp_path / "0")
    studies = dict(atlas.studies)
    for step in range(1, 6):
        ids = list(studies)
        edited = {i: _changed(studies[i], rng, ids) for i in rng.sample(ids, rng.choice([0, 1, 1, 4]))}
        gone = set(rng.sample(ids, rng.choice([0, 0, 2])))
        new = [f"{rng.choice('abz')}-new-{step}-{n}" for n in range(rng.choice([0, 0, 3]))]
        edited |= {i: _changed(studies[ids[0]].model_copy(update={"id": i}), rng, ids) for i in new}
        studies = dict(sorted({**{i: s for i, s in studies.items() if i not in gone}, **edited}.items()))
        over = held.altered({i: Record.of(s) for i, s in edited.items()}, gone)
        assert (list(over), dict(over)) == (list(studies), studies)
        assert [*over.values()] == [*studies.values()]
        expected = atlas.with_studies(Packed.of(studies.values()))
        assert dict(over.digests) == dict(expected.digests)
        assert atlas.with_studies(over).digest() == expected.digest()
        for asked in (ids[:3], list(gone), new):
            assert over.linking(asked) == expected.altered({}, (), ()).studies.linking(asked)  # type: ignore[attr-defined]
        before, held = held, written(atlas.with_studies(over), tmp_path / str(step))
        assert told(held) == told(written(expected, tmp_path / f"whole-{step}"))
        changes = difference(before.digests, held.digests)
        assert set(changes.removed) == gone - edited.keys()
        assert set(changes.fresh) == set(edited)


def test_one_change_shares_the_file_of_studies_until_much_has_changed(tmp_path: Path) -> None:
    atlas = samples.generated(200)
    held = written(atlas, tmp_path / "0")
    shared = []
    for step in range(1, 20):
        one = held[held.ids[step]].model_copy(update={"title": f"Title {step}"})
        held = written(atlas.with_studies(held.altered({one.id: Record.of(one)}, ())), tmp_path / str(step))
        shared.append((tmp_path / str(step - 1) / LINES).samefile(tmp_path / str(step) / LINES))
        assert held[one.id] == one
    assert shared[:5] == [True] * 5
    assert not all(shared), "what came later is written together with the rest some day"
    assert held[held.ids[1]].title == "Title 1"


def test_nobody_there_and_altered_again(tmp_path: Path) -> None:
    atlas = samples.small()
    held = written(atlas, tmp_path)
    first, second = held.ids[:2]
    over = held.altered({}, {first})
    assert first not in over
    with pytest.raises(KeyError):
        over[first]
    with pytest.raises(KeyError):
        list(over.passing([second, first]))
    back = over.altered({first: Record.of(held[first])}, {second})
    assert isinstance(back, Overlaid)
    assert (first in back, second in back, back.fresh) == (True, False, ())
    assert [*held.altered({}, held.ids)] == []
    written(atlas.with_studies(held.altered({}, held.ids)), tmp_path / "empty")
    assert len(Shelf.open(tmp_path / "empty")) == 0


@pytest.mark.parametrize("name", [LATER, LINES, FACTS])
def test_damage_in_any_file_is_told(tmp_path: Path, name: str) -> None:
    atlas = samples.generated(60)
    held = written(atlas, tmp_path / "0")
    one = held[held.ids[3]].model_copy(update={"title": "Another"})
    written(atlas.with_studies(held.altered({one.id: Record.of(one)}, ())), tmp_path / "1")
    path = tmp_path / "1" / name
    raw = bytearray(path.read_bytes())
    path.unlink()
    raw[len(raw) // 2] ^= 1
    path.write_bytes(raw)
    with pytest.raises(StoreError, match=MEND):
        list(Shelf.open(tmp_path / "1").values())
    path.write_bytes(raw[:-1])
    with pytest.raises(StoreError, match=MEND):
        Shelf.open(tmp_path / "1")
    assert json.loads(held.line(0))["id"] == held.ids[0]
