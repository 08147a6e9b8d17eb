"""Which known names look like one that is not known."""

from collections.abc import Iterable
from difflib import SequenceMatcher
from heapq import nlargest

from graph.errors import UnknownNode

MAX_COMPARED = 400  # difflib takes 30 microseconds a pair; a request must not wait for 100,000 of them


def similar(name: str, known: Iterable[str], n: int = 3) -> tuple[str, ...]:
    """Up to ``n`` known names that share most with ``name``, best first; none where nothing comes near.

    Names are compared by the pairs of letters they share first, and only the closest few hundred letter by letter.
    """
    wanted = name[:200].lower()
    grams = _pairs(wanted)
    if not grams:
        return ()
    near = nlargest(MAX_COMPARED, known, key=lambda k: len(grams & _pairs(k)) / (len(grams) + len(k)))
    scored = [(SequenceMatcher(None, wanted, k.lower()).ratio(), k) for k in near]
    return tuple(k for score, k in sorted(scored, key=lambda s: (-s[0], s[1]))[:n] if score >= 0.6)


def _pairs(word: str) -> set[str]:
    word = word.lower()
    return {word[i : i + 2] for i in range(len(word) - 1)}


def unknown(name: str, known: Iterable[str]) -> UnknownNode:
    """The error for a name that is not among ``known``, with what comes near."""
    return UnknownNode(name, similar(name, known))
