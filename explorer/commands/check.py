"""``evidence check``."""

import json
import sys

import click

from entries.atlas import Atlas
from explorer import settings


@click.command("check")
@click.option("--json", "as_json", is_flag=True, help="Print the problems as JSON.")
@click.option("--strict", is_flag=True, help="Count warnings as errors.")
@click.pass_obj
def command(folders: settings.Folders, as_json: bool, strict: bool) -> None:
    """Check every entry and concept, and say for each problem where it is and how to mend it.

    Exit status 1 if there are errors.
    """
    atlas = Atlas.load(folders.data)
    if as_json:
        click.echo(json.dumps([_plain(p) for p in atlas.problems], indent=1, ensure_ascii=False))
    else:
        for problem in atlas.problems:
            click.echo(str(problem))
        counts = atlas.summary()
        concepts = sum(counts["concepts"].values())
        click.echo(
            f"{counts['studies']} studies and {concepts} concepts are sound; "
            f"{counts['errors']} errors, {counts['warnings']} warnings."
        )
    sys.exit(1 if atlas.errors or (strict and atlas.problems) else 0)


def _plain(problem: object) -> dict[str, object]:
    names = ("severity", "path", "line", "reason", "mend", "study_id")
    return {name: str(v) if name == "path" else v for name in names for v in [getattr(problem, name)]}
