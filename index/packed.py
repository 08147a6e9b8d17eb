"""Many short texts held as one piece of memory: ids of a hundred thousand studies in a few megabytes."""

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property

import numpy as np


class PackedTexts(Sequence[str]):
    """A sequence of texts; one is decoded when it is asked for. Immutable. No text of an entry holds a zero byte."""

    def __init__(self, packed: np.ndarray) -> None:
        self.packed: np.ndarray = packed  # uint8, UTF-8 with a zero byte after each text

    @classmethod
    def of(cls, texts: Iterable[str]) -> "PackedTexts":
        """Texts without zero bytes."""
        return cls(np.frombuffer("".join(f"{text}\0" for text in texts).encode(), np.uint8))

    @classmethod
    def lines(cls, text: str) -> "PackedTexts":
        """The lines of a text, none where it is empty. No other character than the line end is looked at."""
        return cls(np.frombuffer(f"{text}\n".replace("\n", "\0").encode() if text else b"", np.uint8))

    @cached_property
    def ends(self) -> np.ndarray:
        """Where each text ends."""
        return np.flatnonzero(self.packed == 0).astype(np.int32 if len(self.packed) < 2**31 else np.int64)

    @cached_property
    def _bytes(self) -> memoryview:
        return memoryview(np.ascontiguousarray(self.packed))

    def __len__(self) -> int:
        return len(self.ends)

    def __getitem__(self, at: int) -> str:  # type: ignore[override]  # nobody asks for slices
        end = int(self.ends[at])
        start = int(self.ends[at - 1]) + 1 if at not in (0, -len(self)) else 0
        return bytes(self._bytes[start:end]).decode()

    def between(self, first: int, end: int) -> list[str]:
        """The texts from one place to another, end exclusive: quicker than one by one."""
        if first >= end:
            return []
        start = int(self.ends[first - 1]) + 1 if first else 0
        return bytes(self._bytes[start : int(self.ends[end - 1])]).decode().split("\0")

    def part(self, first: int, end: int) -> np.ndarray:
        """The bytes of the texts from one place to another, end exclusive, a zero byte after each."""
        end = min(end, len(self))
        return self.packed[int(self.ends[first - 1]) + 1 if first else 0 : int(self.ends[end - 1]) + 1]

    def __iter__(self) -> Iterator[str]:
        return iter(self.packed.tobytes().decode().split("\0")[:-1])

    def are(self, texts: Sequence[str]) -> bool:
        """Whether these are the texts. Fast: none is decoded."""
        return self._bytes == "\0".join((*texts, "")).encode()

    def replaced(self, rows: np.ndarray, texts: "PackedTexts", size: int) -> "PackedTexts":
        """``size`` texts, those at ``rows`` taken from ``texts``; what neither has is empty."""
        starts: np.ndarray = np.concatenate([[0], self.ends + 1])
        fresh: np.ndarray = np.concatenate([[0], texts.ends + 1])
        return PackedTexts(spliced(self.packed, starts, texts.packed, fresh, rows, size, np.zeros(1, np.uint8)))


def spliced(
    old: np.ndarray,
    old_starts: np.ndarray,
    new: np.ndarray,
    new_starts: np.ndarray,
    rows: np.ndarray,
    size: int,
    empty: np.ndarray,
) -> np.ndarray:
    """Pieces of ``old`` one after another, with those at ``rows`` taken from ``new``, up to ``size`` pieces.

    Piece r of an array is ``array[starts[r]:starts[r + 1]]``; piece ``rows[i]`` becomes piece i of ``new``. Pieces that
    neither array has are ``empty``. ``rows`` may come in any order.
    """
    had = len(old_starts) - 1
    pieces: list[np.ndarray] = []
    at = 0
    for i in np.argsort(rows).tolist():
        row = int(rows[i])
        pieces.append(old[old_starts[min(at, had)] : old_starts[min(row, had)]])
        pieces += [empty] * (row - max(at, had))
        pieces.append(new[new_starts[i] : new_starts[i + 1]])
        at = row + 1
    pieces.append(old[old_starts[min(at, had)] :])
    pieces += [empty] * (size - max(at, had))
    return np.concatenate(pieces)
