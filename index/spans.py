"""Ranges of numbers as people write them: ``1996-2000``, ``1996..2000``, ``..2000``, ``>=2015``, ``100+``.

Whoosh's parser takes some of them apart at blanks, colons and brackets; these are put in quotation marks before it
reads them, and what it gives back for a number field is read here.
"""

import re

from index.fields import NUMBER_FIELDS, YEAR

Ends = tuple[str | None, str | None]  # digits of the first and the last number; None: open
_DASH = "[-‐‑‒–—−]"
_NUMBER = r"[0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,12}"
_SPAN = re.compile(
    rf"(?P<first>{_NUMBER})(?: ?(?:{_DASH}|\.\.\.?|…|:) ?| (?:to|until) )(?P<last>{_NUMBER})"
    rf"|(?P<since>{_NUMBER})(?:\+|{_DASH}|\.\.\.?|…)"
    rf"|(?:\.\.\.?|…) ?(?P<until>{_NUMBER})"
    rf"|(?P<sign>>=|=>|<=|=<|[<>=≥≤]) ?(?P<number>{_NUMBER})",
    re.IGNORECASE,
)
_FIELD = "|".join(NUMBER_FIELDS)
_WRITTEN = re.compile(
    rf"(?<![\w:])(?P<field>{_FIELD}): ?(?P<open>\[)?(?P<span>{_SPAN.pattern}|{_NUMBER})(?(open)\])(?=[\s)]|$)",
    re.IGNORECASE,
)


def quoted(text: str) -> str:
    """A query with each range after ``year:`` or ``size:`` as one quoted value, blanks after the colon left out."""
    return _WRITTEN.sub(lambda found: f'{found["field"]}:"{found["span"]}"', text)


def ends(field: str, text: str) -> Ends | None:
    """First and last number of a range, ends included; None where it is none. ``1996-98`` ends in 1998."""
    found = _SPAN.fullmatch(" ".join(text.split()))
    if found is None:
        return None
    if found["sign"]:
        return _compared(found["sign"], _digits(found["number"]))
    first, last = (_digits(found[one] or found[other]) for one, other in (("first", "since"), ("last", "until")))
    if field == YEAR and first and 0 < len(last) < len(first):
        if len(first) != 4 or len(last) != 2 or last <= first[2:]:
            return None
        last = first[:2] + last
    return first or None, last or None


def _digits(number: str | None) -> str:
    return (number or "").replace(",", "")


def _compared(sign: str, number: str) -> Ends:
    """``>2015`` begins with 2016."""
    if sign == "=":
        return number, number
    if sign in ("<", "<=", "=<", "≤"):
        return None, number if sign != "<" else str(max(0, int(number) - 1))
    return (number if sign != ">" else str(int(number) + 1)), None
