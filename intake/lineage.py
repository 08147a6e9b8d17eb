"""How studies hang together: reference lists and PubMed's CommentsCorrections -> links between entries, and notices.

A link is proposed only between two studies that are both known: in the atlas, or about to be drafted. What PubMed
says of a study itself, that it was retracted or is in doubt, needs no second study (:func:`notices`).
Kinds: https://www.nlm.nih.gov/bsd/licensee/elements_descriptions.html#commentscorrections
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from entries.study import CONCERN_NOTE, PARTIAL_NOTE, Link, Notice, NoticeKind, Relation
from intake import identifiers
from intake.likeness import is_retracted_title
from intake.plain import plain
from intake.record import Confidence, Correction, Decision, Record, Reference

if TYPE_CHECKING:  # an atlas brings much along that processes which only draft need not wait for
    from entries.atlas import Atlas

# Kind -> relation of this study to the one that is named.
_OF_THIS = {
    "CommentOn": Relation.CITES,
    "ErratumFor": Relation.CORRECTS,
    "CorrectedandRepublishedFrom": Relation.CORRECTS,
    "RetractionOf": Relation.RETRACTS,
    "PartialRetractionOf": Relation.CORRECTS,
    "RetractedandRepublishedFrom": Relation.CORRECTS,
    "ExpressionOfConcernFor": Relation.CITES,
}
# Kind -> relation of the study that is named to this one.
_OF_THE_OTHER = {
    "CommentIn": Relation.CITES,
    "ErratumIn": Relation.CORRECTS,
    "CorrectedandRepublishedIn": Relation.CORRECTS,
    "RetractionIn": Relation.RETRACTS,
    "PartialRetractionIn": Relation.CORRECTS,
    "RetractedandRepublishedIn": Relation.CORRECTS,
    "ExpressionOfConcernIn": Relation.CITES,
}
_NOTICES: dict[str, str] = {
    "RetractionIn": "retracted",
    "RetractedandRepublishedIn": "retracted",
    "PartialRetractionIn": "partly-retracted",
    "ExpressionOfConcernIn": "concern",
    "ErratumIn": "corrected",
    "CorrectedandRepublishedIn": "corrected",
}
_PUBLISHED = {**_NOTICES, "UpdateOf": "earlier-version"}  # a preprint, or what a review was before it was updated
_NOTE = {
    "CommentOn": "Comment on it",
    "CommentIn": "Comment on it",
    "ErratumFor": "Erratum",
    "ErratumIn": "Erratum",
    "PartialRetractionOf": PARTIAL_NOTE,
    "PartialRetractionIn": PARTIAL_NOTE,
    "ExpressionOfConcernFor": CONCERN_NOTE,
    "ExpressionOfConcernIn": CONCERN_NOTE,
}


@dataclass(frozen=True, slots=True)
class Proposal:
    """A link that the entry ``study`` should have, and why."""

    study: str
    link: Link
    decision: Decision


def lineage(records: Mapping[str, Record], atlas: "Atlas | None" = None) -> tuple[Proposal, ...]:
    """The links that records (by the id of their study) and their sources speak of, each once, sorted.

    Links that an entry of the atlas has already are left out. Nothing links to itself.
    """
    known = _Known(records, atlas)
    found: dict[tuple[str, str, str], Proposal] = {}
    for study, record in records.items():
        for proposal in (*_cited(study, record, known), *_corrected(study, record, known)):
            key = (proposal.study, proposal.link.relation.value, proposal.link.study)
            if key not in known.links:
                found.setdefault(key, proposal)
    return tuple(found[key] for key in sorted(found))


def notices(record: Record) -> tuple[Decision, ...]:
    """What PubMed says of the publication itself: that it was ``retracted``, stands in doubt, or was corrected.

    The gravest comes first. The rule is PubMed's kind, its publication type, or the title.
    """
    found = [
        Decision(name="notice", value=_NOTICES[c.kind], rule=c.kind, note=_words(c))
        for c in record.corrections
        if c.kind in _NOTICES
    ]
    if "Retracted Publication" in record.publication_types:
        found.append(Decision(name="notice", value="retracted", rule="publication-type", note="Retracted Publication"))
    if record.title and is_retracted_title(record.title):
        end = len(record.title)
        mark = record.evidence(0, min(end, record.title.find(" ") if " " in record.title else end))
        found.append(Decision(name="notice", value="retracted", rule="title", confidence="likely", evidence=(mark,)))
    gravity = list(dict.fromkeys(_NOTICES.values()))
    return tuple(sorted(found, key=lambda decision: gravity.index(decision.value)))  # type: ignore[arg-type]


def published_notices(record: Record) -> tuple[Notice, ...]:
    """The same for an entry, and its earlier versions: each once, with where it was published."""
    found: dict[tuple[object, ...], Notice] = {}
    for c in record.corrections:
        if c.kind in _PUBLISHED:
            notice = Notice(
                kind=NoticeKind(_PUBLISHED[c.kind]), citation=(plain(c.citation) or "")[:1_000] or None, **_named(c)
            )
            found.setdefault((notice.kind, notice.pmid, notice.doi, notice.citation), notice)
    kinds = {notice.kind for notice in found.values()}
    if NoticeKind.RETRACTED not in kinds and any(d.value == "retracted" for d in notices(record)):
        found[()] = Notice(kind=NoticeKind.RETRACTED)
    gravity = list(NoticeKind)
    return tuple(sorted(found.values(), key=lambda notice: gravity.index(notice.kind)))


def _named(item: Correction) -> dict[str, str]:
    """PMID and DOI of a notice, as far as an entry can hold them."""
    named = {"pmid": identifiers.pmid(item.pmid), "doi": identifiers.doi(item.doi)}
    return {name: value for name, value in named.items() if value}


class _Known:
    """The studies that can be linked to, by their identifiers."""

    def __init__(self, records: Mapping[str, Record], atlas: "Atlas | None") -> None:
        self._by: dict[str, str] = {}
        studies = atlas.studies if atlas else {}
        for study_id, study in studies.items():
            self._add(study_id, study.pmid, study.doi)
            for notice in study.notices:
                if notice.kind is NoticeKind.EARLIER_VERSION:
                    self._add(study_id, notice.pmid, notice.doi)
        for study_id, record in records.items():
            self._add(study_id, record.pmid, record.doi)
            for version in record.corrections:
                if version.kind == "UpdateOf":  # who cites the preprint cites the study
                    self._add(study_id, version.pmid, version.doi)
        self.links = {(s.id, link.relation.value, link.study) for s in studies.values() for link in s.links}

    def _add(self, study_id: str, pmid: str | None, doi: str | None) -> None:
        for identifier in (pmid, identifiers.doi(doi)):
            if identifier:
                self._by.setdefault(identifier, study_id)

    def study(self, item: Reference | Correction) -> tuple[str, Confidence] | None:
        """The study that a reference names, and how sure that is: by its PMID, its DOI, or a DOI in its words."""
        for identifier in (item.pmid, identifiers.doi(item.doi)):
            if identifier in self._by:
                return self._by[identifier], "certain"
        written = identifiers.doi(item.citation)
        return (self._by[written], "likely") if written in self._by else None


def _cited(study: str, record: Record, known: _Known) -> Iterator[Proposal]:
    for reference in record.references:
        if (found := known.study(reference)) and found[0] != study:
            link = Link(relation=Relation.CITES, study=found[0])
            yield Proposal(study, link, _decision(link, study, "reference-list", found[1], _words(reference)))


def _corrected(study: str, record: Record, known: _Known) -> Iterator[Proposal]:
    for item in record.corrections:
        relation = _OF_THIS.get(item.kind) or _OF_THE_OTHER.get(item.kind)
        found = known.study(item) if relation else None
        if relation is None or found is None or found[0] == study:
            continue
        owner, target = (study, found[0]) if item.kind in _OF_THIS else (found[0], study)
        link = Link(relation=relation, study=target, note=_NOTE.get(item.kind))
        yield Proposal(owner, link, _decision(link, owner, item.kind, found[1], _words(item)))


def _decision(link: Link, study: str, rule: str, confidence: Confidence, note: str) -> Decision:
    value = (study, link.relation.value, link.study)
    return Decision(name="link", value=value, rule=rule, confidence=confidence, note=note)


def _words(item: Reference | Correction) -> str:
    """What the source calls the other publication: identifier and citation, 300 characters at most."""
    named = f"PMID {item.pmid}" if item.pmid else item.doi
    return ": ".join(part for part in (named, item.citation) if part)[:300] or "not named"
