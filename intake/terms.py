"""Terms of the vocabularies in running text: the longest term wins, abbreviations keep their capitals."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from typing import NamedTuple

from entries.vocabulary import Concept, Vocabulary, normalise

_TOKEN = re.compile(r"[^\W_]+\+?")
_TOKENS_APART = re.compile(r"([^\W_]+\+?)")
_GAP = re.compile(
    r"[ \t\xa0\u2009\u202f'’/‐‑–\u0300-\u036f-]{0,2}"
)  # between two words of a term, or letter and dot (V̇)
_LONGEST = 9  # tokens
_SHORT = 3  # letters of an abbreviation that other fields use, too


class Found(NamedTuple):
    """A term in a text: the concept, its scheme, and where the term stands."""

    concept: str
    scheme: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Tokens:
    """A text cut at its words: what stands in front of the first word, the word, what stands behind it, and so on."""

    pieces: list[str]
    offsets: list[int]  # where each piece begins, and where the last one ends

    @classmethod
    def of(cls, text: str) -> "_Tokens":
        pieces = _TOKENS_APART.split(text)
        return cls(pieces, [0, *accumulate(map(len, pieces))])


class Terms:
    """Every term of some schemes, ready to be looked for. Made once, used for many texts."""

    def __init__(
        self,
        vocabulary: Vocabulary,
        schemes: Iterable[str],
        everyday: Iterable[str],
        trusted: Iterable[str],
        grouped: Iterable[str] = (),
    ) -> None:
        """``everyday``: words that never count. ``trusted``: short abbreviations that do. ``grouped``: schemes whose
        uppermost concepts only gather others (Pain and its kinds) and are no tags."""
        grouped = set(grouped)
        self._exact: dict[str, set[str]] = {}  # key -> spellings that an abbreviation must have
        self._concepts: dict[str, tuple[str, str]] = {}
        self._prefixes: set[str] = set()
        self._everyday, self._trusted = {normalise(word) for word in everyday}, set(trusted)
        self._begins = lru_cache(maxsize=50_000)(self._may_begin)
        self._both = lru_cache(maxsize=50_000)(self._goes_on)
        for scheme in schemes:
            for concept in vocabulary.of_scheme(scheme):
                if concept.broader or scheme not in grouped or not vocabulary.narrower(concept.id):
                    self._add_all(concept, scheme)

    def _add_all(self, concept: Concept, scheme: str) -> None:
        for term in (concept.label, *concept.synonyms):
            key = normalise(term)
            if key in self._everyday or len(key) < 2 or (_is_abbreviation(term) and not self._is_safe(term)):
                continue
            if key not in self._concepts:
                self._concepts[key] = (concept.id, scheme)
                if _is_abbreviation(term):
                    self._exact[key] = set()
            if key in self._exact and self._concepts[key][0] == concept.id:
                self._exact[key].add(_squeezed(term))
            self._remember(term)
            if (other := _other_number(term)) and normalise(other) not in self._concepts:
                self._concepts[normalise(other)] = (concept.id, scheme)
                self._remember(other)

    def _is_safe(self, term: str) -> bool:
        """Whether an abbreviation is long, holds a digit or a Greek letter, or is trusted."""
        return term in self._trusted or len(term) > _SHORT or not term.isascii() or any(c.isdigit() for c in term)

    def _remember(self, term: str) -> None:
        key = ""
        for token in _TOKEN.findall(term):
            key += _token_key(token)
            self._prefixes.add(key)

    def found_in(self, text: str) -> Iterator[Found]:
        """Every term in the text from left to right; terms do not overlap."""
        tokens = _Tokens.of(text)
        past, offsets, words = 0, tokens.offsets, tokens.pieces[1::2]
        beginnings = [(at, whole) for at, whole in enumerate(map(self._begins, words)) if whole is not None]
        words.append("")
        for at, whole in beginnings:
            if at < past or not (whole or self._both(words[at], words[at + 1])):
                continue
            if (best := self._longest(text, tokens, 2 * at + 1)) is None:
                continue
            length, concept, scheme = best
            yield Found(concept, scheme, offsets[2 * at + 1], offsets[2 * (at + length)])
            past = at + length

    def _may_begin(self, token: str) -> bool | None:
        """Whether the word, or it without the s of a plural, may be a term; None where no term begins with it, either.

        Most words begin none.
        """
        key = _token_key(token)
        if key in self._concepts or (key[-1:] == "s" and key[:-1] in self._concepts):
            return True
        return False if key in self._prefixes else None

    def _goes_on(self, word: str, following: str) -> bool:
        """Whether some term may begin with both words; none does where no other word follows."""
        if not following:
            return False
        key = _token_key(word) + _token_key(following)
        return key in self._prefixes or key in self._concepts or key[:-1] in self._concepts

    def _longest(self, text: str, tokens: _Tokens, first: int) -> tuple[int, str, str] | None:
        """(words, concept, scheme) of the longest term that begins with the word of that piece."""
        best, key, pieces, concepts = None, "", tokens.pieces, self._concepts
        for piece in range(first, min(first + 2 * _LONGEST, len(pieces)), 2):
            if piece > first and pieces[piece - 1] != " " and not _GAP.fullmatch(pieces[piece - 1]):
                break
            token = _token_key(pieces[piece])
            whole = key + token
            for form in (whole, whole[:-1]) if len(token) > 4 and token[-1] == "s" else (whole,):
                if form in concepts and self._spelled(form, text[tokens.offsets[first] : tokens.offsets[piece + 1]]):
                    best = ((piece - first) // 2 + 1, *concepts[form])
                    break
            key = whole
            if key not in self._prefixes:
                break
        return best

    def _spelled(self, key: str, piece: str) -> bool:
        spellings = self._exact.get(key)
        if spellings is None:
            return True
        seen = _squeezed(piece)
        begun = seen[:1].lower() + seen[1:]  # HsCRP, where it begins a sentence
        return not spellings.isdisjoint((seen, seen.removesuffix("s"), begun))


@lru_cache(maxsize=50_000)
def _token_key(token: str) -> str:
    return normalise(token)


def _is_abbreviation(term: str) -> bool:
    """``PEM``, ``IL-6``, ``tDCS``, ``IFNγ``: one word, mostly capitals and digits."""
    letters = [c for c in term if c.isalpha()]
    capitals = sum(c.isupper() for c in letters)
    return bool(letters) and " " not in term and len(term) <= 8 and capitals * 2 >= len(letters) and capitals > 1


def _other_number(term: str) -> str | None:
    """``autoantibody`` for ``autoantibodies`` and the other way round; an s alone is known without."""
    if term.endswith("ies") and len(term) > 6:
        return term[:-3] + "y"
    return term[:-1] + "ies" if len(term) > 5 and term[-1] == "y" and term[-2] not in "aeiou" else None


def _squeezed(term: str) -> str:
    return re.sub(r"[\s'’/‐‑–-]", "", term)
