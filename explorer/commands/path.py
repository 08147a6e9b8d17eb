"""``evidence path``."""

import click

from entries.study import Study
from explorer import settings
from explorer.commands.show import find
from explorer.instance import Instance
from graph.paths import paths


@click.command("path")
@click.argument("start", metavar="FROM")
@click.argument("end", metavar="TO")
@click.option("--limit", type=click.IntRange(1, 20), default=3, show_default=True, help="How many ways to show.")
@click.pass_obj
def command(folders: settings.Folders, start: str, end: str, limit: int) -> None:
    """Show the shortest ways from one study or concept to another, each hop with the study it rests on.

    \b
    Examples:
      evidence path "NK cell function" fatigue
      evidence path see-1996-alpha-interferon concept:lactate
    """
    instance = Instance.open(folders.instance)
    found = paths(instance.network, _node(instance, start), _node(instance, end), limit=limit)
    for number, way in enumerate(found, 1):
        click.echo(f"{number}. {way}")


def _node(instance: Instance, name: str) -> str:
    """A node of the network: as typed when it has its kind in front, else looked up as a person would mean it."""
    if name in instance.network:
        return name
    found = find(instance.atlas, name)
    return f"study:{found.id}" if isinstance(found, Study) else f"concept:{found.id}"
