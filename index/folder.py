"""An index folder on disk: what marks it as ours and whole, how it comes into being, how it is taken over.

    index.json        marker: format, engine, digests; written last, so a folder without it is half an index
    table.columns     ids, content digests, what studies are sorted by and count for
    changes.columns   rows of the table that changed since, while they are few: the table is then shared between builds
    words.txt         the words of the index
    data/             what the engine wrote

A folder is made beside the one that it replaces and renamed when it is whole. Nothing is opened before its marker was
checked: a Whoosh index holds pickles, which run code when they are read.
"""

import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path

from entries.errors import EvidenceError, StoreError
from entries.store import write_atomic
from index.analysis import VERSION as ANALYSIS_VERSION
from index.lexicon import FILE as WORDS
from index.lexicon import Lexicon
from index.table import Table
from index.values import Rows

KIND = "mecfs-evidence-index"
FORMAT_VERSION = 5  # raise it when fields, keys or files change: indexes made before are then rebuilt
MARKER, TABLE, CHANGES, DATA = "index.json", "table.columns", "changes.columns", "data"
FILES = (TABLE, CHANGES, WORDS)
MOST_CHANGES = 1 / 32  # of the rows; from there on the table is written anew
REMEMBERED = 256  # digests of files
_DIGESTS: dict[tuple[int, int, int, int], str] = {}
MEND = "run `evidence build` to make a new one"


class IndexUnusable(EvidenceError):
    """There is no index, or half of one, or one that this program did not make. The message says how to mend it."""


class IndexNotWritten(EvidenceError):
    """An index could not be written; the one before, if there is one, is as it was."""


@dataclass(frozen=True, slots=True)
class Marker:
    """``index.json``. ``frame`` is the digest of configuration and vocabulary that the index was made with."""

    engine: str
    engine_version: str
    frame: str
    facets: tuple[str, ...]
    studies: int
    files: Mapping[str, str] = field(default_factory=dict)  # SHA-256 of the files beside the data
    data: Mapping[str, int] = field(default_factory=dict)  # bytes of each file of the engine
    kind: str = KIND
    version: int = FORMAT_VERSION
    analysis: int = ANALYSIS_VERSION


@dataclass(frozen=True, slots=True)
class Contents:
    """What an index folder says of itself, apart from the engine's data.

    ``changed``: rows in which the table differs from the file ``table.columns`` in the folder that it was read from.
    """

    marker: Marker
    table: Table
    lexicon: Lexicon
    changed: Rows


def write_contents(folder: Path, contents: Contents, previous: Path | None = None) -> None:
    """Write everything but the engine's data, the marker last. Raises OSError.

    While few rows of the table differ from the file in ``previous``, that file is shared and only they are written.
    """
    changed = contents.changed
    if previous and len(changed) <= MOST_CHANGES * len(contents.table.ids):
        _link(previous / TABLE, folder / TABLE)
    else:
        changed = changed[:0]
        contents.table.write(folder / TABLE)
    contents.table.taken(changed).write(folder / CHANGES, changed)
    contents.lexicon.write(folder)
    files = {name: _sha256(folder / name) for name in FILES}
    marker = asdict(contents.marker) | {"files": files, "data": _sizes(folder / DATA)}
    write_atomic(folder / MARKER, json.dumps(marker, indent=1).encode())


def read_contents(folder: Path) -> Contents:
    """Read and check everything but the engine's data. Raises IndexUnusable."""
    marker = check(folder)
    try:
        table, changed = _read_table(folder)
        return Contents(marker, table, Lexicon.read(folder), changed)
    except (OSError, StoreError, ValueError, KeyError, IndexError) as error:
        raise IndexUnusable(f"{folder} cannot be read ({error}); {MEND}") from error


def check(folder: Path) -> Marker:
    """Check that a folder is whole, and read nothing but its marker. Raises IndexUnusable."""
    marker = read_marker(folder)
    try:
        for name, digest in marker.files.items():
            if _sha256(folder / name) != digest:
                raise IndexUnusable(f"{folder / name} is damaged: it is not what the index was made with; {MEND}")
        if _sizes(folder / DATA) != marker.data:
            raise IndexUnusable(f"{folder / DATA} is damaged: files lack or are shorter than they were; {MEND}")
    except OSError as error:
        raise IndexUnusable(f"{folder} cannot be read ({error}); {MEND}") from error
    return marker


def _read_table(folder: Path) -> tuple[Table, Rows]:
    """The table of a folder that was checked."""
    table, _ = Table.read(folder / TABLE, checked=True)
    changes, rows = Table.read(folder / CHANGES, checked=True)
    if len(rows):
        table = table.replaced(rows, changes, max(len(table.ids), int(rows.max()) + 1))
    return table, rows


def read_marker(folder: Path) -> Marker:
    """Read and check the marker. Raises IndexUnusable."""
    try:
        raw = json.loads((folder / MARKER).read_bytes())
    except FileNotFoundError:
        state = "is not complete" if folder.exists() else "does not exist"
        raise IndexUnusable(f"the search index {folder} {state}; {MEND}") from None
    except (OSError, ValueError) as error:
        raise IndexUnusable(f"the search index {folder} has no readable {MARKER} ({error}); {MEND}") from error
    if not isinstance(raw, dict) or raw.get("kind") != KIND:
        raise IndexUnusable(f"{folder} is no search index of this program and was not opened; {MEND}")
    if (raw.get("version"), raw.get("analysis")) != (FORMAT_VERSION, ANALYSIS_VERSION):
        raise IndexUnusable(f"the search index {folder} was made by another version of this program; {MEND}")
    try:
        return Marker(**{**raw, "facets": tuple(raw["facets"])})
    except (TypeError, KeyError) as error:
        raise IndexUnusable(f"{folder / MARKER} is damaged ({error}); {MEND}") from error


def _sha256(path: Path) -> str:
    """Digest of a file; one that builds share is read once for as long as nobody touches it."""
    stat = path.stat()
    key = stat.st_dev, stat.st_ino, stat.st_size, stat.st_mtime_ns
    if key not in _DIGESTS:
        if len(_DIGESTS) >= REMEMBERED:
            _DIGESTS.clear()
        with path.open("rb") as file:
            _DIGESTS[key] = hashlib.file_digest(file, "sha256").hexdigest()
    return _DIGESTS[key]


def _sizes(data: Path) -> dict[str, int]:
    """Sizes tell of cut files before an engine maps them: reading beyond the end of a mapped file kills the process."""
    return {p.name: p.stat().st_size for p in sorted(data.iterdir()) if p.is_file() and not _is_lock(p)}


def _is_lock(path: Path) -> bool:
    return path.name.lower().endswith("lock")


@contextmanager
def beside(path: Path) -> Iterator[Path]:
    """A new empty folder beside ``path`` that takes its place at the end, if all went well.

    Raises IndexNotWritten where the disk fails; whatever fails, the folder before stays and the new one goes.
    """
    recover(path)
    new = _sibling(path, "new")
    try:
        shutil.rmtree(new, ignore_errors=True)
        (new / DATA).mkdir(parents=True)
        yield new
        _swap(new, path)
    except OSError as error:
        shutil.rmtree(new, ignore_errors=True)
        raise IndexNotWritten(
            f"the search index could not be written to {new} ({error}); what was there before is unchanged. "
            f"Make room or give write access, then run `evidence build` again"
        ) from error
    except BaseException:
        shutil.rmtree(new, ignore_errors=True)
        raise


def _swap(new: Path, path: Path) -> None:
    old = _sibling(path, "old")
    shutil.rmtree(old, ignore_errors=True)
    if path.exists():
        path.rename(old)
    new.rename(path)
    shutil.rmtree(old, ignore_errors=True)


def recover(path: Path) -> None:
    """Put back what an interruption between the two renames of a swap left aside."""
    old = _sibling(path, "old")
    if old.exists() and not path.exists():
        old.rename(path)


def _sibling(path: Path, suffix: str) -> Path:
    return path.with_name(f"{path.name}.{suffix}")


def clone(source: Path, target: Path, changing: tuple[str, ...], left_out: tuple[str, ...]) -> None:
    """Fill ``target`` with the files of ``source``: by hard links where files never change, copies of the others.

    ``changing`` and ``left_out`` are patterns of names that are copied and that are not taken at all.
    """
    for file in sorted(source.iterdir()):
        if any(file.match(pattern) for pattern in left_out) or not file.is_file():
            continue
        if any(file.match(pattern) for pattern in changing):
            shutil.copy2(file, target / file.name)
        else:
            _link(file, target / file.name)


def _link(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except OSError:  # another disk, or a file system without hard links
        shutil.copy2(source, target)
