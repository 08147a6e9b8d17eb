"""``evidence stats``."""

import json

import click

from explorer import settings
from explorer.instance import Instance


@click.command("stats")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@click.pass_obj
def command(folders: settings.Folders, as_json: bool) -> None:
    """Count what the current build holds."""
    instance = Instance.open(folders.instance)
    counts = instance.atlas.summary()
    concepts = counts.pop("concepts")
    facts = {
        "title": instance.atlas.config.title,
        "built": instance.info.made,
        "engine": instance.info.engine,
        "studies": counts["studies"],
        "findings": counts["findings"],
        "statements": instance.graph_store.counts.get("quads", 0),
        "concepts": concepts,
    }
    if as_json:
        click.echo(json.dumps(facts, indent=1, ensure_ascii=False))
        return
    for name, value in facts.items():
        if not isinstance(value, dict):
            click.echo(f"{name:<12}{value}")
    for scheme, count in concepts.items():
        click.echo(f"  {scheme:<20}{count:>6}")
