"""``python -m benchmarks.ranking``: how good the ranking is, on any collection with queries and judgements.

The documents become studies with a title and a summary, are indexed as the studies of an atlas are, and each query is
asked as a search in which any word is enough: analysis, fields, weights and feedback are those of the site.
"""

import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

import click

from benchmarks.ranking_collection import Collection
from benchmarks.ranking_measures import Quality, mean, quality
from benchmarks.timing import Timed, machine, table
from index import engine as engines

DEPTH = 1_000  # documents of a ranking, as in TREC
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


def measure(
    search: engines.SearchEngine, collection: Collection, ids: Mapping[str, str]
) -> tuple[list[Quality], Timed]:
    """The quality of each query's ranking, in order, and the times. ``ids``: document id of each study id."""
    qualities, seconds = [], []
    for query, text in collection.queries.items():
        started = time.perf_counter()
        found = search.best(text, DEPTH)
        seconds.append(time.perf_counter() - started)
        qualities.append(quality([ids[study] for study, _ in found], collection.judgements[query]))
    return qualities, Timed(tuple(seconds))


@click.command()
@click.option("--docs", required=True, type=_FILE, help='Documents: {"_id", "title", "text"} a line.')
@click.option("--queries", required=True, type=_FILE, help="Queries: id, tab, text a line.")
@click.option("--qrels", required=True, type=_FILE, help="Judgements in TREC form: query, 0, document, grade a line.")
@click.option("--engine", default=engines.DEFAULT, show_default=True, help="Search engine.")
def main(docs: Path, queries: Path, qrels: Path, engine: str) -> None:
    """Print nDCG@10, MAP and recall@100 of the site's ranking on a collection of documents."""
    click.echo(f"Machine: {machine()}\nCommand: python -m benchmarks.ranking {' '.join(sys.argv[1:])}")
    collection = Collection.read(docs, queries, qrels)
    for what, number in collection.skipped.items():
        click.echo(f"Note: {what}: {number:,}")
    if not collection.documents or not collection.queries:
        raise click.ClickException("there is nothing to measure: no document, or no query with a relevant document")
    atlas, ids = collection.atlas()
    with tempfile.TemporaryDirectory(prefix="evidence-ranking-") as folder:
        started = time.perf_counter()
        engines.build(atlas, Path(folder) / "index", engine)
        click.echo(f"{len(ids):,} documents indexed in {time.perf_counter() - started:.1f} s")
        search = engines.open_index(Path(folder) / "index", atlas)
        qualities, times = measure(search, collection, ids)
        search.close()
    whole = mean(qualities)
    header = ("queries", "nDCG@10", "MAP", "recall@100", "median ms", "p99 ms")
    row = (len(qualities), *(f"{value:.4f}" for value in whole), times.median, times.p99)
    click.echo(f"\n{table(header, [row])}")


if __name__ == "__main__":
    main(prog_name="python -m benchmarks.ranking")
