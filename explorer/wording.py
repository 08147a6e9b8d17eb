"""The wording scanner at work on an atlas: problems for ``evidence check``, and what a build does not publish.

What a build published was sound: it remembers by which rules, so that the next one scans only what has changed.
"""

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from entries.atlas import Atlas
from entries.digests import difference
from entries.errors import StoreError
from entries.packed import Record
from entries.problems import Problem, limited
from entries.shelf import Shelf
from entries.store import read_jsonl, read_yaml, write_atomic
from entries.study import Study
from entries.yamlio import Location
from intake import scan_rules
from intake.scan import REVISION, Finding, Scanner
from intake.scan_rules import Severity, WordingBroken

SOUND = "wording.json"
Line = Callable[[Location], int]


@dataclass(frozen=True, slots=True)
class Wording:
    """What the scanner says of an atlas: its problems, and the ids of the entries that may not be published."""

    problems: tuple[Problem, ...] = ()
    blocked: frozenset[str] = frozenset()
    untold: int = 0  # findings of severity NOTE that were counted only
    version: str | None = None  # of the rules; None: the atlas has none that can be used


def check(atlas: Atlas, data: Path, jsonl: Sequence[Path] = (), notes: bool = False) -> Wording:
    """Scan every entry of the atlas in ``data``. Findings of severity NOTE are counted, and told with ``notes``."""
    try:
        scanner = scanner_of(atlas, data)
    except WordingBroken as error:
        return Wording(tuple(error.problems))
    if scanner is None:
        return Wording()
    found = {s.id: findings for s in atlas.studies.values() if (findings := scanner.scan(s))}
    small = sum(f.severity is Severity.NOTE for findings in found.values() for f in findings)
    told = {i: [f for f in findings if notes or f.severity is not Severity.NOTE] for i, findings in found.items()}
    problems = [*_version(atlas, data, scanner), *_problems(told, data, jsonl)]
    blocked = frozenset(i for i in told if _critical(told[i]))
    return Wording(tuple(problems), blocked, 0 if notes else small, scanner.rules.version)


def _problems(found: Mapping[str, Sequence[Finding]], data: Path, jsonl: Sequence[Path]) -> Iterator[Problem]:
    places = _places(data, jsonl, {study_id for study_id, findings in found.items() if findings})
    for study_id, (path, line) in places.items():
        yield from limited((_problem(f, path, line, study_id) for f in found[study_id]), study_id)


def scanner_of(atlas: Atlas, data: Path) -> Scanner | None:
    """The scanner by the rules of a data folder; None where it has no ``policy/wording.yaml``. Raises WordingBroken."""
    rules = scan_rules.load(data)
    return Scanner(rules, atlas.vocabulary) if rules else None


def _version(atlas: Atlas, data: Path, scanner: Scanner) -> list[Problem]:
    said, true = atlas.config.versions.scanner, scanner.rules.version
    if said == true:
        return []
    path = data / "atlas.yaml"
    line = read_yaml(path).line(("versions", "scanner"))
    return [Problem(path, line, f"the scanner is {true}, not '{said}'", f"write 'scanner: {true}'", "warning")]


def _problem(finding: Finding, path: Path, line: Line, study_id: str) -> Problem:
    level = "error" if finding.severity is Severity.CRITICAL else "warning"
    quote = finding.quote if len(finding.quote) <= 80 else finding.quote[:77] + "..."
    reason = f"{finding.severity} {finding.rule} in {finding.field}: “{quote}”: {finding.reason}"
    return Problem(path, line(finding.location), reason, finding.mend, level, study_id)  # type: ignore[arg-type]


def _places(data: Path, jsonl: Sequence[Path], wanted: Iterable[str]) -> dict[str, tuple[Path, Line]]:
    """Where entries stand: (file, line of a location in it) by id. Only these files are read again."""
    missing = set(wanted)
    found: dict[str, tuple[Path, Line]] = {}
    for study_id in sorted(missing):
        path = data / "studies" / f"{study_id}.yaml"
        if path.is_file() and (line := _line_in(path, study_id)):
            found[study_id] = (path, line)
    missing -= set(found)
    if missing:  # in a file of another name, or one line among many
        for study_id, path, line in _others(data, jsonl):
            if study_id in missing:
                found.setdefault(study_id, (path, line))
    for study_id in set(wanted) - set(found):  # its file was changed or removed since it was loaded
        found[study_id] = (data / "studies", lambda _: 1)
    return dict(sorted(found.items()))


def _line_in(path: Path, study_id: str) -> Line | None:
    try:
        document = read_yaml(path)
    except StoreError:
        return None  # it changed since it was loaded
    return document.line if isinstance(document.value, dict) and document.value.get("id") == study_id else None


def _others(data: Path, jsonl: Sequence[Path]) -> Iterator[tuple[str, Path, Line]]:
    for path in sorted((data / "studies").glob("*.yaml")):
        try:
            document = read_yaml(path)
        except StoreError:
            continue
        if isinstance(document.value, dict):
            yield str(document.value.get("id")), path, document.line
    for path in (*sorted((data / "studies").glob("*.jsonl")), *jsonl):
        for number, text in read_jsonl(path):
            try:
                value = json.loads(text)
            except ValueError:
                continue
            if isinstance(value, dict):
                yield str(value.get("id")), path, lambda _, number=number: number  # type: ignore[misc]


class Gate:
    """Says which entries a build may publish; remembers in the build's folder which it found sound."""

    def __init__(self, atlas: Atlas, data: Path, before: Path | None) -> None:
        """``before``: the build that is served. Raises WordingBroken."""
        self._data = data
        self._scanner = scanner_of(atlas, data)
        self._key = f"{REVISION} {self._scanner.rules.digest} {atlas.frame_digest}" if self._scanner else ""
        self._before = before if before and self._scanner and _read_key(before) == self._key else None

    def published(self, atlas: Atlas, jsonl: Sequence[Path] = ()) -> Atlas:
        """The atlas without the entries that have a CRITICAL finding; its problems say which and why."""
        if self._scanner is None:
            return atlas
        found = {s.id: _critical(self._scanner.scan(s)) for s in atlas.passing(self._unknown(atlas))}
        found = {i: findings for i, findings in found.items() if findings}
        if not found:
            return atlas
        problems = (*atlas.problems, *_problems(found, self._data, jsonl))
        return atlas.altered(_without_links(atlas, found), found, problems)

    def _unknown(self, atlas: Atlas) -> Iterable[str]:
        """Ids of the studies that were not found sound by the build before, by these rules."""
        if self._before is None:
            return atlas.studies
        try:
            return difference(Shelf.open(self._before).digests, atlas.digests).fresh
        except StoreError:
            return atlas.studies

    def passes(self, study: Study) -> bool:
        """Whether this entry may be published."""
        return self._scanner is None or not self._scanner.blocks(study)

    def remember(self, folder: Path) -> None:
        """Write down that what is published in ``folder`` is sound by these rules. Raises StoreError."""
        write_atomic(folder / SOUND, json.dumps({"key": self._key}).encode())


def _critical(findings: Iterable[Finding]) -> list[Finding]:
    return [finding for finding in findings if finding.severity is Severity.CRITICAL]


def _without_links(atlas: Atlas, kept_out: Collection[str]) -> dict[str, Record]:
    """The studies that link to one that is not published, without these links: their problem is told already."""
    linking = sorted(atlas.linking(kept_out) - set(kept_out))
    return {
        study.id: Record.of(
            study.model_copy(update={"links": tuple(k for k in study.links if k.study not in kept_out)})
        )
        for study in atlas.passing(linking)
    }


def _read_key(folder: Path) -> str | None:
    """The rules by which a build was found sound; None where it does not say."""
    try:
        key = json.loads((folder / SOUND).read_bytes())["key"]
        return key if isinstance(key, str) else None
    except (OSError, ValueError, KeyError, TypeError):
        return None  # no build before, or an older one: everything is scanned
