"""How many patients with the disease took part, and how many people they were compared with."""

from intake.reading import Number, Reading, Sought, sought
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


def _counted(reading: Reading, rules: Rulebook, kind: str) -> Decision | None:
    ready, unless = rules.kept("groups", lambda: _compiled(rules))
    told = [(n, marked(reading, n)) for n in numbers(reading)]
    for rule, patterns in ready:
        if rule.value != kind:
            continue
        for number, sentence in told:
            if sentence.holds(patterns) and not sentence.holds(unless):
                return _decision(reading, rule, kind, number)
    return None


def _decision(reading: Reading, rule: Rule, kind: str, number: Number) -> Decision:
    held = Match(rule, (reading.evidence(number.start, number.end),), rule.reason)
    return held.decision(kind, number.value)


def _compiled(rules: Rulebook) -> tuple[tuple[tuple[Rule, tuple[Sought, ...]], ...], tuple[Sought, ...]]:
    """(rule, its patterns) of every rule, and the patterns that speak against a number."""
    name = rf"\b(?:{'|'.join(rules.patterns['names'])})"

    def ready(patterns: tuple[str, ...]) -> tuple[Sought, ...]:
        return tuple(sought(p.replace("{d}", MARK).replace("{name}", name).replace("{more}", _MORE)) for p in patterns)

    return tuple((rule, ready(rule.text)) for rule in rules.rules), ready(rules.patterns.get("unless", ()))
