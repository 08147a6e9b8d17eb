"""By which case definition patients were let in, and whether the paper itself made PEM a condition.

A definition counts in a sentence that says whom the study included; one that a review or a discussion names does not.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from entries.vocabulary import Vocabulary
from intake.reading import Reading
from intake.record import Decision
from intake.rulebook import Match, Rule, Rulebook
from intake.sought import Sought, compiled, sought

SCHEME = "case-definition"
_LONGEST_QUOTE = 600  # letters
_CDC, _SINCE = "definition.cdc", 1995


@dataclass(frozen=True, slots=True)
class Named:
    """A definition that a text names, where, and by which rule."""

    concept: str
    start: int
    end: int
    rule: Rule


def case_definition(reading: Reading, vocabulary: Vocabulary, rules: Rulebook) -> Decision | None:
    """``case_definition.all`` or ``case_definition.any`` with the ids of the definitions; None where none let in."""
    if not any(word in reading.lower for word in rules.words.get("hints", ("",))):
        return None
    if any(reading.search(sought(p)) for p in rules.patterns.get("outcome", ())):
        return None
    named = [n for n in _named(reading, vocabulary, rules) if _includes(reading, n, rules)]
    if not named:
        return None
    ids = tuple(dict.fromkeys(n.concept for n in named))
    a, b = reading.sentence_at(named[0].start)
    kind = "all" if len(ids) > 1 and _joined(reading.text[a:b], named, a, rules) == "all" else "any"
    evidence = (reading.evidence(*_quotable(reading, named[0].start, named[0].end)),)
    decision = Match(named[0].rule, evidence, named[0].rule.reason).decision(f"case_definition.{kind}", ids)
    worst = "likely" if any(n.rule.confidence != "certain" for n in named) else "certain"
    return decision.model_copy(update={"confidence": worst})


def pem(reading: Reading, rules: Rulebook) -> Decision | None:
    """What the paper itself states about PEM as a criterion for taking part; None where it states nothing."""
    criterion = rules.kept("criterion", lambda: _criterion(rules))
    if not criterion or not reading.search(sought(criterion)):
        return None
    for rule in rules.rules:
        if not rule.id.startswith("pem."):
            continue
        if any(reading.search(sought(_filled(p, criterion))) for p in rule.unless):
            continue
        for pattern in rule.text:
            if m := reading.search(sought(_filled(pattern, criterion))):
                span = _quotable(reading, *m.span())
                return Match(rule, (reading.evidence(*span),), rule.reason).decision("pem")
    return None


def _criterion(rules: Rulebook) -> str:
    """One pattern for all names of the criterion that the scheme ``pem-status`` is about; empty where it has none."""
    names = "|".join(rules.patterns.get("criterion", ()))
    return f"(?:{names})" if names else ""


def _filled(pattern: str, criterion: str) -> str:
    return pattern.replace(r"\b{pem}", criterion).replace("{pem}", criterion)


def _quotable(reading: Reading, start: int, end: int) -> tuple[int, int]:
    """The sentence around a passage, or the passage alone where the sentence is too long for a quote."""
    a, b = reading.trimmed(*reading.sentence_at(start))
    return (a, b) if b - a <= _LONGEST_QUOTE and end <= b else reading.trimmed(start, end)


def _named(reading: Reading, vocabulary: Vocabulary, rules: Rulebook) -> Iterator[Named]:
    """Definitions by the vocabulary's names, then by the rules; those of a sentence in the order of the text."""
    found = [*_by_rule(reading, rules), *_by_name(reading, vocabulary, rules)]
    return iter(sorted(found, key=lambda n: (n.start, n.rule.id)))


def _by_rule(reading: Reading, rules: Rulebook) -> Iterator[Named]:
    for rule in rules.rules:
        if not rule.id.startswith("definition.") or any(reading.search(sought(p)) for p in rule.unless):
            continue
        if rule.id == _CDC and (reading.record.year or _SINCE) < _SINCE:
            continue
        for pattern in rule.text:
            for m in reading.each(sought(pattern)):
                yield Named(str(rule.value), m.start(), m.end(), rule)


def _by_name(reading: Reading, vocabulary: Vocabulary, rules: Rulebook) -> Iterator[Named]:
    ambiguous = rules.words.get("ambiguous", ())
    for concept, pattern, rule in _names(vocabulary, ambiguous):
        for m in reading.each(pattern):
            yield Named(concept, m.start(), m.end(), rule)


_cache: dict[int, tuple[Vocabulary, list[tuple[str, Sought, Rule]]]] = {}


def _names(vocabulary: Vocabulary, ambiguous: tuple[str, ...]) -> list[tuple[str, Sought, Rule]]:
    """(concept, pattern, rule) of every definition; made once for a vocabulary."""
    known = _cache.get(id(vocabulary))
    if known is None or known[0] is not vocabulary:
        patterns = [_name_pattern(c.id, (c.label, *c.synonyms), ambiguous) for c in vocabulary.of_scheme(SCHEME)]
        _cache.clear()
        known = _cache[id(vocabulary)] = (vocabulary, patterns)
    return known[1]


def _name_pattern(concept: str, terms: tuple[str, ...], ambiguous: tuple[str, ...]) -> tuple[str, Sought, Rule]:
    sure = [re.escape(t) for t in terms if t not in ambiguous]
    near = "|".join(re.escape(t) for t in terms if t in ambiguous)
    if near:
        sure.append(rf"(?-i:(?:{near}))(?:[ -](?:\w+ ){{0,2}}(?:criteria|definition))")
        sure.append(rf"(?:criteria|definition)(?: \w+)? \(?(?-i:(?:{near}))\b")
    pattern = sought(rf"(?<![\w-])(?:{'|'.join(sure)})(?![\w-])")
    return concept, pattern, Rule(id="definition.named", reason="The definition is named.", value=concept)


def _includes(reading: Reading, named: Named, rules: Rulebook) -> bool:
    """Whether the sentence says that patients were let in by this definition, and not only a part of them."""
    a, b = reading.sentence_at(named.start)
    sentence, before = reading.text[a:b], reading.text[a : named.start]
    if any(p.search(sentence) for p in _ready(rules, "unless")):
        return False
    if any(p.search(before) for p in _ready(rules, "part")):
        return False
    return any(p.search(sentence) for p in _ready(rules, "inclusion"))


def _joined(sentence: str, named: list[Named], offset: int, rules: Rulebook) -> str:
    """``all`` or ``any``: the words around and between definitions of one sentence; ``any`` where they are apart."""
    ends = [n.end - offset for n in named if n.end - offset <= len(sentence)]
    starts = [n.start - offset for n in named if n.end - offset <= len(sentence)]
    if len(starts) < 2:
        return "any"
    between = sentence[max(0, starts[0] - 25) : starts[0]] + " " + sentence[min(ends) : max(starts)]
    if any(p.search(between) for p in _ready(rules, "any")):
        return "any"
    return "all" if any(p.search(between) for p in _ready(rules, "all")) else "any"


def _ready(rules: Rulebook, name: str) -> tuple[re.Pattern[str], ...]:
    return _compile_all(rules.patterns.get(name, ()))


@lru_cache(maxsize=32)
def _compile_all(patterns: tuple[str, ...]) -> tuple[re.Pattern[str], ...]:
    return tuple(map(compiled, patterns))
