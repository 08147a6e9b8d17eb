"""Which words a text must hold for a regular expression to match at all, and one pass that finds them all.

Most rules cannot hold for most records. What a pattern cannot do without is worked out from the pattern itself, so
that no rule has to say it; a text is then read once for the words of all patterns, and only those are searched whose
words it holds. A pattern left out this way could not have matched: the answer is the same, only sooner.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
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
_WORDINGS = 64  # in which a part of a pattern may be written to be spelled out
_MOST = 2  # clauses kept for a pattern: the most telling ones
# What stands in nearly every text tells nothing; it is asked for only where a pattern has no other words.
_EVERYWHERE = {
    "the", "and", "of", "in", "to", "with", "for", "were", "was", "are", "that", "this", "from", "by", "an", "on", "at",
    "as", "or", "is", "be", "not", "of the", "in the", "ed", "ith", "ere", "men", "per",
}  # fmt: skip
_SPACES = "\u2009\u202f\xa0\u2002\u2003"
# Letters that match i, s and k where case is ignored.
_LIKE_ASCII = {"\u0130": "i", "\u0131": "i", "\u017f": "s", "\u212a": "k"}


def folded(text: str) -> str:
    """The text in small letters, in which the words of :func:`needs` are looked for."""
    if not text.isascii():
        for letter, plain in _LIKE_ASCII.items():
            text = text.replace(letter, plain)
    return text.lower()


def spaced(text: str) -> str:
    """The text with every kind of space as a plain one; as long as before."""
    if not text.isascii():
        for space in _SPACES:
            text = text.replace(space, " ")
    return text


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
    """The sets of words of a sequence: its runs of letters, in all their wordings, and what its parts need."""
    runs = [""]
    for code, value in parsed:
        wordings = _wordings(str(code), value)
        if wordings and len(runs) * len(wordings) <= _WORDINGS:
            runs = [run + wording for run in runs for wording in wordings]
            continue
        yield from _told(runs)
        runs = wordings or [""]
        if wordings is None and (part := _PARTS.get(str(code))):
            yield from part(value)
    yield from _told(runs)


def _wordings(code: str, value: Any) -> list[str] | None:
    """Every text that one part of a pattern matches, in small letters; None where it has no short list of them."""
    if code == "LITERAL":
        return [chr(value).lower()] if value < 128 else None
    if code == "IN" and all(str(kind) == "LITERAL" and one < 128 for kind, one in value):
        return list(dict.fromkeys(chr(one).lower() for _, one in value))
    if code == "SUBPATTERN":
        return _whole(value[3])
    if code == "BRANCH":
        each = [_whole(branch) for branch in value[1]]
        texts = None if None in each else [text for texts in each for text in texts or ()]
        return texts if texts and len(texts) <= _WORDINGS else None
    if code in ("MAX_REPEAT", "MIN_REPEAT") and value[:2] == (0, 1):
        texts = _whole(value[2])
        return None if texts is None else ["", *texts]
    return None


def _whole(parsed: Iterable[tuple[Any, Any]]) -> list[str] | None:
    """The same for a sequence."""
    texts = [""]
    for code, value in parsed:
        wordings = _wordings(str(code), value)
        if wordings is None or len(texts) * len(wordings) > _WORDINGS:
            return None
        texts = [text + wording for text in texts for wording in wordings]
    return texts


def _told(runs: Iterable[str]) -> Iterator[frozenset[str]]:
    """The wordings as one set, if each of them tells something; what holds a shorter one is left out."""
    words = frozenset(runs)
    if all(
        len(word) >= _SHORTEST or not _SIGNS.isdisjoint(word) or (len(word) == 2 and _COMMON.isdisjoint(word))
        for word in words
    ):
        yield frozenset(w for w in words if not any(other in w for other in words if len(other) < len(w)))


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

    def found_in(self, text: str) -> tuple[Sequence[int], Sequence[str]]:
        """(last offsets, words): those of the words that stand in a text of small letters, from left to right.

        Any space counts as a plain one: some patterns are looked for in texts with plain ones.
        """
        automaton = self._automaton or self._made()
        hits = list(automaton.iter(spaced(text))) if len(automaton) else []
        ends, words = zip(*hits, strict=True) if hits else ((), ())
        return ends, words

    def _made(self) -> ahocorasick.Automaton:
        with self._lock:
            made = ahocorasick.Automaton()
            for word in self._known:
                made.add_word(word, word)
            made.make_automaton()
            self._automaton = made
            return made


WORDS = Words()
