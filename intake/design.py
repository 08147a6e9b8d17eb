"""Study design: every mark that a record bears, and the one design that follows from all of them."""

from dataclasses import dataclass
from pathlib import Path

from intake.cues import Cues
from intake.reading import Reading
from intake.record import Decision, Record
from intake.rulebook import Match, Rulebook

NAME = "design"
UNCLEAR = "unclear-design"

# What wins where a record bears several marks: what a paper *is* before how its study was done, the exact before the
# broad. A protocol of a randomised trial is a protocol; a review with a meta-analysis is a meta-analysis.
ORDER = (
    "retraction-notice", "correction", "news-item", "protocol", "network-meta-analysis", "umbrella-review",
    "meta-analysis", "scoping-review", "systematic-review", "guideline", "consensus-statement", "commentary",
    "mendelian-randomisation-study", "trial-secondary-analysis", "crossover-trial", "cluster-randomised-trial",
    "randomised-controlled-trial", "non-randomised-controlled-trial", "open-label-trial", "pilot-trial", "animal-study",
    "case-series", "case-report", "clinical-trial", "genome-wide-association-study", "validation-study",
    "diagnostic-accuracy-study", "mixed-methods-study", "qualitative-study", "health-economic-study",
    "retrospective-cohort-study", "prospective-cohort-study", "case-control-study", "genetic-association-study",
    "registry-study", "survey", "longitudinal-study", "cross-sectional-study", "cohort-study", "observational-study",
    "hypothesis-paper", "narrative-review", "in-vitro-study", "computational-study", "method-development-study",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class DesignRules:
    """What tells a design: the rules of ``design.yaml``, and the cues that are weighed where no rule can be sure."""

    rules: Rulebook
    cues: Cues

    @classmethod
    def load(cls, data: Path) -> "DesignRules":
        """The files of a data folder. Raises PolicyError where they cannot be used."""
        return cls(Rulebook.load(data, NAME), Cues.load(data))

    @property
    def versions(self) -> dict[str, str]:
        """The version of each of the files."""
        return {NAME: self.rules.version, **self.cues.versions}

    def held(self, reading: Reading) -> tuple[dict[str, Match], dict[str, Match]]:
        """(marks by design, statements by rule): the rules that hold.

        A design that is weighed is marked here only by a publication type or heading; words are statements to weigh.
        """
        marks: dict[str, Match] = {}
        statements: dict[str, Match] = {}
        for one in self.rules.possible(reading):
            value = one.rule.value
            if not value or one.rule.fallback or value in marks or (held := one.match(reading)) is None:
                continue
            if value in self.cues.values and held.note is None:
                statements[one.rule.id] = held
            else:
                marks[value] = held
        return marks, statements

    def fallback(self, reading: Reading) -> Match | None:
        """The first of the rules that are kept for records of which nothing else tells a design."""
        ready = (one for one in self.rules.possible(reading) if one.rule.fallback and one.rule.value)
        return next((held for one in ready if (held := one.match(reading))), None)


def marks(record: Record, rules: DesignRules) -> dict[str, Match]:
    """Every design that some rule or the cues find in the record, with what found it first."""
    return marks_in(Reading(record), rules)


def marks_in(reading: Reading, rules: DesignRules) -> dict[str, Match]:
    """:func:`marks` of a record that is ready for rules."""
    found, statements = rules.held(reading)
    spans = {rule: tuple((e.start, e.end) for e in held.evidence) for rule, held in statements.items()}
    found |= rules.cues.marks(reading, spans, found)
    if found.keys().isdisjoint(ORDER) and (held := rules.fallback(reading)):
        found[str(held.rule.value)] = held
    return found


def design(record: Record, rules: DesignRules) -> Decision:
    """The study design as a decision; ``unclear-design`` where no rule holds."""
    return chosen(marks(record, rules))


def chosen(found: dict[str, Match]) -> Decision:
    """One design out of all marks; the others are named in the note."""
    first = next((d for d in ORDER if d in found), None)
    if first is None:
        return Decision(name=NAME, value=UNCLEAR, rule="design.none", confidence="unsure", note="No rule holds.")
    decision = found[first].decision(NAME)
    others = [d for d in ORDER if d in found and d != first]
    said = [decision.note] if decision.note else []
    said += [f"also: {', '.join(others)}"] if others else []
    return decision.model_copy(update={"note": "; ".join(said) or None})
