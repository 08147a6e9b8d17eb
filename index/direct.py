"""A text that is the identifier of one publication, or a line of references that holds it, pasted from elsewhere."""

import re
from collections.abc import Iterable, Iterator
from urllib.parse import unquote

_WEB = r"(?:https?://)?(?:www\.|dx\.|m\.)?"
_PUBMED = rf"{_WEB}(?:pubmed\.ncbi\.nlm\.nih\.gov|ncbi\.nlm\.nih\.gov/(?:m/)?pubmed)/"
_CENTRAL = (
    rf"{_WEB}(?:pmc\.ncbi\.nlm\.nih\.gov/articles|ncbi\.nlm\.nih\.gov/(?:labs/)?pmc/articles|europepmc\.org/articles?)/"
)
_REST = r"/?(?:[?#]\S*)?(?: ?\[(?:pmid|uid)\])?"
_SITES = r"https?://[^\s\"<>]*?"  # of publishers, whose addresses may hold a DOI
_PATTERNS = (
    ("pmid", re.compile(rf"(?:{_PUBMED}|pmid[:\s]*)?0*([1-9][0-9]{{0,8}}){_REST}", re.IGNORECASE)),
    ("pmcid", re.compile(rf"(?:{_CENTRAL}|pmcid[:\s]*)?(PMC[0-9]{{1,10}}){_REST}", re.IGNORECASE)),
    (
        "doi",
        re.compile(
            rf"(?:{_WEB}doi\.org/|{_SITES}|doi[:\s]*)?(10\.[0-9]{{4,9}}/\S+?)(?: ?\[(?:doi|aid|lid)\])?", re.IGNORECASE
        ),
    ),
    ("id", re.compile(r"(?:id:\s*)?([a-z0-9]+(?:-[a-z0-9]+)+)", re.IGNORECASE)),
)
_ADDRESS = re.compile(r"[(\[]\s*(?:https?:|doi)", re.IGNORECASE)
_AROUND = "<>\"'“”"  # what may stand around an identifier that is pasted
_LONGEST = 1_000  # characters of an identifier with its address
_FORM = re.compile(r"/(?:full|pdf|epdf|abstract|html|fulltext|meta|summary|references|tables)\b.*|\.pdf$|\.full$")
# Identifiers within the line of a list of references.
_WITHIN = (
    ("pmid", re.compile(rf"(?:{_PUBMED}|\bpmid:?\s*)([1-9][0-9]{{0,8}})\b", re.IGNORECASE)),
    ("pmcid", re.compile(r"\b(PMC[0-9]{1,10})\b", re.IGNORECASE)),
    ("doi", re.compile(r"\b(10\.[0-9]{4,9}/[^\s\"<>]+)", re.IGNORECASE)),
)
LEAST_WORDS = 6  # of a reference
_FORMULA = re.compile(r"\b(?:AND|OR|NOT)\b|\"")


_REGISTERED = re.compile(
    r"(?:clinicaltrials\.gov\s*(?:identifier)?:?\s*)?"
    r"(NCT[0-9]{8}|ISRCTN[0-9]{8}|ACTRN[0-9]{14}|DRKS[0-9]{8}|ChiCTR[0-9A-Z-]{8,16}|jRCTs?[0-9]{9,10}|UMIN[0-9]{9}"
    r"|CTRI/[0-9]{4}/[0-9]{2,3}/[0-9]{6}|(?:EudraCT\s*)?[0-9]{4}-[0-9]{6}-[0-9]{2})[.,;]?",
    re.IGNORECASE,
)


def registration(text: str) -> str | None:
    """The number under which a trial is registered, in capitals, where the text is nothing else."""
    found = _REGISTERED.fullmatch(text.strip())
    return found[1].upper().replace("EUDRACT", "").strip() if found else None


def identifiers(text: str) -> Iterator[tuple[str, str]]:
    """(keyword field, value in lower case) that the text as a whole may be, the likeliest first."""
    text = text.strip()
    if len(text.split()) >= LEAST_WORDS:
        yield from _of_reference(text)
    if not text or len(text) > _LONGEST or len(text.split()) > 2:
        return
    for bare in _without_marks(text):
        for field, pattern in _PATTERNS:
            if found := pattern.fullmatch(bare):
                yield from ((field, value.lower()) for value in _readings(field, found[1]))


def _of_reference(text: str) -> Iterator[tuple[str, str]]:
    """What the line of a list of references says to be its paper: at most one identifier of each kind."""
    if _FORMULA.search(text):
        return
    found = [(field, set(pattern.findall(text))) for field, pattern in _WITHIN]
    if all(len(values) < 2 for _, values in found):
        yield from (
            (field, reading)
            for field, (value,) in ((f, v) for f, v in found if v)
            for reading in _readings(field, value.lower())
        )


def _without_marks(text: str) -> Iterable[str]:
    """The text as it stands, without one mark at each end, without any: a DOI may itself end in one."""
    one_less = text[1:-1] if text[0] in _AROUND and text[-1] in _AROUND else text
    bare = text.rstrip(".,;").strip(_AROUND)
    in_brackets = bare.strip("()[]") if _ADDRESS.match(bare) else bare  # an identifier alone in brackets is words
    return dict.fromkeys((text, one_less, text.strip(_AROUND), bare, in_brackets))


def _readings(field: str, value: str) -> Iterator[str]:
    """A DOI may be written for addresses, and may have a sentence's punctuation or an address's rest after it."""
    yield value
    if field == "doi":
        plain = unquote(value)
        bare = re.split(r"[?#&]", plain, maxsplit=1)[0]
        yield from dict.fromkeys((plain, plain.rstrip(".,;:)/"), bare, _FORM.sub("", bare)))
