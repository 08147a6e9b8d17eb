"""Abstracts in parts: headings inside a plain text become sections, and what is no abstract is left out."""

import re
from collections.abc import Iterable, Iterator

from intake.plain import plain
from intake.record import Section

# Headings of structured abstracts, as journals write them. A heading may join two of these by "and" or "/".
_WORDS = (
    "background", "introduction", "context", "rationale", "importance", "significance", "objective", "objectives",
    "aim", "aims", "purpose", "goal", "goals", "hypothesis", "question", "method", "methods", "methodology",
    "materials", "material", "patients", "participants", "subjects", "population", "setting", "settings", "design",
    "study design", "study population", "study selection", "data sources", "data source", "data extraction",
    "data synthesis", "data collection", "intervention", "interventions", "exposure", "exposures", "measurements",
    "main outcome measures", "main outcomes", "main outcome measure", "main outcomes and measures", "outcome measures",
    "primary outcome", "outcomes", "results", "result", "findings", "main results", "key results", "discussion",
    "interpretation", "conclusion", "conclusions", "limitations", "implications", "relevance", "clinical relevance",
    "clinical trial registration", "trial registration", "registration", "funding", "evidence acquisition",
    "evidence synthesis", "case report", "case presentation", "case", "diagnosis", "statistical analysis",
    "search strategy",
    "search methods", "selection criteria", "authors' conclusions", "data collection and analysis", "perspective",
    "what this paper adds", "summary", "scope", "theory", "experimental design", "procedure", "approach",
)  # fmt: skip
_ONE = "(?:" + "|".join(re.escape(w).replace(r"\ ", " ") for w in sorted(_WORDS, key=len, reverse=True)) + ")"
_HEADING = f"{_ONE}(?:(?: and | & |/|, ){_ONE})?"
_COLON = re.compile(rf"(?:(?<=^)|(?<=[.!?)\]] )|(?<=[.!?)\]]))({_HEADING}) ?: ?(?=\S)", re.IGNORECASE)
_SIGNS = re.compile(r"[.!?)\]:]")
_BARE = re.compile(rf"(?:^|(?<=[.!?)\]] ))({_HEADING}) (?=[A-Z0-9(])", re.IGNORECASE)
_COPYRIGHT = re.compile(
    r"\s*(?:(?:Copyright|\(c\)|Crown copyright|This article is (?:a U\.S\.|protected)|Published by|"
    r"All rights reserved|©|℗)[^A-Za-z]*(?:[^\n]{0,300}))$"
)
_COPYRIGHT_SIGN = re.compile(r"©|\([cC]\) ?(?:19|20)[0-9]{2}|Copyright|All rights reserved")
_NONE = re.compile(
    r"[\[(]?\s*(?:(?:no |the )?abstract (?:is )?(?:not )?(?:available|provided|supplied)(?: for this article)?|"
    r"(?:there is )?no abstract(?: available)?|n/?a|none|abstract|\.+|-+)\s*[\])]?\s*\.?",
    re.IGNORECASE,
)


def sections(given: Iterable[Section]) -> tuple[Section, ...]:
    """The sections without markup, placeholders and copyright lines; one plain text is split at its headings."""
    cleaned = [s for section in given if (s := _cleaned(section)) is not None]
    if len(cleaned) == 1 and cleaned[0].label is None:
        return tuple(_split(cleaned[0].text))
    return tuple(cleaned)


def _cleaned(section: Section) -> Section | None:
    text = _without_copyright(plain(section.text) or "")
    label = (plain(section.label) or "").rstrip(" :.").upper() or None
    if not text or (label is None and _NONE.fullmatch(text)):
        return None
    if label in ("UNLABELLED", "UNASSIGNED", "ABSTRACT"):
        label = None
    return section if (label, text) == (section.label, section.text) else Section(label=label, text=text)


def _without_copyright(text: str) -> str:
    """The text up to the line of its publisher, which stands in the last 300 characters."""
    tail = text[-300:]
    if not _COPYRIGHT_SIGN.search(tail):
        return text
    found = _COPYRIGHT.search(text, max(0, len(text) - 300))
    if found and text[: found.start()].rstrip()[-1:] in tuple(".!?)]:"):
        return text[: found.start()].rstrip()
    return text


def _split(text: str) -> Iterator[Section]:
    """The sections that headings in the text mark; the text as one section where they are too few to be sure."""
    marks = list(_before_colons(text)) if text.count(":") > 1 else []
    if len(marks) < 2:
        marks = _sure(text)
    if not marks:
        yield Section(text=text)
        return
    if before := text[: marks[0].start()].strip():
        yield Section(text=before)
    ends = [*(mark.start() for mark in marks[1:]), len(text)]
    for mark, end in zip(marks, ends, strict=True):
        if part := text[mark.end() : end].strip():
            yield Section(label=mark[1].upper(), text=part)


def _before_colons(text: str) -> Iterator[re.Match[str]]:
    """Headings with a colon: none but what stands between the end of a sentence and the next colon can be one."""
    start = 0
    for sign in _SIGNS.finditer(text):
        if sign[0] == ":" and (mark := _COLON.match(text, start + text.startswith(" ", start))):
            yield mark
        start = sign.end()


def _sure(text: str) -> list[re.Match[str]]:
    """Headings without colon: three or more, the first of them at the start, each with a capital letter."""
    first = _BARE.match(text)
    if first is None or not first[1][0].isupper():
        return []
    marks = [mark for mark in _BARE.finditer(text) if mark[1][0].isupper()]
    labels = {mark[1].lower() for mark in marks}
    sure = len(labels) == len(marks) >= 3
    return marks if sure and labels & {"results", "findings", "conclusions", "conclusion"} else []
