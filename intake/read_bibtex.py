"""BibTeX, a piece of the file at a time, parsed by bibtexparser; what it could not parse is told."""

import re
from collections.abc import Iterator
from pathlib import Path

import bibtexparser
from bibtexparser.library import Library
from bibtexparser.model import DuplicateBlockKeyBlock, Entry, ParsingFailedBlock, String
from pylatexenc.latex2text import LatexNodes2Text

from entries.study import Author
from intake import names
from intake.dates import day_of, year_in
from intake.plain import squeezed
from intake.record import Origin, ReadProblem, Record, Section
from intake.source import MAX_RECORD, SPOILT, TooLong, lines

_BLOCK = re.compile(rb"\s*@[A-Za-z]+\s*[{(]")
_KEY = re.compile(r"@\w+\s*[{(]\s*([^,\s}]+)")
_PIECE = 128 * 1024  # bytes; the parser holds one piece at a time
_AND = re.compile(r"\s+and\s+", re.IGNORECASE)
_latex = LatexNodes2Text(math_mode="text", keep_comments=True)


def read_bibtex(path: Path) -> Iterator[Record | ReadProblem]:
    """Every entry of a BibTeX file, in order. ``@string`` of earlier pieces are known to later ones."""
    number, strings = 0, ""
    try:
        for piece in _pieces(path):
            library = bibtexparser.parse_string(strings + piece.decode(errors="replace"))
            for block in _blocks(library):
                number += 1
                yield _record(block, Origin(format="bibtex", path=str(path), number=number))
            strings = "".join(f"@string{{{s.key} = {{{s.value}}}}}\n" for s in library.strings)[:_PIECE]
    except (*SPOILT, TooLong) as error:
        mend = "save the file again; the entries before this one are read"
        yield ReadProblem(str(path), number + 1, f"the file cannot be read on: {error}", mend)


def _pieces(path: Path) -> Iterator[bytes]:
    """The file in pieces that begin where a block begins."""
    kept: list[bytes] = []
    size = 0
    for line in lines(path):
        if size > _PIECE and _BLOCK.match(line):
            yield b"".join(kept)
            kept, size = [], 0
        kept.append(line)
        size += len(line)
        if size > MAX_RECORD:
            raise TooLong(f"one entry has more than {MAX_RECORD // 1024**2} MB")
    yield b"".join(kept)


def _blocks(library: Library) -> list[Entry | ParsingFailedBlock]:
    """Entries and what failed, in the order of the file; ``@string``, ``@comment`` and text between are left out."""
    kept: list[Entry | ParsingFailedBlock] = []
    for block in library.blocks:
        if isinstance(block, DuplicateBlockKeyBlock):  # a sound entry whose key another one has
            block = block.ignore_error_block
        if isinstance(block, Entry | ParsingFailedBlock) and not isinstance(block, String):
            kept.append(block)
    return kept


def _record(block: Entry | ParsingFailedBlock, origin: Origin) -> Record | ReadProblem:
    if isinstance(block, ParsingFailedBlock):
        key = _KEY.search(block.raw or "")
        which = f"the entry '{key[1][:80]}'" if key else "an entry"
        error = str(block.error).splitlines()[0][:160] if str(block.error) else type(block.error).__name__
        return ReadProblem(
            origin.path, origin.number, f"{which} cannot be parsed: {error}", "balance its braces and commas"
        )
    raw = {key.lower(): str(field.value) for key, field in block.fields_dict.items()}
    if "\ufffd" in "".join(raw.values()):
        return ReadProblem(
            origin.path, origin.number, f"the entry '{block.key[:80]}' is not UTF-8", "save the file as UTF-8"
        )
    return _entry({key: text for key, value in raw.items() if (text := _text(value))}, raw, origin)


def _entry(fields: dict[str, str], raw: dict[str, str], origin: Origin) -> Record:
    abstract = fields.get("abstract")
    get = fields.get
    return Record(
        origin=origin,
        pmid=get("pmid") or (get("eprint") if get("eprinttype", "").lower() in ("pmid", "pubmed") else None),
        pmcid=get("pmcid"),
        doi=raw.get("doi", "").replace("\\", "").strip() or None,
        title=get("title"),
        journal=get("journal") or get("journaltitle") or get("booktitle"),
        language=get("language") or get("langid"),
        volume=get("volume"),
        issue=get("number") or get("issue"),
        pages=get("pages"),
        year=year_in(get("year") or get("date")),
        published=day_of(*_date(fields)),
        authors=tuple(_authors(raw.get("author", ""))),
        abstract=(Section(text=abstract),) if abstract else (),
        keywords=tuple(dict.fromkeys(k for word in re.split("[,;]", get("keywords", "")) if (k := word.strip()))),
    )


def _date(fields: dict[str, str]) -> tuple[str, str, str]:
    """Year, month and day, from ``date`` or from fields of their own; empty where a part is missing."""
    year, month, day = [*fields.get("date", "").split("-"), "", "", ""][:3]
    return fields.get("year") or year, fields.get("month") or month, fields.get("day") or day


def _authors(written: str) -> Iterator[Author]:
    """The names between the ``and``s; one in braces is a group."""
    for name in _AND.split(written.strip()):
        whole = name.strip()
        inner = whole[1:-1] if whole.startswith("{") and whole.endswith("}") else ""
        found = names.group(_text(inner)) if inner and "{" not in inner else names.author(_text(whole))
        if found:
            yield found


def _text(value: str) -> str | None:
    """What LaTeX would print."""
    if "\\" in value or "$" in value or "~" in value or "--" in value or "{" in value:
        value = str(_latex.latex_to_text(value))
    return squeezed(value)
