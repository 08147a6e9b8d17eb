"""``python -m benchmarks.ranking_smart``: a collection of the SMART system as :mod:`benchmarks.ranking` reads it.

MED and Cranfield come so: records that begin with ``.I``, with the title in ``.T`` and the text in ``.W``. Queries are
numbered in their order, whatever their ``.I`` says, because the judgements count them so.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import click

_FIELD = re.compile(r"\.([A-Z])\s*\Z")
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


def records(path: Path) -> Iterator[dict[str, str]]:
    """The records of a file: texts by the letter of their field, ``I`` for the number."""
    record: dict[str, list[str]] = {}
    field = ""
    for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
        if line.startswith(".I"):
            if record:
                yield _joined(record)
            record, field = {"I": [line[2:]]}, ""
        elif found := _FIELD.match(line):
            field = found[1]
        elif field:
            record.setdefault(field, []).append(line)
    if record:
        yield _joined(record)


def _joined(record: dict[str, list[str]]) -> dict[str, str]:
    return {name: " ".join(" ".join(lines).split()) for name, lines in record.items()}


def judgements(path: Path) -> Iterator[str]:
    """Judgements in TREC form, 1 for every grade above 0; ``query document grade`` a line is read too."""
    for parts in map(str.split, path.read_text(encoding="utf-8").splitlines()):
        if len(parts) in (3, 4):
            query, document, grade = parts[0], parts[-2], parts[-1]
            yield f"{query} 0 {document} {int(int(grade) > 0)}"


@click.command()
@click.option("--docs", required=True, type=_FILE, help="Documents, such as MED.ALL.")
@click.option("--queries", required=True, type=_FILE, help="Queries, such as MED.QRY.")
@click.option("--qrels", required=True, type=_FILE, help="Judgements, such as MED.REL.")
@click.option("--output", required=True, type=click.Path(file_okay=False, path_type=Path), help="Folder to write to.")
def main(docs: Path, queries: Path, qrels: Path, output: Path) -> None:
    """Write docs.jsonl, queries.tsv and qrels.txt."""
    output.mkdir(parents=True, exist_ok=True)
    made = {
        "docs.jsonl": [
            json.dumps({"_id": r["I"], "title": r.get("T", ""), "text": r.get("W", "")}) for r in records(docs)
        ],
        "queries.tsv": [f"{number}\t{r.get('W', '')}" for number, r in enumerate(records(queries), start=1)],
        "qrels.txt": list(judgements(qrels)),
    }
    for name, lines in made.items():
        (output / name).write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        click.echo(f"{output / name}: {len(lines):,} lines")


if __name__ == "__main__":
    main(prog_name="python -m benchmarks.ranking_smart")
