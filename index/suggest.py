"""Did you mean: words that the index does not hold, replaced by near words that it does."""

import re

from index.analysis import chunks, compound
from index.lexicon import Lexicon, edits
from index.syntax import OPERATORS
from index.wordlists import STOP_WORDS

MOST_WORDS = 12
_WORD = re.compile(r"\b[^\W\d_]{4,30}\b(?![:*~])")


def suggestion(text: str, lexicon: Lexicon) -> str | None:
    """The text with each unknown word of four letters or more replaced by its nearest; None where none was."""
    words = _WORD.findall(text)[:MOST_WORDS]
    unknown = {w for w in words if w.lower() not in STOP_WORDS and w not in OPERATORS and _folded(w) not in lexicon}
    nearest = {w: near for w in unknown if (near := _nearest(_folded(w), lexicon))}
    if not nearest:
        return None
    return _WORD.sub(lambda m: nearest.get(m.group(), m.group()), text)


def _folded(word: str) -> str:
    parts = [p.word for chunk in chunks(word) for p in chunk]
    return compound(parts) if parts else word


def _nearest(word: str, lexicon: Lexicon) -> str | None:
    distance = 1 if len(word) < 7 else 2
    found = [
        (edits(word, other, distance), abs(len(other) - len(word)), other) for other in lexicon.near(word, distance, 1)
    ]
    return min(found)[2] if found else None
