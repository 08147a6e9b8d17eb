"""``evidence path``."""

import json

import click

from explorer import settings
from explorer.instance import Instance
from graph.nodes import KINDS
from graph.paths import MOST_PATHS, THROUGH, Path, paths


@click.command("path")
@click.argument("start", metavar="FROM")
@click.argument("end", metavar="TO")
@click.option(
    "--limit", type=click.IntRange(1, MOST_PATHS), default=3, show_default=True, help="How many ways to show."
)
@click.option(
    "--through",
    multiple=True,
    type=click.Choice(KINDS),
    help=f"Kinds of node that may stand between; may be repeated. Default: {' and '.join(THROUGH)}.",
)
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@click.pass_obj
def command(
    folders: settings.Folders, start: str, end: str, limit: int, through: tuple[str, ...], as_json: bool
) -> None:
    """Show the shortest ways from one study or concept to another, each step with the study it rests on.

    FROM and TO may be ids, labels or synonyms.

    \b
    Examples:
      evidence path "NK cell function" fatigue
      evidence path see-1996-alpha-interferon lactate
    """
    atlas = Instance.open(folders.instance).atlas
    found = paths(atlas, start, end, limit=limit, through=through or THROUGH)
    if as_json:
        click.echo(json.dumps([_plain(way) for way in found], indent=1, ensure_ascii=False))
        return
    for number, way in enumerate(found, 1):
        click.echo(f"{number}. {way}")


def _plain(way: Path) -> dict[str, object]:
    hops = [{"from": h.source, "to": h.target, "study": h.study, "says": str(h)} for h in way.hops]
    return {"nodes": list(way.nodes), "labels": list(way.labels), "hops": hops}
