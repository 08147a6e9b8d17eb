"""Regular expressions that ignore case, ready to be looked for, each with the words that it cannot do without."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from intake.caseless import caseless, looser
from intake.literals import Needs, needs

_WORTH = 16  # searches for which it pays to rewrite a pattern


class Sought:
    """A regular expression that ignores case, and the words without which it cannot match."""

    __slots__ = ("_looser", "_searched", "needs", "regex", "small")

    def __init__(self, regex: re.Pattern[str], needs: Needs) -> None:
        self.regex, self.needs = regex, needs
        #: The same for texts in small letters, found at the same places; None as long as it was not worth making.
        self.small: re.Pattern[str] | None = None
        self._looser: re.Pattern[str] | None = None
        self._searched = 0

    def search(self, text: str, small: str) -> re.Match[str] | None:
        """The first place of a text, which is also given in small letters (:func:`intake.literals.folded`)."""
        if self.small is not None:
            return self.small.search(small)
        if self._looser is not None:
            near = self._looser.search(small)
            return near and self.regex.search(text, near.start())
        self._count()
        return self.regex.search(text)

    def each(self, text: str, small: str) -> Iterator[re.Match[str]]:
        """Every place."""
        if self.small is not None:
            return self.small.finditer(small)
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
            self.small = caseless(self.regex.pattern)
            self._looser = None if self.small else looser(self.regex.pattern)


@lru_cache(maxsize=8192)
def compiled(pattern: str) -> re.Pattern[str]:
    """The pattern, ready to use, whatever the case of letters. Raises re.error."""
    return re.compile(pattern, re.IGNORECASE)


@lru_cache(maxsize=8192)
def sought(pattern: str) -> Sought:
    """The pattern, ready to be looked for."""
    return Sought(compiled(pattern), needs(pattern))


def either(patterns: Sequence[Sought]) -> Needs:
    """What a text needs if one of the patterns is to match; ``()`` where that is nothing."""
    if not patterns or not all(p.needs for p in patterns):
        return ()
    return (frozenset(word for p in patterns for word in p.needs[0]),)
