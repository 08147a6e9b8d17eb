"""Is a record about the disease of the atlas at all? By its full names, never by letters that others use, too."""

import re

from intake.reading import Reading
from intake.record import Decision
from intake.rulebook import Match, Ready, Rule, Rulebook
from intake.sought import Sought, compiled, sought

NAME = "relevance"
YES, NO = "yes", "no"
_REPEATED = 3  # sentences
_NEVER = "(?!)"


def relevance(reading: Reading, rules: Rulebook) -> Decision:
    """``yes`` or ``no`` with the words that say so. ``rules`` is ``relevance.yaml``."""
    by_id = rules.kept("by-id", lambda: {rule.id: rule for rule in rules.rules})
    mentions = mentioned(reading, rules)
    found = _accepted(reading, rules, by_id, mentions) or _rejected(reading, rules, by_id, mentions)
    decision = found.decision(NAME)
    return decision.model_copy(update={"note": "; ".join(filter(None, (found.rule.reason, decision.note)))})


def mentioned(reading: Reading, rules: Rulebook) -> list[tuple[int, int]]:
    """Where the disease is named: in full, and by its letters alone once the record has said that they stand for it."""
    found = [m.span() for m in reading.each(_named(rules))]
    if found and (said := reading.search(_any_of(rules, "spelled_out"))):
        known, short = {b for _, b in found}, _any_of(rules, "short").regex
        found += [m.span() for m in short.finditer(reading.text, said.end()) if m.end() not in known]
    return sorted(found)


def names(rules: Rulebook) -> re.Pattern[str]:
    """One pattern for all names of the disease."""
    return _named(rules).regex


def _named(rules: Rulebook) -> Sought:
    return _any_of(rules, "names")


def _any_of(rules: Rulebook, name: str) -> Sought:
    """The patterns of that name as one; one that matches nothing where there are none."""
    return rules.kept(name, lambda: sought("|".join(rules.patterns.get(name) or (_NEVER,))))


def _accepted(
    reading: Reading, rules: Rulebook, by_id: dict[str, Rule], mentions: list[tuple[int, int]]
) -> Match | None:
    end = len(reading.title)
    if inside := [span for span in mentions if span[1] <= end]:
        return _quoting(by_id["relevance.title"], reading, inside)
    if labelled := rules.kept("mesh", lambda: Ready.of(by_id["relevance.mesh"])).match(reading):
        return labelled
    if not mentions:
        return None
    if keyword := next((k for k in reading.record.keywords if names(rules).search(k)), None):
        return Match(by_id["relevance.keyword"], (reading.evidence(*mentions[0]),), f"keyword: {keyword}")
    told = [span for span in mentions if not _aside(reading, span, rules)]
    for start, stop in _studied(rules, reading):
        if any(start <= a and b <= stop for a, b in told):
            return _quoting(by_id["relevance.studied"], reading, [(start, stop)])
    if len({reading.sentence_at(a) for a, _ in told}) >= _REPEATED:
        return _quoting(by_id["relevance.repeated"], reading, told)
    return None


def _rejected(reading: Reading, rules: Rulebook, by_id: dict[str, Rule], mentions: list[tuple[int, int]]) -> Match:
    if mentions:
        return _quoting(by_id["relevance.aside"], reading, mentions)
    homonym = reading.search(_any_of(rules, "homonyms"))
    if homonym and (reading.search(_any_of(rules, "letters")) or homonym.end() <= len(reading.title)):
        return _quoting(by_id["relevance.homonym"], reading, [homonym.span()])
    if symptom := reading.search(_any_of(rules, "symptom")):
        return _quoting(by_id["relevance.symptom"], reading, [symptom.span()])
    return Match(by_id["relevance.none"])


def _quoting(rule: Rule, reading: Reading, spans: list[tuple[int, int]]) -> Match:
    return Match(rule, tuple(reading.evidence(*reading.trimmed(a, b)) for a, b in spans[:3]))


def _aside(reading: Reading, span: tuple[int, int], rules: Rulebook) -> bool:
    """Whether the words before the name, in its sentence, make it an example or a comparison."""
    before = reading.text[reading.sentence_at(span[0])[0] : span[0]]
    return any(compiled(p).search(before) for p in rules.patterns.get("aside", ()))


def _studied(rules: Rulebook, reading: Reading) -> list[tuple[int, int]]:
    """Where the text says that the disease is what it studies."""

    def ready() -> tuple[Sought, ...]:
        name = f"(?:{names(rules).pattern})"
        return tuple(sought(p.replace("{name}", name)) for p in rules.patterns.get("studied", ()))

    return [m.span() for p in rules.kept("studied", ready) for m in reading.each(p)]
