"""What of the build before can be used again, and why not where it cannot."""

import hashlib
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path

import numpy as np

import entries
from entries.atlas import Atlas
from entries.errors import EvidenceError, StoreError
from entries.reloading import digest_of
from entries.shipped import shipped_data
from entries.sources import Listing, Sources
from explorer import derived, imported, snapshot
from explorer.layout import BuildInfo, Layout, read_info
from graph.store import GraphStore
from index.folder import check
from intake.scan_rules import FILE as WORDING_RULES

INDEX, GRAPH = "index", "graph"
PROGRAM, SHARED_RULES, REPORT = "this program", "the wording rules of the program", "intake/import.json"
PACKAGES = ("entries", "index", "graph", "intake", "explorer")
LIBRARIES = ("pydantic", "PyYAML", "numpy", "networkx")


@dataclass(frozen=True)
class Before:
    """The build that is served, opened. ``sources`` is None where it does not say what it was made from."""

    folder: Path
    info: BuildInfo
    atlas: Atlas
    sources: Sources | None


@dataclass(frozen=True)
class Reuse:
    """Which files are as they were. ``same``: as :meth:`Sources.same`; ``why``: the reason why all are read."""

    before: Before | None
    same: np.ndarray | None
    why: str = ""

    @property
    def nothing_changed(self) -> bool:
        """Whether all files are as they were, and no others were there."""
        if self.before is None or self.before.sources is None or self.same is None:
            return False
        return len(self.same) == len(self.before.sources.names) and bool((self.same >= 0).all())


def opened(layout: Layout, engine: str) -> tuple[Before | None, str]:
    """The build that is served; None where there is none, or none that can be used, and why not."""
    folder = layout.current()
    if folder is None:
        return None, ""
    try:
        info = read_info(folder)
        atlas = snapshot.read(folder)
        derived.recall(atlas, folder)
        check(folder / INDEX)
        GraphStore.open(folder / GRAPH).close()
    except EvidenceError as error:
        return None, str(error)
    if info.engine != engine:
        return None, ""
    try:
        return Before(folder, info, atlas, Sources.read(folder)), ""
    except StoreError:
        return Before(folder, info, atlas, None), ""


def reuse(before: Before | None, parts: Mapping[str, str], listing: Listing, trusting: bool) -> Reuse:
    """Compare what there is now with what the build before was made from. ``trusting``: sizes and times."""
    if before is None:
        return Reuse(None, None)
    if before.sources is None:
        return Reuse(before, None, "the build before does not say what it was made from")
    changed = differing(before.info.parts, parts)
    if changed:
        told = ", ".join(changed[:3]) + (f" and {len(changed) - 3} more" if len(changed) > 3 else "")
        return Reuse(before, None, f"every study depends on what has changed: {told}")
    return Reuse(before, before.sources.same(listing, lambda number: digest_of(listing, number), trusting))


def differing(before: Mapping[str, str], now: Mapping[str, str]) -> list[str]:
    """The names of what every study depends on and is not what it was."""
    return sorted(name for name in {*before, *now} - {REPORT} if before.get(name) != now.get(name))


def parts_of(data: Path, instance: Path) -> dict[str, str]:
    """Digest of everything but the studies that a build is made from, by name."""
    paths = [data / "atlas.yaml", data / WORDING_RULES, *sorted((data / "vocabulary").glob("*"))]
    found = {path.relative_to(data).as_posix(): _digest(path) for path in paths if path.exists()}
    if WORDING_RULES.as_posix() in found:
        found[SHARED_RULES] = _digest(shipped_data() / WORDING_RULES)  # an atlas may build on these
    report = imported.path(instance)
    return {**found, PROGRAM: revision(), **({REPORT: _digest(report)} if report.is_file() else {})}


def _digest(path: Path) -> str:
    """Digest of a file; of what cannot be read, that it cannot."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        return f"not read: {error.strerror}"


@cache
def revision() -> str:
    """Digest of this program and of the libraries on which the outcome of a build depends."""
    home = Path(entries.__file__).parent.parent
    sha = hashlib.sha256(sys.version.encode())
    for name in LIBRARIES:
        sha.update(f"{name} {version(name)}\n".encode())
    for path in (path for package in PACKAGES for path in sorted((home / package).rglob("*.py"))):
        sha.update(path.name.encode() + path.read_bytes())
    return sha.hexdigest()
