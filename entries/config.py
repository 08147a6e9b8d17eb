"""``data/atlas.yaml``: what makes this atlas this one, and which facets its readers see."""

from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import Field, StringConstraints, field_validator, model_validator

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
    "size": None,
    "controls": None,
    "direction": None,
    "claim": None,
}
CRITERION = "pem-status"  # only where there is a criterion that good case definitions demand
REQUIRED_SCHEMES = tuple(scheme for scheme in SOURCES.values() if scheme and scheme != CRITERION)
TAG_SOURCE = "tags."
RESERVED_NAMES = frozenset(  # taken in the address of a search
    {"q", "from", "to", "sort", "page", "size", "after", "not", "years", "on", "of", "find", "order", "part", "remains"}
)
SIZE_BOUNDS = (20, 50, 100, 500)  # where ranges of participants begin, unless the facet says otherwise


class FacetConfig(Model):
    """One facet of the search page: its name in URLs, its label, where its values come from and their order.

    ``bounds``, for the source ``size`` alone: the numbers of participants at which a new range begins.
    """

    name: Annotated[str, StringConstraints(pattern=FACET_PATTERN)]
    label: Short
    source: Short
    order: Literal["scheme", "count", "name"] = "count"
    bounds: tuple[Annotated[int, Field(ge=1, le=1_000_000_000)], ...] = Field(default=(), max_length=50)

    @field_validator("bounds")
    @classmethod
    def _ascending(cls, bounds: tuple[int, ...]) -> tuple[int, ...]:
        if list(bounds) != sorted(set(bounds)):
            raise ValueError("write the bounds in ascending order, each once, such as [20, 50, 100, 500]")
        return bounds

    @model_validator(mode="after")
    def _bounds_of_sizes(self) -> "FacetConfig":
        if self.bounds and self.source != "size":
            raise ValueError("only a facet with the source 'size' has 'bounds'; leave them out")
        return self

    @property
    def scheme(self) -> str | None:
        """Scheme id of the values; None where they are no concepts: journals, authors, ranges, directions, claims."""
        if self.source.startswith(TAG_SOURCE):
            return self.source.removeprefix(TAG_SOURCE)
        return SOURCES[self.source]


class Disease(Model):
    """What the atlas is about: a short label, the full name, and identifiers of it elsewhere."""

    label: Short
    name: Short
    exact_match: tuple[Curie, ...] = ()


class Question(Model):
    """A question that the atlas can be asked: in words, on a page (its address below the base), and in SPARQL."""

    text: Short
    page: Annotated[str, StringConstraints(pattern=r"^[a-z][A-Za-z0-9/._?=&+%:-]*$", max_length=1_000)]
    sparql: Annotated[str, StringConstraints(min_length=1, max_length=20_000)]


class Against(Model):
    """A kind of comparison, and the words in the field ``comparison`` of a finding that tell it."""

    kind: ConceptId
    words: tuple[Short, ...] = Field(min_length=1, max_length=100)


class Comparing(Model):
    """Which findings on the same concepts may be held against each other when a standing is worked out.

    ``apart``: designs; their studies, and those of designs below them, are held only against one another. ``against``:
    kinds of comparison, the first of which any word stands in a finding's ``comparison`` being its own; findings of two
    different kinds are not held against each other, and one of no kind may be held against all.
    """

    apart: tuple[ConceptId, ...] = Field(default=(), max_length=15)
    against: tuple[Against, ...] = Field(default=(), max_length=15)


class Versions(Model):
    """Versions shown on every page and in every citation of a snapshot."""

    atlas: Short
    generator: Short
    scanner: Short
    policy: Short


_RESERVED = ("example", "example.com", "example.net", "example.org", "invalid", "localhost", "test", "127.0.0.1", "::1")


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
    questions: tuple[Question, ...] = Field(default=(), max_length=20)
    comparing: Comparing = Comparing()

    @property
    def has_own_address(self) -> bool:
        """Whether ``base_iri`` can be an address that others open: names reserved for examples and tests, and this
        machine, are none (RFC 2606, RFC 6761)."""
        host = (urlsplit(self.base_iri).hostname or "").rstrip(".")
        return not any(host == name or host.endswith(f".{name}") for name in _RESERVED)

    @field_validator("contact")
    @classmethod
    def _as_people_read_it(cls, contact: str | None) -> str | None:
        return contact and contact.removeprefix("mailto:")

    @field_validator("base_iri")
    @classmethod
    def _ends_with_slash(cls, iri: str) -> str:
        return iri if iri.endswith("/") else iri + "/"
