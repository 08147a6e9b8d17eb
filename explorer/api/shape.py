"""What answers are made of: typed objects without defaults, so that every field is always there (null where empty).

Identifiers are absolute (``address``, below the atlas' base); links are relative to the server (``url``, ``api``).
"""

from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer

from entries.model import CONCEPT_ID_PATTERN, STUDY_ID_PATTERN
from entries.policy import PemStatus
from entries.store import plain
from entries.study import Study
from explorer.presentation import Chosen
from explorer.site import Site


class Shape(BaseModel):
    """The base of every object in an answer. A line below a field is its description in the OpenAPI document.

    Answers may gain fields; clients are not to be surprised, so the document leaves that open.
    """

    model_config = ConfigDict(extra="ignore", frozen=True, populate_by_name=True, use_attribute_docstrings=True)


class Parameters(Shape):
    """The base of an operation's own arguments: each has a default or is required. Unknown ones are refused."""

    model_config = ConfigDict(extra="forbid")


StudyId = Annotated[str, Field(pattern=STUDY_ID_PATTERN)]
ConceptId = Annotated[str, Field(pattern=CONCEPT_ID_PATTERN)]
Count = Annotated[int, Field(ge=0)]
Level = Annotated[
    str,
    Field(description="Weakest evidence level that counts, such as `E1`; an unknown one is left out and told."),
]
PemWanted = Annotated[
    str,
    Field(description="Only studies of this `pem-status`: `required`, `not-required` or `unclear`."),
]
Remaining = Annotated[
    Literal["all", "possible", "required"],
    Field(
        description="Which studies count: `all`; `possible` sets those aside whose `pem-status` is "
        "`pem-not-required`; `required` keeps only those in which it is `pem-required`."
    ),
]
# An entry as ``data/studies`` holds it: fields that hold only their default are left out.
Entry = Annotated[Study, PlainSerializer(plain, return_type=dict[str, Any])]


class Link(Shape):
    """Somewhere to go."""

    label: str
    url: str

    @classmethod
    def of(cls, chosen: Chosen) -> Self:
        """A link as pages have it."""
        return cls(label=chosen.label, url=chosen.url)


class StudyBrief(Shape):
    """A study in short."""

    id: StudyId
    address: str
    """The study's identifier: an absolute address."""
    url: str
    """Its page."""
    api: str
    """The study in full in this API."""
    title: str
    byline: str
    """Authors in short, as in `See & Tilles` or `Maes et al.`"""
    journal: str | None
    year: int
    pmid: str | None
    doi: str | None

    @classmethod
    def of(cls, site: Site, study: Study) -> Self:
        """A study of the atlas."""
        return cls(**brief(site, study))


class PemTold(Shape):
    """Whether the criterion of the scheme `pem-status` was required for inclusion; never whether it was studied."""

    status: PemStatus
    reason: str
    conflict: str | None
    """What speaks against the status; null where nothing does."""

    @classmethod
    def of(cls, site: Site, study: Study) -> Self:
        """The badge of a study."""
        badge = site.atlas.badge(study)
        return cls(status=badge.status, reason=badge.reason, conflict=badge.conflict)


class ConceptBrief(Shape):
    """A concept in short."""

    id: ConceptId
    address: str
    url: str
    api: str
    label: str
    scheme: ConceptId
    studies: Count
    """Studies that have it or a narrower one."""

    @classmethod
    def of(cls, site: Site, concept_id: str, studies: int | None = None) -> Self:
        """A concept of the vocabulary; ``studies``: another count than that of the whole atlas."""
        vocabulary = site.atlas.vocabulary
        return cls(
            id=concept_id,
            address=f"{site.atlas.config.base_iri}concepts/{concept_id}",
            url=site.links.concept(concept_id),
            api=site.links.api(f"/concepts/{concept_id}"),
            label=vocabulary.label(concept_id),
            scheme=vocabulary.scheme_of(concept_id),
            studies=site.overview.counts.get(concept_id, 0) if studies is None else studies,
        )


def brief(site: Site, study: Study) -> dict[str, Any]:
    """The fields of a StudyBrief."""
    return {
        "id": study.id,
        "address": f"{site.atlas.config.base_iri}studies/{study.id}",
        "url": site.links.study(study.id),
        "api": site.links.api(f"/studies/{study.id}"),
        "title": study.title,
        "byline": study.byline,
        "journal": study.journal,
        "year": study.year,
        "pmid": study.pmid,
        "doi": study.doi,
    }
