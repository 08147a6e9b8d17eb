"""Which way a clause of an abstract points for the concepts that it names; what is not plain stays without a direction.

A word such as *higher* counts for a concept only where nothing stands between them but what ``policy/results.yaml``
calls filler, glue of a list, or words between subject and predicate.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from entries.study import Direction
from intake.by_word import ByWord, words_in
from intake.clauses import Clause
from intake.literals import folded
from intake.result_rules import Cue, Frame, ResultRules
from intake.sought import Sought, compiled, sought

EVERY: tuple[Frame, ...] = ("attribute", "predicate")


@dataclass(frozen=True, slots=True)
class Named:
    """A concept where a record names it."""

    concept: str
    scheme: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Pointed:
    """Concepts of one clause that one cue points at; offsets are the record's."""

    named: tuple[Named, ...]
    cue: Cue
    cue_start: int
    cue_end: int

    @property
    def start(self) -> int:
        """Where the first of cue and concepts begins."""
        return min(self.cue_start, *(n.start for n in self.named))

    @property
    def spans(self) -> tuple[tuple[int, int], tuple[int, int]]:
        """From the first to the last of cue and concepts; and the cue with the concept that is nearest to it."""
        last = max(self.cue_end, *(n.end for n in self.named))
        near = min(self.named, key=lambda n: max(n.start - self.cue_end, self.cue_start - n.end))
        return (self.start, last), (min(self.cue_start, near.start), max(self.cue_end, near.end))

    @property
    def direction(self) -> Direction:
        """Which way."""
        return self.cue.direction


def pointed(
    clause: Clause, named: Sequence[Named], rules: ResultRules, frames: Collection[Frame] = EVERY
) -> tuple[Pointed, ...]:
    """What the clause says of the concepts named in it; a relation counts before all else, other cues by ``frames``."""
    if holds(rules, "uncertain", clause.text, clause.words):
        return ()
    within = heads(clause, named, rules)
    hits = sorted(_hits(clause, rules), key=lambda hit: (hit.start, -hit.end))
    if relation := next((h for h in hits if h.cue.frame == "relation"), None):
        return (Pointed(within, relation.cue, relation.start, relation.end),) if within else ()
    if (
        not frames
        or holds(rules, "tied", clause.text, clause.words)
        or any(_is_measure(clause, n) for n in _in(clause, named))
    ):
        return ()
    plain = [n for n in within if not holds(rules, "opposed", _between(clause, n.start, n.end), clause.words)]
    found = [p for h in hits if h.cue.frame in frames and (p := _reached(clause, h, plain, rules))]
    return tuple(_without_conflicts(found))


def heads(clause: Clause, named: Sequence[Named], rules: ResultRules) -> tuple[Named, ...]:
    """The concepts that the clause tells of; not those that only belong to another name or say who was in a group."""
    here = _in(clause, named)
    return tuple(n for n, after in zip_longest(here, here[1:]) if n and _is_head(clause, n, after, rules))


def _in(clause: Clause, named: Sequence[Named]) -> list[Named]:
    return [n for n in named if clause.start <= n.start < clause.end]


def _is_head(clause: Clause, named: Named, after: Named | None, rules: ResultRules) -> bool:
    """Not in brackets, part of another name (*IL-6 receptor*), or what sorts people into groups (*those with pain*)."""
    if not _between(clause, named.start, named.end).strip():
        return False
    if after is not None and _between(clause, named.end, after.start) == " ":  # "serum cortisol" tells of cortisol
        return False
    before = clause.text[: named.start - clause.start]
    behind = clause.text[named.end - clause.start :]
    words = clause.words
    return not (holds(rules, "modifier", behind, words) or holds(rules, "grouping", before, words))


def _is_measure(clause: Clause, named: Named) -> bool:
    """Whether the concept is what another one is set against: *pain was more common than headache*."""
    return clause.text[: named.start - clause.start].casefold().endswith(" than ")


@dataclass(frozen=True, slots=True)
class _Hit:
    cue: Cue
    start: int
    end: int


def _hits(clause: Clause, rules: ResultRules) -> Iterator[_Hit]:
    """Every cue in the clause; within a longer one none counts, so that *not higher* is no *higher*.

    What *improved* means is asked twice, for symptoms and for measures of which more is better.
    """
    taken: list[tuple[int, int]] = []
    words = words_in(clause.text) if clause.words is None else clause.words
    small = folded(clause.text)
    for cue, pattern in rules.kept("cues", lambda: _by_word(rules)).possible(words):
        for m in pattern.each(clause.text, small):
            same = cue.among is not None and m.span() in taken
            if same or not any(a < m.end() and m.start() < b for a, b in taken):
                taken.append(m.span())
                if not holds(rules, "denied", clause.text[: m.start()], words):
                    yield _Hit(cue, clause.start + m.start(), clause.start + m.end())


def _by_word(rules: ResultRules) -> ByWord[tuple[Cue, Sought]]:
    each = ((cue, sought(pattern)) for cue in rules.cues for pattern in cue.text)
    return ByWord(((cue, pattern), pattern.needs) for cue, pattern in each)


def _reached(clause: Clause, hit: _Hit, named: Sequence[Named], rules: ResultRules) -> Pointed | None:
    may = hit.cue.schemes or rules.words.get("pointing", ())
    if hit.cue.frame == "attribute":
        held = list(_behind(clause, hit, named, rules, ("filler", "lead", "member")))
    else:
        held = list(_before(clause, hit, named, rules)) or list(_behind(clause, hit, named, rules, ("listed",)))
    if hit.cue.among:
        held = [n for n in held if n.concept in rules.words.get(hit.cue.among, ())]
    if not held or any(n.scheme not in may for n in held):
        return None
    return Pointed(tuple(sorted(held, key=lambda n: n.start)), hit.cue, hit.start, hit.end)


def _behind(
    clause: Clause, hit: _Hit, named: Sequence[Named], rules: ResultRules, openings: Iterable[str]
) -> Iterator[Named]:
    """The concepts of the list that begins behind the cue, with nothing between but one of these openings."""
    at, gaps = hit.end, tuple(openings)
    for n in named:
        if n.start < hit.end:
            continue
        if not any(_is(rules, gap, _between(clause, hit.start if gap == "member" else at, n.start)) for gap in gaps):
            return
        yield n
        at, gaps = n.end, ("glue",)


def _before(clause: Clause, hit: _Hit, named: Sequence[Named], rules: ResultRules) -> Iterator[Named]:
    """The concepts of the list that ends before the cue, with its predicate between."""
    at, gap = hit.start, "subject"
    for n in sorted(named, key=lambda n: -n.start):
        if n.end > hit.start:
            continue
        if not _is(rules, gap, _between(clause, n.end, at)):
            return
        yield n
        at, gap = n.start, "glue"


def _without_conflicts(found: Iterable[Pointed]) -> Iterator[Pointed]:
    """What several cues say of one concept is left out, unless they agree."""
    kept = list(found)
    said: dict[str, set[Direction]] = {}
    for p in kept:
        for n in p.named:
            said.setdefault(n.concept, set()).add(p.direction)
    for p in kept:
        clear = tuple(n for n in p.named if len(said[n.concept]) == 1)
        if clear:
            yield Pointed(clear, p.cue, p.cue_start, p.cue_end)


def _between(clause: Clause, start: int, end: int) -> str:
    return clause.text[max(start - clause.start, 0) : max(end - clause.start, 0)]


def holds(rules: ResultRules, name: str, text: str, words: frozenset[str] | None = None) -> bool:
    """Whether the text holds one of the patterns of that name. ``words``, where known: its words, and perhaps more."""
    return rules.any_of(name).stands_in(text, words)


def _is(rules: ResultRules, name: str, gap: str) -> bool:
    """Whether a gap holds nothing but what the pattern of that name allows."""
    return any(compiled(p).fullmatch(gap) for p in rules.patterns.get(name, ()))
