"""Did you mean: words that the index does not hold, replaced by near words that it does. Offered, never done.

For each word: the nearest words (a swap of neighbours counts as one edit), among equally near ones the most frequent;
the word cut in two (``brainfog``); two words made one (``mito chondria``); where nothing is near, words that begin so
(``fibro*``). What is offered finds more than what was typed. A word in the name of a concept is spelled right, whether
or not a study has it.
"""

import re
from collections.abc import Callable, Iterator
from itertools import islice, pairwise, product

from index.analysis import chunks, compound
from index.lexicon import Lexicon, edits
from index.spelling import term
from index.syntax import OPERATORS
from index.wordlists import STOP_WORDS

MOST_WORDS = 12  # of a text that are looked at
MOST_TRIED = 6  # texts whose studies are counted
MOST_CHOICES = 2  # for one word
LEAST_LETTERS = 4  # of a word that is mended
LEAST_PART = 3  # letters of each part of a word cut in two
_WORD = re.compile(r"(?<![\w*?~-])[^\W\d_]{2,40}(?![\w:*?~-])")
_BETWEEN = re.compile(r"\s+")


class Suggester:
    """Mends query texts over one open index.

    ``having`` says in how many studies an index term stands, ``found`` how many studies have all words of a text, and,
    where none has, how many have any. ``names``: whether a folded word stands in the name of a concept.
    """

    def __init__(
        self,
        lexicon: Lexicon,
        having: Callable[[str], int],
        found: Callable[[str], tuple[int, int]],
        names: Callable[[str], bool] = lambda word: False,
    ) -> None:
        self._lexicon = lexicon
        self._having = having
        self._found = found
        self._names = names

    def suggestion(self, text: str) -> str | None:
        """The text mended, or None where nothing that was tried finds more than the text as it is."""
        before: tuple[int, int] | None = None
        for mended in islice(self._mended(text), MOST_TRIED):
            before = self._found(text) if before is None else before
            if self._found(mended) > before:
                return mended
        return None

    def _mended(self, text: str) -> Iterator[str]:
        """Texts to try: unknown words replaced, the likeliest first; two words made one; words that begin so."""
        words = list(islice(_WORD.finditer(text), MOST_WORDS))
        unknown = [match for match in words if self._is_unknown(match.group())]
        choices = [self._choices(match.group()) for match in unknown]
        mendable = [(match, chosen) for match, chosen in zip(unknown, choices, strict=True) if chosen]
        for made in product(*(chosen for _, chosen in mendable)) if mendable else ():
            yield _replaced(text, [(match.span(), new) for (match, _), new in zip(mendable, made, strict=True)])
        for one, other in pairwise(words):
            whole = one.group() + other.group()
            if _BETWEEN.fullmatch(text, one.end(), other.start()) and self._frequency(whole):
                yield _replaced(text, [((one.start(), other.end()), whole)])
        begun = [
            (m, begin) for m, chosen in zip(unknown, choices, strict=True) if not chosen for begin in self._begun(m)
        ]
        if begun:
            yield _replaced(text, [(match.span(), new) for match, new in begun])

    def _is_unknown(self, word: str) -> bool:
        if len(word) < LEAST_LETTERS or word.lower() in STOP_WORDS or word in OPERATORS or self._names(_folded(word)):
            return False
        return not self._frequency(word)

    def _frequency(self, word: str) -> int:
        """In how many studies a word stands, in any of its forms."""
        folded = _folded(word)
        return self._having(term(folded)) if folded in self._lexicon else 0

    def _choices(self, word: str) -> list[str]:
        """What to try for one unknown word, the likeliest first."""
        folded = _folded(word)
        distance = 1 if len(folded) < 7 else 2
        near = {
            other: (edits(folded, other, distance), other[:1] != folded[:1], -self._having(term(other)), other)
            for other in self._lexicon.near(folded, distance, 0)
            if other.isalpha() and other not in STOP_WORDS and not _begins_otherwise(folded, other)
        }
        kept = sorted((other for other, rank in near.items() if rank[2]), key=near.__getitem__)[:MOST_CHOICES]
        parted = self._parted(folded)
        cut = [parted] if parted else []
        return cut + kept if not kept or near[kept[0]][0] > 1 else kept + cut

    def _begun(self, match: re.Match[str]) -> list[str]:
        """The word as the beginning of others; none in a quoted text, where no pattern is read."""
        folded = _folded(match.group())
        begun = '"' not in match.string and next(self._lexicon.starting(folded), None)
        return [f"{folded}*"] if begun else []

    def _parted(self, word: str) -> str | None:
        """The word as two words of the index that stand side by side in some study."""
        cuts = [(word[:at], word[at:]) for at in range(LEAST_PART, len(word) - LEAST_PART + 1)]
        known = [(min(map(self._frequency, cut)), cut) for cut in cuts if all(part in self._lexicon for part in cut)]
        for frequency, cut in sorted(known, reverse=True)[:MOST_CHOICES]:
            if frequency and self._found('"{} {}"'.format(*cut))[0]:
                return " ".join(cut)
        return None


def _begins_otherwise(word: str, other: str) -> bool:
    """Whether another letter stands in the first place: one that is lost, added or swapped there is a slip."""
    return word[0] != other[0] and word[1:3] == other[1:3]


def _folded(word: str) -> str:
    parts = [p.word for chunk in chunks(word) for p in chunk]
    return compound(parts) if parts else word


def _replaced(text: str, changes: list[tuple[tuple[int, int], str]]) -> str:
    for (start, end), new in reversed(changes):
        text = f"{text[:start]}{new}{text[end:]}"
    return text
