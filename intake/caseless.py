"""Patterns that ignore case, rewritten for texts in small letters, where they are found several times as fast.

Python's expressions look for a literal beginning quickly only where case matters. In a text that was put into small
letters (:func:`intake.literals.folded`) a pattern in small letters matches at the same places, and where it begins at a
border of a word, the test for the border is put behind the letters, so that the quick look comes first.

    caseless(r"\\bRandomi[sz]ed").search(folded(text))   # the span that re.IGNORECASE would give
"""

import re
from functools import lru_cache
from itertools import takewhile
from typing import Any

from intake.literals import folded

try:  # the standard library's own parser and compiler; without them every pattern is searched as it is
    from re import _compiler, _parser  # type: ignore[attr-defined]
    from re import _constants as _op  # type: ignore[attr-defined]
except ImportError:  # pragma: no cover
    _parser = None

_MOST = 64  # ways in which a pattern may begin to be rewritten
_Item = tuple[Any, Any]


class _Unfit(Exception):
    """A pattern for which the case of letters matters, or may matter."""


@lru_cache(maxsize=8192)
def caseless(pattern: str) -> re.Pattern[str] | None:
    """The pattern for folded texts; None where it asks for capitals, or for letters beyond ASCII that have them."""
    return _rewritten(pattern, loose=False)


@lru_cache(maxsize=8192)
def looser(pattern: str) -> re.Pattern[str] | None:
    """A pattern for folded texts that stands wherever this one does, and perhaps elsewhere: its ``(?-i:...)`` in any
    case. None where that cannot be had, as where something must *not* stand in capitals.
    """
    return _rewritten(pattern, loose=True)


def _rewritten(pattern: str, loose: bool) -> re.Pattern[str] | None:
    if _parser is None:
        return None  # pragma: no cover
    parsed = _parser.parse(pattern, re.IGNORECASE)
    try:
        small = (_Loose() if loose else _Exact()).sequence(parsed)
    except _Unfit:
        return None
    small.state.flags &= ~re.IGNORECASE
    made: re.Pattern[str] = _compiler.compile(_begun_with_letters(small), re.UNICODE)
    return made


class _Exact:
    """Puts a pattern into small letters, in place. Raises _Unfit where it would then stand elsewhere."""

    def sequence(self, parsed: Any) -> Any:
        """Every part of a sequence."""
        parsed.data[:] = [(code, self._in_small(code, value)) for code, value in parsed.data]
        return parsed

    def _in_small(self, code: Any, value: Any) -> Any:
        """The value of one part."""
        if code in (_op.LITERAL, _op.NOT_LITERAL):
            return self._letter(code, value)
        if code is _op.IN:
            return self._set(value)
        if code is _op.BRANCH:
            return value[0], [self.sequence(branch) for branch in value[1]]
        if code is _op.SUBPATTERN and not value[1]:
            return self._group(value)
        if code in (_op.MAX_REPEAT, _op.MIN_REPEAT, _op.POSSESSIVE_REPEAT):
            return self._repeated(code, value)
        if code in (_op.ASSERT, _op.ASSERT_NOT):
            return value[0], self._asserted(code, value[1])
        if code in (_op.AT, _op.ANY):
            return value
        raise _Unfit

    def _letter(self, code: Any, value: int) -> int:
        return _letter(value)

    def _set(self, value: list[_Item]) -> list[_Item]:
        return [item for one in value for item in _of_set(*one)]

    def _group(self, value: Any) -> Any:
        if value[2]:
            raise _Unfit
        return (*value[:3], self.sequence(value[3]))

    def _repeated(self, code: Any, value: Any) -> Any:
        return (*value[:2], self.sequence(value[2]))

    def _asserted(self, code: Any, parsed: Any) -> Any:
        return self.sequence(parsed)


class _Loose(_Exact):
    """The same, but what has to be in capitals may stand in any case: the pattern then stands in more places."""

    def __init__(self) -> None:
        self._cased = False  # within a part where the case of letters matters

    def _group(self, value: Any) -> Any:
        before = self._cased
        self._cased = before or bool(value[2])
        inner = self.sequence(value[3])
        self._cased = before
        return (value[0], value[1], 0, inner)

    def _letter(self, code: Any, value: int) -> int:
        small = folded(chr(value))
        if not self._cased:
            return _letter(value)
        if code is _op.NOT_LITERAL or len(small) != 1:
            raise _Unfit
        return ord(small)

    def _set(self, value: list[_Item]) -> list[_Item]:
        if self._cased and any(code is _op.NEGATE for code, _ in value):
            raise _Unfit
        return super()._set(value)

    def _repeated(self, code: Any, value: Any) -> Any:
        if code is _op.POSSESSIVE_REPEAT:
            raise _Unfit
        return super()._repeated(code, value)

    def _asserted(self, code: Any, parsed: Any) -> Any:
        if code is _op.ASSERT_NOT:
            return _Exact().sequence(parsed)
        return super()._asserted(code, parsed)


def _letter(code: int) -> int:
    letter = chr(code)
    if code < 128:
        return ord(letter.lower())
    if letter.lower() != letter or letter.upper() != letter:
        raise _Unfit
    return code


def _of_set(code: Any, value: Any) -> list[_Item]:
    """One item of a set; the small letters of a range beside it."""
    if code is _op.LITERAL:
        return [(code, _letter(value))]
    if code is not _op.RANGE:
        return [(code, value)]
    low, high = value
    if high < 128:
        first, last = max(low, ord("A")), min(high, ord("Z"))
        return [(code, value), *([(code, (first + 32, last + 32))] if first <= last else [])]
    for letter in range(low, high + 1):
        _letter(letter)
        if letter < 128 and chr(letter).isalpha():
            raise _Unfit
    return [(code, value)]


def _begun_with_letters(parsed: Any) -> Any:
    """The sequence with what is asked of the place where it begins, such as ``\\b``, tested behind its first letter."""
    asked = list(takewhile(_is_of_a_place, parsed.data))
    rest = parsed.data[len(asked) :]
    begun = _beginnings(rest[:1])
    tail = rest[1:]
    if begun is None:
        begun, tail = _beginnings(rest), []
    if begun is None or not (asked or len(begun) > 1):
        return parsed
    ways = [[first, *_tested(parsed, asked, first), *more] for first, *more in begun]
    head = ways[0] if len(ways) == 1 else [(_op.BRANCH, (None, [_new(parsed, way) for way in ways]))]
    return _new(parsed, [*head, *tail])


def _is_of_a_place(item: _Item) -> bool:
    return item == (_op.AT, _op.AT_BOUNDARY) or item[0] in (_op.ASSERT, _op.ASSERT_NOT)


def _tested(parsed: Any, asked: list[_Item], first: _Item) -> list[_Item]:
    """Looks back over the first letter, to the place before it."""
    return [(_op.ASSERT, (-1, _new(parsed, [*asked, first])))] if asked else []


def _beginnings(items: list[_Item]) -> list[list[_Item]] | None:
    """The ways to match a sequence, in the order in which they are tried, each with a letter first; None if unknown."""
    if not items:
        return None
    (code, value), rest = items[0], items[1:]
    if code is _op.LITERAL:
        return [items]
    if code is _op.IN and all(kind is _op.LITERAL for kind, _ in value):
        return [[one, *rest] for one in value]
    if code is _op.SUBPATTERN and value[0] is None:
        return _beginnings([*value[3].data, *rest])
    if code is _op.BRANCH:
        return _all_of([*branch.data, *rest] for branch in value[1])
    if code is _op.MAX_REPEAT and tuple(value[:2]) == (0, 1):
        return _all_of(([*value[2].data, *rest], rest))
    return None


def _all_of(sequences: Any) -> list[list[_Item]] | None:
    found: list[list[_Item]] = []
    for sequence in sequences:
        begun = _beginnings(sequence)
        if begun is None or len(found) + len(begun) > _MOST:
            return None
        found += begun
    return found


def _new(parsed: Any, items: list[_Item]) -> Any:
    return _parser.SubPattern(parsed.state, items)
