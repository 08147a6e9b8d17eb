"""One published study as the atlas describes it.

Field names are the contract of the YAML files in ``data/studies``; ``data/study.schema.json`` is made from
these models. Every concept id points into the vocabularies and is checked by :mod:`entries.atlas`.
"""

import re
from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import Field, RootModel, StringConstraints, field_validator, model_validator

from entries.model import (
    DOI_PATTERN,
    ORCID_PATTERN,
    PMCID_PATTERN,
    PMID_PATTERN,
    ConceptId,
    Day,
    Model,
    Short,
    StudyId,
    Text,
    printable,
)

FIRST_YEAR = 1750  # older than any journal article on fatigue that an atlas would hold
_DOI_PREFIX = re.compile(r"^(?:(?:https?://)?(?:www\.|dx\.)?doi\.org/|doi:)\s*", re.IGNORECASE)


class Direction(StrEnum):
    """Which way a finding points, relative to its comparison."""

    INCREASED = "increased"
    DECREASED = "decreased"
    NO_DIFFERENCE = "no-difference"
    ASSOCIATED = "associated"
    NOT_ASSOCIATED = "not-associated"
    MIXED = "mixed"


class Basis(StrEnum):
    """What a finding rests on: the paper's own words, our arithmetic on its figures, or its statement."""

    QUOTED = "quoted"
    COMPUTED = "computed"
    STATED = "stated"


class Relation(StrEnum):
    """How a study stands to another one (CiTO terms in the RDF)."""

    CITES = "cites"
    REPLICATES = "replicates"
    DISPUTES = "disputes"
    EXTENDS = "extends"
    CORRECTS = "corrects"
    RETRACTS = "retracts"


class NoticeKind(StrEnum):
    """What else was published on a paper: about it, the gravest first, then before it, as a preprint."""

    RETRACTED = "retracted"
    PARTLY_RETRACTED = "partly-retracted"
    CONCERN = "concern"
    CORRECTED = "corrected"
    EARLIER_VERSION = "earlier-version"


GRAVE = frozenset({NoticeKind.RETRACTED, NoticeKind.PARTLY_RETRACTED, NoticeKind.CONCERN})  # whom to warn of
CONCERN_NOTE, PARTIAL_NOTE = "Expression of concern", "Partial retraction"  # on links of notices that are entries


class Author(Model):
    """A person (``family`` with or without ``given``) or a group (``literal``)."""

    family: Short | None = None
    given: Short | None = None
    literal: Short | None = None
    orcid: Annotated[str, StringConstraints(pattern=ORCID_PATTERN)] | None = None

    @model_validator(mode="after")
    def _person_or_group(self) -> "Author":
        if (self.family is None) == (self.literal is None):
            raise ValueError("give either 'family' (a person) or 'literal' (a group), not both and not neither")
        return self

    @property
    def name(self) -> str:
        """``Maes, Michael``, ``Maes`` or the group's name."""
        if self.literal:
            return self.literal
        return f"{self.family}, {self.given}" if self.given else str(self.family)

    @property
    def short(self) -> str:
        """The family name or the group's name."""
        return self.literal or str(self.family)


class Heading(NamedTuple):
    """What a study is called in a list."""

    title: str
    byline: str
    year: int


def byline(names: Sequence[str]) -> str:
    """The short names of authors in one: two of them, or the first of more."""
    return f"{names[0]} et al." if len(names) > 2 else " & ".join(names)


Count = Annotated[int, Field(ge=0, le=1_000_000_000)]


class Group(Model):
    """One arm or cohort: what it is and how many people were in it."""

    label: Short
    n: Count


class Participants(Model):
    """How many people took part; ``None`` where the source does not say."""

    patients: Count | None = None
    controls: Count | None = None
    total: Count | None = None
    groups: tuple[Group, ...] = ()
    note: Short | None = None

    @property
    def size(self) -> int | None:
        """All participants: the stated total, else patients and controls together, else None."""
        if self.total is not None:
            return self.total
        known = [n for n in (self.patients, self.controls) if n is not None]
        return sum(known) if known else None


class CaseDefinitionUse(Model):
    """Case definitions for inclusion: patients met ``any`` of these, or ``all`` of them. Both empty: none named."""

    any: tuple[ConceptId, ...] = ()
    all: tuple[ConceptId, ...] = ()
    quote: Short | None = None

    @model_validator(mode="after")
    def _one_kind(self) -> "CaseDefinitionUse":
        if self.any and self.all:
            raise ValueError("use either 'any' (met any of these) or 'all' (met all of these), not both")
        return self

    @property
    def ids(self) -> tuple[str, ...]:
        """All definitions named, however combined."""
        return self.any or self.all


class Pem(Model):
    """What the paper itself states about the criterion that the scheme ``pem-status`` is about: was it required?"""

    stated: Literal["required", "optional", "absent"] | None = None
    quote: Short | None = None

    @model_validator(mode="after")
    def _with_quote(self) -> "Pem":
        if self.stated and not self.quote:
            raise ValueError("'stated' needs the paper's own words in 'quote'; add them, or leave 'stated' out")
        return self


class Tags(RootModel[dict[ConceptId, tuple[ConceptId, ...]]]):
    """Concept ids by scheme id, as in ``{symptom: [pain], method-flag: [small-sample]}``."""

    root: dict[ConceptId, tuple[ConceptId, ...]] = Field(default_factory=dict)

    def of(self, scheme: str) -> tuple[str, ...]:
        """The tags out of one scheme, in the author's order."""
        return self.root.get(scheme, ())

    def all(self) -> tuple[str, ...]:
        """Every tag of every scheme."""
        return tuple(concept for concepts in self.root.values() for concept in concepts)


class Finding(Model):
    """One claim of a study: what was seen, in which direction, against what, and on what basis."""

    text: Text
    concepts: tuple[ConceptId, ...] = ()
    direction: Direction | None = None
    comparison: Short | None = None
    statistic: Short | None = None
    basis: Basis = Basis.STATED
    quote: Short | None = None
    location: Short | None = None

    @model_validator(mode="after")
    def _quoted_has_quote(self) -> "Finding":
        if self.basis is Basis.QUOTED and not self.quote:
            raise ValueError("a finding with basis 'quoted' needs its 'quote'; add it, or set the basis to 'stated'")
        return self


class Link(Model):
    """A tie to another study of the atlas."""

    relation: Relation
    study: StudyId
    note: Short | None = None


class Notice(Model):
    """A notice on the paper itself, of which the atlas need hold no entry: its kind, and where it was published."""

    kind: NoticeKind
    citation: Short | None = None
    pmid: Annotated[str, StringConstraints(pattern=PMID_PATTERN)] | None = None
    doi: Annotated[str, StringConstraints(pattern=DOI_PATTERN, max_length=500)] | None = None


class FieldReview(Model):
    """Who looked at one field, when, with what outcome."""

    status: ConceptId
    by: Short | None = None
    on: Day | None = None


class ReviewEvent(Model):
    """One step in an entry's history; the only evidence that a person looked at it."""

    on: Day
    by: Short
    status: ConceptId | None = None
    note: Short | None = None


class Review(Model):
    """Review status of the entry, of single fields, and the history that justifies both."""

    status: ConceptId = "machine-draft"
    fields: dict[Short, FieldReview] = Field(default_factory=dict)
    history: tuple[ReviewEvent, ...] = ()

    @model_validator(mode="after")
    def _no_review_that_nobody_made(self) -> "Review":
        if self.status != "machine-draft" and not self.history:
            raise ValueError(
                f"status '{self.status}' claims a review, but 'history' names nobody who made one; "
                "add who and when, or set 'machine-draft'"
            )
        return self


class Provenance(Model):
    """Where the entry comes from and which versions wrote it."""

    source: Short
    record: Short | None = None
    generator: Short | None = None
    scanner: Short | None = None
    policy: Short | None = None
    drafted: Day | None = None


class Study(Model):
    """One entry of the atlas. See ``docs/entries.md`` for each field in words."""

    id: StudyId
    title: Short
    authors: tuple[Author, ...] = Field(min_length=1)
    journal: Short | None = None
    year: Annotated[int, Field(ge=FIRST_YEAR)]
    volume: Short | None = None
    issue: Short | None = None
    pages: Short | None = None
    pmid: Annotated[str, StringConstraints(pattern=PMID_PATTERN)] | None = None
    pmcid: Annotated[str, StringConstraints(pattern=PMCID_PATTERN)] | None = None
    doi: Annotated[str, StringConstraints(pattern=DOI_PATTERN, max_length=500)] | None = None
    design: ConceptId
    peer_review: ConceptId
    evidence_level: ConceptId
    participants: Participants = Participants()
    case_definition: CaseDefinitionUse = CaseDefinitionUse()
    pem: Pem = Pem()
    tags: Tags = Tags()
    summary: Text
    why_it_matters: Text | None = None
    findings: tuple[Finding, ...] = ()
    conclusions: tuple[Text, ...] = ()
    questions: tuple[Text, ...] = ()
    does_not_prove: Text
    links: tuple[Link, ...] = ()
    notices: tuple[Notice, ...] = ()
    review: Review = Review()
    provenance: Provenance
    updated: Day

    @field_validator("doi", mode="before")
    @classmethod
    def _bare_doi(cls, value: Any) -> Any:
        """Accept the DOI as a web address, too, as people copy it."""
        return _DOI_PREFIX.sub("", value.strip()).strip() if isinstance(value, str) else value

    @field_validator("doi")
    @classmethod
    def _printable_doi(cls, doi: str | None) -> str | None:
        return doi and printable(doi)

    @field_validator("year")
    @classmethod
    def _not_in_the_future(cls, year: int) -> int:
        latest = date.today().year + 1  # journals date issues ahead, by a year at most
        if year > latest:
            raise ValueError(f"{year} lies in the future; the latest possible year is {latest}")
        return year

    @property
    def byline(self) -> str:
        """``Maes et al.``, ``See & Tilles`` or ``Maes``."""
        return byline([author.short for author in self.authors])

    @property
    def heading(self) -> Heading:
        """What the study is called in a list."""
        return Heading(self.title, self.byline, self.year)

    @property
    def is_noted_retracted(self) -> bool:
        """Whether a notice of its own says so; another study's link may say it, too."""
        return any(notice.kind is NoticeKind.RETRACTED for notice in self.notices)

    @property
    def finding_concepts(self) -> tuple[str, ...]:
        """Concepts that the findings speak of, each once, in order."""
        return tuple(dict.fromkeys(c for finding in self.findings for c in finding.concepts))
