"""Searches written for other boxes: PubMed's tags, words of Google and GitHub, years and sizes told in a sentence.

What the same would be in this language is for the reader to choose; nothing is rewritten unasked. PubMed's tags:
https://pubmed.ncbi.nlm.nih.gov/help/#search-tags
"""

import re
from collections.abc import Iterator, Mapping, Sequence

_ANY = ""  # any field
TAGS: Mapping[str, str] = {
    tag: field
    for field, tags in {
        "title": "ti|title|tt|transliterated title",
        _ANY: "tiab|title/abstract|tw|text word|text words|all|all fields|ot|other term|nm|supplementary concept|ad",
        "author": "au|author|auth|fau|full author name|1au|author - first|first author|lastau|author - last|cn|ir",
        "journal": "ta|journal|so|jour",
        "year": "dp|date - publication|publication date|pdat|dcom|edat|crdt|date - entry|date - create|epdat|ppdat",
        "concept": "mh|mesh|mesh terms|mesh term|majr|mesh major topic|mesh:noexp|mh:noexp|majr:noexp|sh",
        "design": "pt|publication type|ptyp",
        "pmid": "pmid|uid",
        "doi": "doi|aid|lid",
    }.items()
    for tag in tags.split("|")
}
_TAG = re.compile(r"\s?\[ ?(" + "|".join(map(re.escape, sorted(TAGS, key=len, reverse=True))) + r") ?\]", re.IGNORECASE)
_TOKEN = re.compile(r'"[^"]*"|\[[^\[\]"]*\]|[()]|[^\s()\[\]"]+')
_EXAMPLES = {"year": "year:2010-2015", "author": "author:smith", "journal": "journal:lancet", "design": "design:review"}
_YEAR = r"(?:19|20)[0-9]{2}"
_ANY_YEAR = re.compile(r"(?<![0-9/])(?:19|20|30)[0-9]{2}(?![0-9])")
_PRESENT = "3000"  # how PubMed writes an open end
_SIGN = r"\s*(>=|=>|<=|=<|[<>=≥≤])\s*"
# What stands in a sentence, and what it is here; the first that fits a place is taken.
_TOLD = tuple(
    (re.compile(rf"(?<![\w:\"(]){pattern}(?:(?<=[a-z]:)|(?!\w))", re.IGNORECASE), ours)
    for pattern, ours in (
        (rf"(?:between|from)\s+({_YEAR})\s+(?:and|to|until)\s+({_YEAR})", r"year:\1-\2"),
        (
            rf"(?:(?:created|published|date|pubdate|pubyear|py):)?({_YEAR})\s?(?:-|–|—|\.\.|…|:)\s?({_YEAR})",
            r"year:\1-\2",
        ),
        (rf"(?:created|published|date|pubdate|pubyear|py):({_YEAR})", r"year:\1"),
        (rf"(?:year|created|published|date|pubdate|pubyear|py):?{_SIGN}({_YEAR})", r"year:\1\2"),
        (rf"(?:n|size|sample size|participants|patients|subjects):?{_SIGN}([0-9][0-9,]*)", r"size:\1\2"),
        (rf"(?:since|after:|from:)\s*({_YEAR})", r"year:>=\1"),
        (rf"since:({_YEAR})", r"year:>=\1"),
        (rf"after\s+({_YEAR})", r"year:>\1"),
        (rf"before[:\s]\s*({_YEAR})", r"year:<\1"),
        (rf"until[:\s]\s*({_YEAR})", r"year:<=\1"),
        (r"(?:all)?intitle:", "title:"),
        (r"inauthor:", "author:"),
    )
)
_CITED = (
    r"(?:[a-z]{2,3} ){0,2}[A-Z][^\W\d_]*(?:[-'’ ][^\W\d_]+){0,3} [A-Z]{1,3}"  # an author as PubMed cites one: Lipkin WI
)
_AUTHORS = re.compile(rf"{_CITED}(?:[,;] {_CITED})*(?:,? et al)?\.?")
_INITIALS = r"(?:[A-Z]\.?[ -]?){1,3}"
_INVERTED = re.compile(rf"([^\W\d_][\w'’ -]*?), {_INITIALS}\.?")  # Maes, M.
_FAMILY = r"[^\W\d_][\w'’-]*(?: [^\W\d_][\w'’-]*){0,2}?"
_CITATION = re.compile(  # Fluge et al. (2019), Komaroff & Dantzer 2025
    rf"\(?({_FAMILY})(?:(?: and |,? & )({_FAMILY})|,? et\.? al\.?)?,? \(?({_YEAR})[a-z]?\)?[.,;]?\)?", re.IGNORECASE
)
_QUOTED = re.compile(r'("[^"]*")')


def tags(text: str) -> dict[str, str]:
    """PubMed's tags in a text, as they were written, each with an example of what stands for it here."""
    found = (tag.group().strip() for tag in _TAG.finditer(text))
    return {tag: _EXAMPLES.get(TAGS[tag.strip("[] ").lower()], "title:fatigue") for tag in found}


def without_tags(text: str) -> str:
    """The text without PubMed's tags."""
    return _TAG.sub(" ", text)


def in_ours(text: str) -> Iterator[str]:
    """What a text would be in this language, the closest first; nothing where it seems to be written in it."""
    if _TAG.search(text):
        tokens = [token.group() for token in _TOKEN.finditer(_TAG.sub(lambda tag: f" [{tag[1]}] ", text))]
        yield from dict.fromkeys((_untagged(tokens, TAGS), _untagged(tokens, {**TAGS, **_LOOSE})))
    elif (told := "".join(_told(part) for part in _QUOTED.split(text))) != text:
        yield " ".join(told.split())
    elif found := _CITATION.fullmatch(text):
        authors = " ".join(_valued("author", name, '"{}"') for name in found.groups()[:2] if name)
        yield from (f"{authors} year:{found[3]}", authors)
    elif found := _INVERTED.fullmatch(text):
        yield _valued("author", found[1], '"{}"')
    elif _AUTHORS.fullmatch(text):
        names = (
            re.sub(r" [A-Z]{1,3}$", "", name) for name in re.split(r"[,;] ", re.sub(r",? et al\.?$|\.$", "", text))
        )
        yield " ".join(_valued("author", name, '"{}"') for name in names)


_LOOSE = {tag: _ANY for tag, field in TAGS.items() if field in ("concept", "design")}  # what we may call otherwise


def _told(part: str) -> str:
    if not part.startswith('"'):
        for pattern, ours in _TOLD:
            part = pattern.sub(ours, part)
    return part


def _untagged(tokens: Sequence[str], fields: Mapping[str, str]) -> str:
    """A tag belongs to everything since the operator or bracket before it."""
    written: list[str] = []
    operand: list[str] = []
    for token in tokens:
        field = fields.get(token.strip("[] ").lower()) if token.startswith("[") else None
        if field is not None:
            _add(written, field, operand)
            operand = []
        elif token in "()" or token.upper() in ("AND", "OR", "NOT"):
            written += [*operand, token.upper()]
            operand = []
        else:
            operand.append(token)
    return " ".join([*written, *operand]).replace("( ", "(").replace(" )", ")")


def _add(written: list[str], field: str, operand: Sequence[str]) -> None:
    """The operand with its field; the second year of a range goes to the first."""
    before = written[-1].removeprefix("year:") if written else ""
    if field == "year" and operand[:1] == [":"] and before.isdigit():
        written[-1] = _years([before, *_ANY_YEAR.findall(" ".join(operand))])
    elif operand:
        written.append(_fielded(field, operand))


def _fielded(field: str, operand: Sequence[str]) -> str:
    text = " ".join(" ".join(operand).replace('"', " ").split()).strip(" ,;")
    if field == _ANY or not text:
        return " ".join(operand)
    if field == "year":
        return _years(_ANY_YEAR.findall(text)) or text
    if field == "title":
        return f'title:"{text}"' if operand[0].startswith('"') else _valued(field, text, "({})")
    if field == "author":
        names = text.replace(",", " ").split()
        text = " ".join(names[:-1] if len(names) > 1 and len(names[-1].replace(".", "")) <= 2 else names)
    if field == "concept":
        inverted = text.split("/")[0].split(", ")  # Fatigue Syndrome, Chronic/etiology
        text = " ".join(reversed(inverted))
    return _valued(field, text, '"{}"')


def _valued(field: str, text: str, several: str) -> str:
    return f"{field}:{several.format(text) if ' ' in text else text}"


def _years(found: Sequence[str]) -> str:
    if len(found) < 2:
        return f"year:{found[0]}" if found else ""
    return f"year:{found[0]}.." if found[1] == _PRESENT else f"year:{found[0]}-{found[1]}"
