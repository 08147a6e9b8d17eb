"""``python -m benchmarks``: measure search, graph, site and intake on generated data, and print tables in Markdown."""

import os
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import click

from benchmarks import building, graph, intake, intake_speed, questions, search, site, sparql
from benchmarks.bare import MOST_HELD
from benchmarks.generate import SEED, generated_atlas, shelved_atlas
from benchmarks.scratch import scratch
from benchmarks.timing import machine, show
from entries.atlas import Atlas
from entries.store import write_jsonl
from explorer.build import BuildReport, build
from explorer.settings import shipped_data
from intake.parallel import usable_cores

PARTS = ("search", "graph", "site", "sparql", "build", "intake")
ENGINES = ("tantivy", "whoosh")


@click.command()
@click.option("--studies", default=20_000, show_default=True, help="Generated studies.")
@click.option("--requests", default=200, show_default=True, help="Requests of each kind.")
@click.option("--only", multiple=True, type=click.Choice(PARTS), help="Only this part; may be repeated.")
@click.option(
    "--engine", "engines", multiple=True, type=click.Choice(ENGINES), help="Only this engine; may be repeated."
)
@click.option("--records", default=30_000, show_default=True, help="Records of the intake's file.")
def main(studies: int, requests: int, only: tuple[str, ...], engines: tuple[str, ...], records: int) -> None:
    """Measure speed and memory beside the bare engines, in one run on one machine."""
    parts, engines = only or PARTS, engines or ENGINES
    click.echo(f"Machine: {machine()}\nCommand: python -m benchmarks {' '.join(sys.argv[1:])}")
    if "intake" in parts:
        _intake(records)
    if parts == ("intake",):
        return
    with tempfile.TemporaryDirectory(prefix="evidence-bench-", dir=os.environ.get("TMPDIR")) as place:
        folder, started = Path(place), time.perf_counter()
        base = Atlas.load(shipped_data())
        held = studies <= MOST_HELD
        atlas = generated_atlas(base, studies) if held else shelved_atlas(base, studies, folder / "studies")
        where = "in memory" if held else "on disk"
        seconds = time.perf_counter() - started
        click.echo(f"{studies:,} generated studies (seed {SEED}), {where}, made in {seconds:.1f} s")
        if "search" in parts:
            rows = (row for e in engines for row in search.measure(atlas, e, folder, requests))
            _print("Search", search.HEADER, rows)
            peers = search.beside_peers(atlas, engines[0], folder, requests)
            _print(f"Search on {engines[0]} beside others", search.HEADER, peers)
        if "graph" in parts:
            _print("Graph", graph.HEADER, graph.measure(atlas, folder))
            _print("Questions to the graph", questions.HEADER, questions.measure(atlas, requests))
        if "site" in parts:
            for engine in engines:
                measured = _site(atlas, engine, folder / f"site-{engine}", requests)
                _print(f"Site on {engine}", site.HEADER, measured)
        if "build" in parts:
            _print("Build", building.HEADER, building.measure(atlas, folder / "build"))
        if "sparql" in parts:
            _built(atlas, engines[0], folder / "sparql")
            _print("SPARQL", sparql.HEADER, sparql.measure(atlas, folder / "sparql" / "instance"))


def _intake(records: int) -> None:
    """Speed on a file of generated records; answers on the labelled sets that are at hand."""
    with scratch() as place:
        _print("Intake", intake_speed.HEADER, intake_speed.rows(place, records, usable_cores()))
    intake.main(intake_speed.SHARED, shipped_data())


def _site(atlas: Atlas, engine: str, folder: Path, requests: int) -> Iterator[tuple[object, ...]]:
    """Rows about the site, on an instance of its own."""
    report = _built(atlas, engine, folder)
    yield "s, evidence build", report.seconds, "-"
    yield from site.measure(folder / "instance", requests)
    opened, most = site.memory(folder / "instance", requests)
    yield "MB of memory, opened / after the requests", opened, most


def _built(atlas: Atlas, engine: str, folder: Path) -> BuildReport:
    """Build an instance as a curator with bulk data would, in ``folder/instance``."""
    data = folder / "data"
    (data / "studies").mkdir(parents=True)
    for name in ("atlas.yaml", "vocabulary"):
        (data / name).symlink_to(shipped_data() / name)
    write_jsonl(data / "studies" / "generated.jsonl", atlas.studies.values())
    return build(data, folder / "instance", engine)


def _print(title: str, header: Sequence[str], rows: Iterable[tuple[object, ...]]) -> None:
    click.echo(f"\n## {title}\n")
    show(header, rows)


if __name__ == "__main__":
    main(prog_name="python -m benchmarks")
