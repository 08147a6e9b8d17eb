"""Patterns that are safe to try on any text, and the words with which a match can begin."""

import re
from collections.abc import Iterable, Iterator
from re import _constants as _ops  # type: ignore[attr-defined]
from re import _parser  # type: ignore[attr-defined]
from typing import Any

MAX_REPEAT = 60  # a phrase is shorter
MAX_REPEAT_OF_GROUPS = 10
MAX_WORDS = 500
_REPEATS = (_ops.MAX_REPEAT, _ops.MIN_REPEAT, _ops.POSSESSIVE_REPEAT)
_ASSERTIONS = (_ops.AT, _ops.ASSERT, _ops.ASSERT_NOT)


def compiled(patterns: Iterable[str], end: str = r"(?!\w)") -> re.Pattern[str] | None:
    """One alternation of whole words out of many patterns; None for none."""
    joined = "|".join(f"(?:{p})" for p in patterns)
    return re.compile(rf"(?<![\w-])(?:{joined}){end}") if joined else None


def bounded(pattern: str) -> str:
    """The pattern itself. Raises ValueError unless the time it takes grows no faster than the text."""
    if pattern != pattern.lower() and not re.search(r"\\[A-Z]", pattern):
        raise ValueError(f"{pattern!r} holds capitals, but texts are folded; write it in small letters")
    if fault := next(_faults(_parsed(pattern)), None):
        raise ValueError(f"{pattern!r} holds {fault}; give the repetition an upper limit such as {{0,5}}")
    return pattern


def _parsed(pattern: str) -> Any:
    try:
        return _parser.parse(pattern)
    except re.error as error:
        raise ValueError(f"{pattern!r} is no regular expression: {error}; correct it") from None


def _faults(parsed: Any, inside: bool = False) -> Iterator[str]:
    """What makes a pattern slow: repetitions without a limit, but for the letters of one word."""
    for operation, argument in parsed:
        if operation in _REPEATS:
            _, most, body = argument
            if most > MAX_REPEAT and not _letters_only(body):
                yield "a repetition without limit"
            elif most > MAX_REPEAT_OF_GROUPS and inside and not _letters_only(body):
                yield "a long repetition inside a repetition"
            yield from _faults(body, inside or most > 1)
        elif operation is _ops.GROUPREF:
            yield "a reference back to a group"
        elif operation is _ops.BRANCH:
            for branch in argument[1]:
                yield from _faults(branch, inside)
        elif operation is _ops.SUBPATTERN:
            yield from _faults(argument[3], inside)
        elif operation in (_ops.ASSERT, _ops.ASSERT_NOT):
            yield from _faults(argument[1], inside)


def _letters_only(body: Any) -> bool:
    """Whether what is repeated is one class of letters without the space: it ends where the word ends."""
    if len(body) != 1 or body[0][0] is not _ops.IN:
        return False
    for kind, value in body[0][1]:
        word = kind is _ops.CATEGORY and value in (_ops.CATEGORY_WORD, _ops.CATEGORY_DIGIT)
        letter = (kind is _ops.LITERAL and value > 32) or (kind is _ops.RANGE and value[0] > 32)
        if not (word or letter):
            return False
    return True


def first_words(pattern: str) -> frozenset[str]:
    """Every word that a match can begin with. Raises ValueError where that is not a short list of whole words."""
    try:
        words = {word for word, _ in _beginnings(list(_parsed(pattern)))}
    except _OpenEnd:
        words = {""}
    if "" in words or len(words) > MAX_WORDS:
        raise ValueError(f"{pattern!r} can begin with anything; begin it with whole words")
    return frozenset(words)


class _OpenEnd(Exception):
    """The first word goes on with letters that are not named."""


def _beginnings(parsed: list[Any]) -> Iterator[tuple[str, bool]]:
    """(letters so far, whether the word has ended) for each way through the beginning of a pattern."""
    if not parsed:
        yield "", False
        return
    for letters, ended in _step(*parsed[0]):
        if ended:
            yield letters, True
        else:
            yield from ((letters + more, end) for more, end in _beginnings(parsed[1:]))


def _step(operation: Any, argument: Any) -> Iterator[tuple[str, bool]]:
    if operation is _ops.LITERAL:
        char = chr(argument)
        yield (char, False) if char.isalnum() else ("", True)
    elif operation is _ops.IN and all(kind is _ops.LITERAL for kind, _ in argument):
        for item in argument:
            yield from _step(*item)
    elif operation in _ASSERTIONS:
        yield "", False
    elif operation is _ops.SUBPATTERN:
        yield from _beginnings(list(argument[3]))
    elif operation is _ops.BRANCH:
        for branch in argument[1]:
            yield from _beginnings(list(branch))
    elif operation in _REPEATS:
        least, most, body = argument
        if least == 0:
            yield "", False
        for letters, ended in _beginnings(list(body)):
            if most > 1 and not ended:
                raise _OpenEnd
            yield letters, ended
    else:
        raise _OpenEnd
