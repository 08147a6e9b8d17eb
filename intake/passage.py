"""A piece of text in which many patterns are looked for: it is read once for the words that they need."""

import re
from collections.abc import Iterator
from functools import cached_property

from intake.by_word import AnyOf
from intake.literals import WORDS, Needs, folded
from intake.sought import Sought

FEW = 12  # patterns whose words are looked for one by one, before a text is read for those of all patterns
_MANY = 40  # words of a pattern that take longer to look for one by one than the pattern itself


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
            if self._asked < FEW:
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
        if not self.may_hold(pattern.needs):
            return None
        small = pattern.small  # asked here, too: a call less, hundreds of times of every record
        return pattern.search(self.text, self.lower) if small is None else small.search(self.lower)

    def each(self, pattern: Sought) -> Iterator[re.Match[str]]:
        """Every place of the text where the pattern stands."""
        if not self.may_hold(pattern.needs):
            return iter(())
        small = pattern.small
        return pattern.each(self.text, self.lower) if small is None else small.finditer(self.lower)

    def holds(self, patterns: AnyOf) -> bool:
        """Whether any of the patterns stands in the text."""
        for pattern in patterns.possible(self.words):
            if self.may_hold(pattern.needs) and pattern.search(self.text, self.lower):
                return True
        return False
