"""What a line of a list shows of a study and a search marks in it, read without making the study.

A page of results needs a third of what an entry holds; checking all of it again, value by value, took four fifths of
the time of reading it. What is read here was checked before it was written, and its checksum tells whether it changed.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from pydantic_core import from_json

from entries.study import CaseDefinitionUse, Notice, Pem, Review, Study, byline


class Glance(NamedTuple):
    """The fields of a :class:`Study` of the same name, and what is made of them.

    ``names``: of the authors in full; ``byline``: in short; ``statements``: the texts of the findings; ``used``: tags,
    concepts of the findings, case definitions and design, each once.
    """

    id: str
    title: str
    names: Sequence[str]
    byline: str
    journal: str | None
    year: int
    design: str
    evidence_level: str
    case_definition: CaseDefinitionUse
    pem: Pem
    notices: tuple[Notice, ...]
    review: Review
    used: tuple[str, ...]
    summary: str
    why_it_matters: str | None
    statements: Sequence[str]
    conclusions: Sequence[str]
    questions: Sequence[str]
    does_not_prove: str

    @classmethod
    def of(cls, study: Study) -> "Glance":
        """At a study that is at hand."""
        definition = study.case_definition
        return cls(
            study.id, study.title, [a.name for a in study.authors], study.byline, study.journal, study.year,
            study.design, study.evidence_level, definition, study.pem, study.notices, study.review,
            tuple(dict.fromkeys((*study.tags.all(), *study.finding_concepts, *definition.ids, study.design))),
            study.summary, study.why_it_matters, [f.text for f in study.findings],
            study.conclusions, study.questions, study.does_not_prove,
        )  # fmt: skip

    @classmethod
    def read(cls, line: bytes) -> "Glance":
        """At a study in its line of JSON, as it was written. Raises ValueError, KeyError and TypeError for others."""
        told = from_json(line)
        authors, get = told["authors"], told.get
        findings = get("findings", ())
        use, pem, review = get("case_definition"), get("pem"), get("review")
        definition = CaseDefinitionUse.model_validate(use) if use else _NO_DEFINITION
        return cls(
            told["id"], told["title"], [_name(a) for a in authors],
            written_byline(authors), get("journal"), told["year"],
            told["design"], told["evidence_level"], definition,
            Pem.model_validate(pem) if pem else _NO_PEM, tuple(map(Notice.model_validate, get("notices", ()))),
            Review.model_validate(review) if review else _DRAFT, _used(told, findings, definition),
            told["summary"], get("why_it_matters"), [f["text"] for f in findings],
            tuple(get("conclusions", ())), tuple(get("questions", ())), told["does_not_prove"],
        )  # fmt: skip


def written_byline(authors: Sequence[Mapping[str, str]]) -> str:
    """As :attr:`entries.study.Study.byline`, of authors as they were written. Raises KeyError for others."""
    return byline([author.get("literal") or author["family"] for author in authors])


_NO_DEFINITION, _NO_PEM, _DRAFT = CaseDefinitionUse(), Pem(), Review()


def _name(author: Mapping[str, str]) -> str:
    """As :attr:`entries.study.Author.name`."""
    literal, given = author.get("literal"), author.get("given")
    return literal or (f"{author['family']}, {given}" if given else author["family"])


def _used(told: Mapping[str, Any], findings: Sequence[Mapping[str, Any]], use: CaseDefinitionUse) -> tuple[str, ...]:
    used: list[str] = []
    for tags in told.get("tags", {}).values():
        used += tags
    for finding in findings:
        used += finding.get("concepts", ())
    return tuple(dict.fromkeys((*used, *use.ids, told["design"])))
