"""The way in: build, update and open a search index on any engine.

    from index import engine
    engine.build(atlas, path)
    search = engine.open_index(path, atlas)
    search.search(SearchRequest(text="NF-κB", include={"symptom": ("pain",)}))

Engines are imported when they are asked for; where their package is missing, the error says which extra brings it.
"""

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Protocol

from entries import collector
from entries.atlas import Atlas
from entries.errors import EvidenceError
from index.documents import Document
from index.explain import Explanation
from index.fields import Facet, facets
from index.folder import DATA, Contents, IndexNotWritten, IndexUnusable, read_contents, recover
from index.packed import PackedTexts
from index.query import SearchRequest
from index.results import Completion, ConceptOffer, FacetCount, FacetResult, Hit, Loosening, SearchResult

__all__ = [
    "Completion", "ConceptOffer", "EngineMissing", "FacetCount", "FacetResult", "Hit", "IndexNotWritten",
    "IndexUnusable", "Loosening", "SearchEngine", "SearchResult", "build", "get_engine", "open_index", "update",
]  # fmt: skip

Progress = Callable[[int, int], None]  # (done, total)
_ENGINES = {"tantivy": ("index.tantivy_engine", "tantivy"), "whoosh": ("index.whoosh_engine", "whoosh-reloaded numpy")}
DEFAULT = "tantivy"


class EngineMissing(EvidenceError):
    """An engine that does not exist, or whose package is not installed."""


class SearchEngine(Protocol):
    """An open index. Safe to use from several threads."""

    name: str

    def search(self, request: SearchRequest) -> SearchResult:
        """Answer a request: one page of hits, all facets, years."""

    def facets_found(self, request: SearchRequest) -> tuple[FacetResult, ...]:
        """All facets counted over exactly the studies that match: here each obeys its own selection as well."""

    def ids(self, request: SearchRequest) -> list[str]:
        """All studies that match, in the request's order; its page is ignored."""

    def best(self, text: str, most: int) -> list[tuple[str, float]]:
        """The studies that match any word of a text best, at most ``most``: (id, score), scores descending."""

    def count(self, request: SearchRequest) -> int:
        """How many studies match: ``search(request).total`` without the rest of the answer."""

    def explain(self, request: SearchRequest, study_id: str) -> Explanation | None:
        """Why a study is among the results of a request; None where it is not."""

    def suggest(self, text: str) -> str | None:
        """The text with unknown words replaced by near words of the index, or None where there is nothing to mend."""

    def complete(self, text: str, limit: int = 8) -> tuple[Completion, ...]:
        """What the text can be completed to, best first: concepts, authors, journals, titles."""

    def loosen(self, request: SearchRequest) -> tuple[Loosening, ...]:
        """What to take away from a request to find more, with how many studies each way gives; the most first."""

    def settle(self) -> None:
        """Make now, perhaps in a thread of its own, what the first requests would have to wait for."""

    def document_count(self) -> int:
        """How many studies the index holds."""

    def close(self) -> None:
        """Let go of files and memory. The engine cannot be used any more."""


class IndexWriter(Protocol):
    """Writes an engine's own data. Nothing is promised to be on disk before ``commit``."""

    def add(self, document: Document) -> None:
        """Add a study that is not in the index."""

    def remove(self, study_id: str) -> None:
        """Take a study out that was there before this writer was opened."""

    def commit(self) -> None:
        """Write everything and let go of the files."""

    def abort(self) -> None:
        """Let go of the files without promising anything about them."""


class Engine(Protocol):
    """What an engine's module offers (as the object ``ENGINE``)."""

    name: str
    version: str

    def writer(self, folder: Path, facets: tuple[Facet, ...]) -> IndexWriter:
        """Write a new index into an empty folder."""

    def clone(self, source: Path, target: Path) -> None:
        """Copy or link an index into an empty folder, so that changing the one leaves the other as it is."""

    def reopen(self, folder: Path, facets: tuple[Facet, ...]) -> IndexWriter:
        """Write into an existing index."""

    def open(self, folder: Path, contents: Contents, atlas: Atlas) -> SearchEngine:
        """Open the engine's data in a folder that was checked; ``contents`` is what else the index folder holds."""


def get_engine(name: str) -> Engine:
    """The engine of that name. Raises EngineMissing, which names what to install."""
    if name not in _ENGINES:
        raise EngineMissing(f"there is no search engine '{name}'; the engines are {', '.join(_ENGINES)}")
    module, packages = _ENGINES[name]
    try:
        engine: Engine = import_module(module).ENGINE
    except ImportError as error:
        raise EngineMissing(
            f"the search engine '{name}' cannot be used here ({error}); install it with: pip install {packages}"
        ) from error
    return engine


def build(atlas: Atlas, path: Path, engine: str = DEFAULT, progress: Progress | None = None) -> None:
    """Index all studies anew into ``path``, whatever is there. Raises EngineMissing and IndexNotWritten.

    The folder is made beside and renamed at the end: an interrupted build leaves an index that was there as it was.
    """
    from index.writing import write_all

    write_all(atlas, path, get_engine(engine), progress)


def update(
    atlas: Atlas, path: Path, previous: Path, engine: str = DEFAULT, progress: Progress | None = None
) -> tuple[int, int, int]:
    """Make the index at ``path`` from a previous one (which may be the same) by what changed.

    Returns how many studies were (added, changed, removed).

    Where nothing can be reused (other engine, vocabulary or facets, most studies changed) everything is indexed anew.
    Raises IndexUnusable (the previous one is damaged or foreign), EngineMissing and IndexNotWritten.
    """
    from index.writing import write_changes

    recover(previous)
    return write_changes(atlas, path, previous, get_engine(engine), progress)


def open_index(path: Path, atlas: Atlas) -> SearchEngine:
    """Open an index for the atlas it was made of. Raises IndexUnusable and EngineMissing; both say how to mend it."""
    with collector.paused():
        recover(path)
        contents = read_contents(path)
        _check(contents.table.ids, contents.marker.facets, atlas, path)
        return get_engine(contents.marker.engine).open(path / DATA, contents, atlas)


def _check(indexed: PackedTexts, facet_names: tuple[str, ...], atlas: Atlas, path: Path) -> None:
    same = indexed.are(list(atlas.studies))
    unknown = [] if same else sorted({i for i in indexed if i}.difference(atlas.studies))
    if unknown:
        raise IndexUnusable(
            f"the search index {path} holds {len(unknown)} studies that the atlas does not have, such as {unknown[0]}; "
            f"run `evidence build` to bring it up to date"
        )
    if facet_names != tuple(f.name for f in facets(atlas.config)):
        raise IndexUnusable(f"the search index {path} was made for other facets; run `evidence build` to make it anew")
