"""Studies read from their files one by one: checked each by itself, then all together."""

import hashlib
import json
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from pydantic import ValidationError

from entries import checks, store
from entries.checks import Head, Sourced
from entries.config import AtlasConfig
from entries.digests import BYTES
from entries.errors import StoreError
from entries.packed import Record
from entries.problems import Names, Problem, limited, of_validation, unreadable
from entries.shipped import TEMPLATE
from entries.sources import Listing
from entries.study import Study
from entries.vocabulary import Vocabulary
from entries.yamlio import MAX_BYTES, Document, Location, YamlError, decode, parse


class Checked(NamedTuple):
    """An entry that was looked at by itself: what is kept of it until all are there. ``file``: its file's number."""

    source: Sourced[Head]
    record: Record
    problems: list[Problem]
    file: int

    @property
    def id(self) -> str:
        """The id of the entry."""
        return self.source.item.id

    @property
    def is_sound(self) -> bool:
        """Whether it has no error by itself."""
        return not any(problem.severity == "error" for problem in self.problems)


class Reader:
    """Reads the files of a listing. ``digests``: of the bytes of each that was read (uint8, 32 a row)."""

    def __init__(self, listing: Listing, config: AtlasConfig, vocabulary: Vocabulary) -> None:
        self._listing, self._config, self._vocabulary = listing, config, vocabulary
        self._problems: dict[int, list[Problem]] = {}
        self.digests: np.ndarray = np.zeros((len(listing), BYTES), np.uint8)

    def told(self, numbers: Iterable[int]) -> list[Problem]:
        """What was wrong with these files, or with what is in them and is no entry."""
        return [problem for number in numbers for problem in self._problems.get(number, ())]

    def checked(self, number: int) -> Iterator[Checked]:
        """The entries of a file. Each is packed as it is read: thousands of them as objects would fill the memory."""
        path, is_yaml = self._listing.path(number), number < self._listing.yaml
        problems: list[Problem] = []
        for source in self._one(path, number, problems) if is_yaml else self._lines(path, number, problems):
            found = limited(checks.check_study(source, self._config, self._vocabulary), source.item.id)
            line_of = _Reread(path) if is_yaml else _Line(source.line_of(()))
            yield Checked(Sourced(Head.of(source.item), path, line_of), Record.of(source.item), found, number)
        if problems:
            self._problems[number] = problems

    def _one(self, path: Path, number: int, problems: list[Problem]) -> Iterator[Sourced[Study]]:
        """The study of a YAML file."""
        try:
            data = store.read_bytes(path)
            self.digests[number] = np.frombuffer(hashlib.sha256(data).digest(), np.uint8)
            document = parse(decode(data))
            source = Sourced(Study.model_validate(document.value), path, document.line)
        except YamlError as error:
            problems.append(Problem(path, error.line, error.reason, error.mend, study_id=path.stem))
            return
        except StoreError as error:
            problems.append(unreadable(path, error, path.stem))
            return
        except ValidationError as error:
            problems += of_validation(error, Study, path, document, path.stem, self._suggest)
            return
        if path.stem != source.item.id:
            reason = f"the id is '{source.item.id}' but the file is named '{path.name}'"
            mend = f"rename the file to '{source.item.id}.yaml', or change the id"
            problems.append(source.problem(("id",), reason, mend, warning=True, study_id=source.item.id))
        yield source

    def _lines(self, path: Path, number: int, problems: list[Problem]) -> Iterator[Sourced[Study]]:
        """The studies of a file with one on each line."""
        sha = hashlib.sha256()
        try:
            for place, line in store.read_jsonl(path, sha):
                try:
                    yield Sourced(Study.model_validate_json(_bounded(line, place)), path, _Place(place).line)
                except YamlError as error:
                    problems.append(Problem(path, place, error.reason, error.mend))
                except ValidationError as error:
                    problems += of_validation(error, Study, path, _Place(place), _id_in(line), self._suggest)
            self.digests[number] = np.frombuffer(sha.digest(), np.uint8)
        except StoreError as error:
            problems.append(unreadable(path, error))

    def _suggest(self, term: str) -> str:
        found = self._vocabulary.find(term)
        return found[0].id if found else ""


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


def refused(entries: Sequence[Checked]) -> tuple[list[Problem], set[int]]:
    """Problems of entries that have what another one has already; and (as ``id()`` of sources) all without a place."""
    repeated = list(checks.check_unique(entry.source for entry in entries))
    out = {id(source) for source, _ in repeated} | {id(entry.source) for entry in entries if not entry.is_sound}
    return [problem for _, problem in repeated], out


def sound(entries: Sequence[Checked], problems: list[Problem], others: Collection[str] = ()) -> dict[str, Record]:
    """The entries that can be served; of a dangling link only the link is left out. All problems are added.

    ``others``: ids of studies that are served, too, and share no identifier with these entries.
    """
    repeated, out = refused(entries)
    problems += repeated
    problems += [problem for entry in entries for problem in entry.problems]
    # An entry that is there, but refused, is no reason to complain about those that link to it.
    known = Names([*others, *(entry.id for entry in entries), *(p.study_id for p in problems if p.study_id)])
    served = {entry.id: entry for entry in entries if id(entry.source) not in out}
    dangling: dict[str, set[int]] = {}
    for entry in entries:
        found = dict(checks.check_links(entry.source, known))
        problems += found.values()
        if id(entry.source) not in out:
            dangling[entry.id] = set(found)

    def is_there(study_id: str) -> bool:
        return study_id in served or study_id in others

    return {study_id: _without_links(entry, dangling[study_id], is_there) for study_id, entry in served.items()}


def _without_links(entry: Checked, dangling: Collection[int], is_there: Callable[[str], bool]) -> Record:
    """The entry without links that lead nowhere or to an entry that was refused: their problem is told already."""
    links = entry.source.item.links
    kept = tuple(link for i, link in enumerate(links) if i not in dangling and is_there(link.study))
    return entry.record if kept == links else Record.of(entry.record.study().model_copy(update={"links": kept}))


def nothing_yet(listing: Listing) -> Problem:
    """What is told of an atlas without any study, sound or not."""
    template = listing.folder.parent / TEMPLATE
    by_hand = f"copy {TEMPLATE} into it and fill it in" if template.is_file() else "add one study a file"
    mend = f"{by_hand} (docs/entries.md), or draft some from records with `evidence import`"
    return Problem(listing.folder, 1, "there are no studies yet", mend, "warning")
