"""Records on another subject, put aside: their outcome packed in memory, themselves in a temporary file.

Of a baseline file nearly all go this way; kept as objects, they would take a hundred times the memory.
"""

import tempfile
import zlib
from collections.abc import Iterator
from types import TracebackType
from typing import NamedTuple

from intake.outcome import Outcome
from intake.record import Decision, Record
from intake.stages import Aside


class Kept(NamedTuple):
    """One record that was put aside: its packed outcome and why, its keys, and where in the file it lies."""

    outcome: bytes
    reason: str | None
    keys: tuple[str, ...]
    start: int
    length: int


class Putaside:
    """The records put aside in one run, by their places among all records."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 (closed by __exit__)
        self._kept: list[tuple[int, Kept]] = []
        self._end = 0

    def __enter__(self) -> "Putaside":
        """The records themselves."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Gives the file back."""
        self._file.close()

    def put(self, place: int, found: Aside) -> None:
        """Keep one more."""
        self._file.write(found.record)
        self._kept.append((place, Kept(found.outcome, found.reason, found.keys, self._end, len(found.record))))
        self._end += len(found.record)

    def all(self) -> Iterator[tuple[int, Kept]]:
        """Every record with its place, in the order in which they were put aside."""
        return iter(self._kept)

    def unpacked(self, kept: Kept) -> tuple[Record, tuple[Decision, ...]]:
        """The record, and what normalising it changed."""
        self._file.seek(kept.start)
        record = Record.model_validate_json(zlib.decompress(self._file.read(kept.length)))
        told = Outcome.model_validate_json(zlib.decompress(kept.outcome))
        return record, tuple(d for d in told.decisions if d.name.startswith("normalise."))
