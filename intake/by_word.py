"""Which of many patterns, or rules, a text may meet at all, told by its words: few have to be tried."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Generic, TypeVar

from intake.literals import WORDS, Needs, folded
from intake.sought import Sought

Item = TypeVar("Item")
_KEPT = 256  # sets of words of which it is kept what they allow for: short lists meet the same again and again


class ByWord(Generic[Item]):
    """Things that a text may meet, by one word that each needs, so that few have to be tried."""

    __slots__ = ("_always", "_by_word", "_items", "_kept", "_unasked", "_words")

    def __init__(self, items: Iterable[tuple[Item, Needs]]) -> None:
        self._items: list[Item] = []
        self._always: list[int] = []
        self._by_word: dict[str, list[int]] = {}
        for number, (item, wanted) in enumerate(items):
            self._items.append(item)
            if not wanted:
                self._always.append(number)
            for word in wanted[0] if wanted else ():
                self._by_word.setdefault(word, []).append(number)
        self._words = frozenset(self._by_word)
        self._unasked = [self._items[n] for n in self._always]
        self._kept: dict[frozenset[str], list[Item]] = {}

    def possible(self, words: frozenset[str]) -> list[Item]:
        """Those that a text with these words may meet, in their order; not to be changed."""
        found = self._words & words
        if not found:
            return self._unasked
        known = self._kept.get(found)
        if known is None:
            numbers = set(self._always)
            for word in found:
                numbers.update(self._by_word[word])
            known = [self._items[n] for n in sorted(numbers)]
            if len(self._kept) >= _KEPT:
                self._kept.clear()
            self._kept[found] = known
        return known


class AnyOf:
    """Patterns of which any may stand in a text."""

    __slots__ = ("patterns", "possible")

    def __init__(self, patterns: Iterable[Sought]) -> None:
        self.patterns = tuple(patterns)
        #: Those that a text with these words may hold.
        self.possible = ByWord((p, p.needs) for p in self.patterns).possible

    def stands_in(self, text: str, words: frozenset[str] | None = None) -> bool:
        """Whether any stands in a text by itself. ``words``, where known: those of the text, and perhaps more."""
        found = self.possible(words_in(text) if words is None else words)
        if not found:
            return False
        small = folded(text)
        for pattern in found:  # noqa: SIM110 - asked dozens of times of every record
            if pattern.search(text, small):
                return True
        return False

    def places(self, text: str, words: frozenset[str] | None = None) -> Iterator[re.Match[str]]:
        """Every place of each of them, one pattern after the other."""
        found = self.possible(words_in(text) if words is None else words)
        small = folded(text) if found else ""
        return (m for pattern in found for m in pattern.each(text, small))

    def replaced(self, text: str, words: frozenset[str] | None = None) -> str:
        """The text with a blank for each of their letters; offsets are kept."""
        for pattern in self.possible(words_in(text) if words is None else words):
            text = pattern.regex.sub(lambda m: " " * len(m.group()), text)
        return text


class Lists:
    """Lists of patterns by name; one question tells which patterns of all of them a text may hold."""

    __slots__ = ("_by_word", "_lists")

    def __init__(self, lists: Mapping[str, Sequence[Sought]]) -> None:
        self._lists = lists
        each = ((name, pattern) for name, patterns in lists.items() for pattern in patterns)
        self._by_word = ByWord(((name, pattern), pattern.needs) for name, pattern in each)

    def possible(self, words: frozenset[str]) -> dict[str, list[Sought]]:
        """The patterns of each list, in their order, that a text with these words may hold; no empty ones."""
        found: dict[str, list[Sought]] = {}
        for name, pattern in self._by_word.possible(words):
            for clause in pattern.needs[1:]:
                if clause.isdisjoint(words):
                    break
            else:
                found.setdefault(name, []).append(pattern)
        return found


def words_in(text: str) -> frozenset[str]:
    """The words that stand in a short text out of all that patterns need; of one text many lists are asked in a row."""
    return _words_in(text, WORDS.number)


@lru_cache(maxsize=256)
def _words_in(text: str, known: int) -> frozenset[str]:
    return frozenset(WORDS.found_in(folded(text))[1])
