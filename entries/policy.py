"""Evidence policy as pure functions.

The PEM rule: "PEM required" says that post-exertional malaise was an explicit required criterion **for
inclusion**. It is derived from the case definitions that a study names, never from the word in a text; what the
paper itself mandates, with its quote, comes on top.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from entries.glance import Glance
from entries.study import Study
from entries.vocabulary import Vocabulary


class PemStatus(StrEnum):
    """Ids of the scheme ``pem-status``."""

    REQUIRED = "pem-required"
    NOT_REQUIRED = "pem-not-required"
    UNCLEAR = "pem-unclear"


@dataclass(frozen=True, slots=True)
class PemBadge:
    """A study's PEM status, why it has it, and what speaks against it (None: nothing does)."""

    status: PemStatus
    reason: str
    conflict: str | None = None


_RULE_WORDS = {
    "required": "requires it",
    "optional": "lists it as optional",
    "absent": "does not name it",
    "ambiguous": "leaves it open",
}

_STATED_WORDS = {"optional": "optional", "absent": "no criterion"}


def pem_badge(study: Study | Glance, vocabulary: Vocabulary) -> PemBadge:
    """The badge from the case definitions, overridden by what the paper itself states.

    A paper that mandates PEM on top of a definition that does not is taken at its word. A paper that says PEM was
    not required although its definition requires it contradicts itself: *unclear*, with the conflict shown.
    """
    derived = _from_definitions(study, vocabulary)
    if study.pem.stated is None:
        return derived
    quote = f"“{study.pem.quote}”"
    if study.pem.stated == "required":
        return PemBadge(PemStatus.REQUIRED, f"The paper itself requires it for inclusion: {quote}.")
    said = f"The paper itself says that it was {_STATED_WORDS[study.pem.stated]}: {quote}."
    if derived.status is PemStatus.REQUIRED:
        return PemBadge(PemStatus.UNCLEAR, f"{said} {derived.reason}", f"{said} But: {derived.reason}")
    return PemBadge(PemStatus.NOT_REQUIRED, said)


def _from_definitions(study: Study | Glance, vocabulary: Vocabulary) -> PemBadge:
    use = study.case_definition
    if not use.ids:
        return PemBadge(PemStatus.UNCLEAR, "No case definition is named in the source read for this entry.")
    rules = [_rule(vocabulary, i) for i in use.ids]
    said = "; ".join(f"{vocabulary.label(i)} {_RULE_WORDS[r]}" for i, r in zip(use.ids, rules, strict=True))
    if len(use.ids) == 1:
        return PemBadge(_combined(rules, every=True), f"{said}.")
    how = "all" if use.all else "any"
    return PemBadge(_combined(rules, every=bool(use.all)), f"Patients met {how} of these definitions: {said}.")


def _rule(vocabulary: Vocabulary, definition: str) -> str:
    concept = vocabulary.get(definition)
    return (concept.pem if concept else None) or "ambiguous"


def _combined(rules: Iterable[str], every: bool) -> PemStatus:
    """``every``: patients met all definitions, so one that requires PEM suffices. Otherwise each way in counts."""
    kinds = set(rules)
    if every and "required" in kinds:
        return PemStatus.REQUIRED
    if every:
        return PemStatus.UNCLEAR if "ambiguous" in kinds else PemStatus.NOT_REQUIRED
    if kinds == {"required"}:
        return PemStatus.REQUIRED
    # One way in that certainly does not ask for PEM is enough: it was not required.
    return PemStatus.NOT_REQUIRED if kinds & {"optional", "absent"} else PemStatus.UNCLEAR
