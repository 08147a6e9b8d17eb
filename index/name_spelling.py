"""Other spellings of names: Müller is written Mueller and Muller, Sørensen Soerensen and Sorensen, Ågård Aagaard.

A letter with a mark is known for what it is, wherever it stands: it is written out as two letters, too. Two letters
that may be one (Mueller as Muller) are taken for one in names of authors alone, and not where no letter with a mark was
ever meant: at the end (Xue), before a last l or s (Michael, Hugues), after a vowel or q (Bauer, Jacques), in short
words (does). Words of other texts (aerobic, coefficient) stay what they are.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache

_WRITTEN_OUT = {"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa", "æ": "ae", "œ": "oe"}
_OUT = str.maketrans({**_WRITTEN_OUT, **{mark.upper(): out.title() for mark, out in _WRITTEN_OUT.items()}})
_MARKED = re.compile(f"[{''.join(_WRITTEN_OUT)}]", re.IGNORECASE)
_PERHAPS = re.compile(f"[{''.join(_WRITTEN_OUT)}{''.join(_WRITTEN_OUT).upper()}\u0308\u030a]")  # with marks apart, too
_WORD = re.compile(r"[^\W\d_]+")
_TWO = re.compile(r"(?:(?<![aeiouyq])(?:ae|oe|ue)|aa)(?=[^\W\d_])(?![ls](?![^\W\d_]))", re.IGNORECASE)
_ONE = re.compile("[æœ]", re.IGNORECASE)  # two letters in one, which fold to the two
SHORTEST = 5  # letters of a word in which two letters may be one


def written_out(text: str) -> str:
    """The text with ``ä``, ``ö``, ``ü``, ``ø``, ``å`` and ``æ`` as two letters each; the same where it has none."""
    if text.isascii() or not _PERHAPS.search(text):
        return text
    composed = unicodedata.normalize("NFC", text)
    return composed.translate(_OUT) if _MARKED.search(composed) else text


def with_one_letter(name: str) -> str:
    """A name with one letter for two where they may stand for one with a mark; the same where they cannot."""
    return _WORD.sub(lambda word: _with_one_letter(word.group()), name)


@lru_cache(maxsize=20_000)
def _with_one_letter(word: str) -> str:
    bare = _ONE.sub(lambda found: "ao"["æœ".index(found.group().lower())], word)
    return _TWO.sub(lambda found: found.group()[0], bare) if len(word) >= SHORTEST else bare


@lru_cache(maxsize=50_000)
def of_name(name: str) -> tuple[str, ...]:
    """The other spellings of an author's name, each once."""
    return tuple(dict.fromkeys(other for other in (written_out(name), with_one_letter(name)) if other != name))


def of_words(texts: Sequence[str]) -> Iterator[str]:
    """The words with a marked letter in any texts, written out."""
    for text in texts:
        if (out := written_out(text)) is not text:
            words = zip(_WORD.findall(unicodedata.normalize("NFC", text)), _WORD.findall(out), strict=True)
            yield from (other for word, other in words if other != word)
