"""``evidence fetch``."""

import sys
from datetime import date
from pathlib import Path

import click

from explorer import settings
from explorer.commands.progress import bars
from intake.eutils import FILE, Eutils, FetchRules
from intake.fetch import PLAN, Fetched, fetch, read_plan, unfinished
from intake.rulebook import load_policy

INTAKE = "intake"  # folder of what was fetched, a day each, inside the instance


@click.command("fetch")
@click.option(
    "--into", metavar="FOLDER", type=click.Path(file_okay=False, path_type=Path), help="Keep the records here."
)
@click.option("--service", metavar="ADDRESS", help="Ask this service instead of the one in policy/fetch.yaml.")
@click.pass_obj
def command(folders: settings.Folders, into: Path | None, service: str | None) -> None:
    """Fetch the records of the query in policy/fetch.yaml from PubMed, for `evidence import`.

    They are kept as gzip XML in the instance folder, under the day. Stopped and started again, it goes on where it
    was. Set NCBI_EMAIL to your address, as NCBI asks, and NCBI_API_KEY for more requests a second. Exit status 1 if
    some records could not be had.
    """
    rules = load_policy(FetchRules, folders.data, FILE)
    if service:
        rules = rules.model_copy(update={"service": service if service.endswith("/") else service + "/"})
    folder = into or _folder(folders.instance / INTAKE, rules)
    with bars() as report:
        done = fetch(rules, folder, Eutils.of(rules), date.today(), lambda n, of: report("fetch", n, of))
    told(done)
    sys.exit(1 if done.failed else 0)


def _folder(root: Path, rules: FetchRules) -> Path:
    """The newest fetch of this query that is not finished, else one for today."""
    for plan in sorted(root.glob(f"*/{PLAN}"), reverse=True):
        begun = read_plan(plan.parent)
        if begun and begun.query == rules.query and unfinished(begun, plan.parent):
            return plan.parent
    return root / date.today().isoformat()


def told(done: Fetched) -> None:
    """Say what was fetched, what was not, and what to do next."""
    for words in (*done.told, *done.failed):
        click.echo(words, err=True)
    click.echo(f"{done.done:,} of {done.total:,} records are in {done.folder}; {done.new:,} of them are new.")
    if done.done < done.total:
        click.echo(f"{done.total - done.done:,} are still to come: run the same command again.")
    elif done.total:
        click.echo(f"Next: evidence import {done.folder} --dry-run")
