"""From a folded word to its index term: British and American spelling made one, plurals and endings off.

The spelling rules only have to be *the same* on both sides, not right: ``size`` may become ``sise`` inside the index as
long as no other word does. Stemming is Snowball English (Porter 2), in Python for every engine, so that all engines
hold the same terms.
"""

import re

from whoosh.lang.snowball.english import EnglishStemmer

from index.wordlists import BRITISH_LETTERS, IRREGULAR

LONGEST = 64  # characters of a term; what is longer is cut, in the index and in the query alike
REMEMBERED = 200_000  # terms kept in memory before the table starts anew

_LETTERS_FOUND = re.compile("|".join(sorted(BRITISH_LETTERS, key=len, reverse=True)))
_METRE = re.compile(r"^((?:centi|milli|kilo|deci|nano|micro)?met)re(s?)$")
_IZE = re.compile(r"(?<=..)iz(e[ds]?|ers?|ing|ations?|ational|able)$")
_YZE = re.compile(r"lyz(e[drs]?|ers|ing|able)$")
_DOUBLED = re.compile(
    r"(label|model|signal|counsel|travel|channel|level|cancel|tunnel|panel|fuel|total|equal|unravel|marvel|pencil)"
    r"l(ed|ing|ings|ers?|ors?)$"
)


def one_spelling(word: str) -> str:
    """A lower-case word in the one spelling that the index uses."""
    word = IRREGULAR.get(word, word)
    word = _LETTERS_FOUND.sub(lambda m: BRITISH_LETTERS[m.group()], word)
    word = _METRE.sub(r"\1er\2", word)
    word = _DOUBLED.sub(r"\1\2", word)
    word = _IZE.sub(r"is\1", word)
    return _YZE.sub(r"lys\1", word)


class _Terms(dict[str, str]):
    """Remembers the term of each word; filled on demand, emptied when it has grown too large."""

    def __init__(self) -> None:
        super().__init__()
        self._stemmer = EnglishStemmer()

    def __missing__(self, word: str) -> str:
        if len(self) >= REMEMBERED:
            self.clear()
        cut = word[:LONGEST]
        term = self._stemmer.stem(one_spelling(cut)) if cut.isascii() and cut.isalpha() and len(cut) > 2 else cut
        self[word] = term
        return term


_terms = _Terms()


def term(word: str) -> str:
    """The index term of a folded word (lower case, no accents): ``tumours`` becomes ``tumor``."""
    return _terms[word]
