"""A record made ready for many rules: its text put together once, its sentences and words found once."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Generic, TypeVar

from intake.caseless import caseless, looser
from intake.literals import WORDS, Needs, folded, needs
from intake.record import Evidence, Record

Item = TypeVar("Item")
_FEW = 12  # patterns whose words are looked for one by one, before a text is read for those of all patterns
_MANY = 40  # words of a pattern that take longer to look for one by one than the pattern itself
_WORTH = 16  # searches for which it pays to rewrite a pattern


@dataclass(frozen=True, slots=True)
class Number:
    """A whole number of the text that is no year, age, dose or percentage, and its sentence (start, end)."""

    value: int
    start: int
    end: int
    sentence: tuple[int, int]


class Sought:
    """A regular expression that ignores case, and the words without which it cannot match."""

    __slots__ = ("_looser", "_searched", "_small", "needs", "regex")

    def __init__(self, regex: re.Pattern[str], needs: Needs) -> None:
        self.regex, self.needs = regex, needs
        self._small: re.Pattern[str] | None = None
        self._looser: re.Pattern[str] | None = None
        self._searched = 0

    def search(self, text: str, small: str) -> re.Match[str] | None:
        """The first place of a text, which is also given in small letters (:func:`intake.literals.folded`)."""
        if self._small is not None:
            return self._small.search(small)
        if self._looser is not None:
            near = self._looser.search(small)
            return near and self.regex.search(text, near.start())
        self._count()
        return self.regex.search(text)

    def each(self, text: str, small: str) -> Iterator[re.Match[str]]:
        """Every place."""
        if self._small is not None:
            return self._small.finditer(small)
        if self._looser is not None:
            near = self._looser.search(small)
            return self.regex.finditer(text, near.start()) if near else iter(())
        self._count()
        return self.regex.finditer(text)

    def _count(self) -> None:
        """A pattern that is looked for often is rewritten for small letters, where it is found at the same places, or,
        where case matters in it, at the first that may be one of them.
        """
        self._searched += 1
        if self._searched == _WORTH:
            self._small = caseless(self.regex.pattern)
            self._looser = None if self._small else looser(self.regex.pattern)


@lru_cache(maxsize=8192)
def compiled(pattern: str) -> re.Pattern[str]:
    """The pattern, ready to use, whatever the case of letters. Raises re.error."""
    return re.compile(pattern, re.IGNORECASE)


@lru_cache(maxsize=8192)
def sought(pattern: str) -> Sought:
    """The pattern, ready to be looked for."""
    return Sought(compiled(pattern), needs(pattern))


class ByWord(Generic[Item]):
    """Things that a text may meet, by one word that each needs, so that few have to be tried."""

    __slots__ = ("_always", "_by_word", "_items", "_unasked", "_words")

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

    def possible(self, words: frozenset[str]) -> list[Item]:
        """Those that a text with these words may meet, in their order; not to be changed."""
        found = self._words & words
        if not found:
            return self._unasked
        numbers = set(self._always)
        for word in found:
            numbers.update(self._by_word[word])
        return [self._items[n] for n in sorted(numbers)]


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


def either(patterns: Sequence[Sought]) -> Needs:
    """What a text needs if one of the patterns is to match; ``()`` where that is nothing."""
    if not patterns or not all(p.needs for p in patterns):
        return ()
    return (frozenset(word for p in patterns for word in p.needs[0]),)


class Passage:
    """A piece of text in which patterns are looked for, read once for the words that they need."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._words: frozenset[str] = frozenset()
        self._known = -1  # how many words were known when the text was read for them
        self._asked = 0  # questions before that

    @cached_property
    def lower(self) -> str:
        """The text in small letters, as long as the text."""
        return folded(self.text)

    @property
    def words(self) -> frozenset[str]:
        """The words that stand in the text out of all that patterns need."""
        if self._known != WORDS.number:
            self._known, self._words = WORDS.number, self._read()
        return self._words

    def may_hold(self, wanted: Needs) -> bool:
        """Whether the text holds what a pattern cannot do without (:func:`intake.literals.needs`)."""
        if self._known != WORDS.number:
            if self._asked < _FEW:
                self._asked += 1
                return all(len(clause) > _MANY or any(word in self.lower for word in clause) for clause in wanted)
            self._known, self._words = WORDS.number, self._read()
        for clause in wanted:  # noqa: SIM110 - asked hundreds of times of every record, where all() takes twice as long
            if clause.isdisjoint(self._words):
                return False
        return True

    def _read(self) -> frozenset[str]:
        return frozenset(WORDS.found_in(self.lower)[1])

    def search(self, pattern: Sought) -> re.Match[str] | None:
        """The first place of the text where the pattern stands."""
        return pattern.search(self.text, self.lower) if self.may_hold(pattern.needs) else None

    def each(self, pattern: Sought) -> Iterator[re.Match[str]]:
        """Every place of the text where the pattern stands."""
        return pattern.each(self.text, self.lower) if self.may_hold(pattern.needs) else iter(())

    def holds(self, patterns: "AnyOf") -> bool:
        """Whether any of the patterns stands in the text."""
        for pattern in patterns.possible(self.words):
            if self.may_hold(pattern.needs) and pattern.search(self.text, self.lower):
                return True
        return False


class Part(Passage):
    """A part of a text that was read for words before, perhaps with one of its words replaced."""

    def __init__(self, text: str, whole: "Reading", start: int, end: int) -> None:
        super().__init__(text)
        self._whole, self._span = whole, (start, end)
        self._asked = _FEW  # its words are known at once

    def _read(self) -> frozenset[str]:
        return self._whole.words_between(*self._span)


class Reading(Passage):
    """The text of a record: its title, a line end, and the sections of its abstract, a line each."""

    def __init__(self, record: Record) -> None:
        super().__init__(record.text())
        self.record = record
        self.title = record.title or ""
        self.numbers: tuple[Number, ...] | None = None  # kept by intake.sample_size, which several stages ask
        self.marked: dict[int, Passage] = {}  # kept by the same
        self.named: dict[int, bool] = {}  # kept by intake.groups
        self._hits: tuple[Sequence[int], Sequence[str]] = ((), ())

    def _read(self) -> frozenset[str]:
        self._hits = WORDS.found_in(self.lower)
        return frozenset(self._hits[1])

    def words_between(self, start: int, end: int) -> frozenset[str]:
        """The words that patterns need and that end between two offsets."""
        if self._known != WORDS.number:
            self._known, self._words = WORDS.number, self._read()
        ends, words = self._hits
        return frozenset(words[bisect_left(ends, start) : bisect_left(ends, end)])

    def part(self, start: int, end: int) -> Passage:
        """The text between two offsets, to look for patterns in."""
        part = Part(self.text[start:end], self, start, end)
        part.lower = self.lower[start:end]
        return part

    @cached_property
    def title_part(self) -> Passage:
        """The title by itself."""
        return self.part(0, len(self.title))

    @cached_property
    def abstract_part(self) -> Passage:
        """The text behind the title."""
        return self.part(len(self.title) + 1, len(self.text))

    @property
    def abstract(self) -> str:
        """The same as a text."""
        return self.abstract_part.text

    @cached_property
    def sentences(self) -> list[tuple[int, int]]:
        """(start, end) of each sentence of the text; worked out once."""
        return sentences(self.text)

    @cached_property
    def _starts(self) -> list[int]:
        return [start for start, _ in self.sentences]

    @cached_property
    def _fields(self) -> tuple[tuple[str, int, int], ...]:
        return self.record.fields()

    @cached_property
    def labels(self) -> frozenset[str]:
        """Publication types and MeSH headings in small letters, each with its kind: ``type: review``."""
        record = self.record
        return frozenset(
            [f"type: {t.casefold()}" for t in record.publication_types] + [f"mesh: {m.casefold()}" for m in record.mesh]
        )

    def search_title(self, pattern: Sought) -> re.Match[str] | None:
        """The first place of the title where the pattern stands."""
        return self.title_part.search(pattern) if self.may_hold(pattern.needs) else None

    def sentence_at(self, offset: int) -> tuple[int, int]:
        """(start, end) of the sentence that holds ``offset``."""
        found = self.sentences
        return found[max(bisect_right(self._starts, offset) - 1, 0)] if found else (0, len(self.text))

    def trimmed(self, start: int, end: int) -> tuple[int, int]:
        """The span without white space at its ends."""
        piece = self.text[start:end]
        return start + len(piece) - len(piece.lstrip()), start + len(piece.rstrip())

    def evidence(self, start: int, end: int) -> Evidence:
        """The words between two offsets; ``Record.evidence`` without putting the text together again."""
        for name, a, b in self._fields:
            if a <= start < b:
                return Evidence(field=name, start=start, end=end, quote=self.text[start:end])
        return Evidence(field=self.record.field_at(start), start=start, end=end, quote=self.text[start:end])


def sentences(text: str) -> list[tuple[int, int]]:
    """(start, end) of each sentence; a line end ends one, a point in ``vs.``, ``i.e.`` or ``0.5`` does not."""
    spans, start = [], 0
    for border in _ENDS.finditer(text):
        end = border.start() + (border[0][0] != "\n")
        if end > start:
            spans.append((start, end))
        start = border.end()
    if start < len(text):
        spans.append((start, len(text)))
    return spans


# The last sign of a sentence comes first, so that the expression is tried at few places; it belongs to the sentence.
_ENDS = re.compile(
    r"[.?!\n](?:(?<!\n)(?<![ (]vs\.)(?<!i\.e\.)(?<!e\.g\.)(?<!et al\.)[\"”)]?\s+(?=[A-Z0-9“\"(≥<])|(?<=\n)\n*)"
)
