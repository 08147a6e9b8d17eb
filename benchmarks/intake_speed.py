"""``python -m benchmarks.intake_speed``: a baseline file through the whole intake, in one process and in several.

The file is made of real PubMed articles where they are at hand (else of those of our tests), each with a number of its
own, and one in a hundred about the disease. Every run has a process of its own, one after the other, so that its
memory and that of its workers are its own.
"""

import gzip
import re
import resource
import time
from collections.abc import Iterator
from datetime import date
from itertools import count, cycle, islice
from pathlib import Path
from typing import NamedTuple

import click

from benchmarks.intake_read import ARTICLES, OURS, SHARED, ours, theirs
from benchmarks.intake_read import run as reading
from benchmarks.scratch import measured, scratch
from benchmarks.timing import machine, show
from entries.atlas import Atlas
from explorer.settings import shipped_data
from intake.parallel import usable_cores
from intake.pipeline import Pipeline
from intake.salvage import fragments
from intake.unparsed import pieces

__all__ = ["HEADER", "SHARED", "baseline", "imported", "rows"]
HEADER = ("what", "records", "records a second", "seconds", "of the processor: own + workers'", "MB: own + worker's")
ABOUT = 100  # one record in so many is about the disease
FIRST = 100_000_000  # numbers that PubMed has not given yet
_PMID = re.compile(rb'(<PMID[^>]*>|<ArticleId IdType="pubmed">)[0-9]+<')
_PMC = re.compile(rb'(<ArticleId IdType="pmc">PMC)[0-9]+<')
_DOI = re.compile(rb"(10\.[0-9]{4,9}/)([^<\s]+)<")
_TITLE = re.compile(rb"<ArticleTitle>")


class Run(NamedTuple):
    """One import: records, drafts; seconds by the clock, of the processor (own, workers'); MB (own, a worker's).

    On a machine that others use, the seconds of the processor say more than the clock.
    """

    records: int
    drafted: int
    seconds: float
    own: float
    workers: float
    memory: float
    worker: float


def articles() -> list[bytes]:
    """The articles that files are made of."""
    sources = sorted(ARTICLES.glob("*.gz")) or [OURS / "articles.xml"]
    return [a for source in sources for a in fragments(source) if isinstance(a, bytes) and b"<PubmedArticle>" in a]


def generated(shapes: list[bytes]) -> Iterator[bytes]:
    """Articles without end, each with a PMID and DOIs of its own."""
    for number, shape in zip(count(FIRST), cycle(shapes), strict=False):
        own, tail = b"%d" % number, b"-%d" % number
        made = _PMID.sub(lambda m, own=own: m[1] + own + b"<", shape, count=1)  # type: ignore[misc]
        made = _PMC.sub(lambda m, own=own: m[1] + own + b"<", made, count=1)  # type: ignore[misc]
        made = _DOI.sub(lambda m, tail=tail: m[1] + m[2] + tail + b"<", made)  # type: ignore[misc]
        yield _TITLE.sub(b"<ArticleTitle>Chronic fatigue syndrome: ", made, count=1) if number % ABOUT == 0 else made


def baseline(path: Path, records: int = 0, size: int = 0) -> Path:
    """Writes a gzip file of so many records, or of so many bytes unpacked."""
    written = 0
    with gzip.open(path, "wb", compresslevel=1) as file:
        file.write(b'<?xml version="1.0" encoding="utf-8"?>\n<PubmedArticleSet>\n')
        for one in islice(generated(articles()), records or None):
            file.write(one)
            written += len(one)
            if size and written >= size:
                break
        file.write(b"</PubmedArticleSet>\n")
    return path


def imported(path: Path, processes: int) -> Run:
    """One import; to be run in a process of its own."""
    data = shipped_data()
    shipped = Atlas.load(data)
    atlas = Atlas.of(shipped.config, shipped.vocabulary, ())
    started = time.perf_counter()
    intake = Pipeline(data, atlas, date(2026, 1, 2), processes=processes).run(pieces(path))
    seconds = time.perf_counter() - started
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    times = (one.ru_utime + one.ru_stime for one in used)
    return Run(len(intake.outcomes), len(intake.studies), seconds, *times, *(one.ru_maxrss / 1024 for one in used))


def rows(folder: Path, records: int, most: int, gigabytes: float = 0) -> Iterator[tuple[object, ...]]:
    """A row for each run, in the order of HEADER."""
    path = baseline(folder / "baseline.xml.gz", records)
    for name, reader in (("read, ours", ours), ("read, pubmed_parser", theirs)):
        if found := reading(reader, path):
            yield name, found.records, found.records / found.seconds, "-", found.seconds, found.memory
        else:
            yield f"{name}: not installed", "-", "-", "-", "-", "-"
    first = 0.0
    for processes in sorted({1, 2, most}):
        run: Run = measured(imported, path, processes)
        first = first or run.seconds
        name = f"import, processes: {processes} ({run.drafted} drafts; {first / run.seconds:.2f} times as fast as one)"
        processor, memory = f"{run.own:.1f} + {run.workers:.1f}", f"{run.memory:.0f} + {run.worker:.0f}"
        yield name, run.records, run.records / run.seconds, run.seconds, processor, memory
    if gigabytes:
        large = baseline(folder / "large.xml.gz", size=int(gigabytes * 2**30))
        if found := reading(ours, large):
            speed = found.records / found.seconds
            yield f"read, {gigabytes:g} GB", found.records, speed, "-", found.seconds, found.memory


@click.command()
@click.option("--records", default=30_000, show_default=True, help="Articles in the file, as in a baseline file.")
@click.option(
    "--processes", default=usable_cores, type=int, help="The most processes; one and two are measured anyway."
)
@click.option("--gigabytes", default=0.0, show_default=True, help="Also read a file of so many GB (unpacked).")
def main(records: int, processes: int, gigabytes: float) -> None:
    """Measure reading beside pubmed_parser, and the whole import in one process and several."""
    click.echo(f"Machine: {machine()}\n")
    with scratch() as place:
        show(HEADER, rows(place, records, processes, gigabytes))


if __name__ == "__main__":
    main()
