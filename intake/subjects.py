"""Who or what was studied: people, animals or cells; adults, children or both."""

from intake.reading import Reading
from intake.record import Decision
from intake.rulebook import Match, Rulebook

ORGANISM, AGE = "organism", "age_group"


def organism(reading: Reading, rules: Rulebook, marks: dict[str, Match]) -> Decision:
    """``human``, ``animal`` or ``in-vitro``; ``None`` where nothing says. ``marks`` are those of the design.

    Animals win over people where a mark says that animals were studied: an abstract on mice names patients, too.
    """
    for value, mark in (("animal", "rodent"), ("animal", "animal-study"), ("in-vitro", "in-vitro-study")):
        if mark in marks and not ("human" in _mesh(reading) and value == "animal"):
            return marks[mark].decision(ORGANISM, value)
    for value in ("animal", "human"):
        if (held := rules.first(reading, value)) and not (value == "animal" and "human" in _mesh(reading)):
            return held.decision(ORGANISM)
    return Decision(name=ORGANISM, rule="subjects.none", confidence="unsure", note="Nothing says who was studied.")


def age_group(reading: Reading, rules: Rulebook) -> Decision:
    """``adults``, ``children`` or both as a tuple; ``None`` where nothing says."""
    held = [m for value in ("adults", "children") if (m := rules.first(reading, value))]
    if len(held) == 2:
        evidence = tuple(e for m in held for e in m.evidence[:1])
        note = "; ".join(m.note for m in held if m.note) or None
        rule = held[1].rule
        return Decision(
            name=AGE, value=("adults", "children"), rule=rule.id, confidence="likely", evidence=evidence, note=note
        )
    if held:
        return held[0].decision(AGE)
    return Decision(name=AGE, rule="subjects.no-age", confidence="unsure", note="Nothing says how old they were.")


def _mesh(reading: Reading) -> set[str]:
    return {"human" for heading in reading.record.mesh if heading.casefold() in ("humans", "human")}
