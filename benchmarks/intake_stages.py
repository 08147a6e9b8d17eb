"""``python -m benchmarks.intake_stages``: what each stage takes of the processor for records about the disease alone.

These are the hardest: each is drafted, scanned and written. All stages are run over all records in turn, several times;
start and first rounds, in which rules are made ready, are left out. Each round gives every title a letter of its own,
so that what was kept for the text of a record in the round before is of no use.
"""

import statistics
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from string import ascii_lowercase
from typing import Any, TypeVar

import click

from benchmarks.scratch import measured, scratch
from benchmarks.timing import machine, show, table
from entries import store
from entries.atlas import Atlas
from explorer.settings import shipped_data
from intake.classify import Classifier
from intake.deduplicate import deduplicate
from intake.draft import Drafter
from intake.draft_rules import FILE, DraftRules
from intake.lineage import lineage
from intake.normalise import normalise
from intake.read import read
from intake.record import Record
from intake.relevance import YES
from intake.result_rules import ResultRules
from intake.results import results
from intake.rulebook import load_policy
from intake.scan import Scanner
from intake.scan_rules import load

HEADER = ("stage", "ms each, median", "ms each, best")
SHARED = Path(__file__).resolve().parent.parent.parent / "shared" / "data"
SETS = ("pubmed-mecfs", "pubmed-long-covid")
ROUNDS, WARM_UP = 10, 3
Made = TypeVar("Made")


class _Clock:
    """Seconds of the processor by stage, a list of rounds each."""

    def __init__(self) -> None:
        self.spent: dict[str, list[float]] = {}

    def each(self, stage: str, work: Callable[[Any], Made], items: Iterator[Any] | list[Any]) -> list[Made]:
        """The work on each item; its time counts for the stage."""
        listed = list(items)
        began = time.process_time()
        done = [work(item) for item in listed]
        self.spent.setdefault(stage, []).append(time.process_time() - began)
        return done


class Stages:
    """The stages one by one, with the rules of a data folder, for a list of records."""

    def __init__(self, policy: Path, folder: Path) -> None:
        shipped = Atlas.load(policy)
        self.atlas = Atlas.of(shipped.config, shipped.vocabulary, ())
        self.classifier = Classifier(policy, shipped.vocabulary)
        self.results = load_policy(ResultRules, policy, "results")
        wording, day = load(policy), date(2026, 1, 2)
        assert wording
        self.scanner = Scanner(wording, shipped.vocabulary)
        rules = load_policy(DraftRules, policy, FILE)
        self.drafter = Drafter(rules, shipped.vocabulary, shipped.config, wording.version, day)
        self.folder = folder

    def round(self, given: list[Record], clock: _Clock) -> None:
        """Every stage over all records."""
        classifier, drafter, scanner = self.classifier, self.drafter, self.scanner
        records = clock.each("normalise", normalise, given)
        about = clock.each("relevance", classifier.relevance, records)
        clock.each("deduplicate", lambda all_of_them: deduplicate(all_of_them, self.atlas), [records])
        read_ = clock.each("classify", lambda one: classifier.read(*one), list(zip(records, about, strict=True)))
        told = clock.each("findings", lambda one: results(one, self.results), read_)
        both = list(enumerate(zip(records, read_, told, strict=True)))
        drafts = clock.each(
            "draft", lambda one: drafter.draft(f"draft-{one[0]}", one[1][0], one[1][1].about, (), one[1][2]), both
        )
        pairs = list(zip(drafts, records, strict=True))
        clock.each("scan", lambda pair: scanner.scan(pair[0], source=pair[1].text()), pairs)
        named = {draft.id: record for draft, record in pairs}
        clock.each("lineage", lambda all_of_them: lineage(all_of_them, self.atlas), [named])
        clock.each("write", lambda draft: store.write_study(self.folder, draft), drafts)


def rows(paths: list[Path], policy: Path, folder: Path) -> list[tuple[object, ...]]:
    """A row for each stage in the order of HEADER, their sum, and how many records that makes a second."""
    stages = Stages(policy, folder)
    clock = _Clock()
    given: list[Record] = []
    for letter in ascii_lowercase[: ROUNDS + WARM_UP]:
        found = clock.each("read", lambda path: list(read(path)), paths)
        everything = [one for file in found for one in file if isinstance(one, Record) and one.title and one.year]
        given = given or [one for one in everything if stages.classifier.relevance(normalise(one)).value == YES]
        stages.round([one.model_copy(update={"title": f"{one.title} {letter}"}) for one in given], clock)
    clock.spent["read"] = [seconds * len(given) / len(everything) for seconds in clock.spent["read"]]
    kept = {stage: [1000 * s / len(given) for s in spent[WARM_UP:]] for stage, spent in clock.spent.items()}
    kept["all"] = [sum(one) for one in zip(*kept.values(), strict=True)]
    told = [(stage, statistics.median(spent), min(spent)) for stage, spent in kept.items()]
    pace = ("records a second", *(1000 / value for value in told[-1][1:]))
    return [*told, pace]


def stages(path: Path, policy: Path) -> str:
    """The table for the records about the disease of the sets that lie beside that of ``path``."""
    paths = [place for name in SETS if (place := path.parent.parent / name / path.name).is_file()]
    with scratch() as folder:
        return table(HEADER, measured(rows, paths, policy, folder))


@click.command()
@click.option(
    "--data", type=click.Path(path_type=Path, exists=True), default=SHARED, help="Folder of the sets of records."
)
def main(data: Path) -> None:
    """Measure every stage of the intake on records that are all about the disease."""
    click.echo(f"Machine: {machine()}\n")
    paths = [place for name in SETS if (place := data / name / "records.jsonl").is_file()]
    if not paths:
        raise click.UsageError(f"{data} has none of the sets {', '.join(SETS)}; name their folder with --data")
    with scratch() as folder:
        show(HEADER, measured(rows, paths, shipped_data(), folder))


if __name__ == "__main__":
    main()
