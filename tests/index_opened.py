"""The small atlas of the index tests, opened on every engine once for all tests of a run."""

import tempfile
from functools import cache
from pathlib import Path

from index_fixtures import atlas

from index import engine as engines
from index.engine import SearchEngine

ENGINES = ("tantivy", "whoosh")
_FOLDER = tempfile.TemporaryDirectory(prefix="evidence-index-tests-")


@cache
def _built(name: str) -> Path:
    engines.build(atlas(), path := Path(_FOLDER.name) / name, engine=name)
    return path


def unsettled(name: str) -> SearchEngine:
    """The engine of that name over :func:`index_fixtures.atlas`, just opened."""
    return engines.open_index(_built(name), atlas())


@cache
def opened(name: str) -> SearchEngine:
    """The same as a server has it: frequent words are known."""
    search = unsettled(name)
    search.settle()
    return search
