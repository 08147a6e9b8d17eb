"""What is wrong with the data, said so that the person who wrote it can mend it."""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ValidationError

from entries.yamlio import Document


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to mend: where it is (file, line from 1), why it is wrong, and what to do."""

    path: Path
    line: int
    reason: str
    mend: str
    severity: Literal["error", "warning"] = "error"
    study_id: str | None = None

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.severity}: {self.reason}; {self.mend}"


def closest(word: str, known: Iterable[str]) -> str:
    """``did you mean 'x'?`` for the nearest known word, or an empty text."""
    near = get_close_matches(word.lower(), list(known), n=1, cutoff=0.6)
    return f"did you mean '{near[0]}'?" if near else ""


def of_validation(
    error: ValidationError,
    model: type[BaseModel],
    path: Path,
    document: Document,
    study_id: str | None = None,
) -> list[Problem]:
    """One Problem for each wrong field of a document, with its line."""
    return [
        Problem(path, document.line(tuple(e["loc"])), *_words(dict(e), model), study_id=study_id)
        for e in error.errors(include_url=False)
    ]


def _words(error: dict[str, Any], model: type[BaseModel]) -> tuple[str, str]:
    """Reason and mend of one pydantic error."""
    where = ".".join(str(part) for part in error["loc"]) or "the document"
    kind, message = error["type"], error["msg"].removeprefix("Value error, ")
    given = repr(error.get("input"))
    given = given if len(given) <= 60 else given[:57] + "..."
    if kind == "extra_forbidden":
        names = _fields_at(model, error["loc"][:-1])
        hint = closest(str(error["loc"][-1]), names) or "the fields are " + ", ".join(names)
        return f"unknown field '{where}'", hint
    if kind == "missing":
        return f"the field '{where}' is missing", "add it"
    if kind in ("string_type", "int_type", "int_parsing", "date_from_datetime_parsing", "date_parsing"):
        return f"'{where}' has the value {given}: {_lower(message)}", f"give '{where}' a value of that kind"
    if kind == "string_pattern_mismatch":
        return f"'{where}' has the value {given}", f"it must look like {error['ctx']['pattern']}"
    if kind in ("enum", "literal_error"):
        return f"'{where}' has the value {given}", f"use one of {error['ctx']['expected']}"
    if kind in ("model_type", "dict_type", "model_attributes_type"):
        return f"{where} is {given}, not a mapping of fields", "write 'field: value' lines"
    return f"'{where}': {_lower(message)}", "correct this value"


def _lower(message: str) -> str:
    return message[:1].lower() + message[1:]


def _fields_at(model: type[BaseModel], location: tuple[str | int, ...]) -> list[str]:
    """Names of the fields that the model at ``location`` inside ``model`` has."""
    current: Any = model
    for part in location:
        if isinstance(part, str) and part in getattr(current, "model_fields", {}):
            current = _model_in(current.model_fields[part].annotation)
    return list(getattr(current, "model_fields", {}))


def _model_in(annotation: Any) -> Any:
    """The first model class inside an annotation such as ``tuple[Finding, ...]`` or ``Pem | None``."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for part in getattr(annotation, "__args__", ()):
        if found := _model_in(part):
            return found
    return None
