"""The parser's tree made into index terms: words analysed, field names resolved, facet values looked up."""

import re
from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import NamedTuple, TypeAlias

from whoosh import query as q

from entries.vocabulary import Vocabulary, normalise
from index.analysis import LONGEST_RUN, chunks, compound
from index.fields import KEYWORD_FIELDS, NUMBER_FIELDS, TEXT_FIELDS, Facet, concept_names
from index.lexicon import matcher
from index.name_spelling import with_one_letter, written_out
from index.naming import Naming
from index.ranges import EXAMPLES, number_range, turned
from index.spelling import term
from index.syntax import DEFAULT_FIELD, OPERATORS
from index.wordlists import SAID_OF_ONESELF, STOP_WORDS

FURTHEST = 2  # edit distance of a fuzzy word at most
AUTHORS = "authors"
_AFTER = ".,;:"  # what a sentence puts after a number
_AUTHORS_WEIGHT = next(field.weight for field in TEXT_FIELDS if field.name == AUTHORS)
Tree: TypeAlias = "q.Query | None"
# A plural of an abbreviation in small letters, which may also be one that ends so: rcts, mrnas.
_SEVERAL = re.compile(r"(?:[bcdfghj-np-tv-xz]{3,}|[a-z]{0,3}[dr]na|hla|ss?ri|snri|f?mri)(?<!s)s")
_SLASH = re.compile(r"[^\W\d_]+/[^\W\d_]+")


class Spelled(q.Or):
    """A word as it was written, first, and the other spellings that it has as a name."""


class Unread(NamedTuple):
    """A value that a query asks of a facet (by name), which has none that is called so: searched as words."""

    facet: str
    value: str


class Resolver:
    """Resolves one query. ``messages`` collects what the reader should be told, ``unread`` values that are unknown."""

    def __init__(self, fields: Mapping[str, str], facets: Mapping[str, Facet], vocabulary: Vocabulary) -> None:
        self._fields = fields
        self._facets = facets
        self._vocabulary = vocabulary
        self.messages: list[str] = []
        self.unread: list[Unread] = []

    def resolve(self, node: q.Query) -> Tree:
        """The node in index terms; None where nothing of it can be searched for."""
        if isinstance(node, q.And | q.Or):
            return self._compound(node)
        if isinstance(node, q.Not):
            inner = self.resolve(node.query)
            return None if inner is None else q.Not(inner)
        if isinstance(node, q.AndNot):
            unwanted = self.resolve(node.b)
            return _all_of([self.resolve(node.a), None if unwanted is None else q.Not(unwanted)])
        if isinstance(node, q.AndMaybe):
            return self._maybe(node)
        if isinstance(node, q.Require):
            return _all_of([self.resolve(node.a), self.resolve(node.b)])
        if isinstance(node, q.Every):
            return q.Every()
        return self._leaf(node)

    def words(self, text: str) -> Tree:
        """All words of a text, whatever signs stand among them."""
        return _all_of([self._word(DEFAULT_FIELD, piece, 1.0) for piece in text.split()])

    def _compound(self, node: q.CompoundQuery) -> Tree:
        children = list(node.subqueries)
        if isinstance(node, q.And):
            children = _without_stop_words(children)
        resolved = [self.resolve(child) for child in children]
        found = list(dict.fromkeys(child for child in resolved if child is not None))
        if not found:
            return None
        whole = found[0] if len(found) == 1 else type(node)(found)
        return whole if node.boost == 1.0 else _boosted(whole, node.boost)

    def _maybe(self, node: q.AndMaybe) -> Tree:
        wanted, welcome = self.resolve(node.a), self.resolve(node.b)
        if wanted is None or welcome is None:
            return wanted if welcome is None else None
        return q.AndMaybe(wanted, welcome)

    def _leaf(self, node: q.Query) -> Tree:
        name = getattr(node, "fieldname", None) or DEFAULT_FIELD
        if name in self._fields:
            field = self._fields[name]
            if field in NUMBER_FIELDS:
                return self._number(field, node)
            if field in KEYWORD_FIELDS:
                return self._keyword(field, node)
            return self._text(field, node)
        if name in self._facets:
            return self._facet(self._facets[name], node)
        return self._text(DEFAULT_FIELD, node)

    # Words.

    def _text(self, field: str, node: q.Query) -> Tree:
        boost = min(float(getattr(node, "boost", 1.0)), 1000.0)
        if isinstance(node, q.Term):
            return self._word(field, str(node.text), boost)
        if isinstance(node, q.Phrase):
            return self._phrase(field, node, boost)
        if isinstance(node, q.Prefix):
            start = _joined(str(node.text))
            return q.Prefix(field, start, boost=boost) if start else q.Every()
        if isinstance(node, q.Wildcard):
            return _pattern(field, str(node.text), boost)
        if isinstance(node, q.FuzzyTerm):
            word = _joined(str(node.text))
            distance = min(int(node.maxdist), FURTHEST) if len(word) > 2 else 0
            return q.FuzzyTerm(field, word, boost, distance, max(1, int(node.prefixlength))) if word else None
        if isinstance(node, q.TermRange):
            self.messages.append(
                "Ranges work with years and sizes, as in year:1990-2005 or size:>100; this one was searched as words."
            )
            return self.words(f"{node.start or ''} {node.end or ''}")
        return None

    def _word(self, field: str, text: str, boost: float) -> Tree:
        """A word in all spellings that it has as a name."""
        return _spelled(field, text, boost, self._one_word(field, text, boost))

    def _one_word(self, field: str, text: str, boost: float) -> Tree:
        """A word, or what is written as one: ``IL-6`` is its compound or the phrase of its parts."""
        found = chunks(text)
        words = [p.word for c in found for p in c]
        if not words:
            return None
        terms = [term(w) for w in words]
        if len(words) == 1:
            alone = q.Term(field, terms[0], boost=boost)
            several = terms[0] == words[0] and text.islower() and _SEVERAL.fullmatch(words[0])
            return q.Or([alone, q.Term(field, words[0][:-1], boost=boost)]) if several else alone
        phrase = q.Phrase(field, terms, boost=boost)
        if len(words) == 2 and _SLASH.fullmatch(text):  # CFS/ME is ME/CFS
            together = q.Term(field, term(compound(words)), boost=boost)
            return q.Or([together, phrase, q.Phrase(field, terms[::-1], boost=boost)])
        if len(found) > 1 or len(words) > LONGEST_RUN or all(w.isdigit() for w in words):
            return phrase
        return q.Or([q.Term(field, term(compound(words)), boost=boost), phrase])

    def _phrase(self, field: str, node: q.Phrase, boost: float) -> Tree:
        """Words in sequence. With slop, each word near the one before it, on either side of it."""
        text = " ".join(map(str, node.words))
        pieces = text.split()
        if len(pieces) == 1:
            return self._word(field, pieces[0], boost)
        terms = [term(p.word) for piece in pieces for c in chunks(piece) for p in c]
        if len(terms) < 2:
            return q.Term(field, terms[0], boost=boost) if terms else None
        slop = min(int(node.slop), 100)
        if slop <= 1:
            return _spelled(field, text, boost, q.Phrase(field, terms, boost=boost))
        near = [q.Phrase(field, list(pair), slop=slop, boost=boost) for pair in pairwise(terms)]
        return _all_of(near)

    # Whole values.

    def _keyword(self, field: str, node: q.Query) -> Tree:
        value = _text_of(node).strip().lower()
        if not isinstance(node, q.Term | q.Phrase):
            self.messages.append(f"“{field}:” takes one whole value.")
        value = value.removeprefix("https://doi.org/") if field == "doi" else value.rstrip(_AFTER)
        return q.Term(field, value) if value else None

    def _number(self, field: str, node: q.Query) -> Tree:
        found = number_range(field, node, _text_of(node))
        if found is None:
            self.messages.append(EXAMPLES[field])
            return self._text(DEFAULT_FIELD, q.Term(DEFAULT_FIELD, _text_of(node)))
        if right := turned(found, node):
            self.messages.append(f"“{field}:” was the wrong way round; searched from {right.start} to {right.end}.")
            return right
        return found

    def _facet(self, facet: Facet, node: q.Query) -> Tree:
        text = _text_of(node)
        naming = Naming(facet, self._vocabulary)
        if isinstance(node, q.Prefix | q.Wildcard):
            values = self._values_like(naming, f"{text}*" if isinstance(node, q.Prefix) else text)
        else:
            values = naming.meant(text)
        if values:
            return _any_of([q.Term(facet.field, value) for value in values])
        self.unread.append(Unread(facet.name, text))
        return self._text(
            DEFAULT_FIELD, q.Phrase(DEFAULT_FIELD, [text]) if " " in text else q.Term(DEFAULT_FIELD, text)
        )

    def _values_like(self, naming: Naming, pattern: str) -> list[str]:
        """Values of a facet with a name like a pattern of ``*`` and ``?``."""
        fits = matcher("".join(c if c in "*?" else normalise(c) for c in pattern)).match
        found = {value: [value, label] for value, label in naming.declared.items()}
        for value in found if naming.facet.scheme else ():
            found[value] += concept_names(self._vocabulary, value)
        return [value for value, names in found.items() if any(fits(normalise(name)) for name in names)]


def _without_stop_words(children: list[q.Query]) -> list[q.Query]:
    """Words such as "of" and "the" are not asked for where there are others; in capitals (``WHO``, ``IT``) they are.

    Nor are operators that lack a side, as in ``fatigue OR``.
    """

    def written(node: q.Query) -> str:
        if not isinstance(node, q.Term) or node.fieldname != DEFAULT_FIELD:
            return ""
        return str(node.text).replace("’", "").replace("'", "")

    def is_stop(before: str, word: str, after: str) -> bool:
        if word == "I":  # of a person, not of "type I"
            return not SAID_OF_ONESELF.isdisjoint((before.lower(), after))
        plain = word if word.isupper() else word.lower()  # a question may begin with a capital
        return plain in STOP_WORDS or word in OPERATORS

    words = ["", *map(written, children), ""]
    kept = [child for child, *near in zip(children, words, words[1:], words[2:], strict=False) if not is_stop(*near)]
    return kept or children


def _spelled(field: str, text: str, boost: float, asked: Tree) -> Tree:
    """What is asked for, or the same as others write it: letters with marks written out, in names the other way round.

    Two letters that may be one are taken for one in the field of authors alone: elsewhere these are other words.
    """
    out, one = written_out(text), with_one_letter(text) if field in (DEFAULT_FIELD, AUTHORS) else text
    others = [_sequence(field, out, boost)] if out != text else []
    others += [_sequence(AUTHORS, one, boost * _AUTHORS_WEIGHT if field == DEFAULT_FIELD else boost)] * (one != text)
    return asked if asked is None or not others else Spelled([asked, *dict.fromkeys(others)])


def _sequence(field: str, text: str, boost: float) -> q.Query:
    """The words of a text one after another."""
    terms = [term(p.word) for piece in text.split() for c in chunks(piece) for p in c]
    return q.Term(field, terms[0], boost=boost) if len(terms) == 1 else q.Phrase(field, terms, boost=boost)


def _all_of(parts: Iterable[Tree]) -> Tree:
    found = [p for p in parts if p is not None]
    return (found[0] if len(found) == 1 else q.And(found)) if found else None


def _any_of(parts: list[q.Query]) -> q.Query:
    return parts[0] if len(parts) == 1 else q.Or(parts)


def _boosted(tree: q.Query, boost: float) -> q.Query:
    """The tree with all its words weighted."""
    if isinstance(tree, q.And | q.Or):
        return type(tree)([_boosted(child, boost) for child in tree.subqueries])
    if isinstance(tree, q.Term | q.Phrase | q.Prefix | q.Wildcard | q.FuzzyTerm):
        return tree.with_boost(min(tree.boost * boost, 1000.0))
    return tree


def _joined(text: str) -> str:
    """The words of a prefix or fuzzy word as one, the way compounds are written: ``nf-k`` gives ``nfk``."""
    words = [p.word for c in chunks(text) for p in c]
    return compound(words) if words else ""


def _pattern(field: str, text: str, boost: float) -> Tree:
    """A wildcard pattern with its letters folded; stars alone mean every study."""
    literal = ""
    folded = ""
    for c in (*text, ""):
        if c and c not in "*?":
            literal += c
            continue
        folded += _joined(literal) + c
        literal = ""
    while "**" in folded:
        folded = folded.replace("**", "*")
    if not folded.strip("*?"):
        return q.Every()
    return q.Wildcard(field, folded, boost=boost)


def _text_of(node: q.Query) -> str:
    if isinstance(node, q.Phrase):
        return " ".join(map(str, node.words))
    if isinstance(node, q.TermRange):
        return f"{node.start or ''} {node.end or ''}".strip()
    return str(getattr(node, "text", ""))
