"""What searches are measured on: the same studies in memory and on disk, and slow engines asked only for so long."""

import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.bare import PlainDocuments
from benchmarks.changing import _changed
from benchmarks.generate import generated_atlas, shelved_atlas
from benchmarks.timing import in_turn
from entries.atlas import Atlas
from explorer.settings import shipped_data
from index.fields import facets

STUDIES = 30
BASE = Atlas.load(shipped_data())


def test_studies_on_disk_are_those_in_memory(tmp_path: Path) -> None:
    held, shelved = generated_atlas(BASE, STUDIES), shelved_atlas(BASE, STUDIES, tmp_path / "studies")
    assert list(held.studies) == list(shelved.studies)
    assert list(held.studies.values()) == list(shelved.studies.values())
    assert held.digest() == shelved.digest()


def test_documents_are_read_again_as_they_were_written(tmp_path: Path) -> None:
    whole = generated_atlas(BASE, STUDIES)
    documents = PlainDocuments(whole, tmp_path / "documents", most_held=STUDIES - 1)
    first = list(documents)
    assert first == list(PlainDocuments(whole, tmp_path / "held"))
    assert [one.id for one in first] == list(whole.studies)
    assert first == list(documents)
    assert documents[3] == first[3]
    assert documents[::7] == first[::7]
    assert documents.facets == tuple(f.field for f in facets(whole.config)) == tuple(first[0].facets)


def test_one_study_is_changed_and_no_other(tmp_path: Path) -> None:
    whole = shelved_atlas(BASE, STUDIES, tmp_path / "studies")
    now, word = _changed(whole, 0)
    differing = [i for i in whole.studies if now.digests[i] != whole.digests[i]]
    assert len(differing) == 1
    assert now.studies[differing[0]].title.endswith(word)
    assert [s.id for s in now.passing(whole.studies)] == list(whole.studies)


def test_what_is_slow_is_asked_less_often() -> None:
    asked: list[int] = []

    def slow(number: int) -> Callable[[], None]:
        def call() -> None:
            asked.append(number)
            time.sleep(0.05)

        return call

    [timed] = in_turn([[slow(number)] for number in range(50)], warm_up=0, seconds=0.12)
    assert 1 <= len(timed.seconds) < 50
    assert asked == list(range(len(timed.seconds)))
    assert len(in_turn([[slow(0)], [slow(1)]], warm_up=0, seconds=0)[0].seconds) == 1
