"""Text as people read it: no markup, no entities, no control characters, composed Unicode, single spaces."""

import html
import re
import unicodedata

# A tag as publishers leave them in titles and abstracts; "p < 0.05 and q > 0.1" is none.
_TAG = re.compile(r"</?(?:jats:|mml:)?([A-Za-z][A-Za-z0-9-]*)(?:\s[^<>]*)?/?>")
_BLOCKS = frozenset({"p", "br", "div", "li", "ul", "ol", "title", "sec", "h1", "h2", "h3", "h4", "hr", "tr", "td"})
_FORBIDDEN = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# Characters that are seen as nothing, and would keep two equal words apart.
_INVISIBLE = re.compile("[\u00ad\u200b\u200c\u200d\u2060\ufeff\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_SUPERSCRIPT = str.maketrans("0123456789-−", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁻")
_POWER = re.compile(r"[-−]?[0-9]{1,3}")


def squeezed(text: str | None) -> str | None:
    """``text`` with single spaces and without control characters; None where nothing is left."""
    if not text:
        return None
    if text.isprintable() and "  " not in text:  # nearly every text of PubMed
        return text.strip() or None
    return " ".join(_FORBIDDEN.sub(" ", text).split()) or None


def plain(text: str | None) -> str | None:
    """``text`` without tags, entities and invisible characters, composed (NFC) and squeezed; None where empty.

    Entities are read twice at most, for sources that escape what was escaped (``&amp;lt;``).
    """
    if not text:
        return None
    if text.isascii() and "&" not in text and "<" not in text:
        return squeezed(text)
    for _ in range(2):
        if "&" in text:
            text = html.unescape(text)
    if "<" in text:
        text = _TAG.sub(lambda tag: " " if tag[1].lower() in _BLOCKS else "", text)
    if not text.isascii():
        text = unicodedata.normalize("NFC", _INVISIBLE.sub("", text))
    return squeezed(text)


def raised(text: str, before: str) -> str:
    """What stands raised after ``before``: a power stays one (10⁹), anything else stands as it is (CD4+)."""
    if before[-1:].isdigit() and _POWER.fullmatch(text):
        return text.translate(_SUPERSCRIPT)
    return text
