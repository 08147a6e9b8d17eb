"""The questions that are measured have answers: an empty one would be quick and say nothing."""

from pathlib import Path

import graph_samples as samples
import pytest

from benchmarks.sparql import queries
from graph.sparql import QueryWorker
from graph.store import GraphStore

ATLAS = samples.generated(60)


@pytest.fixture(scope="module")
def worker(tmp_path_factory: pytest.TempPathFactory) -> QueryWorker:
    folder: Path = tmp_path_factory.mktemp("benchmark")
    GraphStore.build(ATLAS, folder).close()
    return QueryWorker(folder)


@pytest.mark.parametrize("question", queries(ATLAS))
def test_each_has_an_answer(worker: QueryWorker, question: str) -> None:
    found = worker.query(queries(ATLAS)[question])
    assert len(found.graph()) if found.kind == "graph" else found.rows
