"""What an abstract tells of its results: sentence, concepts, which way, against whom, with which figures.

Each part carries the words it rests on. Where no plain word points a way, the sentence is there to be quoted, and the
direction is left open.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from entries.study import Direction
from intake.classify import Classification, Classified
from intake.clauses import Clause, blanked, clauses, widened
from intake.comparison import LINKS, Compared, compared, default, figures, turned
from intake.direction import EVERY, Named, Pointed, heads, holds, pointed
from intake.reading import Reading
from intake.record import Decision, Evidence
from intake.result_rules import Against, Frame, ResultRules
from intake.rulebook import Match, Rule

NAME = "result"
MOST_WORDS = 25  # of a quote
_OPENING = 80  # characters
_LONGEST = 1_000  # characters; what goes on longer is no sentence
_BOTH = {Direction.INCREASED, Direction.DECREASED}
_TREATMENT = "intervention"
_TOLD = "result.told"  # the rule of sentences that count only with a direction


@dataclass(frozen=True, slots=True)
class Result:
    """One finding of an abstract. ``quote`` is its sentence or a part of it, None where that is too long."""

    concepts: tuple[str, ...]
    rule: Rule
    sentence: Evidence
    named: tuple[Evidence, ...] = ()
    quote: Evidence | None = None
    direction: Direction | None = None
    cue: str | None = None
    pointing: Evidence | None = None
    against: Against | None = None
    comparing: Evidence | None = None
    figures: tuple[Evidence, ...] = ()

    @property
    def quoted(self) -> str | None:
        """The quote, with an ellipsis where the sentence goes on."""
        if self.quote is None:
            return None
        before, after = "…" if self.quote.start > self.sentence.start else "", self.quote.end < self.sentence.end
        words = self.quote.quote
        return before + (words.lstrip(",; ") if before else words).rstrip(",; ") + ("…" if after else "")

    @property
    def statistic(self) -> str | None:
        """The figures as written."""
        return "; ".join(f.quote for f in self.figures) or None

    def decisions(self) -> Iterator[Decision]:
        """``result`` and what is known of it: ``result.direction``, ``result.comparison``, ``result.statistic``."""
        yield Match(self.rule, (self.sentence, *self.named), self.rule.reason).decision(NAME, self.concepts)
        if self.direction is not None and self.pointing is not None and self.cue is not None:
            yield _decision("direction", str(self.direction), self.cue, self.pointing)
        if self.against is not None and self.comparing is not None:
            yield _decision("comparison", self.against, f"comparison.{self.against}", self.comparing)
        if self.statistic:
            yield _decision("statistic", self.statistic, "result.statistics", *self.figures)


def _decision(name: str, value: str, rule: str, *evidence: Evidence) -> Decision:
    return Decision(name=f"{NAME}.{name}", value=value, rule=rule, confidence="likely", evidence=evidence)


def results(read: Classified, rules: ResultRules) -> tuple[Result, ...]:
    """The findings in the order of the abstract; what it denies or sets aside is passed over.

    A sentence that points no way counts only for concepts that the record was tagged with (``tags.<scheme>``).
    """
    reading, about = read.reading, read.about
    design = about.first("design")
    if design is not None and design.value in rules.words.get("silent", ()):
        return ()
    trial = design is not None and design.value in rules.words.get("trials", ())
    schemes = rules.words.get("related", ())
    named = [
        Named(m.found.concept, m.found.scheme, m.found.start, m.found.end)
        for m in read.mentions
        if m.found.scheme in schemes and m.status not in ("negated", "excluded")
    ]
    tags = _tags(about)
    each = (_in_sentence(reading, told, named, tags, rules, trial) for told in _sentences(reading, named, rules))
    return tuple(_agreeing([result for found in each for result in found], named))


_Alike = tuple[str, Against | None, bool]


def _agreeing(found: Sequence[Result], named: Sequence[Named]) -> Iterator[Result]:
    """The findings; a concept that is both higher and lower in comparable comparisons is mixed in each of them.

    Comparable are those against the same, and both with a treatment in their sentence or both without.
    """
    said: dict[_Alike, set[Direction | None]] = {}
    for result in found:
        for concept in result.concepts:
            said.setdefault(_alike(concept, result, named), set()).add(result.direction)
    for result in found:
        both = {c for c in result.concepts if result.direction in _BOTH and said[_alike(c, result, named)] >= _BOTH}
        if plain := tuple(c for c in result.concepts if c not in both):
            yield replace(result, concepts=plain)
        if both:
            ids = tuple(c for c in result.concepts if c in both)
            yield replace(result, concepts=ids, direction=Direction.MIXED, cue="direction.mixed")


def _alike(concept: str, result: Result, named: Sequence[Named]) -> _Alike:
    a, b = result.sentence.start, result.sentence.end
    return concept, result.against, any(n.scheme == _TREATMENT and a <= n.start < b for n in named)


@dataclass(frozen=True, slots=True)
class _Told:
    """A sentence that tells a result: its span, where its result ends, and the rule that says so."""

    start: int
    end: int
    tail: int
    rule: Rule


def _sentences(reading: Reading, named: Sequence[Named], rules: ResultRules) -> Iterator[_Told]:
    """Sentences that name something and tell a result, in those parts of the abstract that may."""
    aside = rules.any_of("aside_labels")
    parts = [(a, b) for name, a, b in reading.record.fields() if name != "title" and not aside.stands_in(_bare(name))]
    places = sorted(n.start for n in named)
    for a, b in reading.sentences:
        if b - a > _LONGEST or bisect_left(places, a) == bisect_left(places, b):
            continue
        if any(start <= a < end for start, end in parts):
            words = reading.words_between(a, b)
            tail = a + len(_without_tail(reading.text[a:b], rules, words))
            text = reading.text[a:tail]
            rule = next((r for r in rules.telling(text, words) if _placed(reading, a, r, rules)), None)
            if rule is not None and not holds(rules, "aside", text, words):
                yield _Told(a, b, tail, rule)


def _bare(name: str) -> str:
    """A label without what it says beside: ``RESULTS AND DISCUSSION`` tells results."""
    return "results" if "result" in name.casefold() or "finding" in name.casefold() else name


def _without_tail(sentence: str, rules: ResultRules, words: frozenset[str]) -> str:
    for pattern in rules.any_of("tail").possible(words):
        sentence = pattern.regex.sub("", sentence)
    return sentence


def _placed(reading: Reading, start: int, rule: Rule, rules: ResultRules) -> bool:
    """A sentence without a figure counts under a label, behind the first third, or where it says whose result it is."""
    if rule.confidence == "certain" or ":" in reading.record.field_at(start) or start > len(reading.text) / 3:
        return True
    return holds(rules, "own_results", reading.text[start : start + _OPENING])


def _in_sentence(
    reading: Reading, told: _Told, named: Sequence[Named], tags: frozenset[str], rules: ResultRules, trial: bool
) -> Iterator[Result]:
    """What the sentence says with a direction; failing that the sentence itself, with the concepts that it names."""
    here = [n for n in named if told.start <= n.start < told.tail]
    if not here:
        return
    pointing = list(_pointing(reading, told, here, rules, trial))
    if pointing:
        yield from pointing
        return
    plain = blanked(reading.text[told.start : told.end])
    bare = [n for n in here if n.concept in tags and plain[n.start - told.start : n.end - told.start].strip()]
    held = tuple(dict.fromkeys(n.concept for n in bare))
    if held and told.rule.id != _TOLD and _words(reading.text[told.start : told.end]) <= MOST_WORDS:
        sentence = reading.evidence(told.start, told.end)
        yield Result(held, told.rule, sentence, _evidence(reading, bare), sentence)


def _pointing(
    reading: Reading, told: _Told, named: Sequence[Named], rules: ResultRules, trial: bool
) -> Iterator[Result]:
    written, held = reading.text[told.start : told.tail], reading.words_between(told.start, told.tail)
    if holds(rules, "unsettled", written, held):
        return
    sentence = rules.any_of("beside").replaced(written, held)  # without words that only describe its subject
    words = held if sentence == written else None
    # Without a past it may be a general claim; beside a clause that tells of a link, "higher" may be a part of it.
    frames: tuple[Frame, ...] = EVERY
    if not holds(rules, "past", sentence, words):
        frames = ()
    elif holds(rules, "tied", blanked(sentence)):
        frames = ("predicate",)
    borders, leads = rules.patterns.get("borders", ()), rules.patterns.get("leading", ())
    parts = clauses(sentence, told.start, borders, leads, reading)
    whole = compared(sentence, rules, trial, words)
    link: Pointed | None = None
    for clause in parts:
        leading = whole if whole and told.start + whole.start < clause.start else None
        found = pointed(clause, named, rules, frames) or _continued(link, clause, named, rules)
        link = next((p for p in found if p.direction in LINKS), None)
        if not found:
            continue
        versus = compared(clause.text, rules, trial, clause.words)
        if turned(clause.text, found[0].direction, rules, versus, clause.words):
            continue
        at = clause.start if versus else told.start
        for i, p in enumerate(found):
            until = found[i + 1].start if i + 1 < len(found) else clause.end
            yield _result(reading, told, clause, p, (max(p.start, clause.start), until), versus or leading, at, rules)


def _continued(link: Pointed | None, clause: Clause, named: Sequence[Named], rules: ResultRules) -> tuple[Pointed, ...]:
    """What a clause without a verb adds to the link of the one before: *correlated with pain but less anxiety*."""
    text, words = clause.text, clause.words
    if link is None or not holds(rules, "contrast", text, words) or holds(rules, "past", text, words):
        return ()
    held = heads(clause, named, rules)
    return (Pointed(held, link.cue, link.cue_start, link.cue_end),) if held else ()


def _result(
    reading: Reading,
    told: _Told,
    clause: Clause,
    p: Pointed,
    reach: tuple[int, int],
    versus: Compared | None,
    at: int,
    rules: ResultRules,
) -> Result:
    """One finding with all its words. ``reach`` is where its figures may stand; ``versus`` counts from ``at``."""
    a, b = reach
    flat = default(p.direction)
    behind = reading.words_between(clause.start, told.end)
    if flat and holds(rules, "in_part", reading.text[clause.start : told.end], behind):
        flat = versus = None
    own = flat or (None if versus else p.cue.against)
    stated = figures(reading.text[a:b], rules, p.spans[0][1] - a, reading.words_between(a, b))
    return Result(
        concepts=tuple(dict.fromkeys(n.concept for n in p.named)),
        rule=told.rule,
        sentence=reading.evidence(told.start, told.end),
        named=_evidence(reading, p.named),
        quote=_quote(reading, told, clause, p),
        direction=p.direction,
        cue=p.cue.id,
        pointing=reading.evidence(*_hit(p, reading)),
        against=own or (versus.against if versus else None),
        comparing=None if own or versus is None else reading.evidence(at + versus.start, at + versus.end),
        figures=tuple(reading.evidence(a + x, a + y) for x, y in stated),
    )


def _hit(p: Pointed, reading: Reading) -> tuple[int, int]:
    return reading.trimmed(p.cue_start, p.cue_end)


def _quote(reading: Reading, told: _Told, clause: Clause, p: Pointed) -> Evidence | None:
    """The first that is short enough: the sentence, its clause, or as much of this as fits around cue and concepts."""
    for a, b in ((told.start, told.end), (told.start, told.tail), (clause.start, clause.end)):
        a, b = reading.trimmed(a, b)
        if _words(reading.text[a:b]) <= MOST_WORDS:
            return reading.evidence(a, b)
    for a, b in p.spans:
        a, b = reading.trimmed(a, b)
        if _words(reading.text[a:b]) <= MOST_WORDS:
            return reading.evidence(*reading.trimmed(*widened(reading.text, clause, a, b, MOST_WORDS)))
    return None


def _evidence(reading: Reading, named: Iterable[Named]) -> tuple[Evidence, ...]:
    return tuple(reading.evidence(n.start, n.end) for n in named)


def _tags(about: Classification) -> frozenset[str]:
    held = (d.value for d in about.decisions if d.name.startswith("tags.") and isinstance(d.value, tuple))
    return frozenset(str(concept) for ids in held for concept in ids)


def _words(text: str) -> int:
    return len(text.split())
