"""Entries on disk: read, write without ever leaving half a file, and give each a content digest."""

import codecs
import hashlib
import json
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from secrets import token_hex
from typing import Any, BinaryIO, Protocol

from entries import yamlio
from entries.errors import StoreError
from entries.study import Study

_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0)
_MAX_LINE = yamlio.MAX_BYTES + 1


class Hash(Protocol):
    """What a digest is made with, as of :mod:`hashlib`."""

    def update(self, data: bytes, /) -> None:
        """Add bytes."""


def read_bytes(path: Path) -> bytes:
    """The content of a file, cut just beyond ``yamlio.MAX_BYTES``. Raises StoreError."""
    if path.exists() and not path.is_file():
        raise StoreError(f"{path}: is not a file that holds text")  # a pipe would keep us waiting for ever
    try:
        with path.open("rb") as file:
            return file.read(yamlio.MAX_BYTES + 1)  # never more than can be used
    except OSError as error:
        raise StoreError(f"{path}: cannot be read: {error.strerror}") from error


def read_yaml(path: Path) -> yamlio.Document:
    """Plain values and line numbers of a YAML file. Raises StoreError (YamlError for its content)."""
    return yamlio.parse(yamlio.decode(read_bytes(path)))


def read_study(path: Path) -> Study:
    """The one study in a YAML file. Raises StoreError, or pydantic's ValidationError naming every wrong field."""
    return Study.model_validate(read_yaml(path).value)


def plain(study: Study) -> dict[str, Any]:
    """The entry as JSON values without the fields that hold only their default."""
    return study.model_dump(mode="json", exclude_defaults=True)


def dump_yaml(study: Study) -> str:
    """The entry as YAML text in the order of the model's fields; reading it gives an equal Study."""
    return yamlio.dump(plain(study))


def digest(study: Study) -> str:
    """SHA-256 (hex) of the entry's canonical JSON: equal content, equal digest, however it was formatted."""
    return hashlib.sha256(canonical(plain(study))).hexdigest()


def canonical(values: Any) -> bytes:
    """JSON values in the one form that a digest is taken of."""
    return json.dumps(values, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


@contextmanager
def writing(path: Path) -> Iterator[BinaryIO]:
    """A file to write to that takes the place of ``path`` once all is written: temporary file, fsync, rename.

    Readers see the old file or the new one. Raises StoreError, with the old file untouched and the temporary one
    removed; so does any other exception inside the ``with``, unchanged.
    """
    temporary: Path | None = None
    try:
        handle, temporary = _beside(path)
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(_mode(path))
        temporary.replace(path)
    except BaseException as error:  # an interrupt, too, must leave nothing behind
        if temporary:
            temporary.unlink(missing_ok=True)
        if not isinstance(error, OSError):
            raise
        raise StoreError(
            f"{path}: cannot be written: {error.strerror or error}; "
            "the file is as it was before; free some space or check the permissions, and try again"
        ) from error
    _sync_folder(path.parent)


def _beside(path: Path) -> tuple[int, Path]:
    """A new file in the folder of ``path``, open for writing by its owner alone; the folder is made if need be."""
    new = path.with_name(f".{path.name}.{token_hex(4)}.tmp")
    try:
        return os.open(new, _NEW, 0o600), new
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
        return os.open(new, _NEW, 0o600), new


def _mode(path: Path) -> int:
    """Who may read and write a file: as before where it is there already."""
    try:
        return path.stat().st_mode & 0o777
    except FileNotFoundError:
        return 0o644


def write_atomic(path: Path, data: bytes) -> None:
    """Write ``data`` to ``path``, whole or not at all. Raises StoreError as :func:`writing` does."""
    with writing(path) as file:
        file.write(data)


def _sync_folder(folder: Path) -> None:
    """Make the rename itself durable. The new file is in place already, so a system that cannot is no failure."""
    if os.name != "posix":
        return
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def write_study(folder: Path, study: Study) -> Path:
    """Write one entry as ``<folder>/<id>.yaml``. Raises StoreError."""
    path = folder / f"{study.id}.yaml"
    write_atomic(path, dump_yaml(study).encode())
    return path


def read_jsonl(path: Path, sha: Hash | None = None) -> Iterator[tuple[int, bytes]]:
    """Line number (from 1) and bytes of every line that is not empty. Raises StoreError.

    A line longer than ``yamlio.MAX_BYTES`` is cut just beyond that, so that the caller sees that it is too long.
    ``sha`` is given every byte of the file.
    """
    try:
        with path.open("rb") as file:
            number, line = 1, _line(file, sha).removeprefix(codecs.BOM_UTF8)
            while line:
                if line.strip():
                    yield number, line
                while len(line) == _MAX_LINE and not line.endswith(b"\n"):
                    line = _line(file, sha)  # the rest of a line that is too long
                number, line = number + 1, _line(file, sha)
    except OSError as error:
        raise StoreError(f"{path}: cannot be read: {error.strerror}") from error


def _line(file: BinaryIO, sha: Hash | None) -> bytes:
    line = file.readline(_MAX_LINE)
    if sha is not None:
        sha.update(line)
    return line


def write_jsonl(path: Path, studies: Iterable[Study]) -> None:
    """Write many entries, one JSON object a line, atomically. Raises StoreError."""
    with writing(path) as file:
        for study in studies:
            file.write((json.dumps(plain(study), ensure_ascii=False) + "\n").encode())
