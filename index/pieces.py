"""Which pieces of texts (what stands between white space) hold which terms, remembered from when each was first met.

Highlighting asks of every text on a page whether it holds a term at all; with this, most texts are answered by set
operations, without looking at any word.
"""

from collections.abc import Collection, Iterable
from functools import lru_cache

from index.analysis import compound, joined_parts, piece_chunks
from index.name_spelling import written_out
from index.spelling import term

REMEMBERED = 60_000  # pieces, before the memory starts anew


class Pieces:
    """A growing memory of pieces. One object serves all threads: each step on its dictionaries is atomic."""

    def __init__(self) -> None:
        self._known: set[str] = set()
        self._holding: dict[str, set[str]] = {}

    @property
    def size(self) -> int:
        """How many pieces are known; what :meth:`holding` says may change when this does."""
        return len(self._known)

    def knows(self, pieces: Collection[str]) -> bool:
        """Whether all pieces are known."""
        return self._known.issuperset(pieces)

    def learn(self, pieces: Collection[str]) -> None:
        """Make sure that all pieces are known."""
        unknown = set(pieces).difference(self._known)
        if unknown and len(self._known) + len(unknown) > REMEMBERED:
            self._known, self._holding = set(), {}
            unknown = set(pieces)
        for piece in unknown:
            for one in terms_of_piece(piece):
                self._holding.setdefault(one, set()).add(piece)
            self._known.add(piece)

    def holding(self, terms: Iterable[str]) -> frozenset[str]:
        """Known pieces that hold any of the terms, as a part or as a compound of parts."""
        return frozenset().union(*(self._holding.get(one, ()) for one in terms))


@lru_cache(maxsize=20_000)
def terms_of_piece(piece: str) -> tuple[str, ...]:
    """All terms of a piece: of its parts, marked letters written out as well, and of their compounds; each once."""
    out = written_out(piece)
    found = piece_chunks(piece) if out == piece else (*piece_chunks(piece), *piece_chunks(out))
    words = [p.word for chunk in found for p in chunk]
    words += [compound([p.word for p in run]) for run in joined_parts(found)]
    return tuple(dict.fromkeys(map(term, words)))


PIECES = Pieces()
