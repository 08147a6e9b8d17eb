"""The base of every model and the identifier types that they share."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints

CONCEPT_ID_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9-]*$"
STUDY_ID_PATTERN = r"^[a-z0-9]+(-[a-z0-9]+)*$"
CURIE_PATTERN = r"^[A-Za-z][A-Za-z0-9]*:[A-Za-z0-9_.-]+$"

Text = Annotated[str, StringConstraints(min_length=1, max_length=20_000)]
Short = Annotated[str, StringConstraints(min_length=1, max_length=1_000)]
ConceptId = Annotated[str, StringConstraints(pattern=CONCEPT_ID_PATTERN, max_length=100)]
StudyId = Annotated[str, StringConstraints(pattern=STUDY_ID_PATTERN, max_length=120)]
Curie = Annotated[str, StringConstraints(pattern=CURIE_PATTERN, max_length=100)]


class Model(BaseModel):
    """An immutable record that refuses unknown fields and trims surrounding white space."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)
