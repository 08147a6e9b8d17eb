"""What every page shows alike: badges, directions, relations. View objects carry finished text; templates stay dumb."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from entries.atlas import Atlas
from entries.glance import Glance
from entries.policy import PemStatus
from entries.study import Direction, NoticeKind, Relation, Study
from explorer.links import Links
from explorer.warned import warnings

LEVELS = "evidence-level"
PEM = "pem-status"
REVIEWS = "review-status"
UNREVIEWED = "machine-draft"
METER = 4  # steps of the little bar in front of an evidence level


class Badge(NamedTuple):
    """A short statement about a study: its text, its CSS classes, the sentence behind it, where it leads."""

    text: str
    css: str
    title: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Chosen:
    """Something to click: a label, where it leads and, sometimes, how many studies wait there.

    ``every``: of how many, where some are set aside.
    """

    label: str
    url: str
    count: int | None = None
    every: int | None = None

    @property
    def counted(self) -> str:
        """``3``, or ``3 of 5``; empty where nothing was counted."""
        if self.count is None:
            return ""
        return f"{self.count:,}" if self.every in (None, self.count) else f"{self.count:,} of {self.every:,}"


@dataclass(frozen=True, slots=True)
class Words:
    """An icon, the word that says the same, and the direction's id."""

    value: str
    icon: str
    word: str


DIRECTIONS = {
    Direction.INCREASED: Words("increased", "↑", "Increased"),
    Direction.DECREASED: Words("decreased", "↓", "Decreased"),
    Direction.NO_DIFFERENCE: Words("no-difference", "=", "No difference"),
    Direction.ASSOCIATED: Words("associated", "↔", "Associated"),
    Direction.NOT_ASSOCIATED: Words("not-associated", "≠", "Not associated"),
    Direction.MIXED: Words("mixed", "±", "Mixed"),
}

# How a link reads from the linking study, and from the study that it points at.
RELATIONS = {
    Relation.CITES: ("Cites", "Cited by"),
    Relation.REPLICATES: ("Replicates", "Replicated by"),
    Relation.DISPUTES: ("Disputes", "Disputed by"),
    Relation.EXTENDS: ("Extends", "Extended by"),
    Relation.CORRECTS: ("Corrects", "Corrected by"),
    Relation.RETRACTS: ("Retracts", "Retracted by"),
}

_WARNINGS = {
    NoticeKind.RETRACTED: ("Retracted", "bad", "A later notice retracts this paper"),
    NoticeKind.PARTLY_RETRACTED: ("Partly retracted", "bad", "A later notice retracts a part of this paper"),
    NoticeKind.CONCERN: ("Expression of concern", "bad", "The journal has published doubts about this paper"),
}
_PEM_CSS = {PemStatus.REQUIRED: "good", PemStatus.NOT_REQUIRED: "care", PemStatus.UNCLEAR: "unsure"}


class Badges:
    """Makes the badges of studies, each of a concept's badges once."""

    def __init__(self, atlas: Atlas, links: Links) -> None:
        self.atlas = atlas
        self._links = links
        self._made: dict[tuple[str, str], Badge] = {}

    def evidence(self, study: Study | Glance) -> tuple[Badge, ...]:
        """What the study's word is worth: retraction, level, PEM."""
        return (*self.warnings(study), self.level(study), *self.pem(study))

    def short(self, study: Study | Glance) -> tuple[Badge, ...]:
        """The badges for one line of a list: retraction, level, PEM, design, review."""
        return (*self.evidence(study), self.design(study), self.review(study))

    def full(self, study: Study) -> tuple[Badge, ...]:
        """All badges, for the study's own page."""
        return (*self.short(study)[:-1], self._concept(study.peer_review, ""), self.review(study))

    def warnings(self, study: Study | Glance) -> tuple[Badge, ...]:
        """A badge where a later notice retracts the paper, a part of it, or doubts it."""
        found = next(iter(warnings(self.atlas, study)), None)
        if found is None or found.kind not in _WARNINGS:
            return ()
        return (Badge(*_WARNINGS[found.kind], self._links.study(study.id)),)

    def level(self, study: Study | Glance) -> Badge:
        """Evidence level with its id and a bar, strongest longest."""
        return self._concept(study.evidence_level, "level")

    def pem(self, study: Study | Glance) -> tuple[Badge, ...]:
        """The PEM badge; none where the atlas has no such scheme."""
        status = self.atlas.badge(study).status
        if status not in self.atlas.vocabulary:
            return ()
        return (self._concept(str(status), _PEM_CSS.get(status, "")),)

    def design(self, study: Study | Glance) -> Badge:
        """Study design."""
        return self._concept(study.design, "")

    def review(self, study: Study | Glance) -> Badge:
        """Review status; a machine draft looks like the pencil line that it is."""
        return self._concept(study.review.status, "quiet" if study.review.status == UNREVIEWED else "")

    def of_concept(self, concept_id: str) -> Badge:
        """The badge as it would look on a study that has this concept."""
        scheme = self.atlas.vocabulary.scheme_of(concept_id)
        if scheme == LEVELS:
            return self._concept(concept_id, "level")
        if scheme == PEM:
            return self._concept(concept_id, _PEM_CSS.get(PemStatus(concept_id), ""))
        return self._concept(concept_id, "quiet" if concept_id == UNREVIEWED else "")

    def _concept(self, concept_id: str, css: str) -> Badge:
        key = (concept_id, css)
        if key not in self._made:
            self._made[key] = self._make(concept_id, css)
        return self._made[key]

    def _make(self, concept_id: str, css: str) -> Badge:
        concept = self.atlas.vocabulary.get(concept_id)
        if concept is None:
            return Badge(concept_id, css, "")
        text = concept.label
        if css == "level":
            text = f"{concept_id} {concept.label}"
            css = f"level lv{self._strength(concept_id)}"
        return Badge(text, css, concept.plain, self._links.concept(concept_id))

    def _strength(self, level: str) -> int:
        """Steps of the bar, 1 to METER, from the level's place in its scheme (strongest first)."""
        ids = [concept.id for concept in self.atlas.vocabulary.of_scheme(LEVELS)]
        return max(1, round(METER * (len(ids) - ids.index(level)) / len(ids)))


def shortened(text: str, limit: int) -> str:
    """At most ``limit`` characters, cut after a sentence where one ends in the last half, else between words."""
    text = " ".join(text.split())
    if len(text) <= limit:
        return text
    cut = text[:limit]
    stop = max(cut.rfind(". "), cut.rfind("; "))
    if stop > limit // 2:
        return cut[: stop + 1].rstrip(";") + ("" if cut[stop] == "." else " …")
    return cut.rsplit(" ", 1)[0].rstrip(",;:–—") + " …"


def in_words(parts: Iterable[str], last: str = "and") -> str:
    """``a``, ``a and b``, ``a, b and c``."""
    items = list(parts)
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} {last} {items[-1]}"


def number(count: int, one: str, many: str) -> str:
    """``1 study``, ``12,345 studies``."""
    return f"{count:,} {one if count == 1 else many}"
