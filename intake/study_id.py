"""The id of a new entry: first author, year and two words of the title, as ``see-1996-alpha-interferon``."""

import re
import unicodedata
from collections.abc import Collection, Iterator
from itertools import count

from intake.record import Record

LONGEST = 110  # of 120 that an id may have: room for a number at the end
_NOBODY = "anonymous"
_LETTERS = str.maketrans({"ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "ß": "ss", "æ": "ae", "Æ": "AE", "œ": "oe", "đ": "d"})


def study_id(record: Record, taken: Collection[str], stop_words: Collection[str]) -> str:
    """An id that is not ``taken``: with two words of the title, else with more of them, else with a number."""
    return next(name for name in _names(record, stop_words) if name not in taken)


def slug(text: str) -> str:
    """Small letters and digits of the Latin alphabet, words parted by hyphens; ``""`` where nothing is left."""
    plain = unicodedata.normalize("NFKD", text.translate(_LETTERS)).encode("ascii", "ignore").decode().lower()
    return "-".join(re.findall(r"[a-z0-9]+", plain.replace("'", "")))


def _names(record: Record, stop_words: Collection[str]) -> Iterator[str]:
    author = next((a for a in record.authors), None)
    family = slug(author.short)[:40].strip("-") if author else ""
    all_words = [word for word in slug(record.title or "").split("-") if len(word) > 1 and not word.isdigit()]
    words = [word for word in all_words if word not in stop_words] or all_words or ["untitled"]
    start = f"{family or _NOBODY}-{record.year}"
    for length in range(min(2, len(words)), min(6, len(words)) + 1):
        yield "-".join((start, *words[:length]))[:LONGEST].strip("-")
    name = "-".join((start, *words[:2]))[:LONGEST].strip("-")
    for number in count(2):
        yield f"{name}-{number}"
