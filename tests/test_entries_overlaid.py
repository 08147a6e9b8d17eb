"""A shelf made from another: whatever was changed, it holds what a shelf written whole holds."""

import json
from pathlib import Path

import graph_samples as samples
import pytest
from shelf_edits import steps, written

from entries.columns import MEND
from entries.digests import Difference, difference
from entries.errors import StoreError
from entries.overlaid import Overlaid
from entries.packed import Packed, Record
from entries.shelf import FACTS, LATER, LINES, Shelf

STARTS = {"starts"}  # what depends on where a line was written


def told(shelf: Shelf) -> dict[str, object]:
    """Everything that a shelf says, apart from where its lines lie."""
    columns = {name: bytes(column) for name, column in shelf.facts.items() if name not in STARTS}
    return {**columns, "findings": shelf.findings, "lines": [shelf.line(row) for row in range(len(shelf))]}


@pytest.mark.parametrize("seed", range(6))
def test_any_chain_of_changes_gives_the_shelf_of_a_whole_write(tmp_path: Path, seed: int) -> None:
    for step in steps(tmp_path, seed):
        atlas, over, studies = step.atlas, step.over, step.studies
        assert (list(over), dict(over)) == (list(studies), studies)
        assert [*over.values()] == [*studies.values()]
        expected = atlas.with_studies(Packed.of(studies.values()))
        assert dict(over.digests) == dict(expected.digests)
        assert atlas.with_studies(over).digest() == expected.digest()
        for asked in (list(step.held)[:3], list(step.gone), list(step.edited)):
            assert over.linking(asked) == expected.linking(asked)
        held = written(atlas.with_studies(over), step.folder)
        assert told(held) == told(written(expected, step.folder.with_name(f"whole-{step.folder.name}")))
        changes = difference(step.held.digests, held.digests)
        assert set(changes.removed) == step.gone - step.edited.keys()
        assert set(changes.fresh) == set(step.edited)


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
    assert (first in back, second in back) == (True, False)
    assert difference(held.digests, back.digests) == Difference((), (), (second,))
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
