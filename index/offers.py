"""Concepts that the words of a query name: offered as facet values beside the words, never put in their place.

``brain fog children`` names the symptom Cognitive dysfunction; selecting it leaves ``children`` to be searched. Words
are compared as the index has them (Greek letters, hyphens, spellings, plurals), the longest name first.
"""

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from itertools import islice, pairwise
from typing import NamedTuple

from entries.vocabulary import Vocabulary
from index.analysis import Part, chunks, compound, piece_chunks
from index.fields import SCHEMES_OUT_OF_TEXT, Facet, concept_names
from index.naming import Naming
from index.query import SearchRequest
from index.results import ConceptOffer, MeantValue, UnusedConcept
from index.spelling import term
from index.syntax import OPERATORS
from index.written import BRACKETS, TOKEN, without

MOST_OFFERS = 4
MOST_TRIED = 8  # concepts whose studies are counted for one query
LONGEST_NAME = 8  # parts of a name that is looked for
MOST_PARTS = 60  # of a query that are looked at
_PATTERN = re.compile(r"[*~^:]|\?\w|^-")
_AROUND = " \"'.,;:!?&|"  # what may stand around words and is no part of them
_OTHER_LOGIC = frozenset(("OR", "ANDNOT", "ANDMAYBE", "REQUIRE"))  # there a concept cannot stand in for words alone


class Mention(NamedTuple):
    """A place of a text, end exclusive, and the concepts that are called so."""

    start: int
    end: int
    concepts: tuple[str, ...]

    def matched(self, text: str) -> str:
        """The words as they were written."""
        return text[self.start : self.end].strip(_AROUND)


class _Piece(NamedTuple):
    """A word of a query, or a quoted text, with its analysed parts."""

    start: int
    end: int
    parts: tuple[Part, ...]


class Offers:
    """Finds the concepts of an atlas in queries. ``facets`` are those that a concept can be selected in."""

    def __init__(self, vocabulary: Vocabulary, facets: Collection[Facet]) -> None:
        self._vocabulary = vocabulary
        self._facets: Mapping[str, Facet] = {f.scheme: f for f in reversed(list(facets)) if f.scheme}

    @cached_property
    def _names(self) -> Mapping[str, tuple[str, ...]]:
        """Concepts by the key of each of their names."""
        found: dict[str, dict[str, None]] = {}
        for scheme in self._facets:
            for concept in self._vocabulary.of_scheme(scheme):
                for name in concept_names(self._vocabulary, concept.id):
                    parts, keys = _keys_of_name(name)
                    if parts > 1 or (parts and scheme not in SCHEMES_OUT_OF_TEXT):
                        for key in keys:
                            found.setdefault(key, {})[concept.id] = None
        return {key: tuple(concepts) for key, concepts in found.items()}

    @cached_property
    def _words(self) -> frozenset[str]:
        """All folded words of all names of concepts."""
        names = (name for c in self._vocabulary for name in concept_names(self._vocabulary, c))
        return frozenset(p.word for name in names for piece in name.split() for c in piece_chunks(piece) for p in c)

    def has_word(self, word: str) -> bool:
        """Whether a folded word stands in the name of any concept."""
        return word in self._words

    def of(self, request: SearchRequest, count: Callable[[SearchRequest], int]) -> tuple[ConceptOffer, ...]:
        """Concepts that the request's words name and that are not selected yet, with what selecting them gives."""
        mentions = self.mentions(request.text) if request.text else []
        places = {concept_id: mention for mention in reversed(mentions) for concept_id in mention.concepts}
        named = [c for c in dict.fromkeys(c for m in mentions for c in m.concepts) if not self._chosen(request, c)]
        offers = (self._offer(request, places[c], c, count) for c in named[:MOST_TRIED])
        return tuple(islice((offer for offer in offers if offer), MOST_OFFERS))

    def _chosen(self, request: SearchRequest, concept_id: str) -> bool:
        """Whether the concept is selected, or left out, already."""
        name = self._facets[self._vocabulary.scheme_of(concept_id)].name
        return concept_id in (*request.include.get(name, ()), *request.exclude.get(name, ()))

    def _offer(
        self, request: SearchRequest, mention: Mention, concept_id: str, count: Callable[[SearchRequest], int]
    ) -> ConceptOffer | None:
        scheme = self._vocabulary.scheme_of(concept_id)
        facet = self._facets[scheme]
        selecting = self._instead(request, mention, facet, concept_id)
        everywhere = self._selecting(concept_id)
        if not (total := count(everywhere)):
            return None
        studies = count(selecting)
        return ConceptOffer(
            concept=concept_id,
            scheme=scheme,
            facet=facet.name,
            label=self._vocabulary.label(concept_id),
            scheme_label=self._vocabulary.schemes[scheme].label,
            matched=mention.matched(request.text),
            count=studies or total,
            total=total,
            request=selecting if studies else everywhere,
            alone=not studies,
        )

    def _instead(self, request: SearchRequest, mention: Mention, facet: Facet, concept_id: str) -> SearchRequest:
        """The search with the concept for its name. Beside values that are selected in its facet it would be one more
        alternative, where the words were wanted as well: there it is asked for in the words."""
        text = request.text
        if request.include.get(facet.name):
            named = Naming(facet, self._vocabulary).asked(concept_id)
            return request.with_text(f"{text[: mention.start]}{named}{text[mention.end :]}")
        return request.with_text(without(text, mention.start, mention.end)).with_value(facet.name, concept_id)

    def unused(self, text: str, count: Callable[[SearchRequest], int]) -> tuple[UnusedConcept, ...]:
        """Concepts that a text names and no study has, each with the nearest broader one that a study has."""
        named = {c: m.matched(text) for m in self.mentions(text)[:MOST_TRIED] for c in m.concepts}
        without = (c for c in islice(named, MOST_TRIED) if not count(self._selecting(c)))
        return tuple(islice((self._unused(c, named[c], count) for c in without), MOST_OFFERS))

    def _selecting(self, concept_id: str) -> SearchRequest:
        facet = self._facets[self._vocabulary.scheme_of(concept_id)]
        return SearchRequest(include={facet.name: (concept_id,)})

    def _unused(self, concept_id: str, matched: str, count: Callable[[SearchRequest], int]) -> UnusedConcept:
        vocabulary, scheme = self._vocabulary, self._vocabulary.scheme_of(concept_id)
        above = ((a, self._selecting(a)) for a in vocabulary.ancestors(concept_id) if vocabulary.scheme_of(a) == scheme)
        wider = (
            MeantValue(a, vocabulary.label(a), asked, found, found) for a, asked in above if (found := count(asked))
        )
        label, of_scheme = vocabulary.label(concept_id), vocabulary.schemes[scheme].label
        return UnusedConcept(concept_id, scheme, label, of_scheme, matched, next(wider, None))

    def mentions(self, text: str) -> list[Mention]:
        """Names of concepts in a query, the longest first; none lies within another."""
        found: list[tuple[int, Mention]] = []
        for run in _runs(text):
            found.extend(self._named(run))
        found.sort(key=lambda one: (-one[0], one[1].start))
        kept: list[Mention] = []
        for _, mention in found:
            if all(mention.end <= other.start or other.end <= mention.start for other in kept):
                kept.append(mention)
        return kept

    def _named(self, run: Sequence[_Piece]) -> Iterator[tuple[int, Mention]]:
        """(length in parts, mention) of all names that pieces of a run make up, whole pieces only."""
        for first in range(len(run)):
            parts: list[Part] = []
            for last in range(first, len(run)):
                parts.extend(run[last].parts)
                if len(parts) > LONGEST_NAME:
                    break
                if concepts := next((self._names[key] for key in _keys(parts) if key in self._names), None):
                    yield len(parts), Mention(run[first].start, run[last].end, concepts)


@lru_cache(maxsize=50_000)
def _keys_of_name(name: str) -> tuple[int, tuple[str, ...]]:
    """(number of parts, keys) of a concept's name: the same in every index of an atlas, and so remembered."""
    parts = [p for piece in name.split() for c in piece_chunks(piece) for p in c]
    return len(parts), tuple(_keys(parts)) if parts else ()


def _keys(parts: Sequence[Part]) -> Iterator[str]:
    """What a name is looked up by: its terms, and its words as one (``IL6`` is ``IL 6``)."""
    words = [p.word for p in parts]
    yield " ".join(map(term, words))
    if len(words) == 1 or not all(w.isalpha() for w in words):
        yield compound(words)


def _runs(text: str) -> Iterator[list[_Piece]]:
    """Stretches of plain words; a field, a pattern, a quoted text, an operator and what is left out end a stretch."""
    tokens = list(TOKEN.finditer(text))
    if BRACKETS.search(text) or not _OTHER_LOGIC.isdisjoint(t.group() for t in tokens):
        return
    run: list[_Piece] = []
    seen = 0
    for before, token in pairwise((None, *tokens)):
        if token is None or seen > MOST_PARTS:
            break
        word = token.group()
        negated = before is not None and before.group() == "NOT"
        if word.startswith('"') and not negated and "~" not in word:
            yield run
            yield [_piece(token)]
            run = []
        elif negated or word in OPERATORS or _PATTERN.search(word) or '"' in word:
            yield run
            run = []
        else:
            run.append(_piece(token))
            seen += len(run[-1].parts)
    yield run


def _piece(token: re.Match[str]) -> _Piece:
    parts = tuple(p for word in token.group().split() for c in chunks(word) for p in c)
    return _Piece(token.start(), token.end(), parts)
