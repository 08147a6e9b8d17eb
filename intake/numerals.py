"""Whole numbers in running text: ``5,318``, ``14 972``, ``Eight-thousand four-hundred twenty-two``, ``forty one``."""

import re
from dataclasses import dataclass

_NAMES = (
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
)
_ONES = {name: n for n, name in enumerate(_NAMES.split(), 1)}
_TENS = {
    name: 10 * n
    for n, name in enumerate(["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"], 2)
}
_SCALES = {"hundred": 100, "thousand": 1000, "million": 1_000_000}
#: The words with which a number may begin.
NUMERALS = (*_ONES, *_TENS, *_SCALES)
_WORD = "|".join(sorted(NUMERALS, key=len, reverse=True))

#: One number, in digits or words, as part of a larger pattern.
NUMBER = (
    rf"(?:\d{{1,3}}(?:[,\u2009\u202f\xa0]\d{{3}})+|\d{{1,3}} \d{{3}}(?! ?\d)|\d+"
    rf"|\b(?:{_WORD})(?:(?:[- ]|,? and )(?:{_WORD}))*\b)"
)
_PARTS = re.compile(_WORD, re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Number:
    """A whole number of the text that is no year, age, dose or percentage, and its sentence (start, end)."""

    value: int
    start: int
    end: int
    sentence: tuple[int, int]


def value(text: str) -> int:
    """What a text that :data:`NUMBER` matches means. Raises ValueError for any other text."""
    digits = re.sub(r"[,\s]", "", text)
    if digits.isdigit():
        return int(digits)
    words = [word.lower() for word in _PARTS.findall(text)]
    if not words:
        raise ValueError(f"{text!r} is no number")
    total = current = 0
    for word in words:
        if word in _SCALES:
            current = (current or 1) * _SCALES[word]
            if word != "hundred":
                total, current = total + current, 0
        else:
            current += _ONES.get(word) or _TENS[word]
    return total + current
