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
    if _parser is None:
        return None  # pragma: no cover
    parsed = _parser.parse(pattern, re.IGNORECASE)
    try:
        small = _sequence(parsed)
    except _Unfit:
        return None
    small.state.flags &= ~re.IGNORECASE
    made: re.Pattern[str] = _compiler.compile(_begun_with_letters(small), re.UNICODE)
    return made


def _sequence(parsed: Any) -> Any:
    """A sequence in small letters, in place."""
    parsed.data[:] = [(code, _in_small(code, value)) for code, value in parsed.data]
    return parsed


def _in_small(code: Any, value: Any) -> Any:
    """The value of one part of a pattern."""
    if code in (_op.LITERAL, _op.NOT_LITERAL):
        return _letter(value)
    if code is _op.IN:
        return [item for one in value for item in _of_set(*one)]
    if code is _op.BRANCH:
        return value[0], [_sequence(branch) for branch in value[1]]
    if code is _op.SUBPATTERN and not value[1] and not value[2]:
        return (*value[:3], _sequence(value[3]))
    if code in (_op.MAX_REPEAT, _op.MIN_REPEAT, _op.POSSESSIVE_REPEAT):
        return (*value[:2], _sequence(value[2]))
    if code in (_op.ASSERT, _op.ASSERT_NOT):
        return value[0], _sequence(value[1])
    if code in (_op.AT, _op.ANY):
        return value
    raise _Unfit


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
