"""What was found, in its context: escaped HTML with ``<mark>`` and nothing else, from the entry's own texts.

The texts are read piece by piece (what stands between white space); what a piece holds was remembered when it was first
met, so a page of hits takes about a millisecond. The same code serves all engines.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from html import escape
from typing import NamedTuple

from whoosh import query as q

from entries.atlas import Atlas
from entries.glance import Glance
from index.analysis import Part, compound, joined_parts, piece_chunks
from index.fields import SCHEMES_OUT_OF_TEXT, concept_names
from index.name_spelling import of_name
from index.pieces import PIECES, terms_of_piece
from index.plan import positive
from index.spelling import term
from index.syntax import DEFAULT_FIELD

LONGEST = 320  # characters of a text that is shown whole; of a longer one the best part is
REACH = 260  # characters within which finds belong together
BEFORE = 40  # characters before the first of them
MOST_CONCEPTS = 4
MOST_FIELDS = 3  # besides the title
_PIECE = re.compile(r"\S+")
_LETTERS, _HYPHENATED = re.compile(r"[^\W\d_]+"), re.compile(r"[\w'’-]+")


class Span(NamedTuple):
    """A place in a text, end exclusive."""

    start: int
    end: int


class _Marks(dict[str, tuple[Span, ...]]):
    """For each piece, the places in it of words looked for; filled on demand."""

    def __init__(self, wanted: frozenset[str]) -> None:
        super().__init__()
        self._wanted = wanted

    def __missing__(self, piece: str) -> tuple[Span, ...]:
        found = piece_chunks(piece)
        spans = [Span(p.start, p.end) for chunk in found for p in chunk if term(p.word) in self._wanted]
        for run in joined_parts(found):
            if term(compound([p.word for p in run])) in self._wanted:
                spans.append(Span(run[0].start, run[-1].end))
        if not spans and not self._wanted.isdisjoint(terms_of_piece(piece)):  # found as it is written out
            spans.append(Span(found[0][0].start, found[-1][-1].end))
        self[piece] = marks = tuple(spans)
        return marks


class _Marker:
    """Finds in a text what a query looks for: single terms and phrases."""

    def __init__(self, leaves: Iterable[q.Query]) -> None:
        leaves = list(leaves)
        self._phrases = [leaf for leaf in leaves if isinstance(leaf, q.Phrase)]
        self._words = frozenset(leaf.text for leaf in leaves if isinstance(leaf, q.Term))
        self.words = self._words.union(*(phrase.words for phrase in self._phrases))
        self._marks = _Marks(self._words)
        self._size = -1
        self._holding: frozenset[str] = frozenset()

    def holding(self, pieces: Collection[str]) -> frozenset[str]:
        """The pieces that hold any word looked for. Fast: most have none."""
        if not PIECES.knows(pieces):
            PIECES.learn(pieces)
        if PIECES.size != self._size:
            self._size = PIECES.size
            self._holding = PIECES.holding(self.words)
        return self._holding.intersection(pieces)

    def spans(self, text: str, holding: Collection[str] | None = None) -> list[Span]:
        """Places of everything found, in order, overlapping ones made one.

        ``holding``: what :meth:`holding` says of its pieces, or of those of more texts.
        """
        if holding is None:
            holding = self.holding(text.split())
        near = [piece for piece in holding if piece in text]
        if not near:
            return []
        found = [
            Span(start + span.start, start + span.end)
            for piece in near
            for start in _places(piece, text)
            for span in self._marks[piece]
        ]
        if self._phrases:
            found.extend(self._phrase_spans(text))
        return _merged(found)

    def name_spans(self, name: str, holding: Collection[str] | None = None) -> list[Span]:
        """As :meth:`spans`, in the name of an author, which may have been found as others write it."""
        found = self.spans(name, holding)
        if found or not of_name(name):
            return found
        for part in (_LETTERS, _HYPHENATED):
            if spans := [Span(*m.span()) for m in part.finditer(name) if any(map(self.spans, of_name(m.group())))]:
                return spans
        return [Span(0, len(name))] if any(map(self.spans, of_name(name))) else []

    def _phrase_spans(self, text: str) -> Iterator[Span]:
        parts = [
            Part(term(p.word), p.start + m.start(), p.end + m.start())
            for m in _PIECE.finditer(text)
            for chunk in piece_chunks(m.group())
            for p in chunk
        ]
        places: dict[str, list[int]] = {}
        for i, part in enumerate(parts):
            places.setdefault(part.word, []).append(i)
        for phrase in self._phrases:
            for i in places.get(phrase.words[0], ()):
                end = _phrase_end(parts, i, phrase)
                if end is not None:
                    yield Span(min(parts[i].start, parts[end].start), max(parts[i].end, parts[end].end))


def _places(piece: str, text: str) -> Iterator[int]:
    """Where a piece stands in a text, blanks or an end of the text around it."""
    at, size = text.find(piece), len(piece)
    while at >= 0:
        end = at + size
        if (not at or text[at - 1].isspace()) and (end == len(text) or text[end].isspace()):
            yield at
        at = text.find(piece, end)


def _phrase_end(parts: Sequence[Part], start: int, phrase: q.Phrase) -> int | None:
    """Index of the part that a phrase from ``start`` on leads to; None where it does not stand there."""
    if phrase.slop > 1:
        reach = range(max(0, start + 2 - phrase.slop), min(start + 1 + phrase.slop, len(parts)))
        return next((i for i in reach if i != start and parts[i].word == phrase.words[1]), None)
    end = start + len(phrase.words)
    same = end <= len(parts) and all(p.word == w for p, w in zip(parts[start:end], phrase.words, strict=True))
    return end - 1 if same else None


def _merged(spans: Iterable[Span]) -> list[Span]:
    merged: list[Span] = []
    for span in sorted(spans):
        if merged and span.start <= merged[-1].end:
            merged[-1] = Span(merged[-1].start, max(merged[-1].end, span.end))
        else:
            merged.append(span)
    return merged


def marked(text: str, spans: Iterable[Span], start: int = 0, end: int | None = None) -> str:
    """A text from ``start`` to ``end`` as escaped HTML, with ``<mark>`` around the spans within."""
    end = len(text) if end is None else end
    out, at = [], start
    for span in spans:
        if span.start < start or span.end > end:
            continue
        out += [escape(text[at : span.start]), "<mark>", escape(text[span.start : span.end]), "</mark>"]
        at = span.end
    return "".join((*out, escape(text[at:end])))


def snippet(text: str, spans: Sequence[Span]) -> str:
    """The text with what was found marked; of a long one the part with most finds, cut at blanks."""
    if len(text) <= LONGEST:
        return marked(text, spans)
    best = max(spans, key=lambda s: (sum(s.start <= other.start < s.start + REACH for other in spans), -s.start))
    start = max(0, min(best.start - BEFORE, len(text) - LONGEST))
    if start:
        start = min(text.find(" ", start, best.start) + 1 or best.start, best.start)
    end = min(len(text), max(start + LONGEST, best.end))
    if end < len(text):
        end = max(text.rfind(" ", best.end, end), best.end)
    before, after = ("… " if start else ""), (" …" if end < len(text) else "")
    return f"{before}{marked(text, spans, start, end)}{after}"


def places(leaves: Iterable[q.Query], text: str, is_name: bool = False) -> list[Span]:
    """Where terms and phrases stand in a text or an author's name, in order, overlapping places made one."""
    marker = _Marker(leaves)
    return marker.name_spans(text) if is_name else marker.spans(text)


class Highlighting:
    """Makes highlighters for one atlas. Knows which concepts are called by which terms."""

    def __init__(self, atlas: Atlas) -> None:
        self.vocabulary = atlas.vocabulary
        self._called: dict[str, set[str]] = {}
        for concept in atlas.vocabulary:
            if atlas.vocabulary.scheme_of(concept) not in SCHEMES_OUT_OF_TEXT:
                names = " ".join(concept_names(atlas.vocabulary, concept)).split()
                for one in {t for piece in names for t in terms_of_piece(piece)}:
                    self._called.setdefault(one, set()).add(concept)

    def concepts(self, words: Iterable[str]) -> frozenset[str]:
        """Concepts with any of these terms in any of their names."""
        return frozenset().union(*(self._called.get(word, ()) for word in words))

    def of(self, tree: q.Query) -> "Highlighter":
        """A highlighter for a query tree without patterns."""
        return Highlighter(tree, self)


class Highlighter:
    """Marks what one query found in studies."""

    def __init__(self, tree: q.Query, highlighting: Highlighting) -> None:
        self._of = highlighting
        self._leaves = list(positive(tree))
        self._markers: dict[str, _Marker] = {}
        self._own = {leaf.fieldname for leaf in self._leaves} - {DEFAULT_FIELD}
        self._called: frozenset[str] | None = None
        self._concepts: dict[str, str | None] = {}

    def of(self, study: Glance, most: int = MOST_FIELDS) -> Mapping[str, str]:
        """Highlights by field, those first that tell most: the title, and up to ``most`` other fields."""
        if not self._leaves:
            return {}
        found: dict[str, str] = {}
        for field, html in self._candidates(_Reading(study)):
            if html:
                found[field] = html
                if len(found) >= most + ("title" in found):
                    break
        return found

    def _candidates(self, read: "_Reading") -> Iterator[tuple[str, str]]:
        """Fields in order with what was found in them, worked out one after the other."""
        study = read.study
        yield "title", self._best(read, "title", (study.title,), whole=True)
        yield "authors", self._named(read)
        yield "findings", self._best(read, "findings", study.statements)
        yield "summary", self._best(read, "summary", (study.summary,))
        yield "concepts", self._tagged(study)
        yield "conclusions", self._best(read, "conclusions", study.conclusions)
        yield "why_it_matters", self._best(read, "other", (study.why_it_matters or "",))
        yield "does_not_prove", self._best(read, "other", (study.does_not_prove,))
        yield "questions", self._best(read, "other", study.questions)
        yield "journal", self._best(read, "journal", (study.journal or "",))

    def _marker(self, field: str) -> _Marker:
        """The marker of a text field; those without a word of their own share one."""
        key = field if field in self._own else DEFAULT_FIELD
        if key not in self._markers:
            self._markers[key] = _Marker(leaf for leaf in self._leaves if leaf.fieldname in (DEFAULT_FIELD, key))
        return self._markers[key]

    def _best(self, read: "_Reading", field: str, texts: Sequence[str], whole: bool = False) -> str:
        """The text with most finds, or nothing."""
        marker = self._marker(field)
        holding = read.holding(marker)
        if not holding:
            return ""
        found = [(text, spans) for text in texts if (spans := marker.spans(text, holding))]
        if not found:
            return ""
        text, spans = max(found, key=lambda pair: len(pair[1]))
        return marked(text, spans) if whole else snippet(text, spans)

    def _named(self, read: "_Reading") -> str:
        """All names of authors with a find."""
        marker = self._marker("authors")
        holding = read.holding(marker)
        found = [(name, marker.name_spans(name, holding)) for name in read.study.names if holding or of_name(name)]
        return "; ".join([marked(name, spans) for name, spans in found if spans])

    def _tagged(self, study: Glance) -> str:
        """Concepts that were found by one of their names: the label, and the name where it is another one."""
        marker = self._marker("concepts")
        if self._called is None:
            self._called = self._of.concepts(marker.words)
        if not self._called:
            return ""
        found = [html for c in study.used if c in self._called and (html := self._concept(marker, c))]
        return "; ".join(found[:MOST_CONCEPTS])

    def _concept(self, marker: _Marker, concept_id: str) -> str | None:
        if concept_id not in self._concepts:
            self._concepts[concept_id] = _marked_name(marker, *concept_names(self._of.vocabulary, concept_id))
        return self._concepts[concept_id]


class _Reading:
    """One study while it is gone through: all of its texts are looked at together, once for each marker."""

    def __init__(self, study: Glance) -> None:
        self.study = study
        self._holding: dict[int, frozenset[str]] = {}

    def holding(self, marker: _Marker) -> frozenset[str]:
        """The pieces of all texts that hold a word that a marker looks for."""
        found = self._holding.get(id(marker))
        if found is None:
            found = self._holding[id(marker)] = marker.holding(self._pieces)
        return found

    @cached_property
    def _pieces(self) -> list[str]:
        study = self.study
        texts = (*study.statements, *study.conclusions, *study.questions, study.summary, study.does_not_prove)
        more = study.title, *study.names, study.why_it_matters or "", study.journal or ""
        return " ".join((*texts, *more)).split()


def _marked_name(marker: _Marker, label: str, *others: str) -> str | None:
    """A concept's label with what was found, or with the other name that was found; None where none was."""
    if spans := marker.spans(label):
        return marked(label, spans)
    name, spans = next(((n, s) for n in others if (s := marker.spans(n))), ("", []))
    return f"{escape(label)} ({marked(name, spans)})" if name else None
