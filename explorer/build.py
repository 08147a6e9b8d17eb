"""From data to a served build: load, check, snapshot, index, graph, then swap.

Whatever goes wrong on the way, the build that is served stays as it is. An entry that was sound in the build that is
served and is broken now keeps its last sound form, and the report says so.
"""

import hashlib
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path

from filelock import FileLock, Timeout

from entries import collector
from entries.atlas import Atlas
from entries.config import AtlasConfig
from entries.errors import EvidenceError, StoreError
from entries.packed import Packed
from entries.problems import Problem
from entries.shelf import Shelf
from entries.study import Study
from explorer import derived, imported, snapshot
from explorer.layout import BuildInfo, Layout, read_info
from explorer.wording import Gate
from graph import store_changes
from graph.store import GraphStore
from index import engine as engines
from index.folder import check
from intake.scan_rules import FILE as WORDING_RULES
from intake.scan_rules import WordingBroken

Progress = Callable[[str, int, int], None]
INDEX, GRAPH = "index", "graph"


class BuildRefused(EvidenceError):
    """The data cannot become a build; what is served stays as it is."""


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build did. ``damage``: why nothing of the build before could be used; empty where something could."""

    info: BuildInfo
    folder: Path
    fresh: bool
    problems: tuple[Problem, ...] = ()
    added: int = 0
    changed: int = 0
    removed: int = 0
    seconds: float = 0.0
    damage: str = ""


def build(
    data: Path,
    instance: Path,
    engine: str = "tantivy",
    full: bool = False,
    jsonl: Sequence[Path] = (),
    progress: Progress | None = None,
    strict: bool = False,
) -> BuildReport:
    """Build what ``data`` holds into ``instance`` and swap it in. ``strict``: not if any entry has an error.

    Raises AtlasError (no data), BuildRefused (broken configuration or vocabulary, full disk) and StoreError.
    """
    engines.get_engine(engine)  # names the missing extra before any work is done
    layout = Layout(instance)
    started = time.perf_counter()
    with _locked(layout):
        mark = fingerprint(data, [*jsonl, *filter(Path.is_file, [imported.path(instance)])])
        previous, damage = (None, "") if full else _previous(layout, engine)
        if previous and previous[1].fingerprint == mark and not previous[1].kept:
            return BuildReport(previous[1], previous[0], fresh=False)
        begun = _begin(data, jsonl, layout, engine, mark, strict)
        collector.release()
        report = _complete(begun, layout, previous, progress)
    return replace(report, seconds=time.perf_counter() - started, damage=damage)


def _gate(atlas: Atlas, data: Path, current: Path | None) -> Gate:
    """What keeps entries with a CRITICAL finding out. Raises BuildRefused where the wording rules are broken."""
    try:
        return Gate(atlas, data, current)
    except WordingBroken as error:
        _refuse(error.problems)
        raise


@contextmanager
def _locked(layout: Layout) -> Iterator[None]:
    """One build at a time; the lock goes with the process that holds it."""
    lock = FileLock(layout.lock)
    try:
        layout.folder.mkdir(parents=True, exist_ok=True)
        lock.acquire(timeout=0)
    except Timeout:
        raise BuildRefused(f"another build is running in {layout.folder}; wait until it has finished") from None
    except OSError as error:
        reason = f"{layout.folder}: cannot be used for builds: {error.strerror}"
        raise BuildRefused(f"{reason}; choose another folder with --instance") from error
    try:
        yield
    finally:
        lock.release()


def fingerprint(data: Path, jsonl: Sequence[Path] = ()) -> str:
    """Digest of names, sizes and times of all source files: tells in milliseconds whether anything changed."""
    sha = hashlib.sha256()
    patterns = ("atlas.yaml", "vocabulary/*.yaml", str(WORDING_RULES), "studies/*.yaml", "studies/*.jsonl")
    paths = [p for pattern in patterns for p in sorted(data.glob(pattern))] + [Path(p) for p in jsonl]
    for path in paths:
        stat = path.stat()
        sha.update(f"{path.resolve()}|{stat.st_size}|{stat.st_mtime_ns}\n".encode())
    return sha.hexdigest()


def _previous(layout: Layout, engine: str) -> tuple[tuple[Path, BuildInfo] | None, str]:
    """The current build, if it was made for the same engine and is whole; else None, and the damage if there is any."""
    folder = layout.current()
    if folder is None:
        return None, ""
    try:
        info = read_info(folder)
        derived.recall(snapshot.read(folder), folder)
        check(folder / INDEX)
        GraphStore.open(folder / GRAPH).close()
    except EvidenceError as error:
        return None, str(error)
    return ((folder, info) if info.engine == engine else None), ""


def _broken_frame(atlas: Atlas) -> tuple[Problem, ...]:
    """Errors in configuration or vocabulary: with these, sound entries would look broken."""
    return tuple(p for p in atlas.errors if p.path.parent.name == "vocabulary" or p.path.name == "atlas.yaml")


def _refuse(problems: Sequence[Problem]) -> None:
    if problems:
        told = "\n".join(map(str, problems))
        raise BuildRefused(f"{told}\nNothing was built: mend this first. What was served before is still served.")


def _with_last_sound(atlas: Atlas, current: Path | None, gate: Gate) -> tuple[Atlas, tuple[str, ...]]:
    """Put entries that are broken now back in as they were in the current build."""
    broken = {p.study_id for p in atlas.errors if p.study_id} - set(atlas.studies)
    if not broken or current is None:
        return atlas, ()
    try:
        before = snapshot.read(current)
        kept = [_fitting(before.studies[i], atlas) for i in sorted(broken & set(before.studies))]
    except EvidenceError:
        return atlas, ()
    studies = [s for s in kept if s is not None and gate.passes(s)]  # the rules may have changed since
    return atlas.with_studies(Packed.of(chain(atlas.studies.values(), studies))), tuple(s.id for s in studies)


def _fitting(study: Study, atlas: Atlas) -> Study | None:
    """The earlier entry, if every concept that it uses is still there."""
    used = (*study.tags.all(), *study.finding_concepts, *study.case_definition.ids, study.design, study.evidence_level)
    return study if all(concept in atlas.vocabulary for concept in used) else None


@dataclass(frozen=True, slots=True)
class _Begun:
    """A build whose studies are on disk already. What was loaded is gone: the rest is made from these."""

    part: Path
    info: BuildInfo
    problems: tuple[Problem, ...]


def _begin(data: Path, jsonl: Sequence[Path], layout: Layout, engine: str, mark: str, strict: bool) -> _Begun:
    """Load and check everything, and write down what is sound: the step that holds all studies in memory, packed."""
    atlas = Atlas.load(data, jsonl)
    _refuse(_broken_frame(atlas))
    gate = _gate(atlas, data, layout.current())
    atlas = gate.published(atlas, jsonl)
    _refuse(atlas.errors if strict else ())
    atlas, kept = _with_last_sound(atlas, layout.current(), gate)
    info = _info(atlas, engine, mark, kept)
    part = layout.new(info.digest)
    with _removed_on_failure(part, layout):
        snapshot.write(part, atlas)
        gate.remember(part, atlas)
        imported.carry(layout.folder, part)
    return _Begun(part, info, atlas.problems)


def _complete(
    begun: _Begun, layout: Layout, previous: tuple[Path, BuildInfo] | None, progress: Progress | None
) -> BuildReport:
    """Make counts, lists, index and graph from what is on disk, and swap the build in."""
    part, info = begun.part, begun.info
    with _removed_on_failure(part, layout):
        atlas = snapshot.read(part)
        derived.write(atlas, part)
        counts = _index(atlas, part / INDEX, info.engine, previous, progress)
        _graph(atlas, part / GRAPH, previous, progress)
        folder = layout.publish(part, info)
    layout.prune()
    return BuildReport(info, folder, True, begun.problems, *counts)


@contextmanager
def _removed_on_failure(part: Path, layout: Layout) -> Iterator[None]:
    """Leave nothing of a build that fails. Raises BuildRefused where the system would not let it be written."""
    try:
        yield
    except BaseException as error:
        shutil.rmtree(part, ignore_errors=True)
        if isinstance(error, OSError):
            raise BuildRefused(
                f"{layout.folder}: the build could not be written: {error.strerror or error}; "
                "free some space or check the permissions, and build again. What was served before is still served."
            ) from error
        raise


def _info(atlas: Atlas, engine: str, mark: str, kept: tuple[str, ...]) -> BuildInfo:
    config: AtlasConfig = atlas.config
    return BuildInfo(
        engine=engine,
        digest=atlas.digest(),
        frame_digest=atlas.frame_digest,
        fingerprint=mark,
        made=datetime.now(UTC).isoformat(timespec="seconds"),
        studies=len(atlas.studies),
        kept=kept,
        versions=config.versions.model_dump(),
    )


def _index(
    atlas: Atlas, path: Path, engine: str, previous: tuple[Path, BuildInfo] | None, progress: Progress | None
) -> tuple[int, int, int]:
    """Bring the index up to date from the previous one, or make it anew; (added, changed, removed)."""
    report = _named(progress, "index")
    if previous and previous[1].frame_digest == atlas.frame_digest:
        try:
            return engines.update(atlas, path, previous[0] / INDEX, engine=engine, progress=report)
        except engines.IndexUnusable:
            shutil.rmtree(path, ignore_errors=True)  # the old index is damaged: make a new one
    engines.build(atlas, path, engine=engine, progress=report)
    return len(atlas.studies), 0, 0


def _graph(atlas: Atlas, path: Path, previous: tuple[Path, BuildInfo] | None, progress: Progress | None) -> None:
    """Bring the graph store up to date from the previous one, or write it anew."""
    report = _named(progress, "graph")
    if previous:
        with suppress(StoreError):  # the studies of the build before cannot be read: nothing to go by
            before = Shelf.open(previous[0]).digests
            store_changes.update(atlas, path, previous[0] / GRAPH, before, report).close()
            return
    GraphStore.build(atlas, path, report).close()


def _named(progress: Progress | None, step: str) -> Callable[[int, int], None] | None:
    if progress is None:
        return None
    return lambda done, total: progress(step, done, total)
