"""What the stages of the intake hand on: a bibliographic record, and decisions that quote it.

Everything is immutable. What a source does not say is ``None`` or ``()``, never an empty string.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from pydantic import ConfigDict

from entries.model import Model
from entries.study import Author

Confidence = Literal["certain", "likely", "unsure"]
Value = str | int | tuple[str | int, ...] | None


class Section(Model):
    """One part of an abstract. A plain abstract is one section without ``label``."""

    label: str | None = None
    text: str


class Reference(Model):
    """One item of the reference list, by whatever the source names it with."""

    pmid: str | None = None
    doi: str | None = None
    citation: str | None = None


class Correction(Model):
    """How another publication stands to this one, in PubMed's words (``RetractionIn``, ``ErratumFor``, ...)."""

    kind: str
    pmid: str | None = None
    doi: str | None = None
    citation: str | None = None


class Origin(Model):
    """Where a record was read: the ``number``-th record (from 1) of the file at ``path``."""

    format: str
    path: str
    number: int


class Record(Model):
    """One publication as a source describes it.

    ``origins`` names every source of a merged record, ``origin`` the one that gave it its name. ``language`` is
    the source's code (``eng``). ``published`` is a day only where the source gives year, month and day.
    """

    origin: Origin
    origins: tuple[Origin, ...] = ()
    pmid: str | None = None
    pmcid: str | None = None
    doi: str | None = None
    title: str | None = None
    journal: str | None = None
    language: str | None = None
    volume: str | None = None
    issue: str | None = None
    pages: str | None = None
    year: int | None = None
    published: date | None = None
    authors: tuple[Author, ...] = ()
    abstract: tuple[Section, ...] = ()
    publication_types: tuple[str, ...] = ()
    mesh: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    references: tuple[Reference, ...] = ()
    corrections: tuple[Correction, ...] = ()

    def text(self) -> str:
        """Title and abstract sections, a line each: the string that the offsets of every :class:`Evidence` count in."""
        return "\n".join([self.title or "", *(section.text for section in self.abstract)])

    def fields(self) -> tuple[tuple[str, int, int], ...]:
        """(name, start, end) of each part of :meth:`text`, such as ``("title", 0, 88)``, ``("abstract:METHODS", ..)``.

        A section without label is ``abstract``. Parts that are empty are left out.
        """
        return tuple(self._spans())

    def _spans(self) -> Iterator[tuple[str, int, int]]:
        end = len(self.title or "")
        if end:
            yield "title", 0, end
        for section in self.abstract:
            start, end = end + 1, end + 1 + len(section.text)
            if end > start:
                yield f"abstract:{section.label}" if section.label else "abstract", start, end

    def field_at(self, offset: int) -> str:
        """The name of the part of :meth:`text` that holds ``offset``. Raises ValueError outside of every part."""
        for name, start, end in self._spans():
            if start <= offset < end:
                return name
        raise ValueError(f"offset {offset} lies in no field of record {self.name}")

    def evidence(self, start: int, end: int) -> "Evidence":
        """The words ``text()[start:end]`` as evidence. Raises ValueError where they are none or begin in no field."""
        quote = self.text()[start:end]
        return Evidence(field=self.field_at(start), start=start, end=start + len(quote), quote=quote)

    @property
    def name(self) -> str:
        """What to call the record in a message: ``PMID 8675231``, its DOI, its title or its place in the file."""
        if self.pmid:
            return f"PMID {self.pmid}"
        return self.doi or self.title or f"{self.origin.path}, record {self.origin.number}"

    @property
    def sources(self) -> tuple[Origin, ...]:
        """Every place that the record was read from, the one that it is named after first."""
        return self.origins or (self.origin,)


class Evidence(Model):
    """The words of a record that a decision rests on: ``quote == record.text()[start:end]``."""

    model_config = ConfigDict(str_strip_whitespace=False)  # a quote is never trimmed away from its offsets

    field: str
    start: int
    end: int
    quote: str


class Decision(Model):
    """One thing that a stage decided about a record: what, by which rule, how surely, and on which words."""

    name: str
    value: Value = None
    rule: str
    confidence: Confidence = "certain"
    evidence: tuple[Evidence, ...] = ()
    note: str | None = None


@dataclass(frozen=True, slots=True)
class ReadProblem:
    """A record, or the rest of a file, that could not be read: why, and what to do about it."""

    path: str
    number: int
    reason: str
    mend: str

    def __str__(self) -> str:
        return f"{self.path}, record {self.number}: {self.reason}; {self.mend}"
