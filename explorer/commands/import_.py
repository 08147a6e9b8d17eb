"""``evidence import``."""

import json
import sys
import time
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime
from itertools import chain, islice
from pathlib import Path
from typing import Any

import click
from pydantic import ValidationError

from entries import store
from entries.atlas import Atlas
from entries.errors import StoreError
from entries.study import Study
from explorer import imported, settings
from intake.outcome import FATES, Intake, Outcome
from intake.parallel import usable_cores
from intake.pipeline import Pipeline
from intake.read import read


@click.command("import")
@click.argument("files", nargs=-1, required=True, metavar="FILE...", type=click.Path(exists=True, path_type=Path))
@click.option("--into", metavar="FOLDER", type=click.Path(path_type=Path), help="Write here, not to the atlas itself.")
@click.option("--dry-run", is_flag=True, help="Write nothing; only tell what would be done.")
@click.option("--json", "as_json", is_flag=True, help="Print every record with all decisions and their evidence.")
@click.option("--limit", metavar="N", type=click.IntRange(min=1), help="Read the first N records only.")
@click.option("--on", metavar="DAY", type=click.DateTime(["%Y-%m-%d"]), help="The day of the drafts. Default: today.")
@click.option(
    "--processes",
    metavar="N",
    type=click.IntRange(min=1),
    default=usable_cores,
    help="Work in N processes. Default: one for each core.",
)
@click.pass_obj
def command(
    folders: settings.Folders,
    files: tuple[Path, ...],
    into: Path | None,
    dry_run: bool,
    as_json: bool,
    limit: int | None,
    on: datetime | None,
    processes: int,
) -> None:
    """Draft entries from records: PubMed XML, MEDLINE, RIS, BibTeX, CSL-JSON or JSON lines; a folder is read whole.

    One file a study; nothing is overwritten, and what the atlas has is left alone, so the same files can be given
    again. Every draft is marked as made by a machine: read it beside the paper. Exit status 1 if nothing was readable.
    """
    folder = into or folders.data / "studies"
    atlas, taken = _known(folders.data, folder)
    began = time.perf_counter()
    pipeline = Pipeline(folders.data, atlas, on.date() if on else date.today(), taken, processes)
    intake = pipeline.run(islice(chain.from_iterable(map(read, files)), limit))
    seconds = time.perf_counter() - began
    written = [] if dry_run else [str(store.write_study(folder, study)) for study in intake.studies]
    if not dry_run:
        versions = atlas.config.versions
        imported.write(
            folders.instance, imported.report(intake, files, len(written), versions, pipeline.policies, seconds)
        )
    if as_json:
        click.echo(json.dumps(_report(intake, written), indent=1, ensure_ascii=False))
    else:
        for line in _table(intake, folder, dry_run):
            click.echo(line)
        click.echo(f"{len(intake.outcomes) / seconds:,.0f} records a second.", err=True)
    sys.exit(1 if all(o.fate == "unreadable" for o in intake.outcomes) else 0)


def _known(data: Path, folder: Path) -> tuple[Atlas, set[str]]:
    """The atlas with the entries that ``folder`` holds already, and the ids that are taken, sound or not."""
    atlas = Atlas.load(data)
    found = {path.stem: path for path in sorted(folder.glob("*.yaml")) if not path.name.startswith(".")}
    taken = {*found, *(p.study_id for p in atlas.problems if p.study_id)}
    if folder.resolve() == (data / "studies").resolve():
        return atlas, taken
    return atlas.with_studies([*atlas.studies.values(), *map(_study, found.values())]), taken


def _study(path: Path) -> Study:
    try:
        return store.read_study(path)
    except (ValidationError, StoreError) as error:
        said = error.errors()[0]["msg"] if isinstance(error, ValidationError) else str(error)
        raise StoreError(f"{path}: is no sound entry ({said}); mend it, or choose another folder with --into") from None


def _report(intake: Intake, written: list[str]) -> dict[str, Any]:
    """The whole run as JSON values: counts, records in the order of the run, links for entries there already."""
    return {
        "counts": intake.counts(),
        "written": written,
        "records": [outcome.model_dump(mode="json", exclude_none=True) for outcome in intake.outcomes],
        "links": [p.decision.model_dump(mode="json", exclude_none=True) for p in intake.proposals],
    }


def _table(intake: Intake, folder: Path, dry_run: bool) -> Iterator[str]:
    """A line for each record but those on other subjects, which are counted by reason; then the counts."""
    astray = [outcome for outcome in intake.outcomes if _on_another_subject(outcome)]
    for outcome in intake.outcomes:
        if not _on_another_subject(outcome):
            yield _line(outcome)
    reasons = Counter(outcome.reason for outcome in astray)
    for reason, count in reasons.most_common():
        yield f"{'rejected':<11}{count:>5}  {reason}"
    for proposal in intake.proposals:
        yield f"{'link':<11}{proposal.study} {proposal.link.relation} {proposal.link.study}: add it by hand"
    yield ""
    for fate, count in intake.counts().items():
        yield f"{count:>7}  {fate:<11}{FATES[fate]}"
    done = "would be written" if dry_run else "written"
    yield f"{len(intake.studies)} entries {done} to {folder}."


def _line(outcome: Outcome) -> str:
    what = outcome.study if outcome.fate == "accepted" else outcome.reason
    return f"{outcome.fate:<11}{outcome.name}: {what}"


def _on_another_subject(outcome: Outcome) -> bool:
    return outcome.fate == "rejected" and any(d.name == "relevance" and d.value == "no" for d in outcome.decisions)
