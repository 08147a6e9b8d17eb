"""``evidence import``."""

import sys
import time
from datetime import date, datetime
from itertools import chain, islice
from pathlib import Path

import click
from pydantic import ValidationError

from entries import store
from entries.atlas import Atlas
from entries.errors import StoreError
from entries.study import Study
from explorer import imported, settings
from explorer.commands.import_report import as_json_lines, table
from intake.language_model import LanguageModel
from intake.parallel import usable_cores
from intake.pipeline import Pipeline
from intake.unparsed import pieces

_MANY = 200  # records from which their pace is worth telling


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
@click.option("--model", metavar="NAME", envvar=settings.MODEL.variable, help="Let a language model add sentences.")
@click.option(
    "--model-service", metavar="ADDRESS", envvar=settings.MODEL_SERVICE.variable, help=settings.MODEL_SERVICE.help
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
    model: str | None,
    model_service: str | None,
) -> None:
    """Draft entries from records: PubMed XML, MEDLINE, RIS, BibTeX, CSL-JSON or JSON lines; a folder is read whole.

    One file a study; nothing is overwritten, and what the atlas has is left alone, so the same files can be given
    again. Every draft is marked as made by a machine: read it beside the paper. Exit status 1 if nothing was readable.
    """
    folder = into or folders.data / "studies"
    atlas, taken = _known(folders.data, folder)
    began = time.perf_counter()
    pipeline = Pipeline(
        folders.data, atlas, on.date() if on else date.today(), taken, processes, _model(model, model_service)
    )
    intake = pipeline.run(islice(chain.from_iterable(map(pieces, files)), limit))
    seconds = time.perf_counter() - began
    written = [] if dry_run else [str(store.write_study(folder, study)) for study in intake.studies]
    if not dry_run:
        versions = atlas.config.versions
        imported.write(
            folders.instance, imported.report(intake, files, len(written), versions, pipeline.policies, seconds)
        )
    for line in as_json_lines(intake, written) if as_json else table(intake, folder, dry_run):
        click.echo(line)
    if not as_json:
        click.echo(_pace(len(intake.outcomes), seconds), err=True)
    sys.exit(1 if intake.counts()["unreadable"] == len(intake.outcomes) else 0)


def _pace(records: int, seconds: float) -> str:
    """How long it took; of a few records most of that went into reading the rules, which tells nothing of the pace."""
    pace = f", {records / seconds:,.0f} a second" if records >= _MANY else ""
    return f"{records:,} record{'s' * (records != 1)} in {seconds:.1f} s{pace}."


def _model(name: str | None, address: str | None) -> LanguageModel | None:
    """The language model that was asked for; None where none was. Raises ServiceError."""
    if name and not address:
        raise click.UsageError("--model needs the address of its service: add --model-service")
    return LanguageModel.of(name, address, settings.MODEL_KEY.value()) if name and address else None


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
