"""From data to a served build: load, check, snapshot, index, graph, then swap.

Whatever goes wrong on the way, the build that is served stays as it is. An entry that was sound in the build that is
served and is broken now keeps its last sound form, and the report says so. Only files that were changed since are read;
all else is taken from the build before.
"""

import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from entries import collector
from entries.atlas import Atlas
from entries.config import AtlasConfig
from entries.errors import EvidenceError, StoreError
from entries.loaded import Loaded
from entries.loading import loaded
from entries.packed import Record
from entries.problems import Problem
from entries.reloading import reloaded
from entries.sources import Listing
from entries.study import Study
from explorer import derived, imported, snapshot
from explorer.layout import BuildInfo, Layout
from explorer.reuse import GRAPH, INDEX, Before, Reuse, opened, parts_of, reuse
from explorer.wording import Gate
from graph import store_changes
from graph.store import GraphStore
from index import engine as engines
from intake.scan_rules import WordingBroken

Progress = Callable[[str, int, int], None]
MANY = 1_000  # studies that were passed over; of fewer there is not much memory to give back


class BuildRefused(EvidenceError):
    """The data cannot become a build; what is served stays as it is."""


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build did. ``read``: how many of ``files`` were read; the studies of the others are those of before.

    ``damage``: why nothing of the build before could be used; ``why``: why no study could be taken from it.
    """

    info: BuildInfo
    folder: Path
    fresh: bool
    problems: tuple[Problem, ...] = ()
    added: int = 0
    changed: int = 0
    removed: int = 0
    seconds: float = 0.0
    damage: str = ""
    files: int = 0
    read: int = 0
    why: str = ""


def build(
    data: Path,
    instance: Path,
    engine: str = "tantivy",
    full: bool = False,
    jsonl: Sequence[Path] = (),
    progress: Progress | None = None,
    strict: bool = False,
    trusting: bool = True,
) -> BuildReport:
    """Build what ``data`` holds into ``instance`` and swap it in. ``strict``: not if any entry has an error.

    ``trusting``: a file of the same size and time of modification as before is not looked into.
    Raises AtlasError (no data), BuildRefused (broken configuration or vocabulary, full disk) and StoreError.
    """
    engines.get_engine(engine)  # names the missing extra before any work is done
    layout = Layout(instance)
    started = time.perf_counter()
    with _locked(layout):
        parts = parts_of(data, instance)
        listing = Listing(data / "studies", jsonl)
        before, damage = (None, "") if full else opened(layout, engine)
        known = reuse(before, parts, listing, trusting)
        if before and known.nothing_changed and before.info.parts == parts and not before.info.kept:
            return BuildReport(before.info, before.folder, fresh=False, files=len(listing))
        begun = _begin(_Asked(data, jsonl, layout, engine, parts, strict), listing, known)
        collector.release()
        report = _complete(begun, layout, before, progress)
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
    records = {study.id: Record.of(study) for study in studies}
    return atlas.altered(records, (), atlas.problems), tuple(records)


def _fitting(study: Study, atlas: Atlas) -> Study | None:
    """The earlier entry, if every concept that it uses is still there."""
    used = (*study.tags.all(), *study.finding_concepts, *study.case_definition.ids, study.design, study.evidence_level)
    return study if all(concept in atlas.vocabulary for concept in used) else None


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is to be built. ``parts``: as :func:`parts_of` gives them."""

    data: Path
    jsonl: Sequence[Path]
    layout: Layout
    engine: str
    parts: dict[str, str]
    strict: bool


@dataclass(frozen=True, slots=True)
class _Begun:
    """A build whose studies are on disk already. What was loaded is gone: the rest is made from these."""

    part: Path
    info: BuildInfo
    problems: tuple[Problem, ...]
    files: int
    read: int
    why: str


def _begin(asked: _Asked, listing: Listing, known: Reuse) -> _Begun:
    """Read what was changed, or everything, and write down what is sound."""
    why = known.why
    if known.before and known.before.sources and known.same is not None:
        try:
            atlas = known.before.atlas
            return _written_down(asked, reloaded(listing, atlas, known.before.sources, known.same), "")
        except StoreError as error:
            why = str(error)  # the studies of the build before are damaged
    return _written_down(asked, loaded(asked.data, listing), why)


def _written_down(asked: _Asked, found: Loaded, why: str) -> _Begun:
    """Check everything that was read, and write it down: the step that holds all studies in memory, packed."""
    atlas, layout = found.atlas, asked.layout
    _refuse(_broken_frame(atlas))
    gate = _gate(atlas, asked.data, layout.current())
    atlas = gate.published(atlas, asked.jsonl)
    _refuse(atlas.errors if asked.strict else ())
    atlas, kept = _with_last_sound(atlas, layout.current(), gate)
    info = _info(atlas, asked, kept)
    part = layout.new(info.digest)
    with _removed_on_failure(part, layout):
        snapshot.write(part, atlas)
        found.remembered(atlas).write(part)
        gate.remember(part)
        imported.carry(layout.folder, part)
    return _Begun(part, info, atlas.problems, len(found.listing), found.read, why)


def _complete(begun: _Begun, layout: Layout, before: Before | None, progress: Progress | None) -> BuildReport:
    """Make counts, lists, index and graph from what is on disk, and swap the build in."""
    part, info = begun.part, begun.info
    with _removed_on_failure(part, layout):
        atlas = snapshot.read(part)
        same = before.atlas if before and not begun.why else None
        derived.write(atlas, part, same)
        if same is None and len(atlas.studies) > MANY:
            collector.release()  # what lists and map took, the index can have
        counts = _index(atlas, part / INDEX, info.engine, before, progress)
        if sum(counts) > MANY:
            collector.release()  # what the index took, the graph can have
        _graph(atlas, part / GRAPH, before, progress)
        folder = layout.publish(part, info)
    layout.prune()
    told = BuildReport(info, folder, True, begun.problems, *counts)
    return replace(told, files=begun.files, read=begun.read, why=begun.why)


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


def _info(atlas: Atlas, asked: _Asked, kept: tuple[str, ...]) -> BuildInfo:
    config: AtlasConfig = atlas.config
    return BuildInfo(
        engine=asked.engine,
        digest=atlas.digest(),
        frame_digest=atlas.frame_digest,
        parts=asked.parts,
        made=datetime.now(UTC).isoformat(timespec="seconds"),
        studies=len(atlas.studies),
        kept=kept,
        versions=config.versions.model_dump(),
    )


def _index(
    atlas: Atlas, path: Path, engine: str, before: Before | None, progress: Progress | None
) -> tuple[int, int, int]:
    """Bring the index up to date from the previous one, or make it anew; (added, changed, removed)."""
    report = _named(progress, "index")
    if before and before.info.frame_digest == atlas.frame_digest:
        try:
            return engines.update(atlas, path, before.folder / INDEX, engine=engine, progress=report)
        except engines.IndexUnusable:
            shutil.rmtree(path, ignore_errors=True)  # the old index is damaged: make a new one
    engines.build(atlas, path, engine=engine, progress=report)
    return len(atlas.studies), 0, 0


def _graph(atlas: Atlas, path: Path, before: Before | None, progress: Progress | None) -> None:
    """Bring the graph store up to date from the previous one, or write it anew."""
    report = _named(progress, "graph")
    if before:
        store_changes.update(atlas, path, before.folder / GRAPH, before.atlas, report).close()
    else:
        GraphStore.build(atlas, path, report).close()


def _named(progress: Progress | None, step: str) -> Callable[[int, int], None] | None:
    if progress is None:
        return None
    return lambda done, total: progress(step, done, total)
