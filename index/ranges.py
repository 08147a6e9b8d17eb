"""Numbers in queries: ``year:2007``, ``year:[1990 TO 2005]``, ``year:1990-2005``, ``year:199*``, ``size:>=100``."""

from whoosh import query as q

from index.fields import SIZE, YEAR
from index.query import LAST_YEAR
from index.spans import ends

LARGEST = {YEAR: LAST_YEAR, SIZE: 999_999_999}
EXAMPLES = {
    YEAR: "“year:” takes a year or a range, as in year:2007, year:1990-2005 or year:>2015.",
    SIZE: "“size:” takes a number of participants or a range, as in size:>100 or size:20-50.",
}


def number_range(field: str, node: q.Query, text: str) -> q.NumericRange | None:
    """What a node asks of a number field, ends included; None where it is no number. ``text``: the node's own."""
    first, last = _ends(field, node, text)
    if first is None and last is None:
        return None
    return q.NumericRange(field, 0 if first is None else first, LARGEST[field] if last is None else last)


def turned(found: q.NumericRange, node: q.Query) -> q.NumericRange | None:
    """A range that was written the wrong way round, put right; None where it was not."""
    excluded = isinstance(node, q.TermRange) and (node.startexcl or node.endexcl)  # nothing lies between 2010 and 2011
    return None if found.start <= found.end or excluded else q.NumericRange(found.fieldname, found.end, found.start)


def _ends(field: str, node: q.Query, text: str) -> tuple[int | None, int | None]:
    """First and last number of a range, a number or a beginning (``199*``); (None, None) for what is no number."""
    if isinstance(node, q.TermRange):
        first, last = _whole(field, node.start), _whole(field, node.end)
        if (node.start and first is None) or (node.end and last is None):
            return None, None
        first = first + 1 if first is not None and node.startexcl else first
        return first, (last - 1 if last is not None and node.endexcl else last)
    if isinstance(node, q.Prefix) and field == YEAR and text.isdecimal() and 1 <= len(text) < 4:
        scale = 10 ** (4 - len(text))
        return int(text) * scale, int(text) * scale + scale - 1
    if span := ends(field, text):
        first, last = (_whole(field, digits) for digits in span)
        return (None, None) if any(d and n is None for d, n in zip(span, (first, last), strict=True)) else (first, last)
    number = _whole(field, text.replace(",", "") if field == SIZE else text)
    return number, number


def _whole(field: str, text: object) -> int | None:
    digits = str(text or "").strip()
    if not (digits.isascii() and digits.isdecimal() and len(digits) <= len(str(LARGEST[field]))):
        return None
    return int(digits)
