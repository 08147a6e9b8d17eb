"""The atlas as a whole: what it is, what can be asked of it, what stands in doubt, how its entries are made."""

from datetime import date, datetime
from typing import Literal

from pydantic import Field

from entries.study import NoticeKind
from explorer import imported
from explorer.api.concept import SchemeBrief
from explorer.api.operation import Asked
from explorer.api.search import VersionsTold
from explorer.api.shape import ConceptId, Count, Parameters, Shape, StudyId
from explorer.api.study import FormOf
from explorer.forms import DATASET_FORMS
from explorer.imported import ImportReport
from explorer.presentation_pipeline import as_data as pipeline_data
from explorer.presentation_pipeline import pipeline_page
from explorer.presentation_warned import as_data as retractions_data
from explorer.presentation_warned import retractions_page
from index.fields import facets


class DiseaseTold(Shape):
    """What the atlas is about."""

    label: str
    name: str
    exact_match: tuple[str, ...]
    """The same elsewhere, as in `MONDO:0005404`."""


class FacetTold(Shape):
    """A facet that searches can be narrowed by: its name is the argument."""

    name: str
    label: str
    scheme: ConceptId | None
    order: Literal["scheme", "count", "name"]
    api: str


class YearRange(Shape):
    """First and last year of publication."""

    first: int
    last: int


class DatasetAnswer(Shape):
    """The atlas."""

    title: str
    description: str
    disease: DiseaseTold
    address: str
    """The dataset's identifier."""
    language: str
    publisher: str
    licence: str
    licence_label: str
    versions: VersionsTold
    built: datetime
    """When what is served was built from the data."""
    updated: date | None
    """The day of the last change of an entry."""
    engine: str
    """The search engine."""
    studies: Count
    findings: Count
    concepts: Count
    reviewed: Count
    """Entries that a person has looked at."""
    years: YearRange | None
    facets: tuple[FacetTold, ...]
    schemes: tuple[SchemeBrief, ...]
    forms: tuple[FormOf, ...]
    """The whole atlas in every form."""
    openapi: str
    documentation: str


class NoticeOf(Shape):
    """A notice that retracts a paper, a part of it, or doubts it."""

    kind: NoticeKind
    text: str
    url: str


class RetractionTold(Shape):
    """A paper that was retracted or stands in doubt."""

    id: StudyId
    address: str
    title: str
    year: int
    pmid: str | None
    doi: str | None
    notices: tuple[NoticeOf, ...]
    cited_by: tuple[StudyId, ...]
    """Studies of the atlas that cite, replicate or extend it."""


class RetractionsAnswer(Shape):
    """Every paper that was retracted or stands in doubt, the newest first."""

    total: Count
    studies_in_the_atlas: Count
    retractions: tuple[RetractionTold, ...]


class PipelineVersions(Shape):
    """What drafts are made by."""

    generator: str
    policy: str
    scanner: str


class StageTold(Shape):
    """A stage of the intake."""

    stage: str
    does: str
    reads: str
    writes: str
    version: str
    counts: dict[str, int]
    """Of the last import."""


class PipelineAnswer(Shape):
    """How machine drafts are made out of bibliographic records."""

    versions: PipelineVersions
    stages: tuple[StageTold, ...] = Field(min_length=1)
    last_import: ImportReport | None


def dataset(asked: Asked[Parameters]) -> DatasetAnswer:
    """The atlas: what it is about, its licence and versions, how much it holds, the facets that a search takes as
    arguments, its concept schemes, and its downloads."""
    site, config = asked.site, asked.site.atlas.config
    span = site.overview.years
    return DatasetAnswer(
        title=config.title,
        description=config.description,
        disease=DiseaseTold.model_validate(config.disease.model_dump()),
        address=f"{config.base_iri}dataset",
        language=config.language,
        publisher=config.publisher,
        licence=config.licence,
        licence_label=config.licence_label,
        versions=VersionsTold.model_validate(config.versions.model_dump()),
        built=site.build.built,
        updated=site.atlas.modified,
        engine=site.engine.name,
        studies=len(site.atlas.studies),
        findings=site.atlas.findings,
        concepts=len(site.atlas.vocabulary),
        reviewed=site.overview.reviewed,
        years=YearRange(first=span[0], last=span[1]) if span else None,
        facets=_facets(asked),
        schemes=tuple(SchemeBrief.of(site, scheme) for scheme in site.atlas.vocabulary.schemes.values()),
        forms=tuple(FormOf(label=f.label, media_type=f.mime, url=site.links.dataset(f.suffix)) for f in DATASET_FORMS),
        openapi=site.links.api("/openapi.json"),
        documentation=site.links.api_guide(),
    )


def _facets(asked: Asked[Parameters]) -> tuple[FacetTold, ...]:
    site = asked.site
    return tuple(
        FacetTold.model_validate(
            {
                "name": f.name,
                "label": f.label,
                "scheme": f.scheme,
                "order": f.order,
                "api": site.links.api(f"/facets/{f.name}"),
            }
        )
        for f in facets(site.atlas.config)
    )


def retractions(asked: Asked[Parameters]) -> RetractionsAnswer:
    """Every paper of the atlas that was retracted, retracted in part, or doubted by its journal, with the notices and
    the studies that rest on it."""
    site = asked.site
    return RetractionsAnswer.model_validate(retractions_data(retractions_page(site), site.atlas.config.base_iri))


def pipeline(asked: Asked[Parameters]) -> PipelineAnswer:
    """How entries are made, stage by stage: what each reads and writes, its version, and what it counted in the last
    import."""
    site = asked.site
    report = imported.read(getattr(site.build, "folder", None))
    return PipelineAnswer.model_validate(pipeline_data(pipeline_page(site, report)))
