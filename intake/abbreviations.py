"""Abbreviations that a record makes for itself: behind ``cerebral blood flow (CBF)``, CBF stands for the concept."""

import re
from collections.abc import Iterable, Iterator

from intake.terms import Found

_JOINED = re.compile(r"[\w-]")  # beside letters that are a part of another word
_MADE = re.compile(r"\s?[(\[]([A-Za-z0-9][\w-]{1,7})[)\];,]")


def abbreviated(text: str, found: Iterable[Found]) -> list[Found]:
    """Terms and, behind the place that makes them, their abbreviations: from left to right, none over another."""
    terms = list(found)
    made = list(_uses(text, terms))
    if not made:
        return terms
    taken = {at for term in terms for at in range(term.start, term.end)}
    return sorted((*terms, *(f for f in made if f.start not in taken)), key=lambda f: f.start)


def _uses(text: str, terms: list[Found]) -> Iterator[Found]:
    known: set[str] = set()
    for term in terms:
        short = _short_for(text, term)
        if short is None or short in known:
            continue
        known.add(short)
        start = text.find(short, term.end)
        while start >= 0:
            end = start + len(short)
            if not (start > term.end and _JOINED.match(text, start - 1)) and not _JOINED.match(text, end):
                yield Found(term.concept, term.scheme, start, end)
            start = text.find(short, end)


def _short_for(text: str, term: Found) -> str | None:
    """What stands in brackets behind the term: two capitals at least, its letters those of the term in their order."""
    m = _MADE.match(text, term.end)
    if m is None or sum(c.isupper() for c in m[1]) < 2:
        return None
    letters = iter(text[term.start : term.end].casefold())
    short = m[1]
    same_start = text[term.start].casefold() == short[0].casefold()
    return short if same_start and all(c in letters for c in short.casefold() if c.isalpha()) else None
