"""The report of the last import: written by ``evidence import``, carried along by the next build, shown by the site."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from pydantic import ValidationError

from entries.config import Versions
from entries.model import Model
from entries.store import write_atomic
from intake.outcome import Intake
from intake.tally import STAGES

NAME = "import.json"


class ImportReport(Model):
    """What one import read, what came of it, and by which versions. Paths are left out: they are nobody's business."""

    made: datetime
    files: tuple[str, ...]
    fates: dict[str, int]
    stages: dict[str, dict[str, int]]
    versions: Versions
    policies: dict[str, str]
    seconds: float


def report(
    intake: Intake,
    files: tuple[Path, ...],
    written: int,
    versions: Versions,
    policies: Mapping[str, str],
    seconds: float,
) -> ImportReport:
    """The report of a run that has just ended. ``written``: entries that became files."""
    stages = {stage: dict(intake.stages.get(stage, {})) for stage in STAGES}
    stages["publish"] = {"entries written": written}
    return ImportReport(
        made=datetime.now(UTC).replace(microsecond=0),
        files=tuple(path.name for path in files),
        fates={str(fate): count for fate, count in intake.counts().items()},
        stages=stages,
        versions=versions,
        policies=dict(policies),
        seconds=round(seconds, 2),
    )


def path(instance: Path) -> Path:
    """Where the last report of an instance lies."""
    return instance / "intake" / NAME


def write(instance: Path, told: ImportReport) -> None:
    """Keep the report for the next build. Raises StoreError."""
    write_atomic(path(instance), told.model_dump_json(indent=1).encode())


def carry(instance: Path, build: Path) -> None:
    """Copy the report into a build; nothing is done where there is none. Raises StoreError."""
    if path(instance).is_file():
        write_atomic(build / NAME, path(instance).read_bytes())


def read(build: Path | None) -> ImportReport | None:
    """The report that a build carries; None where it carries none that can be read."""
    if build is None:
        return None
    try:
        return ImportReport.model_validate_json((build / NAME).read_bytes())
    except (OSError, ValidationError):
        return None
