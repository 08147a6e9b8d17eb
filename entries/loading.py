"""Reads a data folder into an :class:`~entries.atlas.Atlas`, collecting every problem on the way."""

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from pydantic import ValidationError

from entries import checks, collector, store
from entries.atlas import Atlas
from entries.checks import Head, Sourced
from entries.config import AtlasConfig
from entries.errors import AtlasError, StoreError
from entries.model import Model
from entries.packed import Packed, Record
from entries.problems import Names, Problem, limited, of_validation, unreadable
from entries.study import Study
from entries.vocabulary import Scheme, Vocabulary
from entries.yamlio import MAX_BYTES, Document, Location, YamlError

M = TypeVar("M", bound=Model)
Suggest = Callable[[str], str]
CONFIG = "atlas.yaml"


@collector.paused()
def load(folder: Path, jsonl: Sequence[Path] = ()) -> Atlas:
    """The atlas in ``folder``. Raises AtlasError where there is no folder or no usable ``atlas.yaml``."""
    if not folder.is_dir():
        raise AtlasError(f"{folder}: there is no such folder; name the folder that holds {CONFIG} with --data")
    problems: list[Problem] = []
    config, document = _config(folder / CONFIG)
    schemes = list(_schemes(folder / "vocabulary", problems))
    vocabulary = Vocabulary(s.item for s in schemes)
    problems += checks.check_needed(config, vocabulary, folder / CONFIG, document)
    unusable = dict(checks.check_facets(config, folder / CONFIG, document))
    problems += unusable.values()
    entries = list(_checked(_studies(folder / "studies", jsonl, vocabulary, problems), config, vocabulary))
    if not entries and not any(p.study_id for p in problems):
        mend = "add one study a file, as docs/entries.md shows"
        problems.append(Problem(folder / "studies", 1, "there are no studies yet", mend, "warning"))
    facets = tuple(f for i, f in enumerate(config.facets) if i not in unusable)
    studies = _sound(entries, problems)
    problems.sort(key=lambda p: (p.path, p.line))
    return Atlas(config.model_copy(update={"facets": facets}), vocabulary, studies, problems)


def _config(path: Path) -> tuple[AtlasConfig, Document]:
    if not path.is_file():
        raise AtlasError(f"{path}: there is no {CONFIG}; copy one from the shipped atlas and change it to suit yours")
    try:
        document = store.read_yaml(path)
        return AtlasConfig.model_validate(document.value), document
    except YamlError as error:
        raise AtlasError(f"{path}:{error.line}: {error.reason}; {error.mend}") from error
    except StoreError as error:
        raise AtlasError(str(error)) from error
    except ValidationError as error:
        found = of_validation(error, AtlasConfig, path, document)
        raise AtlasError("\n".join(map(str, found))) from error


def _read_all(
    paths: Iterable[Path], model: type[M], problems: list[Problem], suggest: Suggest = lambda term: ""
) -> Iterator[Sourced[M]]:
    """Every file that holds a sound model; what is wrong with the others goes to ``problems``."""
    for path in paths:
        study_id = path.stem if model is Study else None
        try:
            document = store.read_yaml(path)
            yield Sourced(model.model_validate(document.value), path, document.line)
        except YamlError as error:
            problems.append(Problem(path, error.line, error.reason, error.mend, study_id=study_id))
        except StoreError as error:
            problems.append(unreadable(path, error, study_id))
        except ValidationError as error:
            problems += of_validation(error, model, path, document, study_id, suggest)


def _schemes(folder: Path, problems: list[Problem]) -> Iterator[Sourced[Scheme]]:
    """The vocabulary files, each scheme once."""
    problems += _not_read(folder, (".yaml",))
    seen: dict[str, Sourced[Scheme]] = {}
    for source in _read_all(_files(folder, "*.yaml"), Scheme, problems):
        first = seen.setdefault(source.item.scheme, source)
        if first is not source:
            reason = f"the scheme '{source.item.scheme}' is already in {first.path.name}"
            problems.append(source.problem(("scheme",), reason, "join the two files"))
    problems += checks.check_schemes(seen.values())
    yield from seen.values()


def _files(folder: Path, pattern: str) -> list[Path]:
    """The files of that pattern by name; hidden ones are an editor's or the system's, and not ours."""
    return sorted(path for path in folder.glob(pattern) if not path.name.startswith("."))


def _studies(
    folder: Path, jsonl: Sequence[Path], vocabulary: Vocabulary, problems: list[Problem]
) -> Iterator[Sourced[Study]]:
    problems += _not_read(folder, (".yaml", ".jsonl"))

    def suggest(term: str) -> str:
        found = vocabulary.find(term)
        return found[0].id if found else ""

    for source in _read_all(_files(folder, "*.yaml"), Study, problems, suggest):
        if source.path.stem != source.item.id:
            reason = f"the id is '{source.item.id}' but the file is named '{source.path.name}'"
            mend = f"rename the file to '{source.item.id}.yaml', or change the id"
            problems.append(source.problem(("id",), reason, mend, warning=True, study_id=source.item.id))
        yield source
    for path in (*_files(folder, "*.jsonl"), *jsonl):
        yield from _read_lines(path, suggest, problems)


def _not_read(folder: Path, suffixes: tuple[str, ...]) -> Iterator[Problem]:
    """Whatever lies in the folder and looks like data, but is not read."""
    for path in _files(folder, "*"):
        if path.is_dir():
            yield Problem(path, 1, "folders inside this folder are not read", f"move its files to {folder}", "warning")
        elif path.suffix not in (*suffixes, ".md", ".txt", ".py"):
            reason = f"files that end in {path.suffix or 'nothing'} are not read"
            mend = f"rename it to end in {suffixes[0]}, or move it elsewhere"
            yield Problem(path, 1, reason, mend, "error" if path.suffix == ".yml" else "warning")


def _read_lines(path: Path, suggest: Suggest, problems: list[Problem]) -> Iterator[Sourced[Study]]:
    try:
        for number, line in store.read_jsonl(path):
            place = _Place(number)
            try:
                yield Sourced(Study.model_validate_json(_bounded(line, number)), path, place.line)
            except YamlError as error:
                problems.append(Problem(path, number, error.reason, error.mend))
            except ValidationError as error:
                problems += of_validation(error, Study, path, place, _id_in(line), suggest)
    except StoreError as error:
        problems.append(unreadable(path, error))


def _bounded(line: bytes, number: int) -> bytes:
    if len(line) > MAX_BYTES:
        raise YamlError(f"the line has more than the {MAX_BYTES:,} bytes that one entry may have", number, "shorten it")
    return line


class _Place(Document):
    """In a ``.jsonl`` file every part of an entry is on the same line."""

    def __init__(self, number: int) -> None:
        super().__init__(None, {(): number})


def _id_in(line: bytes) -> str | None:
    try:
        value: Any = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return value.get("id") if isinstance(value, dict) and isinstance(value.get("id"), str) else None


class _Checked(NamedTuple):
    """An entry that was looked at by itself: what is kept of it until all are there."""

    source: Sourced[Head]
    record: Record
    problems: list[Problem]

    @property
    def id(self) -> str:
        return self.source.item.id


def _checked(sources: Iterable[Sourced[Study]], config: AtlasConfig, vocabulary: Vocabulary) -> Iterator[_Checked]:
    """Check each entry as it is read, and pack it: thousands of them as objects would fill the memory."""
    for source in sources:
        found = limited(checks.check_study(source, config, vocabulary), source.item.id)
        line_of = _Line(source.line_of(())) if source.path.suffix == ".jsonl" else _Reread(source.path)
        yield _Checked(Sourced(Head.of(source.item), source.path, line_of), Record.of(source.item), found)


@dataclass(frozen=True, slots=True)
class _Line:
    """The line of everything in an entry that has one line."""

    number: int

    def __call__(self, location: Location) -> int:
        return self.number


@dataclass(frozen=True, slots=True)
class _Reread:
    """The line of a place in a file that is read again: few are asked for, and keeping all would take much memory."""

    path: Path

    def __call__(self, location: Location) -> int:
        try:
            return store.read_yaml(self.path).line(location)
        except StoreError:
            return 1  # it was changed since


def _sound(entries: list[_Checked], problems: list[Problem]) -> Packed:
    """The entries that can be served; of a dangling link only the link is left out."""
    repeated = list(checks.check_unique(entry.source for entry in entries))
    problems += [problem for _, problem in repeated]
    refused = {id(source) for source, _ in repeated}
    for entry in entries:
        problems += entry.problems
        if any(problem.severity == "error" for problem in entry.problems):
            refused.add(id(entry.source))
    # An entry that is there, but refused, is no reason to complain about those that link to it.
    known = Names([*(entry.id for entry in entries), *(p.study_id for p in problems if p.study_id)])
    served = {entry.id: entry for entry in entries if id(entry.source) not in refused}
    dangling: dict[str, set[int]] = {}
    for entry in entries:
        found = dict(checks.check_links(entry.source, known))
        problems += found.values()
        if id(entry.source) not in refused:
            dangling[entry.id] = set(found)
    return Packed({i: _without_links(entry, dangling[i], served) for i, entry in served.items()})


def _without_links(entry: _Checked, dangling: Collection[int], served: Collection[str]) -> Record:
    """The entry without links that lead nowhere or to an entry that was refused: their problem is told already."""
    links = entry.source.item.links
    kept = tuple(link for i, link in enumerate(links) if i not in dangling and link.study in served)
    return entry.record if kept == links else Record.of(entry.record.study().model_copy(update={"links": kept}))
