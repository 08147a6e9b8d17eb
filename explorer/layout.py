"""Where things lie in an instance folder, and how a new build takes the place of an old one.

    instance/
      CURRENT             the name of the build that is served
      builds/<name>/      frame.json, studies.jsonl, studies.later.jsonl, studies.columns, sources.columns,
                          counted.json, lists.columns, structure.json, wording.json, index/, graph/, build.json
      build.lock          held while something is built

A build is complete before its name is written to CURRENT, and CURRENT is replaced by a rename: a reader sees the
old build or the new one. An interrupted build leaves a folder ending in ``.part``, which the next build removes.
"""

import json
import os
import shutil
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from entries.errors import EvidenceError
from entries.store import write_atomic

FORMAT = 3
PART = ".part"


class NoBuild(EvidenceError):
    """Nothing has been built yet, or what was built cannot be used."""


@dataclass(frozen=True, slots=True)
class BuildInfo:
    """``build.json``: what a build holds and what it was made from.

    ``parts``: digest of everything but the studies that it was made from, by name. ``kept``: ids of the studies that
    are broken now and served in their last sound form.
    """

    engine: str
    digest: str
    frame_digest: str
    parts: dict[str, str]
    made: str
    studies: int
    kept: tuple[str, ...] = ()
    format: int = FORMAT
    versions: dict[str, str] = field(default_factory=dict)

    @property
    def built(self) -> datetime:
        """When the build was made (UTC)."""
        return datetime.fromisoformat(self.made)


class Layout:
    """The paths of one instance folder."""

    def __init__(self, folder: Path | str) -> None:
        self.folder = Path(folder)
        self.builds = self.folder / "builds"
        self.pointer = self.folder / "CURRENT"
        self.lock = self.folder / "build.lock"

    def current(self) -> Path | None:
        """The folder of the build that is served; None where there is none."""
        try:
            name = self.pointer.read_text("utf-8").strip()
        except (OSError, UnicodeDecodeError):
            return None
        folder = self.builds / name
        return folder if name and "/" not in name and (folder / "build.json").is_file() else None

    def new(self, digest: str) -> Path:
        """A fresh folder to build in. Raises NoBuild where it cannot be made."""
        stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S.%f")
        folder = self.builds / f"{stamp}-{digest[:8]}{PART}"
        try:
            folder.mkdir(parents=True)
        except OSError as error:
            reason = f"{folder}: cannot be made: {error.strerror}"
            raise NoBuild(f"{reason}; choose another folder with --instance") from error
        return folder

    def publish(self, part: Path, info: BuildInfo) -> Path:
        """Finish the build in ``part`` and make it the current one. Raises StoreError."""
        write_atomic(part / "build.json", json.dumps(asdict(info), indent=1).encode())
        final = part.with_name(part.name.removesuffix(PART))
        part.rename(final)
        write_atomic(self.pointer, (final.name + os.linesep).encode())
        return final

    def prune(self, keep: int = 2) -> None:
        """Remove interrupted builds and all but the newest ``keep``; the current one always stays."""
        current = self.current()
        finished = sorted((p for p in self.builds.glob("*") if p.suffix != PART), reverse=True)
        stale = [*self.builds.glob("*" + PART), *finished[keep:]]
        for folder in stale:
            if folder != current:
                shutil.rmtree(folder, ignore_errors=True)


def read_info(build: Path) -> BuildInfo:
    """What ``build.json`` says. Raises NoBuild where it is missing, damaged or of another format."""
    mend = "run `evidence build --full`"
    try:
        values: dict[str, Any] = json.loads((build / "build.json").read_bytes())
        if values.get("format") != FORMAT:
            raise NoBuild(f"{build}: made by another version of this program; {mend}")
        return BuildInfo(**{**values, "kept": tuple(values.get("kept", ()))})
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise NoBuild(f"{build}: this build is damaged ({error}); {mend}") from error
