"""Against whom a result is told, by the words of its clause or sentence, and the figures beside it."""

import re
from dataclasses import dataclass

from entries.study import Direction
from intake.by_word import ByWord, words_in
from intake.literals import folded
from intake.result_rules import Against, Comparison, ResultRules
from intake.sought import Sought, sought

MOST_FIGURES = 3
_WORD = re.compile(r"[^\W\d_]{3,}")
LINKS = (Direction.ASSOCIATED, Direction.NOT_ASSOCIATED)


@dataclass(frozen=True, slots=True)
class Compared:
    """The kind of comparison, and where its words stand in the text that was searched."""

    against: Against
    start: int
    end: int


def compared(text: str, rules: ResultRules, trial: bool, words: frozenset[str] | None = None) -> Compared | None:
    """The first comparison that the text words; the control group of a ``trial`` is its comparator.

    ``words``, where known: those of the text, and perhaps more.
    """
    found = rules.kept("comparisons", lambda: _by_word(rules)).possible(words_in(text) if words is None else words)
    small = folded(text) if found else ""
    for rule, pattern in found:
        if m := pattern.search(text, small):
            against: Against = "comparator" if trial and rule.against == "controls" else rule.against
            return Compared(against, *m.span())
    return None


def _by_word(rules: ResultRules) -> ByWord[tuple[Comparison, Sought]]:
    each = ((rule, sought(pattern)) for rule in rules.comparisons for pattern in rule.text)
    return ByWord(((rule, pattern), pattern.needs) for rule, pattern in each)


def turned(
    text: str, direction: Direction, rules: ResultRules, found: Compared | None, words: frozenset[str] | None = None
) -> bool:
    """Whether the clause speaks of others than those the study is about: of controls, or of another illness alone.

    A link in another illness is one among those studied, all the same; only one in controls is not.
    """
    rest = text if found is None else text[: found.start] + " " + text[found.end :]
    if direction not in LINKS and rules.any_of("reversed").stands_in(text, words):
        return True
    own = rest
    for pattern in rules.any_of("foreign" if direction in LINKS else "others").possible(
        words_in(rest) if found or words is None else words
    ):
        own = pattern.regex.sub(" ", own)
    return own != rest and not rules.any_of("own").stands_in(own)


def figures(text: str, rules: ResultRules, past: int = 0, words: frozenset[str] | None = None) -> list[tuple[int, int]]:
    """Where the text gives a test, an estimate or an interval: those that stand together, first behind ``past``.

    None where one stands before ``past`` (each concept has its own), or *respectively* parts them.
    """
    if rules.any_of("parted").stands_in(text, words):
        return []
    spans = sorted(m.span() for m in rules.any_of("statistics").places(text, words))
    kept: list[tuple[int, int]] = []
    for a, b in spans:
        if kept and _WORD.search(text[kept[-1][1] : a]):
            break
        if not kept or a >= kept[-1][1]:
            kept.append((a, b))
    return kept if len(kept) <= MOST_FIGURES and all(a >= past for a, _ in kept) else []


def default(direction: Direction) -> Against | None:
    """Things that go together do so within the sample; any other result without a comparison has none."""
    return "sample" if direction in LINKS else None
