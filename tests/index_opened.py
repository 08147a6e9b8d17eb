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
def opened(name: str) -> SearchEngine:
    """The engine of that name over :func:`index_fixtures.atlas`."""
    path = Path(_FOLDER.name) / name
    engines.build(atlas(), path, engine=name)
    search = engines.open_index(path, atlas())
    search.settle()  # as a server has it: frequent words are known
    return search
