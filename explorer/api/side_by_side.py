"""Studies side by side: what each is, what they found on the same concepts, and whether they agree."""

from typing import Annotated, Any, Literal

from pydantic import Field

from entries.study import Direction, Relation
from entries.study import Study as EntryOfStudy
from explorer.api.operation import Asked, BadArgument, BadArguments
from explorer.api.shape import ConceptId, Count, Parameters, PemTold, Remaining, Shape, StudyBrief, StudyId, brief
from explorer.api.study import NoticeTold
from explorer.asked_studies import LEAST, MOST, NAME
from explorer.lined_up import Accord, Alone, Line, Pair, lined_up
from explorer.near import find_study
from explorer.presentation_warned import banners
from explorer.site import Site
from graph.directions import VERDICTS
from graph.judgements import Judgements
from graph.standings import Standing

Verdict = Annotated[str, Field(json_schema_extra={"enum": list(VERDICTS)})]
Ids = Annotated[tuple[StudyId, ...], Field(min_length=LEAST, max_length=MOST, json_schema_extra={"uniqueItems": True})]


class BesideAsked(Parameters):
    """The studies, and which of them count."""

    s: Ids
    """Ids of two to four different studies."""
    remains: Remaining = "all"


class PeopleTold(Shape):
    """How many people took part; null where the entry does not say."""

    patients: Count | None
    controls: Count | None
    total: Count | None


class DefinitionsTold(Shape):
    """The case definitions that people met, and whether `any` of them or `all`; null where at most one is named."""

    definitions: tuple[ConceptId, ...]
    met: Literal["any", "all"] | None


class TagTold(Shape):
    """A tag of a study."""

    concept: ConceptId
    scheme: ConceptId
    shared_with: tuple[StudyId, ...]
    """The others of these studies that are tagged with it, too."""


class StudyBeside(StudyBrief):
    """One of the studies."""

    design: ConceptId
    evidence_level: ConceptId
    participants: PeopleTold
    case_definition: DefinitionsTold
    pem: PemTold
    comparisons: tuple[str, ...]
    """Against what or whom its findings were compared."""
    tags: tuple[TagTold, ...]
    summary: str
    does_not_prove: str
    standing: Standing
    review_status: ConceptId
    notices: tuple[NoticeTold, ...]
    remains: bool
    """Whether it counts under the choice of `remains`."""


class FindingBesideTold(Shape):
    """A finding of one of the studies."""

    study: StudyId
    finding: int
    """Its number, from 1."""
    direction: Direction | None
    text: str
    comparison: str | None
    statistic: str | None
    quote: str | None
    standing: Standing


class HeldTold(Shape):
    """What the two studies found on concepts together, where that may be compared: a verdict each, in their order."""

    concepts: tuple[ConceptId, ...]
    verdicts: tuple[Verdict, Verdict]


class PairTold(Shape):
    """Two of the studies."""

    studies: tuple[StudyId, StudyId]
    accord: Accord
    held: tuple[HeldTold, ...]
    why_not: tuple[str, ...]
    """Why they cannot be compared; empty where they can."""


class LineTold(Shape):
    """Concepts that the very same findings of several studies are on."""

    concepts: tuple[ConceptId, ...]
    accord: Accord
    """Of those that can be compared."""
    findings: tuple[FindingBesideTold, ...]
    pairs: tuple[PairTold, ...]


class AloneTold(Shape):
    """Concepts that only one of the studies has findings on, and the numbers of these."""

    study: StudyId
    concepts: tuple[ConceptId, ...]
    findings: tuple[int, ...]


class LinkBeside(Shape):
    """What one of the studies says of another."""

    source: StudyId = Field(alias="from")
    target: StudyId = Field(alias="to")
    relation: Relation
    note: str | None


class SideBySideAnswer(Shape):
    """Studies side by side."""

    url: str
    """The page that says the same."""
    csv: str
    studies: tuple[StudyBeside, ...]
    concepts: dict[Accord, Count]
    """Concepts that several of them have findings on, by whether they agree."""
    remaining: dict[Accord, Count]
    """The same without the studies that do not count under the choice of `remains`."""
    lines: tuple[LineTold, ...]
    alone: tuple[AloneTold, ...]
    links: tuple[LinkBeside, ...]


def side_by_side(asked: Asked[BesideAsked]) -> SideBySideAnswer:
    """Two to four studies side by side: what each is, their findings lined up by concept, whether these agree, differ
    or cannot be compared and why, by the same rule as standings, and what the studies say of each other."""
    site, ids = asked.site, asked.own.s
    if len({*ids}) < len(ids):
        raise BadArguments(BadArgument(NAME, "names a study more than once; name different ones"))
    studies = [find_study(site, study_id) for study_id in ids]
    found, judged = lined_up(site.atlas, studies), Judgements(site.atlas)
    kept = [place for place, study_id in enumerate(ids) if site.remains.keeps(study_id)]
    return SideBySideAnswer(
        url=site.links.side_by_side(ids),
        csv=site.links.side_by_side(ids, ".csv"),
        studies=tuple(_study(site, study, studies, judged) for study in studies),
        concepts=_counts(found.counts(range(len(ids)))),
        remaining=_counts(found.counts(kept)),
        lines=tuple(_line(line, studies, judged) for line in found.lines),
        alone=tuple(_alone(one, ids) for one in found.alone),
        links=tuple(
            LinkBeside.model_validate(
                {"from": study.id, "to": link.study, **link.model_dump(include={"relation", "note"})}
            )
            for study in studies
            for link in study.links
            if link.study in ids and link.study != study.id
        ),
    )


def _counts(counts: dict[Accord, int]) -> dict[Accord, int]:
    return {accord: counts.get(accord, 0) for accord in Accord}


def _study(site: Site, study: EntryOfStudy, studies: list[EntryOfStudy], judged: Judgements) -> StudyBeside:
    others, people, use = [s for s in studies if s.id != study.id], study.participants, study.case_definition
    told: dict[str, Any] = brief(site, study)
    return StudyBeside(
        **told,
        design=study.design,
        evidence_level=study.evidence_level,
        participants=PeopleTold(patients=people.patients, controls=people.controls, total=people.total),
        case_definition=DefinitionsTold(
            definitions=use.ids, met=None if len(use.ids) < 2 else "all" if use.all else "any"
        ),
        pem=PemTold.of(site, study),
        comparisons=tuple(dict.fromkeys(f.comparison for f in study.findings if f.comparison)),
        tags=tuple(
            TagTold(concept=i, scheme=scheme, shared_with=tuple(o.id for o in others if i in o.tags.of(scheme)))
            for scheme in site.atlas.config.tags
            for i in study.tags.of(scheme)
        ),
        summary=study.summary,
        does_not_prove=study.does_not_prove,
        standing=judged.of(study.id),
        review_status=study.review.status,
        notices=tuple(NoticeTold(kind=n.kind, text=n.text, url=n.url) for n in banners(site, study)),
        remains=site.remains.keeps(study.id),
    )


def _line(line: Line, studies: list[EntryOfStudy], judged: Judgements) -> LineTold:
    findings = (
        _finding(study, number, judged)
        for study, numbers in zip(studies, line.findings, strict=True)
        for number in numbers
    )
    pairs = (_pair(pair, studies) for pair in line.pairs)
    return LineTold(concepts=line.concepts, accord=line.accord, findings=tuple(findings), pairs=tuple(pairs))


def _finding(study: EntryOfStudy, number: int, judged: Judgements) -> FindingBesideTold:
    finding = study.findings[number - 1]
    return FindingBesideTold(
        study=study.id,
        finding=number,
        direction=finding.direction,
        text=finding.text,
        comparison=finding.comparison,
        statistic=finding.statistic,
        quote=finding.quote,
        standing=judged.of(study.id, number),
    )


def _pair(pair: Pair, studies: list[EntryOfStudy]) -> PairTold:
    held = (HeldTold(concepts=tuple(sorted(one.subject)), verdicts=one.verdicts) for one in pair.held)
    first, second = pair.places
    whose = (studies[first].id, studies[second].id)
    return PairTold(studies=whose, accord=pair.accord, held=tuple(held), why_not=pair.why)


def _alone(alone: Alone, ids: tuple[str, ...]) -> AloneTold:
    return AloneTold(study=ids[alone.place], concepts=alone.concepts, findings=alone.findings)
