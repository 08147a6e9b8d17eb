"""Texts analysed by several processes: the same terms and words, whatever becomes of the processes."""

import os
import random
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from index_answers import answers
from index_fixtures import WORDS, atlas

from index import analysts, writing
from index import engine as engines
from index.analysis import Analyser
from index.analysts import Analysts, Terms, Texts, analysed, workers_for
from index.folder import read_contents


def drawn(count: int) -> list[Texts]:
    rng = random.Random(count)
    return [
        {"title": [" ".join(rng.choices(WORDS, k=5)), f"Ω-{i} naïve-{i}"], "summary": [], "other": ["\ud800 x"]}
        for i in range(count)
    ]


def alone(texts: list[Texts]) -> tuple[list[Terms], set[str]]:
    analyser = Analyser()
    return [analysed(one, analyser) for one in texts], analyser.words


@pytest.mark.parametrize("workers", [0, 1, 3])
def test_any_number_of_workers_finds_the_same(workers: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(analysts, "CHUNK", 7)
    texts, analyser = drawn(200), Analyser()
    with Analysts(analyser, workers) as pool:
        found = list(pool.terms(texts))
    assert (found, analyser.words) == alone(texts)
    assert all("summary" not in terms for terms in found)


def test_little_is_taken_ahead(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(analysts, "CHUNK", 5)
    taken = 0

    def given() -> Iterator[Texts]:
        nonlocal taken
        for one in drawn(500):
            taken += 1
            yield one

    with Analysts(Analyser(), 2) as pool:
        terms = pool.terms(given())
        next(terms)
        assert taken <= 5 * (2 * 2 + 1)
        terms.close()


@pytest.mark.parametrize("killed", [1, 2])
def test_what_a_dead_worker_leaves_is_done_here(killed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(analysts, "CHUNK", 10)
    texts, analyser, found = drawn(300), Analyser(), []
    with Analysts(analyser, 2) as pool:
        for place, terms in enumerate(pool.terms(texts)):
            found.append(terms)
            if place == 25:
                for worker in pool._all[:killed]:
                    worker.kill()
    assert (found, analyser.words) == alone(texts)


def test_without_any_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    with Analysts(Analyser(), 2) as pool:
        assert list(pool.terms(drawn(20))) == alone(drawn(20))[0]


def test_workers_that_cannot_start_up(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sys, "path", [str(tmp_path)])
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with Analysts(Analyser(), 2) as pool:
        assert list(pool.terms(drawn(20))) == alone(drawn(20))[0]


def test_an_error_of_the_analysis_comes_out(monkeypatch: pytest.MonkeyPatch) -> None:
    with Analysts(Analyser(), 1) as pool, pytest.raises(AttributeError, match="split"):
        list(pool.terms([{"title": [7]}]))  # type: ignore[list-item]  # no text at all


def test_workers_end(monkeypatch: pytest.MonkeyPatch) -> None:
    with Analysts(Analyser(), 2) as pool:
        running = list(pool._all)
    assert all(worker.returncode is not None for worker in running)
    assert len(running) == 2


def test_workers_are_for_many_studies_and_spare_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(2)), raising=False)
    assert workers_for(100) == 0
    assert workers_for(100_000) == 1
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0}, raising=False)
    assert workers_for(100_000) == 0
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(64)), raising=False)
    assert workers_for(100_000) == analysts.MOST_WORKERS


@pytest.mark.parametrize("engine", ["tantivy", "whoosh"])
def test_an_index_made_by_several_processes(engine: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = atlas()
    engines.build(whole, tmp_path / "one", engine=engine)
    asked: list[int] = []
    monkeypatch.setattr(writing, "workers_for", lambda count: asked.append(count) or 2)
    monkeypatch.setattr(analysts, "CHUNK", 9)
    engines.build(whole, tmp_path / "many", engine=engine)
    one, many = (engines.open_index(tmp_path / name, whole) for name in ("one", "many"))
    assert answers(many, whole) == answers(one, whole)
    words = [list(read_contents(tmp_path / name).lexicon.words) for name in ("one", "many")]
    assert words[0] == words[1]
    assert asked == [len(whole.studies)]
