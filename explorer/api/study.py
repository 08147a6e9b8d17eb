"""One study: its entry, what is derived from it, and how it stands among the others."""

from typing import Literal

from entries.study import NoticeKind, Relation
from entries.study import Study as EntryOfStudy
from explorer.api.operation import Asked
from explorer.api.shape import ConceptId, Count, Entry, Parameters, PemTold, Shape, StudyBrief, StudyId, brief
from explorer.forms import STUDY_FORMS
from explorer.near import find_study
from explorer.presentation_warned import banners
from explorer.site import Site
from graph.finding_standing import FindingJudged, unheld
from graph.related import related
from graph.standing import finding_reasons, standing
from graph.standings import Standing

RELATED = 6


class FormOf(Shape):
    """The same in another form."""

    label: str
    media_type: str
    url: str


class NoticeTold(Shape):
    """A notice on the paper."""

    kind: NoticeKind
    text: str
    """Where it was published, or the title of its entry."""
    url: str


class ReasonTold(Shape):
    """A reason for a standing, and the studies that it rests on."""

    words: str
    studies: tuple[StudyId, ...]


class StandingTold(Shape):
    """How the study stands; derived from links and from the directions of findings."""

    standing: Standing
    reasons: tuple[ReasonTold, ...]


class SayingTold(Shape):
    """A study that found the same or otherwise, and where."""

    study: StudyId
    findings: tuple[int, ...]
    """Numbers, from 1, of its findings that say so; none where its link to the study says so."""


class FindingReasonTold(Shape):
    """A reason for the standing of a finding, and who says so."""

    words: str
    total: Count
    """Studies that say so; the 200 with the strongest evidence are named."""
    saying: tuple[SayingTold, ...]


class FindingStandingTold(Shape):
    """How one finding stands among those of others on the same concepts."""

    finding: int
    """Its number, from 1."""
    standing: Standing
    same: Count
    """Other studies that found the same, or replicate it."""
    otherwise: Count
    """Other studies that found otherwise, or dispute it."""
    reasons: tuple[FindingReasonTold, ...]
    not_compared: str | None
    """Why it is held against no other finding; null where it is, and where its study is retracted."""

    @classmethod
    def of(cls, site: Site, study: EntryOfStudy, judged: FindingJudged) -> "FindingStandingTold":
        """That of a finding of a study."""
        reasons = (
            FindingReasonTold(
                words=reason.words,
                total=reason.total,
                saying=tuple(SayingTold(study=said.study, findings=said.findings) for said in reason.saying),
            )
            for reason in finding_reasons(site.atlas, study.id, judged)
        )
        alone = judged.view is None and judged.standing is not Standing.RETRACTED
        return cls(
            finding=judged.number,
            standing=judged.standing,
            same=judged.same,
            otherwise=judged.otherwise,
            reasons=tuple(reasons),
            not_compared=unheld(site.atlas, study.findings[judged.number - 1]) if alone else None,
        )


class LinkTold(Shape):
    """A tie between this study and another, as one of the two says."""

    relation: Relation
    says: Literal["this", "other"]
    """Which of the two makes the link: `this` study, or the `other` one about this."""
    study: StudyBrief
    note: str | None


class RelatedTold(Shape):
    """A study close to this one, and why."""

    study: StudyBrief
    score: float
    shared: tuple[ConceptId, ...]
    """What both have, the rarest first."""
    reason: str


class StudyAnswer(StudyBrief):
    """A study with all that the atlas knows of it."""

    pem: PemTold
    standing: StandingTold
    finding_standings: tuple[FindingStandingTold, ...]
    """How each finding of the entry stands."""
    notices: tuple[NoticeTold, ...]
    links: tuple[LinkTold, ...]
    related: tuple[RelatedTold, ...]
    concepts: tuple[ConceptId, ...]
    """Every concept of the entry: tags, findings, case definitions, design, level and statuses."""
    digest: str
    """SHA-256 of the entry: the same for as long as nothing in it is changed."""
    entry: Entry
    forms: tuple[FormOf, ...]


def study(asked: Asked[Parameters]) -> StudyAnswer:
    """One study: its entry as the atlas holds it; its `pem-status` with the reason; how it and its findings stand,
    and why; notices such as retractions; who cites, replicates or disputes it; and what is related."""
    site = asked.site
    found = find_study(site, asked.named["id"])
    judged = standing(site.atlas, found.id)
    reasons = tuple(ReasonTold(words=r.words, studies=r.studies) for r in judged.reasons)
    return StudyAnswer(
        **brief(site, found),
        pem=PemTold.of(site, found),
        standing=StandingTold(standing=judged.standing, reasons=reasons),
        finding_standings=tuple(FindingStandingTold.of(site, found, one) for one in judged.findings),
        notices=tuple(NoticeTold(kind=n.kind, text=n.text, url=n.url) for n in banners(site, found)),
        links=_links(site, found.id),
        related=_related(site, found.id),
        concepts=site.atlas.all_concepts_of(found.id),
        digest=site.atlas.digests[found.id],
        entry=found,
        forms=tuple(
            FormOf(label=f.label, media_type=f.mime, url=site.links.study(found.id, f.suffix)) for f in STUDY_FORMS
        ),
    )


def _links(site: Site, study_id: str) -> tuple[LinkTold, ...]:
    studies = site.atlas.studies
    told = [("this", link.study, link) for link in studies[study_id].links]
    told += [("other", other, link) for other, link in site.atlas.links_to(study_id)]
    return tuple(
        LinkTold(
            relation=link.relation,
            says="this" if says == "this" else "other",
            study=StudyBrief.of(site, studies[other]),
            note=link.note,
        )
        for says, other, link in told
        if other in studies
    )


def _related(site: Site, study_id: str) -> tuple[RelatedTold, ...]:
    return tuple(
        RelatedTold(
            study=StudyBrief.of(site, site.atlas.studies[one.study_id]),
            score=one.score,
            shared=one.shared,
            reason=one.reason,
        )
        for one in related(site.atlas, study_id, limit=RELATED)
    )
