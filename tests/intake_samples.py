"""Records and rules that the tests of the intake share."""

from functools import cache

from conftest import ROOT

from intake.design import DesignRules
from intake.record import Origin, Record, Section
from intake.rulebook import Reading, Rulebook

ORIGIN = Origin(format="jsonl", path="sample.jsonl", number=1)


def sample(title: str, *sections: str, **fields: object) -> Record:
    """A record with a title, plain sections of an abstract, and other fields as given."""
    parts = tuple(Section(text=text) for text in sections)
    return Record.model_validate({"origin": ORIGIN, "title": title or None, "abstract": parts, **fields})


def reading(title: str, *sections: str, **fields: object) -> Reading:
    """The same, ready for rules."""
    return Reading(sample(title, *sections, **fields))


@cache
def rules(name: str) -> Rulebook:
    """Shipped rules, read once."""
    return Rulebook.load(ROOT / "data", name)


@cache
def designs() -> DesignRules:
    """Shipped rules and cues of the design, read once."""
    return DesignRules.load(ROOT / "data")
