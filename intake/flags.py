"""Method flags, evidence level and peer review of a record, from what is known of it by then."""

import re

from entries.vocabulary import Vocabulary
from intake.facts import LEVEL, FactRules, Facts
from intake.reading import Reading
from intake.record import Decision, Record

_LEAST_SURE = "E3"
_PREPRINT_SERVER = re.compile(
    r"\b(?:medrxiv|biorxiv|research square|preprints(?:\.org)?|ssrn|arxiv|authorea|osf)\b", re.I
)
_UNREVIEWED = {"editorial", "letter", "comment", "news", "newspaper article", "published erratum", "retraction notice"}
_CORRECTED = {"ErratumIn", "CorrectedandRepublishedIn", "RetractionIn", "ExpressionOfConcernIn"}


def facts(
    record: Record,
    design: str,
    counts: dict[str, int],
    definitions: Decision | None,
    pem: Decision | None,
    vocabulary: Vocabulary,
) -> Facts:
    """What flags and level ask for, out of earlier decisions. ``counts``: patients, controls, total where known."""
    ids = tuple(map(str, definitions.value)) if definitions and isinstance(definitions.value, tuple) else ()
    kinds = [c.pem for i in ids if (c := vocabulary.get(i))]
    every = bool(definitions and definitions.name.endswith(".all"))
    required = bool(kinds) and (any if every else all)(kind == "required" for kind in kinds)
    holds = {
        "no-definition": not ids,
        "pem-not-required": not required and not (pem and pem.value == "required"),
        "weak-definition": "absent" in kinds,
        "preprint": is_preprint(record),
        "corrected": any(c.kind in _CORRECTED for c in record.corrections),
    }
    return Facts(
        design=design,
        patients=counts.get("patients"),
        controls=counts.get("controls"),
        total=counts.get("total"),
        holds=frozenset(name for name, true in holds.items() if true),
    )


def flags(reading: Reading, known: Facts, rules: FactRules) -> tuple[Decision, ...]:
    """One decision ``flag`` for each method flag that a rule of ``flags.yaml`` finds; each flag once."""
    found: dict[object, Decision] = {}
    for decision in rules.holding("flag", reading, known):
        found.setdefault(decision.value, decision)
    return tuple(found.values())


def evidence_level(reading: Reading, known: Facts, rules: FactRules) -> Decision:
    """The level of the first rule of ``evidence-level.yaml`` that holds; the lowest where none does."""
    none = Decision(name=LEVEL, value=_LEAST_SURE, rule="level.none", confidence="unsure")
    return next(rules.holding(LEVEL, reading, known), none)


def is_preprint(record: Record) -> bool:
    """Whether publication type or journal says that it is a preprint."""
    types = {t.casefold() for t in record.publication_types}
    return "preprint" in types or bool(_PREPRINT_SERVER.search(record.journal or ""))


def peer_review(record: Record) -> Decision:
    """``preprint``, ``not-peer-reviewed``, ``peer-reviewed`` or ``peer-review-unclear``, by type and journal."""
    kinds = [t for t in record.publication_types if t.casefold() in _UNREVIEWED]
    name = "peer_review"
    if is_preprint(record):
        return Decision(name=name, value="preprint", rule="review.preprint", note=record.journal)
    if kinds:
        said = f"publication type: {kinds[0]}"
        return Decision(name=name, value="not-peer-reviewed", rule="review.type", confidence="likely", note=said)
    if record.journal and (record.pmid or "journal article" in {t.casefold() for t in record.publication_types}):
        return Decision(
            name=name, value="peer-reviewed", rule="review.journal", confidence="likely", note=record.journal
        )
    return Decision(name=name, value="peer-review-unclear", rule="review.none", confidence="unsure")
