"""Patients, controls and everybody, taken together: a group is not mistaken for the total, a sum is shown as a sum."""

import re

from intake.groups import controls, patients
from intake.record import Decision
from intake.rulebook import Reading, Rulebook
from intake.sample_size import MARK, NAME, marked, numbers, total

_ONE = {"case-report"}
_ALL_ILL = {
    "randomised-controlled-trial", "crossover-trial", "open-label-trial", "pilot-trial", "clinical-trial",
    "case-series", "n-of-1-trial",
}  # fmt: skip
_NOBODY = {"protocol", "correction", "retraction-notice", "commentary", "news-item", "narrative-review",
           "hypothesis-paper", "guideline", "consensus-statement", "animal-study", "in-vitro-study"}  # fmt: skip
_SYNTHESES = {"systematic-review", "meta-analysis", "network-meta-analysis", "scoping-review", "umbrella-review"}
_GROUP = re.compile(
    rf"{MARK} (?:[\w/'’-]+ ){{0,5}}?(?:patients|controls?|cases|HCs?|volunteers|healthy|participants|individuals|women|"
    r"people|men)\b"
)


def participants(reading: Reading, design: str, sizes: Rulebook, groups: Rulebook) -> tuple[Decision, ...]:
    """Decisions ``patients``, ``controls`` and ``total``, those that the record supports.

    ``design`` is the id of the study's design: plans and opinions have no participants, a case report has one.
    ``sizes`` and ``groups`` are the rules of ``sample-size.yaml`` and ``groups.yaml``.
    """
    if design in _NOBODY:
        return ()
    if design in _ONE:
        return tuple(
            Decision(name=name, value=1, rule="participants.case-report", confidence="likely", note="A case report.")
            for name in ("patients", NAME)
        )
    everybody = total(reading, sizes)
    if design in _SYNTHESES:
        return (everybody,) if everybody else ()
    ill, well = patients(reading, groups), controls(reading, groups)
    everybody = _whole(reading, everybody, ill, well)
    if ill is None and well is None and everybody and design in _ALL_ILL:
        ill = everybody.model_copy(
            update={"name": "patients", "rule": "participants.trial", "note": "Everybody in the trial was a patient."}
        )
    return tuple(d for d in (ill, well, everybody) if d)


def _whole(
    reading: Reading, everybody: Decision | None, ill: Decision | None, well: Decision | None
) -> Decision | None:
    """The total if it is more than a group; the sum of groups listed in one sentence; else None."""
    known = [d.value for d in (ill, well) if d and isinstance(d.value, int)]
    if everybody is None or not isinstance(everybody.value, int):
        return None
    if everybody.value < max(known, default=0):
        return None
    if well is None and not _listed(reading, everybody):
        return everybody
    if everybody.value > sum(known) or (everybody.value == sum(known) and len(known) == 2):
        return None if _listed(reading, everybody) else everybody
    return None


def _listed(reading: Reading, decision: Decision) -> bool:
    """Whether the number is one of several groups that its sentence counts one after the other."""
    at = decision.evidence[0].start
    all_numbers = numbers(reading)
    own = next((n for n in all_numbers if n.start == at), None)
    if own is None or not _GROUP.search(marked(reading, own)):
        return False
    others = [n for n in all_numbers if n.sentence == own.sentence and n.start != at and n.value < 20 * own.value]
    told = [n for n in others if _GROUP.search(marked(reading, n))]
    return bool(told) and sum(n.value for n in told) != own.value
