"""``data/atlas.yaml``: what makes this atlas this one, and which facets its readers see."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints, field_validator

from entries.model import (
    BASE_IRI_PATTERN,
    FACET_PATTERN,
    LANGUAGE_PATTERN,
    URL_PATTERN,
    ConceptId,
    Curie,
    Model,
    Short,
    Text,
)

# Facet sources that are not ``tags.<scheme>``, and the scheme that their values come from (None: free values).
SOURCES: dict[str, str | None] = {
    "pem": "pem-status",
    "evidence_level": "evidence-level",
    "design": "study-design",
    "peer_review": "peer-review",
    "review": "review-status",
    "case_definition": "case-definition",
    "journal": None,
    "authors": None,
}
REQUIRED_SCHEMES = tuple(scheme for scheme in SOURCES.values() if scheme)
TAG_SOURCE = "tags."
RESERVED_NAMES = frozenset({"q", "from", "to", "sort", "page", "size", "not"})  # taken in the address of a search


class FacetConfig(Model):
    """One facet of the search page: its name in URLs, its label, where its values come from and their order."""

    name: Annotated[str, StringConstraints(pattern=FACET_PATTERN)]
    label: Short
    source: Short
    order: Literal["scheme", "count", "name"] = "count"

    @property
    def scheme(self) -> str | None:
        """Scheme id of the values; None where the values are free text such as journals."""
        if self.source.startswith(TAG_SOURCE):
            return self.source.removeprefix(TAG_SOURCE)
        return SOURCES[self.source]


class Disease(Model):
    """What the atlas is about: a short label, the full name, and identifiers of it elsewhere."""

    label: Short
    name: Short
    exact_match: tuple[Curie, ...] = ()


class Versions(Model):
    """Versions shown on every page and in every citation of a snapshot."""

    atlas: Short
    generator: Short
    scanner: Short
    policy: Short


class AtlasConfig(Model):
    """The whole of ``atlas.yaml``."""

    title: Short
    description: Text
    disease: Disease
    base_iri: Annotated[str, StringConstraints(pattern=BASE_IRI_PATTERN, max_length=500)]
    language: Annotated[str, StringConstraints(pattern=LANGUAGE_PATTERN)] = "en"
    publisher: Short
    contact: Short | None = None
    licence: Annotated[str, StringConstraints(pattern=URL_PATTERN)]
    licence_label: Short
    versions: Versions
    tags: tuple[ConceptId, ...] = Field(min_length=1)
    facets: tuple[FacetConfig, ...] = Field(min_length=1)

    @field_validator("base_iri")
    @classmethod
    def _ends_with_slash(cls, iri: str) -> str:
        return iri if iri.endswith("/") else iri + "/"
