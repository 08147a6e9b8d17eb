"""One changed study: milliseconds until it is found, and the memory of an open engine."""

import gc
import time
import tracemalloc
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path

import tantivy

from benchmarks.bare import BareTantivy, Plain
from benchmarks.requests import Asked
from benchmarks.timing import Timed
from entries import store
from entries.atlas import Atlas
from entries.study import Study
from index import engine as engines
from index.query import SearchRequest

CHANGES = 3


def ours(atlas: Atlas, index: Path, engine: str) -> Timed:
    """Seconds from an atlas with one changed study to the first answer that holds it; ``index`` is updated."""
    times = []
    for number in range(CHANGES):
        now, word = _changed(atlas, number)
        started = time.perf_counter()
        engines.update(now, index, index, engine=engine)
        search = engines.open_index(index, now)
        found = search.search(SearchRequest(text=word)).total
        times.append(time.perf_counter() - started)
        search.close()
        if found != 1:
            raise RuntimeError(f"the changed study was found {found} times")
    engines.update(atlas, index, index, engine=engine)
    return Timed(tuple(times))


def bare(index: BareTantivy, documents: Sequence[Plain]) -> Timed:
    """Seconds that the bare engine takes to put one document in the place of another and search it."""
    times = []
    for number, document in enumerate(documents[:: max(1, len(documents) // CHANGES)][:CHANGES]):
        started = time.perf_counter()
        writer = index.index.writer(heap_size=128_000_000, num_threads=1)
        writer.delete_documents_by_term("id", document.id)
        values = {"id": document.id, "year": document.year, **document.texts, "title": f"changed{_word(number)}"}
        values |= {name: list(chosen) for name, chosen in document.facets.items()}
        writer.add_document(tantivy.Document.from_dict(values, index.schema))
        writer.commit()
        index.index.reload()
        index.search(f"changed{_word(number)}", ())
        times.append(time.perf_counter() - started)
        writer.wait_merging_threads()
    return Timed(tuple(times))


def memory(atlas: Atlas, index: Path, asked: Sequence[Asked]) -> Iterator[float]:
    """MB that an engine holds when it is opened, and after requests: Python's and numpy's, without mapped files."""
    gc.collect()
    tracemalloc.start()
    search = engines.open_index(index, atlas)
    yield tracemalloc.get_traced_memory()[0] / 2**20
    for one in asked:
        search.search(one.request)
    yield tracemalloc.get_traced_memory()[0] / 2**20
    tracemalloc.stop()
    search.close()


def _word(number: int) -> str:
    return "qzx" + "abcdefghij"[number]


class _OneChanged(Atlas):
    """An atlas with another one's studies, wherever they are, but for one; its digests are worked out."""

    def __init__(self, before: Atlas, study: Study) -> None:
        super().__init__(before.config, before.vocabulary, ())
        self.studies = _Over(before.studies, study)
        self._now = {**before.digests, study.id: store.digest(study)}

    @cached_property
    def digests(self) -> Mapping[str, str]:
        """Content digest of each study by id."""
        return self._now


class _Over(Mapping[str, Study]):
    """Studies with one in the place of another."""

    def __init__(self, before: Mapping[str, Study], study: Study) -> None:
        self._before, self._study = before, study

    def __getitem__(self, study_id: str) -> Study:
        return self._study if study_id == self._study.id else self._before[study_id]

    def __iter__(self) -> Iterator[str]:
        return iter(self._before)

    def __len__(self) -> int:
        return len(self._before)


def _changed(atlas: Atlas, number: int) -> tuple[Atlas, str]:
    """The atlas with one study changed, so that one word finds it alone."""
    word = _word(number)
    ids = list(atlas.studies)
    one = atlas.studies[ids[(number + 1) * len(ids) // (CHANGES + 1)]]
    now = _OneChanged(atlas, one.model_copy(update={"title": f"{one.title} {word}"}))
    assert now.frame_digest
    return now, word
