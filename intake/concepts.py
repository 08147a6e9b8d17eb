"""Which concepts a record studies: terms with negation and scope, and what kind of sentence they stand in."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from entries.vocabulary import Vocabulary
from intake.abbreviations import abbreviated
from intake.by_word import AnyOf, Lists
from intake.passage import Passage
from intake.reading import Reading
from intake.record import Decision
from intake.rulebook import Rulebook
from intake.sought import Sought, sought
from intake.terms import Found, Terms

Status = Literal["studied", "mentioned", "negated", "excluded"]
_CLOSED = re.compile(r"\([^()]*\)")
_CLAUSE = 400  # letters; what denies a term stands near it
_SENTENCE = ("excluded", "targeted", "negated", "measured", "background", "conclusion", "studied")  # asked of each
_Possible = Mapping[str, Sequence[Sought]]  # the lists of concepts.yaml, as far as the words of a sentence allow
_REASONS = {
    "concepts.title": "The title names it.",
    "concepts.studied": "A sentence on what was done or seen names it.",
}


class Mention(NamedTuple):
    """A concept in a text, and how the text speaks of it."""

    found: Found
    status: Status
    rule: str


def terms(vocabulary: Vocabulary, rules: Rulebook) -> Terms:
    """The terms that ``concepts.yaml`` lets count; make them once for a vocabulary."""
    words = rules.words
    return Terms(
        vocabulary,
        words.get("schemes", ()),
        words.get("everyday", ()),
        words.get("trusted", ()),
        words.get("grouped", ()),
    )


def mentions(reading: Reading, known: Terms, rules: Rulebook) -> tuple[Mention, ...]:
    """Every concept that the record names, in order, with its status."""
    lists = rules.kept("sentence", lambda: Lists({n: _sought(rules, n) for n in _SENTENCE}))
    asides = _aside_spans(reading, rules)
    told: dict[tuple[int, int], tuple[_Scope, tuple[Status, str]]] = {}
    found = []
    masked = _masked(reading, rules.kept("masked", lambda: AnyOf(_sought(rules, "masked"))))
    for term in abbreviated(masked, known.found_in(masked)):
        span = reading.sentence_at(term.start)
        if span not in told:
            sentence = reading.part(*span)
            possible = lists.possible(sentence.words)
            told[span] = _Scope.of(sentence, possible), _role(reading, sentence, span, asides, possible)
        scope, role = told[span]
        status, rule = scope.status(term.start - span[0]) or role
        found.append(Mention(term, status, rule))
    return tuple(found)


def _sought(rules: Rulebook, name: str) -> tuple[Sought, ...]:
    return tuple(map(sought, rules.patterns.get(name, ())))


def _masked(reading: Reading, masked: AnyOf) -> str:
    """The text with names that hold other concepts' words blanked: a syndrome called fatigue is no fatigue."""
    text, small = reading.text, reading.lower
    for pattern in masked.possible(reading.words):
        if spans := [m.span() for m in pattern.each(text, small)]:
            text, small = _dotted(text, spans), _dotted(small, spans)
    return text


def _dotted(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """The text with dots for what stands in these spans, which follow each other."""
    pieces: list[str] = []
    past = 0
    for start, end in spans:
        pieces += text[past:start], "." * (end - start)
        past = end
    return "".join((*pieces, text[past:]))


def concepts(reading: Reading, known: Terms, rules: Rulebook) -> tuple[Decision, ...]:
    """One decision ``tags.<scheme>`` for each scheme with concepts that the record studies, the title's first."""
    return tagged(reading, mentions(reading, known, rules), rules)


def tagged(reading: Reading, found: Iterable[Mention], rules: Rulebook) -> tuple[Decision, ...]:
    """The same, of the concepts that were found in the record."""
    held = sorted(
        (m for m in found if m.status == "studied"),
        key=lambda m: (m.rule != "concepts.title", m.found.start),
    )
    decisions = []
    for scheme in rules.words.get("schemes", ()):
        first: dict[str, Mention] = {}
        for mention in held:
            if mention.found.scheme == scheme:
                first.setdefault(mention.found.concept, mention)
        if first:
            decisions.append(_decision(reading, scheme, first))
    return tuple(decisions)


def _decision(reading: Reading, scheme: str, first: dict[str, Mention]) -> Decision:
    rule = next(iter(first.values())).rule
    return Decision(
        name=f"tags.{scheme}",
        value=tuple(first),
        rule=rule,
        confidence="certain" if all(m.rule == "concepts.title" for m in first.values()) else "likely",
        evidence=tuple(reading.evidence(m.found.start, m.found.end) for m in first.values()),
        note=_REASONS.get(rule),
    )


def _role(
    reading: Reading, sentence: Passage, span: tuple[int, int], asides: list[tuple[int, int]], possible: _Possible
) -> tuple[Status, str]:
    """What kind of sentence it is: the title and what was done or seen are studied, the rest is mentioned."""
    a, b = span
    if b <= len(reading.title):
        return "studied", "concepts.title"
    if any(start <= a < end for start, end in asides):
        return "mentioned", "concepts.aside-section"
    text, small = sentence.text, sentence.lower
    for name in ("background", "conclusion"):
        if name in possible and _any(possible[name], text, small):
            return "mentioned", f"concepts.{name}"
    studied = "studied" in possible and _any(possible["studied"], text, small)
    return ("studied", "concepts.studied") if studied else ("mentioned", "concepts.aside")


def _aside_spans(reading: Reading, rules: Rulebook) -> list[tuple[int, int]]:
    """Sections of a structured abstract that introduce or conclude; ``background/objectives`` does both and counts."""
    labels = rules.patterns.get("aside_labels", ())
    spans = []
    for name, a, b in reading.record.fields():
        label = name.partition(":")[2].casefold()
        if any(word in label for word in labels) and not any(
            w in label for w in ("objective", "aim", "purpose", "method")
        ):
            spans.append((a, b))
    return spans


@dataclass(frozen=True, slots=True)
class _Scope:
    """A sentence, and the patterns whose words it holds out of those that take a term away."""

    sentence: Passage
    excluded: Sequence[Sought]
    targeted: Sequence[Sought]
    negated: Sequence[Sought]
    measured: Sequence[Sought]

    @classmethod
    def of(cls, sentence: Passage, possible: _Possible) -> "_Scope":
        get = possible.get
        return cls(sentence, get("excluded", ()), get("targeted", ()), get("negated", ()), get("measured", ()))

    def status(self, start: int) -> tuple[Status, str] | None:
        """Whether the words before the term, in its clause, take it away. ``start`` counts in the sentence."""
        if not (self.excluded or self.targeted or self.negated):
            return None
        near = max(0, start - _CLAUSE)
        before = self.sentence.text[near:start]
        first = near + max(before.rfind(";"), before.rfind(":"), before.rfind("(")) + 1
        clause = self.sentence.text[first:start], self.sentence.lower[first:start]
        if self.excluded and _any(self.excluded, *clause):
            return "excluded", "concepts.excluded"
        if self.targeted and _any(
            self.targeted, *(_CLOSED.sub(" ", t) for t in (before, self.sentence.lower[near:start]))
        ):
            return "excluded", "concepts.targeted"
        if self.negated and _any(self.negated, *clause) and not _any(self.measured, *clause):
            return "negated", "concepts.negated"
        return None


def _any(patterns: Iterable[Sought], text: str, small: str) -> bool:
    for pattern in patterns:  # noqa: SIM110 - asked dozens of times of every record
        if pattern.search(text, small):
            return True
    return False
