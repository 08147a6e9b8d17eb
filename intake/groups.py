"""How many patients with the disease took part, and how many people they were compared with."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from intake.by_word import AnyOf, ByWord
from intake.numerals import Number
from intake.passage import Passage
from intake.reading import Reading
from intake.record import Decision
from intake.rulebook import Match, Rule, Rulebook
from intake.sample_size import MARK, marked, numbers
from intake.sought import Sought, either, sought

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
    return reading.search_title(_ready(rules).name) is not None


@dataclass(frozen=True, slots=True)
class _Ready:
    """The patterns of a rule: those that ask for the name of the disease, and those that do not."""

    rule: Rule
    named: AnyOf
    others: AnyOf


def _counted(reading: Reading, rules: Rulebook, kind: str) -> Decision | None:
    made = _ready(rules)
    may_hold: dict[int, list[tuple[Number, Passage]]] = {}  # place of a rule -> numbers whose sentences allow for it
    for number in numbers(reading):
        sentence = marked(reading, number)
        for place in made.by_word[kind].possible(sentence.words):
            may_hold.setdefault(place, []).append((number, sentence))
    for place in sorted(may_hold):
        one = made.rules[place]
        for number, sentence in may_hold[place]:
            held = (
                one.named.possible(sentence.words)
                and _is_named(reading, number, made.name)
                and sentence.holds(one.named)
            )
            if (held or sentence.holds(one.others)) and not sentence.holds(made.unless):
                return _decision(reading, one.rule, kind, number)
    return None


def _ready(rules: Rulebook) -> "_Groups":
    return rules.kept("groups", lambda: _Groups.of(rules))


def _is_named(reading: Reading, number: Number, name: Sought) -> bool:
    """Whether the sentence of the number names the disease; looked for once in a record."""
    if number.start not in reading.named:
        reading.named[number.start] = marked(reading, number).search(name) is not None
    return reading.named[number.start]


def _decision(reading: Reading, rule: Rule, kind: str, number: Number) -> Decision:
    held = Match(rule, (reading.evidence(number.start, number.end),), rule.reason)
    return held.decision(kind, number.value)


@dataclass(frozen=True, slots=True)
class _Groups:
    """The name of the disease, every rule with its patterns, their places by kind, and what speaks against a number."""

    name: Sought
    rules: tuple[_Ready, ...]
    by_word: Mapping[str, ByWord[int]]
    unless: AnyOf

    @classmethod
    def of(cls, rules: Rulebook) -> "_Groups":
        """Made ready for any number of records."""
        name = rf"\b(?:{'|'.join(rules.patterns['names'])})"

        def ready(patterns: Iterable[str]) -> AnyOf:
            whole = (p.replace("{d}", MARK).replace("{name}", name).replace("{more}", _MORE) for p in patterns)
            return AnyOf(map(sought, whole))

        made = tuple(
            _Ready(rule, ready(p for p in rule.text if "{name}" in p), ready(p for p in rule.text if "{name}" not in p))
            for rule in rules.rules
        )
        needs = [either((*one.named.patterns, *one.others.patterns)) for one in made]
        by_word = {
            kind: ByWord((place, needs[place]) for place, one in enumerate(made) if one.rule.value == kind)
            for kind in ("patients", "controls")
        }
        return cls(sought(name), made, by_word, ready(rules.patterns.get("unless", ())))
