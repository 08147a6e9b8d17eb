"""``evidence check``."""

import json
import sys

import click

from entries.atlas import Atlas
from explorer import marking, settings, wording
from explorer.presentation import number
from explorer.question_checks import check_questions


@click.command("check")
@click.option("--json", "as_json", is_flag=True, help="Print the problems as JSON.")
@click.option("--strict", is_flag=True, help="Count warnings as errors.")
@click.option("--notes", is_flag=True, help="Tell the scanner's notes on wording, too.")
@click.option("--mark", is_flag=True, help="Write the scanner's version into the entries that pass it.")
@click.pass_obj
def command(folders: settings.Folders, as_json: bool, strict: bool, notes: bool, mark: bool) -> None:
    """Check every entry and concept, and say for each problem where it is and how to mend it.

    The wording of every entry is scanned, too: a CRITICAL finding is an error. Exit status 1 if there are errors.
    """
    atlas = Atlas.load(folders.data)
    scanned = wording.check(atlas, folders.data, notes=notes)
    found = (*atlas.problems, *scanned.problems, *check_questions(atlas, folders.data))
    problems = sorted(found, key=lambda p: (p.path, p.line))
    errors = sum(problem.severity == "error" for problem in problems)
    if as_json:
        click.echo(json.dumps([_plain(p) for p in problems], indent=1, ensure_ascii=False))
    else:
        for problem in problems:
            click.echo(str(problem))
        counts = atlas.summary()
        click.echo(
            f"{counts['studies'] - len(scanned.blocked)} studies and {sum(counts['concepts'].values())} concepts are "
            f"sound; {number(errors, 'error', 'errors')}, {number(len(problems) - errors, 'warning', 'warnings')}."
            + (f" {scanned.untold} notes on wording: see them with --notes." if scanned.untold else "")
        )
    if mark and scanned.version:
        _mark(atlas, folders, scanned.version, scanned.blocked)
    sys.exit(1 if errors or (strict and problems) else 0)


def _plain(problem: object) -> dict[str, object]:
    names = ("severity", "path", "line", "reason", "mend", "study_id")
    return {name: str(v) if name == "path" else v for name in names for v in [getattr(problem, name)]}


def _mark(atlas: Atlas, folders: settings.Folders, version: str, blocked: frozenset[str]) -> None:
    done, left = marking.mark(atlas, folders.data, version, blocked)
    click.echo(f"{len(done)} entries marked as scanned by {version}.", err=True)
    for study_id in left:
        click.echo(f"{study_id}: write 'scanner: {version}' into its provenance by hand", err=True)
