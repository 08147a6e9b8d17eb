"""``evidence sparql``."""

import sys
from typing import TextIO

import click

from entries.errors import EvidenceError
from explorer import settings
from explorer.build import GRAPH
from explorer.instance import Instance
from graph.sparql_result import GRAPH_FORMS, RESULT_FORMS


@click.command("sparql")
@click.argument("query", required=False)
@click.option(
    "--file", "-f", type=click.File("r", encoding="utf-8"), help="Read the query from a file; - for standard input."
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", *dict.fromkeys((*RESULT_FORMS, *GRAPH_FORMS))]),
    default="table",
    show_default=True,
)
@click.option("--timeout", type=click.FloatRange(0.1, 3600), default=10.0, show_default=True, help="Seconds.")
@click.option("--max-rows", type=click.IntRange(1), default=100_000, show_default=True)
@click.pass_obj
def command(
    folders: settings.Folders,
    query: str | None,
    file: TextIO | None,
    form: str,
    timeout: float,
    max_rows: int,
) -> None:
    """Ask the graph a question in SPARQL 1.1 (reading only). Common prefixes need no declaration.

    \b
    Example:
      evidence sparql 'SELECT ?label WHERE { ?c a skos:Concept ; skos:prefLabel ?label } LIMIT 5'
    """
    text = file.read() if file else query
    if not text:
        raise click.UsageError("give a query, or a file with --file")
    from graph import sparql

    folder = Instance.open(folders.instance).folder / GRAPH
    result = sparql.query(folder, text, timeout=timeout, max_rows=max_rows)
    try:
        sys.stdout.buffer.write(result.table().encode() if form == "table" else result.serialize(form))
    except ValueError as error:
        raise EvidenceError(str(error)) from error
