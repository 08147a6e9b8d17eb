"""Patients, controls and everybody, taken together: one group among several is not mistaken for the total."""

import re

from intake.groups import controls, in_title, patients
from intake.reading import Reading
from intake.record import Decision
from intake.rulebook import Rulebook
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
    if design in _SYNTHESES:
        everybody = total(reading, sizes)
        return (everybody,) if everybody else ()
    ill, well = patients(reading, groups), controls(reading, groups)
    everybody = total(reading, sizes, _least(ill, well))
    if everybody and _listed(reading, everybody):
        everybody = None
    if ill is None and well is None and everybody and design in _ALL_ILL and in_title(reading, groups):
        ill = everybody.model_copy(
            update={
                "name": "patients",
                "rule": "participants.trial",
                "note": "A trial of the disease that its title names.",
            }
        )
    return tuple(d for d in (ill, well, everybody) if d)


def _least(ill: Decision | None, well: Decision | None) -> int:
    """What a total must be at least: both groups together; all patients where nobody else is counted."""
    known = [d.value for d in (ill, well) if d and isinstance(d.value, int)]
    return sum(known) + (ill is None and well is not None) if known else 1


def _listed(reading: Reading, decision: Decision) -> bool:
    """Whether the number is one of several groups that its sentence counts one after the other."""
    at = decision.evidence[0].start
    all_numbers = numbers(reading)
    own = next((n for n in all_numbers if n.start == at), None)
    if own is None or not _GROUP.search(marked(reading, own).text):
        return False
    others = [n for n in all_numbers if n.sentence == own.sentence and n.start != at and n.value < 20 * own.value]
    told = [n for n in others if _GROUP.search(marked(reading, n).text)]
    return bool(told) and sum(n.value for n in told) != own.value
