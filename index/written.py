"""A query as it was written, token by token: for taking words out of it without spoiling what is left."""

import re

from index.syntax import OPERATORS
from index.wordlists import STOP_WORDS

# A field with its word, range or quoted text, a quoted text, or whatever stands between blanks.
TOKEN = re.compile(r'\w+:(?:"[^"]*"|[\[{][^"\[\]{}]*[\]}]|\S*)|-?"[^"]*"(?:~[0-9]+)?|\S+')
BRACKETS = re.compile(r"[()]")


def without(text: str, start: int, end: int) -> str:
    """A query without what stands at a place, nor an operator that has lost its side, nor stop words alone."""
    words = [*text[:start].split(), "\0", *text[end:].split()]
    at = words.index("\0")
    while at and words[at - 1] in OPERATORS:
        words.pop(at - 1)
        at -= 1
    del words[at]
    while not at and words and words[0] in OPERATORS - {"NOT"}:
        words.pop(0)
    return "" if all(word.lower() in STOP_WORDS for word in words) else " ".join(words)
