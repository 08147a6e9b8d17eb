"""Terms of the vocabularies in running text: the longest term wins, abbreviations keep their capitals."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from entries.vocabulary import Concept, Vocabulary, normalise

_TOKEN = re.compile(r"[^\W_]+\+?")
_GAP = re.compile(
    r"[ \t\xa0\u2009\u202f'’/‐‑–\u0300-\u036f-]{0,2}"
)  # between two words of a term, or letter and dot (V̇)
_LONGEST = 9  # tokens
_SHORT = 3  # letters of an abbreviation that other fields use, too


@dataclass(frozen=True, slots=True)
class Found:
    """A term in a text: the concept, its scheme, and where the term stands."""

    concept: str
    scheme: str
    start: int
    end: int


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
        tokens = [(m.start(), m.end(), _token_key(m.group())) for m in _TOKEN.finditer(text)]
        past = 0
        for i in self._starts(tokens):
            if i < past or (best := self._longest(text, tokens, i)) is None:
                continue
            length, concept, scheme = best
            yield Found(concept, scheme, tokens[i][0], tokens[i + length - 1][1])
            past = i + length

    def _starts(self, tokens: list[tuple[int, int, str]]) -> list[int]:
        """The tokens with which some term begins, itself or without the s of a plural; most words begin none."""
        prefixes, concepts = self._prefixes, self._concepts
        return [
            i for i, (_, _, key) in enumerate(tokens) if key in prefixes or (key[-1:] == "s" and key[:-1] in concepts)
        ]

    def _longest(self, text: str, tokens: list[tuple[int, int, str]], i: int) -> tuple[int, str, str] | None:
        best, key = None, ""
        for length in range(1, min(_LONGEST, len(tokens) - i) + 1):
            start, end, token = tokens[i + length - 1]
            if length > 1 and not _GAP.fullmatch(text, tokens[i + length - 2][1], start):
                break
            singular = token[:-1] if len(token) > 4 and token.endswith("s") else token
            for form in dict.fromkeys((key + token, key + singular)):
                if form in self._concepts and self._spelled(form, text[tokens[i][0] : end]):
                    best = (length, *self._concepts[form])
                    break
            key += token
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
