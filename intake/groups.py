"""How many patients with the disease took part, and how many people they were compared with."""

from collections.abc import Iterable
from dataclasses import dataclass

from intake.reading import AnyOf, ByWord, Number, Reading, Sought, either, sought
from intake.record import Decision
from intake.rulebook import Match, Rule, Rulebook
from intake.sample_size import MARK, marked, numbers

_MORE = (
    r"(?:(?!(?:of|were|was|and|with|for|in|from|to|versus|than|long|patients|cases|controls|people)\b)[\w/'’-]+ ){0,5}?"
)


def patients(reading: Reading, rules: Rulebook) -> Decision | None:
    """The number of patients with the disease, or None where none is counted by itself."""
    return _counted(reading, rules, "patients")


def controls(reading: Reading, rules: Rulebook) -> Decision | None:
    """The number of people without the disease with whom patients were compared, or None."""
    return _counted(reading, rules, "controls")


def in_title(reading: Reading, rules: Rulebook) -> bool:
    """Whether the title names the disease, so that people in a trial may be taken for patients with it."""
    name, _, _ = rules.kept("groups", lambda: _compiled(rules))
    return reading.search_title(name) is not None


@dataclass(frozen=True, slots=True)
class _Ready:
    """The patterns of a rule: those that ask for the name of the disease, and those that do not."""

    rule: Rule
    named: AnyOf
    others: AnyOf


def _counted(reading: Reading, rules: Rulebook, kind: str) -> Decision | None:
    name, ready, unless = rules.kept("groups", lambda: _compiled(rules))
    told = [(n, marked(reading, n)) for n in numbers(reading)]
    words = frozenset().union(*(sentence.words for _, sentence in told))
    for one in ready.possible(words):
        if one.rule.value != kind:
            continue
        for number, sentence in told:
            held = one.named.possible(sentence.words) and _is_named(reading, number, name) and sentence.holds(one.named)
            if (held or sentence.holds(one.others)) and not sentence.holds(unless):
                return _decision(reading, one.rule, kind, number)
    return None


def _is_named(reading: Reading, number: Number, name: Sought) -> bool:
    """Whether the sentence of the number names the disease; looked for once in a record."""
    if number.start not in reading.named:
        reading.named[number.start] = marked(reading, number).search(name) is not None
    return reading.named[number.start]


def _decision(reading: Reading, rule: Rule, kind: str, number: Number) -> Decision:
    held = Match(rule, (reading.evidence(number.start, number.end),), rule.reason)
    return held.decision(kind, number.value)


def _compiled(rules: Rulebook) -> tuple[Sought, ByWord[_Ready], AnyOf]:
    """The name of the disease, every rule with its patterns, and the patterns that speak against a number."""
    name = rf"\b(?:{'|'.join(rules.patterns['names'])})"

    def ready(patterns: Iterable[str]) -> AnyOf:
        return AnyOf(sought(p.replace("{d}", MARK).replace("{name}", name).replace("{more}", _MORE)) for p in patterns)

    made = (
        _Ready(rule, ready(p for p in rule.text if "{name}" in p), ready(p for p in rule.text if "{name}" not in p))
        for rule in rules.rules
    )
    by_word = ByWord((one, either((*one.named.patterns, *one.others.patterns))) for one in made)
    return sought(name), by_word, ready(rules.patterns.get("unless", ()))
