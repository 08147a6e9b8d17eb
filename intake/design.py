"""Study design: every mark that a record bears, and the one design that follows from all of them."""

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


def marks(record: Record, rules: Rulebook) -> dict[str, Match]:
    """Every design that some rule of ``design.yaml`` finds in the record, with the first rule that found it."""
    return marks_in(Reading(record), rules)


def marks_in(reading: Reading, rules: Rulebook) -> dict[str, Match]:
    """:func:`marks` of a record that is ready for rules."""
    found: dict[str, Match] = {}
    for one in rules.ready():
        value = one.rule.value
        if value and value not in found and (held := one.match(reading)):
            found[value] = held
    return found


def design(record: Record, rules: Rulebook) -> Decision:
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
