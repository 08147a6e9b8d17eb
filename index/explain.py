"""Why a study is among the results: which words were found in which of its fields, and how much each field counts.

What was found is read from the study's own texts, as highlights are; how much a field counts is the engine's own score
for it.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from whoosh import query as q

from entries.atlas import Atlas
from entries.study import Study
from index.analysis import Spans, spans
from index.expand import PATTERNS, expand, written
from index.feedback import READ
from index.fields import (
    KEYWORD_FIELDS,
    SIZE,
    TEXT_FIELDS,
    YEAR,
    Facet,
    concept_names,
    facet_values,
    numbers,
    text_concepts,
    texts,
)
from index.highlight import places
from index.lexicon import Lexicon
from index.name_spelling import of_name
from index.ranges import LARGEST
from index.resolve import AUTHORS
from index.syntax import DEFAULT_FIELD

RELATED = "related"  # the field of words that were not asked for, see index.feedback
LABELS: Mapping[str, str] = {
    "title": "Title", "findings": "Findings", "summary": "Summary", "concepts": "Tags", "authors": "Authors",
    "journal": "Journal", "conclusions": "Conclusions", "other": "Other texts", "ids": "Identifiers",
    RELATED: "Words that the best matches share", YEAR: "Year", SIZE: "Participants",
    "id": "Id in the atlas", "pmid": "PubMed id", "pmcid": "PubMed Central id", "doi": "DOI",
}  # fmt: skip
MOST_FORMS = 8  # of a word that are named
_WEIGHTS = {field.name: field.weight for field in TEXT_FIELDS}


@dataclass(frozen=True, slots=True)
class WordMatch:
    """A word as it was ``asked`` for, the forms ``found``, each once, and how often any of them stands there."""

    asked: str
    found: tuple[str, ...]
    count: int


@dataclass(frozen=True, slots=True)
class FieldMatch:
    """What was found in one field. ``share`` of the study's score that it brings, from 0 to 1; values bring none."""

    field: str
    label: str
    words: tuple[WordMatch, ...]
    share: float


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a study was found: its fields, those that count most first. None of them where no words were asked for."""

    study_id: str
    fields: tuple[FieldMatch, ...]


Score = Callable[[q.Query], float]


@dataclass(frozen=True, slots=True)
class _Asked:
    """A word of the text and the terms and phrases that it stands for; those of a pattern count ``constant``."""

    name: str
    leaves: tuple[q.Query, ...]
    constant: float | None = None

    def within(self, field: str) -> "_Asked":
        """The word as it is searched in one text field."""
        leaves = tuple(leaf for leaf in (_in_field(leaf, field) for leaf in self.leaves) if leaf is not None)
        return _Asked(self.name, leaves, self.constant)

    def scored(self) -> list[q.Query]:
        """What counts for the score, in a tree of alternatives."""
        if self.constant is None or not self.leaves:
            return list(self.leaves)
        return [q.ConstantScoreQuery(q.Or(list(self.leaves)), self.constant)]

    def found(self, parts: Iterable[str], are_names: bool = False) -> WordMatch | None:
        """Where it stands in the texts of a field; None where it does not."""
        return _found(self.name, self.leaves, parts, are_names)


class Explainer:
    """Explains the matches of one atlas. ``facets`` by index field."""

    def __init__(self, atlas: Atlas, facets: Iterable[Facet], lexicon: Lexicon) -> None:
        self._atlas = atlas
        self._facets = {facet.field: facet for facet in facets}
        self._lexicon = lexicon

    def explained(self, text: str, asked: q.Query, shared: q.Query | None, study: Study, score: Score) -> Explanation:
        """Explain a match. ``asked``: what the text asks for, with its patterns; ``shared``: what feedback added.

        ``score`` gives the study's score for a tree of index terms.
        """
        words = self._words(text, asked)
        fields = [self._field(name, parts, words, score) for name, parts in self._texts(study).items()]
        matches = [match for match in (*fields, self._related(shared, study, score)) if match.words]
        whole = sum(match.share for match in matches) or 1.0
        weighed = [FieldMatch(m.field, m.label, m.words, m.share / whole) for m in matches]
        weighed.sort(key=lambda match: -match.share)
        return Explanation(study.id, (*weighed, *self._values(asked, study)))

    def _words(self, text: str, asked: q.Query) -> list[_Asked]:
        """What the study may be found by, by the words as they were written."""
        said = spans(text)
        found: dict[str, _Asked] = {}
        for leaf in _wanted(asked):
            if isinstance(leaf, PATTERNS):
                one = _Asked(written(leaf), self._meant(leaf), float(leaf.boost))
            else:
                one = _Asked(_as_said(text, said, leaf), (leaf,))
            before = found.get(one.name)
            found[one.name] = _Asked(one.name, (*before.leaves, *one.leaves), one.constant) if before else one
        return list(found.values())

    def _meant(self, pattern: q.Query) -> tuple[q.Query, ...]:
        """The terms that a pattern stands for."""
        tree, _ = expand(pattern, self._lexicon)
        return tuple(tree.child.subqueries) if isinstance(tree, q.ConstantScoreQuery) else ()

    def _texts(self, study: Study) -> Mapping[str, list[str]]:
        names = [n for c in text_concepts(self._atlas, study) for n in concept_names(self._atlas.vocabulary, c)]
        return {**texts(study), "concepts": names}

    def _field(self, name: str, parts: list[str], words: list[_Asked], score: Score) -> FieldMatch:
        """What was found in a text field, its score in place of the share."""
        found = {
            word: match for word in (w.within(name) for w in words) if (match := word.found(parts, name == AUTHORS))
        }
        wanted = [leaf for word in found for leaf in word.scored()]
        return FieldMatch(name, LABELS[name], tuple(found.values()), score(q.Or(wanted)) if wanted else 0.0)

    def _related(self, shared: q.Query | None, study: Study, score: Score) -> FieldMatch:
        """What feedback adds."""
        fields = texts(study)
        parts = [text for field in READ for text in fields[field]]
        words = dict.fromkeys(leaf.text for leaf in shared.leaves()) if shared else ()
        found = [match for word in words if (match := _found(word, [q.Term(DEFAULT_FIELD, word)], parts))]
        named = tuple(WordMatch(match.found[0], match.found, match.count) for match in found)
        return FieldMatch(RELATED, LABELS[RELATED], named, score(shared) if named else 0.0)

    def _values(self, asked: q.Query, study: Study) -> Iterator[FieldMatch]:
        """Years, identifiers and facet values that the text names."""
        for leaf in _wanted(asked, values=True):
            field = leaf.fieldname
            if isinstance(leaf, q.NumericRange):
                number = numbers(study).get(field)
                if number is not None and leaf.start <= number <= leaf.end:
                    within = WordMatch(_said(leaf), (str(number),), 1)
                    yield FieldMatch(field, LABELS[field], (within,), 0.0)
            elif field in self._facets and leaf.text in facet_values(self._atlas, study, self._facets[field]):
                facet = self._facets[field]
                label = self._atlas.vocabulary.label(leaf.text) if facet.scheme else leaf.text
                yield FieldMatch(facet.name, facet.label, (WordMatch(label, (label,), 1),), 0.0)
            elif field in KEYWORD_FIELDS and (getattr(study, field) or "").lower() == leaf.text:
                yield FieldMatch(field, LABELS[field], (WordMatch(leaf.text, (getattr(study, field),), 1),), 0.0)


def _wanted(tree: q.Query, values: bool = False) -> Iterator[q.Query]:
    """Leaves that are not under a NOT: words and patterns, or else the values of other fields."""
    if isinstance(tree, q.And | q.Or):
        for child in tree.subqueries:
            yield from _wanted(child, values)
    elif isinstance(tree, q.AndMaybe):
        yield from _wanted(tree.a, values)
        yield from _wanted(tree.b, values)
    elif isinstance(tree, q.NumericRange):
        if values:
            yield tree
    elif isinstance(tree, (q.Term, q.Phrase, *PATTERNS)):
        is_text = tree.fieldname == DEFAULT_FIELD or tree.fieldname in _WEIGHTS
        if is_text != values:
            yield tree


def _said(numbers: q.NumericRange) -> str:
    """A range in words."""
    if numbers.end == LARGEST[numbers.fieldname]:
        return f"{numbers.start} or more"
    return str(numbers.start) if numbers.start == numbers.end else f"{numbers.start} to {numbers.end}"


def _as_said(text: str, said: Spans, leaf: q.Term | q.Phrase) -> str:
    """The words of a leaf as they stand in the query text, or as the index has them where they do not."""
    if isinstance(leaf, q.Term):
        placed = (*said.parts, *said.compounds)
        place = next((p for p in placed if p.word == leaf.text), None)
        place = place or next((p for p in placed if [leaf.text] in _otherwise(text[p.start : p.end])), None)
        return text[place.start : place.end] if place else str(leaf.text)
    wanted, size, parts = list(leaf.words), len(leaf.words), said.parts
    runs = [parts[i : i + size] for i in range(len(parts) - size + 1)]
    run = next((run for run in runs if [part.word for part in run] == wanted), None)
    run = run or next((run for run in runs if wanted in _otherwise(text[run[0].start : run[-1].end])), None)
    return text[run[0].start : run[-1].end] if run else " ".join(wanted)


def _otherwise(words: str) -> Iterator[list[str]]:
    """The terms of words in each of their other spellings."""
    return ([part.word for part in spans(other).parts] for other in of_name(words))


def _in_field(leaf: q.Term | q.Phrase, name: str) -> q.Query | None:
    """A leaf as it is searched in one field, with that field's weight; None where it is of another field."""
    if leaf.fieldname == name:
        return leaf
    if leaf.fieldname != DEFAULT_FIELD:
        return None
    boost = leaf.boost * _WEIGHTS[name]
    if isinstance(leaf, q.Phrase):
        return q.Phrase(name, leaf.words, slop=leaf.slop, boost=boost)
    return q.Term(name, leaf.text, boost=boost)


def _found(asked: str, leaves: Iterable[q.Query], parts: Iterable[str], are_names: bool = False) -> WordMatch | None:
    """Where a word stands in the texts of a field, or in the names of authors; None where it does not."""
    leaves = list(leaves)
    forms = [text[s.start : s.end] for text in parts for s in places(leaves, text, are_names)] if leaves else []
    return WordMatch(asked, tuple(dict.fromkeys(forms))[:MOST_FORMS], len(forms)) if forms else None
