"""A text that is nothing but the identifier of one publication, as it is pasted from elsewhere."""

import re
from collections.abc import Iterable, Iterator
from urllib.parse import unquote

_WEB = r"(?:https?://)?(?:www\.|dx\.|m\.)?"
_PUBMED = rf"{_WEB}(?:pubmed\.ncbi\.nlm\.nih\.gov|ncbi\.nlm\.nih\.gov/(?:m/)?pubmed)/"
_CENTRAL = (
    rf"{_WEB}(?:pmc\.ncbi\.nlm\.nih\.gov/articles|ncbi\.nlm\.nih\.gov/(?:labs/)?pmc/articles|europepmc\.org/articles?)/"
)
_REST = r"/?(?:[?#]\S*)?(?: ?\[(?:pmid|uid)\])?"
_PATTERNS = (
    ("pmid", re.compile(rf"(?:{_PUBMED}|pmid[:\s]*)?0*([1-9][0-9]{{0,8}}){_REST}", re.IGNORECASE)),
    ("pmcid", re.compile(rf"(?:{_CENTRAL}|pmcid[:\s]*)?(PMC[0-9]{{1,10}}){_REST}", re.IGNORECASE)),
    (
        "doi",
        re.compile(rf"(?:{_WEB}doi\.org/|doi[:\s]*)?(10\.[0-9]{{4,9}}/\S+?)(?: ?\[(?:doi|aid|lid)\])?", re.IGNORECASE),
    ),
    ("id", re.compile(r"(?:id:\s*)?([a-z0-9]+(?:-[a-z0-9]+)+)", re.IGNORECASE)),
)
_AROUND = "<>\"'“”"  # what may stand around an identifier that is pasted
_LONGEST = 1_000  # characters of an identifier with its address


def identifiers(text: str) -> Iterator[tuple[str, str]]:
    """(keyword field, value in lower case) that the text as a whole may be, the likeliest first."""
    text = text.strip()
    if not text or len(text) > _LONGEST or len(text.split()) > 2:
        return
    for bare in _without_marks(text):
        for field, pattern in _PATTERNS:
            if found := pattern.fullmatch(bare):
                yield from ((field, value.lower()) for value in _readings(field, found[1]))


def _without_marks(text: str) -> Iterable[str]:
    """The text as it stands, without one mark at each end, without any: a DOI may itself end in one."""
    one_less = text[1:-1] if text[0] in _AROUND and text[-1] in _AROUND else text
    return dict.fromkeys((text, one_less, text.strip(_AROUND), text.rstrip(".,;").strip(_AROUND)))


def _readings(field: str, value: str) -> Iterator[str]:
    """A DOI may be written for addresses, and may have a sentence's punctuation or an address's rest after it."""
    yield value
    if field == "doi":
        plain = unquote(value)
        yield from dict.fromkeys((plain, plain.rstrip(".,;:)/"), re.split(r"[?#]", plain, maxsplit=1)[0]))
