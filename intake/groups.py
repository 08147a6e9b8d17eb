"""How many patients with the disease took part, and how many people they were compared with."""

import re
from functools import lru_cache

from intake.record import Decision
from intake.rulebook import Match, Number, Reading, Rule, Rulebook
from intake.sample_size import MARK, marked, numbers

_MORE = (
    r"(?:(?!(?:of|were|was|and|with|for|in|from|to|versus|than|long|patients|cases|controls|people)\b)[\w/'’-]+ ){0,5}?"
)
_Ready = tuple[tuple[Rule, tuple[re.Pattern[str], ...]], ...]


def patients(reading: Reading, rules: Rulebook) -> Decision | None:
    """The number of patients with the disease, or None where none is counted by itself."""
    return _counted(reading, rules, "patients")


def controls(reading: Reading, rules: Rulebook) -> Decision | None:
    """The number of people without the disease with whom patients were compared, or None."""
    return _counted(reading, rules, "controls")


def _counted(reading: Reading, rules: Rulebook, kind: str) -> Decision | None:
    ready, unless = _compiled(rules.rules, rules.patterns["names"], rules.patterns.get("unless", ()))
    told = [(n, marked(reading, n)) for n in numbers(reading)]
    for rule, patterns in ready:
        if rule.value != kind:
            continue
        for number, sentence in told:
            if any(p.search(sentence) for p in patterns) and not any(p.search(sentence) for p in unless):
                return _decision(reading, rule, kind, number)
    return None


def _decision(reading: Reading, rule: Rule, kind: str, number: Number) -> Decision:
    held = Match(rule, (reading.evidence(number.start, number.end),), rule.reason)
    return held.decision(kind, number.value)


@lru_cache(maxsize=4)
def _compiled(
    rules: tuple[Rule, ...], names: tuple[str, ...], unless: tuple[str, ...]
) -> tuple[_Ready, tuple[re.Pattern[str], ...]]:
    name = rf"\b(?:{'|'.join(names)})"

    def ready(pattern: str) -> re.Pattern[str]:
        filled = pattern.replace("{d}", MARK).replace("{name}", name).replace("{more}", _MORE)
        return re.compile(filled, re.IGNORECASE)

    return tuple((rule, tuple(map(ready, rule.text))) for rule in rules), tuple(map(ready, unless))
