"""The wording rules as data: ``policy/wording.yaml`` read, checked and compiled.

A rule names the words to look for (``patterns``), the fields and the kinds of study that it is about, and the contexts
that excuse a hit: a negation, a question, the authors' own claim told as theirs.
"""

import re
from enum import StrEnum
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints, ValidationError, model_validator

from entries.errors import EvidenceError
from entries.model import ConceptId, Model, Short
from entries.policy import PemStatus
from entries.problems import Problem, of_validation, unreadable
from entries.yamlio import YamlError
from intake.scan_patterns import bounded, compiled, first_words
from intake.shipped_rules import read_rules

FILE = Path("policy", "wording.yaml")


class Severity(StrEnum):
    """CRITICAL keeps an entry from being published, WARNING is told, NOTE is told on request."""

    CRITICAL = "CRITICAL"
    WARNING = "WARNING"
    NOTE = "NOTE"


class Part(StrEnum):
    """The fields in our own words, by kind; ``findings`` are their texts, ``notes`` all the short remarks."""

    SUMMARY = "summary"
    WHY = "why_it_matters"
    FINDINGS = "findings"
    CONCLUSIONS = "conclusions"
    QUESTIONS = "questions"
    NOT_PROVED = "does_not_prove"
    NOTES = "notes"


class WordingBroken(EvidenceError):
    """The rules cannot be used; ``problems`` says where and how to mend them."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


Pattern = Annotated[str, StringConstraints(min_length=1, max_length=2_000), AfterValidator(bounded)]
Name = Annotated[str, StringConstraints(pattern=r"^[a-z]+(-[a-z]+)*$", max_length=60)]
_OWN_WORDS = (Part.SUMMARY, Part.WHY, Part.FINDINGS, Part.CONCLUSIONS, Part.NOT_PROVED, Part.NOTES)


class Context(Model):
    """What excuses a hit: a pattern ``before`` it in its clause or sentence, or what its sentence ends with."""

    id: Name
    says: Short
    scope: Literal["clause", "sentence"] = "clause"
    before: tuple[Pattern, ...] = ()
    adjacent: tuple[Pattern, ...] = ()  # these only where they end right before the hit
    ends_with: Short | None = None

    @cached_property
    def _patterns(self) -> tuple[re.Pattern[str], ...]:
        close = compiled(self.adjacent, end=r"[\s\"'(]{0,9}$")
        return tuple(p for p in (compiled(self.before), close) if p)

    def holds(self, before: str, end: str) -> bool:
        """Whether the text before a hit, or the end of its sentence, is such a context."""
        if self.ends_with and end.endswith(self.ends_with):
            return True
        return any(pattern.search(before) for pattern in self._patterns)


class When(Model):
    """The studies that a rule is about: every condition that is given holds. Concepts count with those below them."""

    designs: tuple[ConceptId, ...] = ()
    not_designs: tuple[ConceptId, ...] = ()
    flags: tuple[ConceptId, ...] = ()
    pem: tuple[PemStatus, ...] = ()
    fewer_than: Annotated[int, Field(ge=1)] | None = None


class Example(Model):
    """A text with the study that it stands in; the tests and ``docs/wording.md`` are made from these."""

    text: Short
    field: Part = Part.SUMMARY
    design: ConceptId = "case-control-study"
    flags: tuple[ConceptId, ...] = ()
    people: int | None = None
    definition: ConceptId | None = None
    quote: Short | None = None
    source: Short | None = None


class Rule(Model):
    """One wording rule."""

    id: Name
    severity: Severity
    reason: Short
    mend: Short
    check: Literal["patterns", "numbers", "number-words", "copied", "quotes"] = "patterns"
    patterns: tuple[Pattern, ...] = ()
    exceptions: tuple[Pattern, ...] = ()
    unless: tuple[Name, ...] = ()
    fields: tuple[Part, ...] = _OWN_WORDS
    when: tuple[When, ...] = ()
    flagged: tuple[Example, ...] = Field(min_length=1)
    passed: tuple[Example, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _complete(self) -> "Rule":
        if (self.check == "patterns") != bool(self.patterns):
            raise ValueError("a rule has either 'patterns' or a 'check' with the record; give one of them")
        assert self.cues is not None  # worked out now, so that a pattern without a first word is told
        return self

    @cached_property
    def cues(self) -> frozenset[str]:
        """Every word that a hit can begin with."""
        return frozenset().union(*map(first_words, self.patterns))

    @cached_property
    def pattern(self) -> re.Pattern[str] | None:
        """All patterns as one."""
        return compiled(self.patterns)

    @cached_property
    def exception(self) -> re.Pattern[str] | None:
        """All exceptions as one."""
        return compiled(self.exceptions)


class WordingRules(Model):
    """The whole of ``policy/wording.yaml``."""

    version: Short
    clause_breaks: tuple[Pattern, ...] = ()
    contexts: tuple[Context, ...] = ()
    rules: tuple[Rule, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _fits_together(self) -> "WordingRules":
        for kind, ids in (("rule", [r.id for r in self.rules]), ("context", [c.id for c in self.contexts])):
            if twice := sorted({i for i in ids if ids.count(i) > 1}):
                raise ValueError(f"the {kind} '{twice[0]}' stands twice; give each its own id")
        known = {context.id for context in self.contexts} | {"quoted"}
        for rule in self.rules:
            if missing := [name for name in rule.unless if name not in known]:
                raise ValueError(f"the rule '{rule.id}' names the unknown context '{missing[0]}'; add it to 'contexts'")
        return self

    @cached_property
    def digest(self) -> str:
        """SHA-256 (hex) of the rules: what was found by equal rules need not be looked for again."""
        return sha256(self.model_dump_json().encode()).hexdigest()


def load(data: Path) -> WordingRules | None:
    """The wording rules of a data folder; None where it has none. Raises WordingBroken."""
    path = data / FILE
    if not path.exists():
        return None
    try:
        document = read_rules(path)
        return WordingRules.model_validate(document.value)
    except YamlError as error:
        raise WordingBroken([Problem(path, error.line, error.reason, error.mend)]) from error
    except ValidationError as error:
        raise WordingBroken(of_validation(error, WordingRules, path, document)) from error
    except EvidenceError as error:
        raise WordingBroken([unreadable(path, error)]) from error
