"""``evidence build``."""

from pathlib import Path

import click

from explorer import settings
from explorer.build import BuildReport, build
from explorer.commands.progress import bars


@click.command("build")
@settings.option(settings.ENGINE)
@click.option("--full", is_flag=True, help="Make everything anew instead of only what changed.")
@click.option("--check-digests", is_flag=True, help="Look into every file instead of trusting its size and time.")
@click.option("--strict", is_flag=True, help="Build nothing if any entry has an error.")
@click.option(
    "--jsonl",
    "extra",
    multiple=True,
    metavar="FILE",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Further studies, one JSON object a line; may be repeated.",
)
@click.pass_obj
def command(
    folders: settings.Folders, engine: str, full: bool, check_digests: bool, strict: bool, extra: tuple[Path, ...]
) -> None:
    """Build index and graph from the data, beside the ones that are served, and swap them in."""
    with bars() as report:
        done = build(folders.data, folders.instance, engine, full, extra, report, strict, not check_digests)
    told(done)


def told(report: BuildReport) -> None:
    """Say what a build did, with every problem on standard error."""
    for problem in report.problems:
        click.echo(str(problem), err=True)
    for study_id in report.info.kept:
        click.echo(f"{study_id}: broken now; its last sound form is still served", err=True)
    if report.damage:
        click.echo(f"{report.damage}\nEverything was made anew.", err=True)
    if report.why:
        click.echo(f"All files of studies were read: {report.why}.", err=True)
    if not report.fresh:
        click.echo(f"Nothing has changed: {report.info.studies} studies, built {report.info.made}.")
        return
    click.echo(
        f"Built {report.info.studies} studies with {report.info.engine} in {report.seconds:.1f} s: "
        f"{report.added} added, {report.changed} changed, {report.removed} removed."
    )
    if report.read < report.files:
        click.echo(f"{report.files - report.read} of {report.files} files were not read: they have not changed.")
