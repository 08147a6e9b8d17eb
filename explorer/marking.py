"""Writes into entries which version of the scanner let them pass, without touching anything else in the file."""

import re
from collections.abc import Collection
from pathlib import Path

from pydantic import ValidationError

from entries.atlas import Atlas
from entries.errors import StoreError
from entries.store import write_atomic
from entries.study import Study
from entries.yamlio import Document, decode, parse

WHERE = ("provenance", "scanner")
_VALUE = re.compile(r"(\bscanner:[ \t]*)(?:\"[^\"]*\"|'[^']*'|[^\s,}#]+)")


def mark(atlas: Atlas, data: Path, version: str, blocked: Collection[str]) -> tuple[list[str], list[str]]:
    """Set ``provenance.scanner`` of every entry that passed; (ids of the changed files, ids to change by hand).

    By hand: entries without a ``scanner`` line, and those that stand in a ``.jsonl`` file. Raises StoreError where a
    file cannot be written; files are replaced whole.
    """
    done: list[str] = []
    left: list[str] = []
    for study_id, study in atlas.studies.items():
        if study_id not in blocked and study.provenance.scanner != version:
            (done if _mark(data / "studies" / f"{study_id}.yaml", version) else left).append(study_id)
    return done, left


def _mark(path: Path, version: str) -> bool:
    try:
        text = decode(path.read_bytes())
        before = parse(text)
        marked = _with_version(text, before, version)
        if marked is None or not _same_but_for_scanner(before, parse(marked), version):
            return False
    except (OSError, StoreError, ValidationError):
        return False
    write_atomic(path, marked.encode())
    return True


def _with_version(text: str, document: Document, version: str) -> str | None:
    """The text with another value in the line of the scanner; None where there is no such line."""
    if "scanner" not in document.value.get("provenance", {}):
        return None
    lines = text.split("\n")
    number = document.line(WHERE) - 1
    lines[number] = _VALUE.sub(lambda match: match[1] + version, lines[number], count=1)
    return "\n".join(lines)


def _same_but_for_scanner(before: Document, after: Document, version: str) -> bool:
    """Whether the marking changed what it should and nothing else."""
    study = Study.model_validate(before.value)
    made = study.provenance.model_copy(update={"scanner": version})
    return Study.model_validate(after.value) == study.model_copy(update={"provenance": made})
