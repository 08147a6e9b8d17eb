"""``python -m benchmarks.intake_read``: how fast records are read, in how much memory; how well duplicates are found.

A baseline file is put together from PubMed articles until it holds the number asked for. Each reading runs in a process
of its own, one after the other. ``pubmed_parser`` reads beside ours where it is installed (by ``pip``).
"""

import gzip
import resource
import time
from collections.abc import Callable, Iterator
from itertools import cycle, islice
from pathlib import Path
from typing import NamedTuple

import click

from benchmarks.intake_dedup import measure
from benchmarks.scratch import measured, scratch
from benchmarks.timing import machine, show, table
from intake.read import read
from intake.record import Record
from intake.salvage import fragments

ROOT = Path(__file__).parent.parent
OURS = ROOT / "tests" / "data" / "intake"
SHARED = ROOT.parent / "shared" / "data"
ARTICLES = SHARED / "pubmed-xml" / "pubmedparser"
LABELLED = SHARED / "dedup" / "asysd_labelled.csv.gz"


class Run(NamedTuple):
    """One reading: records, seconds of the processor, peak of memory in MB."""

    records: int
    seconds: float
    memory: float


def baseline(path: Path, records: int) -> Path:
    """Writes a PubMed file (gzip) of so many articles, the real ones over and over, else those of our tests."""
    sources = sorted(ARTICLES.glob("*.gz")) or [OURS / "articles.xml"]
    articles = [a for source in sources for a in fragments(source) if isinstance(a, bytes) and b"<PubmedArticle>" in a]
    with gzip.open(path, "wb", compresslevel=1) as file:
        file.write(b'<?xml version="1.0" encoding="utf-8"?>\n<PubmedArticleSet>\n')
        file.writelines(islice(cycle(articles), records))
        file.write(b"</PubmedArticleSet>\n")
    return path


def ours(path: Path) -> int:
    """Reads a file as the intake does."""
    return sum(isinstance(one, Record) for one in read(path))


def theirs(path: Path) -> int:
    """Reads a file with pubmed_parser, reference lists too, as ours does. Raises ImportError without it."""
    import pubmed_parser  # type: ignore[import-not-found, import-untyped, unused-ignore]

    return sum(1 for _ in pubmed_parser.parse_medline_xml(str(path), reference_list=True))


def _timed(reader: Callable[[Path], int], path: Path) -> Run | None:
    started = time.process_time()
    try:
        count = reader(path)
    except ImportError:
        return None
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024  # Linux counts in KB
    return Run(count, time.process_time() - started, memory)


def run(reader: Callable[[Path], int], path: Path) -> Run | None:
    """One reading in a process of its own; None where the reader is not installed."""
    found: Run | None = measured(_timed, reader, path)
    return found


def rows(folder: Path, records: int) -> Iterator[tuple[object, ...]]:
    """(what, records, records a second, MB) of each reading."""
    for count in (records // 10, records):
        path = baseline(folder / f"{count}.xml.gz", count)
        for name, reader in (("ours", ours), ("pubmed_parser", theirs)):
            if found := run(reader, path):
                yield f"{name}, PubMed XML, gzip", found.records, found.records / found.seconds, found.memory
            else:
                yield f"{name}: not installed", "-", "-", "-"


@click.command()
@click.option("--records", default=30_000, show_default=True, help="Articles in the file, as in a baseline file.")
def main(records: int) -> None:
    """Measure the reader beside pubmed_parser, and the duplicates on the labelled list where it is there."""
    click.echo(f"Machine: {machine()}\n")
    with scratch() as place:
        show(("Reading", "Records", "Records a second", "Peak MB"), rows(place, records))
    if LABELLED.exists():
        found = measure(LABELLED)
        row = (found.found + found.missed, f"{found.recall:.4f}", f"{found.precision:.4f}", found.missed, found.wrong)
        click.echo("\n" + table(("Duplicates", "Recall", "Precision", "Missed", "Wrong"), [row]))


if __name__ == "__main__":
    main()
