"""The base of every model, and the types of text, identifier and day that they share."""

import re
from datetime import date
from typing import Annotated, Any, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, StringConstraints

from entries.text import character, forbidden_at

CONCEPT_ID_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9-]*$"
STUDY_ID_PATTERN = r"^[a-z0-9]+(-[a-z0-9]+)*$"
CURIE_PATTERN = r"^[A-Za-z][A-Za-z0-9]*:[A-Za-z0-9_.-]+$"
ORCID_PATTERN = r"^[0-9]{4}-[0-9]{4}-[0-9]{4}-[0-9]{3}[0-9X]$"
PMID_PATTERN = r"^[1-9][0-9]{0,8}$"
PMCID_PATTERN = r"^PMC[0-9]+$"
DOI_PATTERN = r"^10\.[0-9]{4,9}/\S+$"
FACET_PATTERN = r"^[a-z][a-z0-9_]{0,29}$"
BASE_IRI_PATTERN = r"^https?://[^\s<>\"{}|\\^`#?]+$"
URL_PATTERN = r"^https?://\S+$"
LANGUAGE_PATTERN = r"^[a-z]{2,3}(-[A-Za-z0-9]+)*$"
SCHEMA_TYPE_PATTERN = r"^Medical[A-Za-z]+$"

# What each pattern asks for, in the words of a message.
PATTERN_WORDS = {
    CONCEPT_ID_PATTERN: "write the id of a concept: letters, digits and hyphens, such as orthostatic-intolerance",
    STUDY_ID_PATTERN: "use lower-case letters, digits and single hyphens, such as see-1996-alpha-interferon",
    CURIE_PATTERN: "write prefix:identifier, such as HP:0012378",
    ORCID_PATTERN: "write the bare ORCID, such as 0000-0002-1825-0097",
    PMID_PATTERN: "write the digits of the PubMed id alone, such as 17693979",
    PMCID_PATTERN: "write PMC and digits, such as PMC2000001",
    DOI_PATTERN: "write the DOI, such as 10.3109/08820139609059298",
    FACET_PATTERN: "use lower-case letters, digits and underscores, a letter first, 30 at most",
    BASE_IRI_PATTERN: "write an address that begins with https:// or http:// and ends with /",
    URL_PATTERN: "write an address that begins with https:// or http://",
    LANGUAGE_PATTERN: "write a language tag, such as en or pt-BR",
    SCHEMA_TYPE_PATTERN: "name a schema.org class, such as MedicalTrial",
}


def printable(text: str) -> str:
    """The text itself. Raises ValueError where it holds a control character."""
    if (index := forbidden_at(text)) is not None:
        raise ValueError(f"the control character {character(text, index)} stands at position {index + 1}; delete it")
    return text


def _written_day(value: Any) -> Any:
    """A day is never guessed from a number (``20260408`` would be seconds since 1970)."""
    if isinstance(value, date) or (
        isinstance(value, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value.strip())
    ):
        return value
    raise ValueError(f"{str(value)[:40]!r} is not a day; write it as YYYY-MM-DD, such as 2026-04-08")


Text = Annotated[str, StringConstraints(min_length=1, max_length=20_000), AfterValidator(printable)]
Short = Annotated[str, StringConstraints(min_length=1, max_length=1_000), AfterValidator(printable)]
ConceptId = Annotated[str, StringConstraints(pattern=CONCEPT_ID_PATTERN, max_length=100)]
StudyId = Annotated[str, StringConstraints(pattern=STUDY_ID_PATTERN, max_length=120)]
Curie = Annotated[str, StringConstraints(pattern=CURIE_PATTERN, max_length=100)]
Day = Annotated[date, BeforeValidator(_written_day)]


class Model(BaseModel):
    """An immutable record that refuses unknown fields and trims surrounding white space."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)

    def __deepcopy__(self, memo: dict[int, Any] | None = None) -> Self:
        """Itself: what never changes needs no copy. Every study that is read would copy its defaults."""
        return self
