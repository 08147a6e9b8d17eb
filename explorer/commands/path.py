"""``evidence path``."""

import json

import click

from explorer import settings
from explorer.instance import Instance
from graph.evidence import Evidence
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
    metavar="KIND",
    help=f"What may stand between; may be repeated: {', '.join(KINDS)}, or a scheme such as symptom."
    f" Default: {' and '.join(THROUGH)}.",
)
@click.option("--level", metavar="LEVEL", help="Only studies of this evidence level or a stronger one, such as E1.")
@click.option("--pem", metavar="STATUS", help="Only studies of this pem-status: required, not-required or unclear.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@click.pass_obj
def command(
    folders: settings.Folders,
    start: str,
    end: str,
    limit: int,
    through: tuple[str, ...],
    level: str | None,
    pem: str | None,
    as_json: bool,
) -> None:
    """Show the shortest ways from one study or concept to another, each step with the study it rests on.

    FROM and TO may be ids, labels or synonyms.

    \b
    Examples:
      evidence path "NK cell function" fatigue
      evidence path see-1996-alpha-interferon lactate
      evidence path cortisol fatigue --level E2 --pem required --through symptom
    """
    atlas = Instance.open(folders.instance).atlas
    found = paths(atlas, start, end, limit=limit, through=_between(through), evidence=Evidence(level, _status(pem)))
    if as_json:
        click.echo(json.dumps([_plain(way) for way in found], indent=1, ensure_ascii=False))
        return
    for number, way in enumerate(found, 1):
        click.echo(f"{number}. {way}")


def _between(through: tuple[str, ...]) -> tuple[str, ...]:
    """A scheme alone would leave no study to pass through, so studies always may stand between."""
    return tuple(dict.fromkeys(("study", *through))) if through else THROUGH


def _status(pem: str | None) -> str | None:
    """The status by its id, the ``pem-`` in front of it left out or not."""
    return f"pem-{pem.removeprefix('pem-')}" if pem else None


def _plain(way: Path) -> dict[str, object]:
    hops = [{"from": h.source, "to": h.target, "study": h.study, "says": str(h)} for h in way.hops]
    return {"nodes": list(way.nodes), "labels": list(way.labels), "hops": hops}
