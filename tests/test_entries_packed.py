"""Studies held as text: the same studies, digests and files as with objects, for a fraction of the memory."""

import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from weakref import ref

import graph_samples as samples
import pytest

from entries import store
from entries.atlas import Atlas
from entries.packed import Packed, Record
from entries.shelf import FACTS, LINES
from entries.study import Study


@pytest.fixture(scope="module")
def atlas() -> Atlas:
    return Atlas.of(
        samples.config(),
        samples.vocabulary(),
        [
            *samples.small().studies.values(),
            *samples.noticed().studies.values(),
            *samples.generated(50).studies.values(),
        ],
    )


@pytest.fixture
def packed(atlas: Atlas) -> Packed:
    return Packed.of(reversed(list(atlas.studies.values())))


def test_it_is_the_mapping_that_was_packed(atlas: Atlas, packed: Packed) -> None:
    assert dict(packed) == dict(atlas.studies)
    assert list(packed) == sorted(atlas.studies)
    assert list(packed.values()) == list(atlas.studies.values())
    assert [s.tags.root for s in packed.values()] == [s.tags.root for s in atlas.studies.values()]
    assert list(packed.passing(["noticed"])) == [atlas.studies["noticed"]]
    assert "nobody" not in packed
    for asked in (lambda: packed["nobody"], lambda: list(packed.passing(["nobody"]))):
        with pytest.raises(KeyError):
            asked()


def test_digests_are_those_of_the_studies(atlas: Atlas, packed: Packed) -> None:
    assert dict(packed.digests) == dict(atlas.digests) == {i: store.digest(s) for i, s in atlas.studies.items()}
    assert atlas.with_studies(packed).digest() == atlas.digest()


def test_an_atlas_of_packed_studies_is_the_same_atlas(atlas: Atlas, packed: Packed, tmp_path: Path) -> None:
    other = atlas.with_studies(packed)
    assert other.summary() == atlas.summary()
    assert (other.modified, other.findings) == (atlas.modified, atlas.findings)
    for concept in atlas.vocabulary:
        assert other.studies_with(concept) == atlas.studies_with(concept)
    assert other.links_to("noticed") == atlas.links_to("noticed")
    atlas.shelve(tmp_path / "objects")
    other.shelve(tmp_path / "packed")
    for name in (LINES, FACTS):
        assert (tmp_path / "objects" / name).read_bytes() == (tmp_path / "packed" / name).read_bytes()


def test_reading_all_keeps_none() -> None:
    studies = samples.generated(400).studies
    packed = Packed.of(studies.values())
    del studies
    tracemalloc.start()
    count = sum(1 for _ in packed.values())
    held, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert count == 400
    assert held < 200_000
    assert most < 1_000_000


def test_packing_keeps_no_study() -> None:
    made: list[ref[Study]] = []

    def passing() -> Iterator[Study]:
        for number in range(20):
            study = samples.study(f"study-{number}")
            made.append(ref(study))
            yield study

    packed = Packed.of(passing())
    assert len(packed) == len(made) == 20
    assert not [study for study in made[:-1] if study() is not None]


def test_a_record_is_a_line() -> None:
    record = Record.of(samples.hostile())
    assert record.line.endswith(b"\n")
    assert record.line.count(b"\n") == 1
    assert record.study() == samples.hostile()


def test_a_loaded_folder_is_packed() -> None:
    folder = Path(__file__).parents[1] / "data"
    loaded = Atlas.load(folder)
    assert isinstance(loaded.studies, Packed)
    assert len(loaded.studies) > 20
    for study_id, study in loaded.studies.items():
        assert store.read_study(folder / "studies" / f"{study_id}.yaml") == study
