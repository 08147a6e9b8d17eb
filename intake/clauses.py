"""A sentence cut into clauses, with what stands in brackets blanked: the scope of words that point a way."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise

from intake.reading import Reading
from intake.sought import compiled

_FEW = 8  # words
_TURNED = str.maketrans("()[]", ")(][")
_ROUND = re.compile(r"\([^()]*\)")


@dataclass(frozen=True, slots=True)
class Clause:
    """``text`` is as long as the piece of the record that begins at ``start``; brackets in it are blank."""

    start: int
    text: str
    words: frozenset[str] | None = field(default=None, compare=False)  # those that patterns need, where they are known

    @property
    def end(self) -> int:
        """Where it ends in the record."""
        return self.start + len(self.text)


def blanked(text: str) -> str:
    """The text with everything in round brackets as blanks, offsets kept."""
    for _ in range(3):  # brackets in brackets
        text, times = _ROUND.subn(lambda m: " " * len(m.group()), text)
        if not times:
            break
    return text


def clauses(
    text: str, start: int, borders: Sequence[str], leading: Sequence[str] = (), within: Reading | None = None
) -> list[Clause]:
    """The clauses of a sentence that begins at ``start``; every match of a border begins a new one.

    ``leading`` matches a subordinate clause in front of the main one, which begins behind it. ``within``: the record,
    which knows the words of what stands there as it was written.
    """
    plain = blanked(text)
    first = _joined(tuple(leading)).match(plain)
    found = {m.start() for m in _joined(tuple(borders)).finditer(plain)} | ({first.end()} if first else set())
    cuts = sorted(found | {0, len(plain)})
    return [_clause(start + a, plain[a:b], within) for a, b in pairwise(cuts) if plain[a:b].strip()]


def _clause(start: int, text: str, within: Reading | None) -> Clause:
    as_written = within is not None and within.text.startswith(text, start)
    return Clause(start, text, within.words_between(start, start + len(text)) if within and as_written else None)


@lru_cache(maxsize=8)
def _joined(borders: tuple[str, ...]) -> re.Pattern[str]:
    return compiled("|".join(f"(?:{border})" for border in borders) or r"(?!)")


def widened(text: str, clause: Clause, start: int, end: int, most: int) -> tuple[int, int]:
    """A span of the record's text with words of its clause: a few of those behind it, then those before, then the rest.

    It has ``most`` words in all, and no bracket is cut in two.
    """
    stop = _behind(text, clause, end, min(_FEW, most - _number(text[start:end])))
    before = [m.start() for m in re.finditer(r"\S+", text[clause.start : start])]
    more = most - _number(text[start:stop])
    left = text[clause.start + before[-more:][0] : start] if before and more > 0 else ""
    start += _whole_from(left) - len(left)
    return start, _behind(text, clause, stop, most - _number(text[start:stop]))


def _behind(text: str, clause: Clause, end: int, most: int) -> int:
    """Where a span that ends there may end with so many more words of its clause."""
    words = [m.end() for m in re.finditer(r"\S+", text[end : clause.end])][: max(most, 0)]
    right = text[end : end + (words[-1] if words else 0)]
    return end + len(right) - _whole_from(right[::-1].translate(_TURNED))


def _number(text: str) -> int:
    return len(text.split())


def _whole_from(text: str) -> int:
    """Where the text begins to hold whole brackets only: behind the last that closes without having been opened."""
    depth, at = 0, 0
    for i, letter in enumerate(text):
        depth += (letter in "([") - (letter in ")]")
        if depth < 0:
            depth, at = 0, i + 1
    return at
