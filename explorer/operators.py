"""Operators that were written as other search boxes take them, or in small letters: what the search would be with ours.

It is offered and never done: "or" may be meant as a word, and a question asked in a sentence is no formula.
"""

import re
from itertools import pairwise

from index.written import TOKEN

LONGEST = 6  # words of a text that is taken for a formula; what is longer is a sentence
_OURS = {"or": "OR", "not": "NOT", "||": "OR", "&&": "AND", "|": "OR", "&": "AND"}
_NOT = re.compile(r"!(?=[\w\"])")


def in_capitals(text: str) -> str | None:
    """The text with ``OR``, ``AND`` and ``NOT`` for what seems to mean them; None where nothing does.

    ``pain or fatigue`` becomes ``pain OR fatigue``. An operator needs a word on each side, ``not`` one after it; what
    stands in quotation marks is left alone.
    """
    tokens = [t.group() for t in TOKEN.finditer(_NOT.sub("NOT ", text) if '"' not in text else text)]
    if not 2 <= len(tokens) <= LONGEST:
        return None
    written = [
        _ours(before, token, after)
        for (before, token), after in zip(pairwise(["", *tokens]), [*tokens[1:], ""], strict=True)
    ]
    found = " ".join(written)
    return found if found != " ".join(text.split()) else None


def _ours(before: str, token: str, after: str) -> str:
    """The operator that a token seems to be; the token itself where it has no side to work on."""
    meant = _OURS.get(token.lower(), token)
    alone = not _OURS.keys().isdisjoint((before.lower(), after.lower()))  # "whether or not" is no formula
    return meant if after and not alone and (before or meant == "NOT") else token
