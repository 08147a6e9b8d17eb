"""Which words a text must hold for a regular expression to match at all, and one pass that finds them all.

Most rules cannot hold for most records. What a pattern cannot do without is worked out from the pattern itself, so
that no rule has to say it; a text is then read once for the words of all patterns, and only those are searched whose
words it holds. A pattern left out this way could not have matched: the answer is the same, only sooner.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from threading import Lock
from typing import Any

import ahocorasick

try:  # the parser of the standard library's own expressions; without it every pattern is searched
    from re import _parser  # type: ignore[attr-defined]
except ImportError:  # pragma: no cover
    _parser = None

Needs = tuple[frozenset[str], ...]
_SHORTEST = 3  # letters; shorter pieces stand in nearly every text, but for signs and the likes of *vs*
_SIGNS = frozenset("=<>≤≥%")
_COMMON = frozenset("aeiouy 0123456789")  # two letters without these are rare
_MOST = 2  # clauses kept for a pattern: the most telling ones
# What stands in nearly every text tells nothing; it is asked for only where a pattern has no other words.
_EVERYWHERE = {
    "the", "and", "of", "in", "to", "with", "for", "were", "was", "are", "that", "this", "from", "by", "an", "on", "at",
    "as", "or", "is", "be", "not", "of the", "in the", "ed", "ith", "ere", "men", "per",
}  # fmt: skip
# Letters that match i, s and k where case is ignored.
_LIKE_ASCII = {"\u0130": "i", "\u0131": "i", "\u017f": "s", "\u212a": "k"}


def folded(text: str) -> str:
    """The text in small letters, in which the words of :func:`needs` are looked for."""
    if not text.isascii():
        for letter, plain in _LIKE_ASCII.items():
            text = text.replace(letter, plain)
    return text.lower()


@lru_cache(maxsize=8192)
def needs(pattern: str) -> Needs:
    """What a text must hold for the pattern to match: of each set one word or more, in small letters.

    ``()`` where nothing is sure. Example: ``colou?r (?:blind|test)`` needs ``colo`` and one of ``blind``, ``test``.
    """
    if _parser is None:
        return ()  # pragma: no cover
    clauses = dict.fromkeys(_clauses(_parser.parse(pattern, re.IGNORECASE)))
    rare = [clause for clause in clauses if not any(word.strip(" ,") in _EVERYWHERE for word in clause)]
    telling = sorted(rare or clauses, key=lambda clause: (-min(map(len, clause)), len(clause)))[:_MOST]
    WORDS.know(word for clause in telling for word in clause)
    return tuple(telling)


def _clauses(parsed: Iterable[tuple[Any, Any]]) -> Iterator[frozenset[str]]:
    """The sets of words of a sequence: its runs of letters, and what its parts need."""
    run = ""
    for code, value in parsed:
        if str(code) == "LITERAL" and value < 128:
            run += chr(value).lower()
            continue
        yield from _told(run)
        run = ""
        if part := _PARTS.get(str(code)):
            yield from part(value)
    yield from _told(run)


def _told(run: str) -> Iterator[frozenset[str]]:
    if len(run) >= _SHORTEST or not _SIGNS.isdisjoint(run) or (len(run) == 2 and _COMMON.isdisjoint(run)):
        yield frozenset((run,))


def _one_of(value: Any) -> Iterator[frozenset[str]]:
    """A set of signs, such as ``[<=>≤]``; of letters, one or another stands in every text."""
    if all(str(code) == "LITERAL" and chr(sign) in _SIGNS for code, sign in value):
        yield frozenset(chr(sign) for _, sign in value)


def _repeated(value: Any) -> Iterator[frozenset[str]]:
    least, _, item = value
    return _clauses(item) if least else iter(())


def _branched(value: Any) -> Iterator[frozenset[str]]:
    """One word of any branch; nothing where a branch needs none."""
    best = [max(_clauses(branch), key=lambda c: min(map(len, c)), default=None) for branch in value[1]]
    if all(best):
        yield frozenset(word for clause in best if clause for word in clause)


_PARTS: dict[str, Callable[[Any], Iterator[frozenset[str]]]] = {
    "SUBPATTERN": lambda value: _clauses(value[3]),
    "ATOMIC_GROUP": lambda value: _clauses(value),
    "MAX_REPEAT": _repeated,
    "MIN_REPEAT": _repeated,
    "POSSESSIVE_REPEAT": _repeated,
    "BRANCH": _branched,
    "IN": _one_of,
}


class Words:
    """The words that any pattern needs, in one automaton that reads a text once."""

    def __init__(self) -> None:
        self.number = 0  # how many words are known; a text read with fewer has to be read again
        self._known: set[str] = set()
        self._automaton: ahocorasick.Automaton | None = None
        self._lock = Lock()

    def know(self, words: Iterable[str]) -> None:
        """Look for these words, too."""
        with self._lock:
            self._known.update(words)
            if len(self._known) != self.number:
                self._automaton = None
            self.number = len(self._known)

    def found_in(self, text: str) -> tuple[list[int], list[str]]:
        """(last offsets, words): those of the words that stand in a text of small letters, from left to right."""
        automaton = self._automaton or self._made()
        hits = list(automaton.iter(text)) if len(automaton) else []
        return [end for end, _ in hits], [word for _, word in hits]

    def _made(self) -> ahocorasick.Automaton:
        with self._lock:
            made = ahocorasick.Automaton()
            for word in self._known:
                made.add_word(word, word)
            made.make_automaton()
            self._automaton = made
            return made


WORDS = Words()
