"""What is wrong with the data, said so that the person who wrote it can mend it."""

from bisect import bisect_left
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property, lru_cache
from itertools import islice
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ValidationError

from entries.model import CONCEPT_ID_PATTERN, PATTERN_WORDS
from entries.yamlio import Document

MAX_PER_FILE = 20  # more are the same mistake over and over, or not an entry at all
_MANY = 2_000  # from here on, comparing a word with every known one takes too long
_FIRST = "mend those above first, then check again"
_LIST_MEND = "write each item on a line of its own that begins with '- '"

# kind of pydantic's error -> (reason after "'field' has the value x", mend)
_KINDS = {
    "tuple_type": (", which is not a list", _LIST_MEND),
    "list_type": (", which is not a list", _LIST_MEND),
    "string_type": (", which is not a text", "write a text; put a number in quotation marks"),
    "int_type": (", which is not a whole number", "write digits only, such as 30"),
    "int_parsing": (", which is not a whole number", "write digits only, such as 30"),
    "int_parsing_size": (", which is not a possible number", "write digits only, such as 30"),
    "int_from_float": (", which is not a whole number", "write digits only, such as 30"),
    "date_parsing": (", which is no day of the calendar", "write it as YYYY-MM-DD, such as 2026-04-08"),
    "date_from_datetime_parsing": (
        ", which is no day of the calendar",
        "write it as YYYY-MM-DD, such as 2026-04-08",
    ),
    "model_type": (", not a mapping of fields", "write 'field: value' lines"),
    "dict_type": (", not a mapping of fields", "write 'field: value' lines"),
    "model_attributes_type": (", not a mapping of fields", "write 'field: value' lines"),
}


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


class Names(frozenset[str]):
    """Many known words, in order, so that :func:`closest` need not look at each of them."""

    @cached_property
    def _in_order(self) -> list[str]:
        return sorted(self)

    def around(self, word: str) -> list[str]:
        """The words that stand before and after this one in the alphabet, 20 of each at most."""
        place = bisect_left(self._in_order, word)
        return self._in_order[max(0, place - 20) : place + 20]


def closest(word: str, known: Collection[str]) -> str:
    """``did you mean 'x'?`` for the nearest known word, or an empty text."""
    if len(known) > _MANY:
        names = known if isinstance(known, Names) else Names(known)
        known = names.around(word)
    return _closest(word.lower()[:200], tuple(known))


@lru_cache(maxsize=1024)  # the same mistake tends to stand in many entries
def _closest(word: str, known: tuple[str, ...]) -> str:
    near = get_close_matches(word, known, n=1, cutoff=0.6)
    return f"did you mean '{near[0]}'?" if near else ""


def limited(problems: Iterable[Problem], study_id: str | None = None) -> list[Problem]:
    """The first MAX_PER_FILE problems of one entry, and one that says that there are more."""
    found = list(islice(problems, MAX_PER_FILE + 1))
    if len(found) > MAX_PER_FILE:
        last = found.pop()
        found.append(Problem(last.path, last.line, "there are more problems in this entry", _FIRST, study_id=study_id))
    return found


def of_validation(
    error: ValidationError,
    model: type[BaseModel],
    path: Path,
    document: Document,
    study_id: str | None = None,
    suggest: Callable[[str], str] = lambda term: "",
) -> list[Problem]:
    """One Problem for each wrong field of a document, with its line; MAX_PER_FILE of them at most.

    ``suggest`` gives the id of the concept that a term names, or an empty text.
    """
    errors = _without_echoes(error.errors(include_url=False))
    problems = [
        Problem(path, document.line(tuple(e["loc"])), *_words(dict(e), model, suggest), study_id=study_id)
        for e in errors[:MAX_PER_FILE]
    ]
    if (more := len(errors) - MAX_PER_FILE) > 0:
        line = document.line(tuple(errors[MAX_PER_FILE]["loc"]))
        problems.append(Problem(path, line, f"{more:,} more problems in this file", _FIRST, study_id=study_id))
    return problems


def _without_echoes(errors: list[Any]) -> list[Any]:
    """Without "too short" about a list whose items are wrong: pydantic counts the sound ones only."""
    held = {tuple(e["loc"][:n]) for e in errors for n in range(len(e["loc"]))}
    return [e for e in errors if e["type"] != "too_short" or tuple(e["loc"]) not in held]


def _words(error: dict[str, Any], model: type[BaseModel], suggest: Callable[[str], str]) -> tuple[str, str]:
    """Reason and mend of one pydantic error."""
    where = ".".join(str(part) for part in error["loc"] if part != "[key]")
    kind, value = error["type"], error.get("input")
    has = f"'{where}' has the value {_shown(value)}" if where else f"here stands {_shown(value)}"
    if kind == "extra_forbidden":
        names = _fields_at(model, error["loc"][:-1])
        hint = closest(str(error["loc"][-1]), names) or "the fields are " + ", ".join(names)
        return f"unknown field '{where}'", hint
    if kind == "missing":
        return f"the field '{where}' is missing", "add it"
    if where and (value is None or kind == "string_too_short"):
        return f"'{where}' has no value", "write one, or delete the line"
    if kind == "string_pattern_mismatch":
        return has, _pattern_mend(error["ctx"]["pattern"], str(value), suggest)
    if kind in ("enum", "literal_error"):
        return has, f"use one of {error['ctx']['expected']}"
    if kind in _KINDS:
        reason, mend = _KINDS[kind]
        return has + reason, mend
    return _others(kind, where, has, error)


def _others(kind: str, where: str, has: str, error: dict[str, Any]) -> tuple[str, str]:
    """Errors about size, and those that the models' own checks word."""
    context = error.get("ctx", {})
    if kind == "string_too_long":
        return f"'{where}' has more than {context['max_length']:,} characters", "shorten it"
    if kind == "too_short":
        return f"'{where}' is an empty list", "give at least one"
    if kind in ("greater_than_equal", "less_than_equal"):
        bound, way = (context["ge"], "least") if "ge" in context else (context["le"], "most")
        return has, f"it must be at {way} {bound}"
    if kind == "json_invalid":
        return f"not valid JSON: {context['error']}", "correct this line"
    said, _, mend = error["msg"].removeprefix("Value error, ").rpartition("; ")  # our own checks end in a mend
    return f"'{where or 'the entry'}': {_lower(said or mend)}", mend if said else "correct this value"


def _pattern_mend(pattern: str, value: str, suggest: Callable[[str], str]) -> str:
    if pattern == CONCEPT_ID_PATTERN and (known := suggest(value)):
        return f"use '{known}'"
    return PATTERN_WORDS.get(pattern, f"it must look like {pattern}")


def _shown(value: Any) -> str:
    """The value for a message: short, and in words where it is not a scalar."""
    if value is None:
        return "nothing"
    if isinstance(value, dict | list | tuple):
        return "a mapping" if isinstance(value, dict) else "a list"
    text = str(value)
    return repr(text if len(text) <= 60 else text[:57] + "...")


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


def unreadable(path: Path, error: Exception, study_id: str | None = None) -> Problem:
    """A file that the system does not give us."""
    reason = str(error).removeprefix(f"{path}: ")
    return Problem(path, 1, reason, "make the file readable, or remove it", study_id=study_id)
