"""Sentences of ``policy/draft.yaml``: plain text, with the facts of a record in braces."""

from string import Formatter
from typing import Annotated

from pydantic import AfterValidator

from entries.model import Short

SLOTS = frozenset({"disease", "patients", "controls", "total", "list", "definitions"})


def _known_slots(sentence: str) -> str:
    used = {name for _, name, _, _ in Formatter().parse(sentence) if name is not None}
    if unknown := sorted(used - SLOTS):
        raise ValueError(f"'{{{unknown[0]}}}' is no fact of a record; use {', '.join(sorted(SLOTS))}")
    return sentence


Sentence = Annotated[Short, AfterValidator(_known_slots)]
