"""Query text made ready for Whoosh's parser, and the parser itself.

Done before parsing, outside quotation marks: pasted DOIs and PubMed ids become fields, unknown ``word:`` prefixes
become words, a question mark at the end of a word is punctuation, and words that belong together (``NF kappa B``,
``IL 6``, ``post exertional``) are joined by hyphens, by the same rules by which texts are indexed.
"""

import re
from collections.abc import Callable, Collection
from difflib import get_close_matches

from whoosh import query as q
from whoosh.qparser import QueryParser, plugins, syntax

from index.analysis import GREEK_NAMES, belongs_after_greek, chunks, is_symbol
from index.borrowed import tags, without_tags
from index.spans import quoted
from index.wordlists import PREFIXES

DEFAULT_FIELD = "text"  # stands for all text fields
MOST_WORDS = 200
DEEPEST = 25  # brackets within brackets
OPERATORS = frozenset(("AND", "OR", "NOT", "ANDNOT", "ANDMAYBE", "REQUIRE", "TO"))
_QUOTES = str.maketrans(dict.fromkeys("“”„‟«»＂", '"'))
_SEGMENT = re.compile(r'"[^"]*"(?:~[1-9][0-9]*)?|[^"]+|"')
_DOI = re.compile(r"(?:https?://(?:dx\.)?doi\.org/|\bdoi:\s*)?\b(10\.[0-9]{4,9}/[^\s\"]+)", re.IGNORECASE)
_PUBMED = r"(?:https?://)?(?:pubmed\.ncbi\.nlm\.nih\.gov/|(?:www\.)?ncbi\.nlm\.nih\.gov/pubmed/)"
_PMID = re.compile(rf"\b(?:{_PUBMED}|pmid:?\s*)([1-9][0-9]{{0,8}})\b/?", re.IGNORECASE)
_TAGGED_PMID = re.compile(r"\b([1-9][0-9]{0,8})\s?\[(?:pmid|uid)\]", re.IGNORECASE)
_TAGGED_DOI = re.compile(r"(?=10\.)(\S+?)\s?\[(?:doi|aid|lid)\]", re.IGNORECASE)
_ET_AL = re.compile(r"(?<!\w)et\.? ?al(?:ii|\b\.?)", re.IGNORECASE)  # and others: no word of any study
_BROKEN = re.compile(
    r"(?<=[^\W\d_]{2})-\s+(?!(?:and|or|to)\b)(?=[a-z]{2})"
)  # a word that a line's end broke: recep- tor
_SPACED = re.compile(r"(?<!\S)(\w+):\s+(?=[\w\"(])")
_FIELD = re.compile(r'"[^"]*"|(\w+):')
_TWOFOLD = re.compile(r"(?<![\w:])(\w+):(([^\W\d_][\w-]*):[\w-]+)(?=[\s)]|$)")
_QUESTION = re.compile(r"\?+(?=[\s)]|$)")
_LEFT = re.compile(r"[^\W_](?:[\w‐‑–\-/]*[^\W_])?$")
_RIGHT = re.compile(r"[^\W_]+")

Prepared = tuple[str, list[str]]


def prepare(text: str, known: Collection[str]) -> Prepared:
    """The text as the parser is to see it, and messages on what was changed. ``known``: names of fields, lower case."""
    messages: list[str] = []
    text = _limited(straight_quotes(text), messages)
    if text.count('"') % 2:
        messages.append("A quotation mark has no partner; it was left out.")
        at = text.rindex('"')
        text = f"{text[:at]} {text[at + 1 :]}"
    text = _outside_quotes(text, lambda part: identifiers(_BROKEN.sub("-", part)))
    text = _outside_quotes(text, lambda part: quoted(_without_tags(part, messages)))
    text = _known_fields(_outside_quotes(text, lambda part: _twofold(part, known)), known, messages)
    return _outside_quotes(text, lambda part: glue(_QUESTION.sub("", part))), messages


def _begins_with_field(text: str, known: Collection[str]) -> bool:
    """Whether a text begins with a field that stands apart from its value, as in ``author: Maes``."""
    first = _SPACED.match(text)
    return first is not None and first[1].lower() in known


def straight_quotes(text: str) -> str:
    """The text with plain quotation marks, at the same places."""
    return text.translate(_QUOTES)


def _limited(text: str, messages: list[str]) -> str:
    words = text.split()
    if len(words) > MOST_WORDS:
        messages.append(f"Only the first {MOST_WORDS} words of the search were used.")
    text = " ".join(words[:MOST_WORDS])
    depth = deepest = 0
    for c in text:
        depth += (c == "(") - (c == ")")
        deepest = max(deepest, depth)
    if deepest > DEEPEST:
        messages.append(f"Brackets may be {DEEPEST} deep, not {deepest}; they were left out.")
        text = text.replace("(", " ").replace(")", " ")
    return text


def _outside_quotes(text: str, change: Callable[[str], str]) -> str:
    segments = _SEGMENT.findall(text)
    return "".join(s if s.startswith('"') else change(s) for s in segments)


def identifiers(text: str) -> str:
    """DOIs and PubMed ids, bare or as addresses, written as fields."""
    text = _TAGGED_PMID.sub(r"pmid:\1", _TAGGED_DOI.sub(r"\1", text))
    text = _DOI.sub(lambda m: f'doi:"{_bare(m.group(1))}"', text)
    return _PMID.sub(r"pmid:\1", text)


def _without_tags(text: str, messages: list[str]) -> str:
    """The text without the tags by which PubMed names fields."""
    for tag, example in tags(text).items():
        messages.append(f"“{tag}” was left out; here a field's name stands before its word, as in {example}.")
    return without_tags(text)


def _bare(doi: str) -> str:
    """A DOI without the punctuation that a sentence put after it."""
    doi = doi.rstrip(".,;:'")
    while doi.endswith(")") and doi.count(")") > doi.count("("):
        doi = doi[:-1].rstrip(".,;:'")
    return doi


def _twofold(text: str, known: Collection[str]) -> str:
    """``claim:lactate:increased`` with its value in quotation marks."""

    def one(match: re.Match[str]) -> str:
        name, value, inner = match.group(1).lower(), match.group(2), match.group(3).lower()
        return f'{name}:"{value}"' if name in known and inner not in known else match.group()

    return _TWOFOLD.sub(one, text)


def _known_fields(text: str, known: Collection[str], messages: list[str]) -> str:
    """Field names in lower case; what looks like one and is none becomes a word."""

    def one(match: re.Match[str]) -> str:
        written = match.group(1)
        if written is None:  # a quoted text
            return match.group()
        if written.lower() in known and _has_value(match):
            return f"{written.lower()}:"
        if _is_unknown(match, known):
            near = _near_field(written, known)
            meant = f"Perhaps “{near}:” was meant." if near else "See the search help for fields."
            messages.append(f"“{written[:40]}:” is no field, so it was searched as a word. {meant}")
        return f"{written} "

    return _FIELD.sub(one, text)


def _has_value(match: re.Match[str]) -> bool:
    """Whether a word follows the colon at once."""
    follows = match.string[match.end() : match.end() + 1]
    return bool(follows) and not follows.isspace()


def _is_unknown(match: re.Match[str], known: Collection[str]) -> bool:
    """Whether what was found looks like the name of a field and is none; addresses and times of day do not."""
    written = match.group(1)
    looks_so = written is not None and _has_value(match) and not written.isdigit()
    return looks_so and match.string[match.end()] != "/" and written.lower() not in known


def _near_field(written: str, known: Collection[str]) -> str | None:
    return next(iter(get_close_matches(written.lower(), known, 1, cutoff=0.75)), None)


def with_near_fields(text: str, known: Collection[str]) -> str | None:
    """The text with its fields as they are written here: the names that there are, for those that look like them, and
    no blank before their values. None where that is the text itself."""
    text = straight_quotes(text)

    def one(match: re.Match[str]) -> str:
        near = _near_field(match.group(1), known) if _is_unknown(match, known) else None
        return f"{near}:" if near else match.group()

    found = _FIELD.sub(one, _SPACED.sub(r"\1:", text) if _begins_with_field(text, known) else text)
    return found if found != text else None


def glue(text: str) -> str:
    """Join by hyphens what the index takes as one: ``NF kappa B`` becomes ``NF-kappa-B``. Without "et al"."""
    pieces = re.split(r"(\s+)", _ET_AL.sub(" ", text))
    joined = pieces[:1]
    for blank, word in zip(pieces[1::2], pieces[2::2], strict=True):
        joined.extend(["-", word] if _belong_together(joined, word) else [blank, word])
    return "".join(joined)


def _belong_together(before: list[str], word: str) -> bool:
    """Whether a word belongs to what stands before it; ``before`` may end in words joined already."""
    start = len(before) - 1
    while start >= 2 and before[start - 1] == "-":
        start -= 2
    left, right = _LEFT.search("".join(before[start:])), _RIGHT.match(word)
    if not left or not right or {before[-1].lstrip("("), word.rstrip(")")} & OPERATORS:
        return False
    left_words = [p.word for c in chunks(left.group()) for p in c]
    right_words = [p.word for c in chunks(right.group()) for p in c]
    return bool(left_words and right_words) and _glued(left_words, right_words)


def _glued(left: list[str], right: list[str]) -> bool:
    last, first = left[-1], right[0]
    if first in GREEK_NAMES:
        return is_symbol(last) or (last.isdigit() and len(left) > 1 and is_symbol(left[-2]))
    if last in GREEK_NAMES:
        return len(left) > 1 and len(right) == 1 and belongs_after_greek(first)
    if first.isdigit():
        return len(first) <= 3 and is_symbol(last)
    return len(left) == 1 and last in PREFIXES and len(first) > 2 and first.isalpha()


def _once(group: type[syntax.BinaryGroup]) -> type[syntax.BinaryGroup]:
    """A group of two that makes the query of each side once.

    Whoosh makes that of each side twice, so a chain of n such operators takes 2**n steps.
    """

    def query(self: syntax.BinaryGroup, parser: QueryParser) -> q.Query | None:
        sides = [node.query(parser) for node in self.nodes]
        found = [side for side in sides if side is not None]
        return self.qclass(*sides) if len(found) == 2 else next(iter(found), None)

    return type(f"Once{group.__name__}", (group,), {"query": query})


def _operators() -> plugins.OperatorsPlugin:
    """Whoosh's operators, and a minus before a word for NOT."""

    def tagger(pattern: str, group: type, kind: type = syntax.InfixOperator) -> plugins.OperatorsPlugin.OpTagger:
        return plugins.OperatorsPlugin.OpTagger(pattern, group, kind)

    def between(word: str) -> str:
        return rf"(?<=\s){word}(?=\s)"

    return plugins.OperatorsPlugin(
        ops=[
            (tagger(r'(^|(?<=(\s|[()])))(NOT(?=\s)|-(?=[\w"(]))', syntax.NotGroup, syntax.PrefixOperator), 0),
            (tagger(between("AND"), syntax.AndGroup), 0),
            (tagger(between("OR"), syntax.OrGroup), 0),
            (tagger(between("ANDNOT"), _once(syntax.AndNotGroup)), -5),
            (tagger(between("ANDMAYBE"), _once(syntax.AndMaybeGroup)), -5),
            (tagger(between("REQUIRE"), _once(syntax.RequireGroup)), 0),
        ],
        clean=True,
    )


def parser() -> QueryParser:
    """Whoosh's parser for this language. Without a schema: it leaves every word as it was written."""
    parts = [
        plugins.FieldsPlugin(),
        plugins.WildcardPlugin(),
        plugins.PhrasePlugin(),
        plugins.RangePlugin(),
        plugins.GroupPlugin(),
        _operators(),
        plugins.BoostPlugin(),
        plugins.EveryPlugin(),
        plugins.FuzzyTermPlugin(),
        plugins.GtLtPlugin(r"(?<=:)(?P<rel>(<=|>=|<|>|=<|=>))"),
    ]
    return QueryParser(DEFAULT_FIELD, None, plugins=parts)
