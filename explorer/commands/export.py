"""``evidence export``."""

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import click

from entries.atlas import Atlas
from entries.errors import EvidenceError
from entries.store import writing
from explorer import settings
from explorer.commands.formats import chosen
from explorer.forms import DATASET_FORMS, RDF, RESULT_FORMS, Form
from explorer.instance import Instance
from explorer.own_address import missing
from explorer.takeaway import dataset_in, studies_in
from index.fields import facets
from index.query import SearchRequest


@click.command("export")
@click.option("--format", "-f", "form", default=None, help="Default: that of the file's ending, else turtle.")
@click.option(
    "--output", "-o", type=click.Path(dir_okay=False, path_type=Path), help="File to write; default: standard output."
)
@click.option("--query", "-q", metavar="TEXT", help="Only the studies that a search finds.")
@click.option("--study", "-s", "ids", multiple=True, metavar="ID", help="Only this study; may be repeated.")
@click.pass_obj
def command(
    folders: settings.Folders, form: str | None, output: Path | None, query: str | None, ids: tuple[str, ...]
) -> None:
    """Take the atlas, or a part of it, away.

    Forms: turtle, trig, ntriples, nquads, rdfxml, jsonld, json, csv, bibtex, ris, csl; graphml and cytoscape for a
    network.

    \b
    Examples:
      evidence export -o atlas.nq
      evidence export -q lactate -f csv -o lactate.csv
    """
    instance = Instance.open(folders.instance)
    name = form or (output and _by_ending(output)) or "turtle"
    wanted = _wanted(instance, query, ids)
    pieces = _pieces(instance.atlas, name, wanted)
    if output is None:
        for piece in pieces:
            sys.stdout.buffer.write(piece)
        return
    # Its length is not known before it is written: the bar shows that it moves.
    bar = click.progressbar(pieces, label="export", file=sys.stderr, hidden=not sys.stderr.isatty(), show_eta=False)
    with writing(output) as file, bar as shown:
        size = sum(file.write(piece) for piece in shown)
    click.echo(f"Wrote {size:,} bytes to {output}.", err=True)
    if note := missing(instance.atlas.config):
        click.echo(f"Note: {note}", err=True)


def _by_ending(output: Path) -> str | None:
    endings = {f.suffix: f.name for f in DATASET_FORMS}
    return next((n for s, n in sorted(endings.items(), key=lambda e: -len(e[0])) if output.name.endswith(s)), None)


def _wanted(instance: Instance, query: str | None, ids: Iterable[str]) -> list[str] | None:
    """Ids to export; None for everything. Raises EvidenceError for an id that is not there."""
    chosen_ids = list(dict.fromkeys(ids))
    for study_id in chosen_ids:
        if study_id not in instance.atlas.studies:
            raise EvidenceError(f"there is no study '{study_id}'; look for it with `evidence search`")
    if query is None:
        return chosen_ids or None
    request = SearchRequest.from_args([("q", query)], facets(instance.atlas.config))
    return list(dict.fromkeys([*chosen_ids, *instance.engine.ids(request)]))


def _pieces(atlas: Atlas, name: str, wanted: list[str] | None) -> Iterator[bytes]:
    if wanted is None:
        return dataset_in(atlas, chosen(DATASET_FORMS, name))
    form: Form = chosen((*RESULT_FORMS, *RDF.values()), name)
    return studies_in(atlas, atlas.selection(wanted), form)
