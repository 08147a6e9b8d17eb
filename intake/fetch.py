"""Fetches every record of a fixed query into a folder of gzip XML; stopped anywhere, it goes on where it was.

The folder holds ``.fetch.json``, the plan (which PMIDs, in which batches), and one file a batch, which is there whole
or not at all: what is there is done. The plan is made once, so that a result which changes meanwhile moves no record
from one batch to another. ``intake.read`` passes over names that begin with a point: the folder can be read as it is.
"""

import gzip
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from filelock import FileLock, Timeout
from pydantic import ValidationError

from entries.errors import EvidenceError
from entries.model import Model
from entries.store import write_atomic
from intake.eutils import Eutils, FetchRules, Found, History
from intake.web_service import ServiceError

PLAN, LOCK = ".fetch.json", ".fetch.lock"
GIVE_UP = 3  # batches in a row that could not be had: the service has gone, and asking on would not help it
Progress = Callable[[int, int], None]


class FetchRefused(EvidenceError):
    """The fetch cannot begin or go on in this folder."""


class Window(Model):
    """Records that came in between two days (both included; None: whenever), in the order of the server."""

    since: date | None = None
    until: date | None = None
    ids: tuple[str, ...] = ()


class Plan(Model):
    """All that is to be fetched. ``told`` is what the search itself has to say, such as records that it cannot give."""

    query: str
    service: str
    batch: int
    windows: tuple[Window, ...]
    told: tuple[str, ...] = ()

    @property
    def total(self) -> int:
        """How many records."""
        return sum(len(window.ids) for window in self.windows)


@dataclass(frozen=True, slots=True)
class Batch:
    """Some records of the plan: the ``first`` one's number among all (from 1), and its place in its window (from 0)."""

    first: int
    window: int
    start: int
    ids: tuple[str, ...]

    @property
    def records(self) -> str:
        """``records 201 to 400``."""
        return f"records {self.first:,} to {self.first + len(self.ids) - 1:,}"

    @property
    def name(self) -> str:
        """The file that it becomes."""
        return f"records-{self.first:07}-{self.first + len(self.ids) - 1:07}.xml.gz"


@dataclass(frozen=True, slots=True)
class Fetched:
    """What a run did. ``failed`` names ranges that the next run asks for again, ``told`` what there is to know."""

    folder: Path
    total: int
    new: int
    done: int
    failed: tuple[str, ...] = ()
    told: tuple[str, ...] = ()


def fetch(rules: FetchRules, folder: Path, eutils: Eutils, today: date, progress: Progress | None = None) -> Fetched:
    """Everything of the query that is not in ``folder`` yet. A batch that cannot be had is told; the others go on.

    Raises ServiceError where the search itself fails, FetchRefused where the folder is in use or holds another query.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with FileLock(folder / LOCK, timeout=0):
            return _Fetching(rules, folder, eutils, today).run(progress)
    except Timeout:
        raise FetchRefused(f"{folder}: another fetch is at work here; wait until it has finished") from None
    except OSError as error:
        raise FetchRefused(f"{folder}: cannot be used: {error.strerror}; choose another folder with --into") from error


def read_plan(folder: Path) -> Plan | None:
    """The plan of a folder; None where it has none. Raises FetchRefused where it is damaged."""
    path = folder / PLAN
    if not path.is_file():
        return None
    try:
        return Plan.model_validate_json(path.read_bytes())
    except (OSError, ValidationError):
        raise FetchRefused(f"{path}: is damaged; delete it to search anew, or choose another folder") from None


def batches(plan: Plan) -> Iterator[Batch]:
    """The plan in pieces that one request asks for each."""
    first = 1
    for number, window in enumerate(plan.windows):
        for start in range(0, len(window.ids), plan.batch):
            ids = window.ids[start : start + plan.batch]
            yield Batch(first, number, start, ids)
            first += len(ids)


def unfinished(plan: Plan, folder: Path) -> list[Batch]:
    """The batches that have no file yet."""
    return [batch for batch in batches(plan) if not (folder / batch.name).is_file()]


class _Fetching:
    """One run: the plan, made or found, then batch by batch."""

    def __init__(self, rules: FetchRules, folder: Path, eutils: Eutils, today: date) -> None:
        self._rules, self._folder, self._eutils, self._today = rules, folder, eutils, today
        self._histories: dict[int, History | None] = {}  # of the windows that this very run has searched

    def run(self, progress: Progress | None) -> Fetched:
        """Plan, then every batch that is not there yet."""
        plan = self._plan()
        waiting = unfinished(plan, self._folder)
        before = plan.total - sum(len(batch.ids) for batch in waiting)
        failed, new, in_a_row = [], 0, 0
        for batch in waiting:
            try:
                body, lacking = self._body(batch)
            except ServiceError as error:
                failed.append(f"{batch.records} (from PMID {batch.ids[0]} on): {error}")
                in_a_row += 1
                if in_a_row == GIVE_UP:
                    break
                continue
            in_a_row = 0
            if lacking:
                plan = self._told(plan, f"{batch.records}: PubMed gives nothing for PMID {', '.join(lacking)}")
            write_atomic(self._folder / batch.name, gzip.compress(body, 6, mtime=0))
            new += len(batch.ids)
            if progress:
                progress(before + new, plan.total)
        left = sum(len(batch.ids) for batch in unfinished(plan, self._folder))
        return Fetched(self._folder, plan.total, new, plan.total - left, tuple(failed), plan.told)

    def _told(self, plan: Plan, what: str) -> Plan:
        """The plan with one more thing to tell, here and by every later run."""
        told = plan.model_copy(update={"told": tuple(dict.fromkeys((*plan.told, what)))})
        write_atomic(self._folder / PLAN, told.model_dump_json(indent=1).encode())
        return told

    def _plan(self) -> Plan:
        found = read_plan(self._folder)
        if found is None:
            found = self._searched()
            write_atomic(self._folder / PLAN, found.model_dump_json(indent=1).encode())
        elif found.query != self._rules.query:
            raise FetchRefused(f"{self._folder}: holds the records of another query; choose another folder with --into")
        return found

    def _searched(self) -> Plan:
        """One window where the result is small enough, else as many as it takes."""
        whole = self._eutils.search()
        told, windows = list(whole.remarks), [Window(ids=whole.ids)]
        self._histories[0] = whole.history
        if whole.count > len(whole.ids):
            self._histories.clear()
            windows = []
            for window, found in self._parted(self._rules.earliest, self._today):
                self._histories[len(windows)] = found.history
                windows.append(window)
                if found.count > len(window.ids):
                    told.append(f"{found.count - len(window.ids):,} records of {window.since} are beyond what is given")
        seen: set[str] = set()
        for number, window in enumerate(windows):  # a record in two windows is fetched once
            own = tuple(one for one in window.ids if one not in seen)
            if len(own) < len(window.ids):
                windows[number], self._histories[number] = window.model_copy(update={"ids": own}), None
            seen.update(own)
        if len(seen) < whole.count:
            told.append(f"the search counted {whole.count:,} records and listed {len(seen):,}")
        rules = self._rules
        return Plan(
            query=rules.query, service=rules.service, batch=rules.batch, windows=tuple(windows), told=tuple(told)
        )

    def _parted(self, since: date, until: date) -> Iterator[tuple[Window, Found]]:
        """Halves the time until each part can be had; a single day is taken as it comes."""
        found = self._eutils.search(since, until)
        if found.count > len(found.ids) and since < until:
            middle = since + (until - since) // 2
            yield from self._parted(since, middle)
            yield from self._parted(middle + timedelta(days=1), until)
        elif found.ids:
            yield Window(since=since, until=until, ids=found.ids), found

    def _body(self, batch: Batch) -> tuple[bytes, list[str]]:
        """The XML of exactly these records, and those that PubMed did not give though asked for by name."""
        wanted = frozenset(batch.ids)
        if history := self._histories.get(batch.window):
            try:
                body, got = self._eutils.fetch(batch.ids, history, batch.start)
                if got == wanted:
                    return body, []
            except ServiceError:
                pass
            self._histories[batch.window] = None  # the server has forgotten the result, or moved it
        body, got = self._eutils.fetch(batch.ids, None)
        if got.isdisjoint(wanted):
            raise ServiceError(f"it gave PMID {min(got)}, which nobody asked for; try again later")
        return body, [one for one in batch.ids if one not in got]
