"""The labelled sets of the intake, read for measuring: PubMed records, designs, sample sizes, homonyms."""

import csv
import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from entries.store import read_yaml
from intake.normalise import normalise
from intake.numerals import value
from intake.read import read
from intake.record import Origin, Record, Section

csv.field_size_limit(10_000_000)
TEXT_LABELS = ("systematic_review", "meta_analysis", "randomized_trial", "protocol", "rodent")


@dataclass(slots=True)
class Score:
    """Counts of right, wrong and missed answers."""

    right: int = 0
    wrong: int = 0
    missed: int = 0

    def add(self, said: object, true: object) -> None:
        """One answer against one label; None or False is no answer, or nothing to find."""
        if said and said == true:
            self.right += 1
            return
        self.wrong += bool(said)
        self.missed += bool(true)

    @property
    def precision(self) -> float:
        """Share of the answers that are right."""
        return self.right / ((self.right + self.wrong) or 1)

    @property
    def recall(self) -> float:
        """Share of what there is that was found."""
        return self.right / ((self.right + self.missed) or 1)

    @property
    def f1(self) -> float:
        """Harmonic mean of the two."""
        return 2 * self.right / ((2 * self.right + self.wrong + self.missed) or 1)

    def row(self, name: str) -> tuple[object, ...]:
        """Name, precision, recall, F1 and the counts, for a table."""
        return name, self.precision, self.recall, self.f1, self.right, self.wrong, self.missed


def records(path: Path) -> list[Record]:
    """Every readable record of a file, normalised."""
    return [normalise(record) for record in read(path) if isinstance(record, Record)]


def designs(path: Path) -> Iterator[tuple[Record, dict[str, bool | None]]]:
    """(record, labels) of a table of abstracts with labels by design; None where a row has no such label.

    A row of one class says nothing on meta-analysis if its class is systematic review: it may be both. A meta-analysis
    counts as a systematic review in both tables, as it does in the one with several labels a row.
    """
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        for number, row in enumerate(csv.DictReader(file, delimiter="\t"), 1):
            yield _plain(row["pmid"], row["title"], row["abstract"], path, number), _labels(row)


def other_trials(path: Path) -> set[str]:
    """Titles of the rows that are labelled as trials, but not as randomised ones."""
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    return {
        row["title"]
        for row in rows
        if row.get("class") == "human_intervention" or (row.get("trial"), row.get("randomized_trial")) == ("1", "0")
    }


def _labels(row: dict[str, str]) -> dict[str, bool | None]:
    if "class" not in row:
        labels: dict[str, bool | None] = {name: row[name] == "1" for name in TEXT_LABELS}
    else:
        labels = {name: row["class"] == name for name in TEXT_LABELS}
        if row["class"] == "systematic_review":
            labels["meta_analysis"] = None
    labels["systematic_review"] = labels["systematic_review"] or bool(labels["meta_analysis"])
    return labels


def sizes(path: Path) -> Iterator[tuple[Record, tuple[int, ...]]]:
    """(record, totals) of trial abstracts in which people marked the number of all participants."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            item = json.loads(line)
            title, _, rest = item["text"].partition(". ")
            totals = [s[3] for s in item["spans"] if s[0] == "total-participants"]
            yield _plain(item["pmid"], f"{title}.", rest, path, number), tuple(n for t in totals if (n := _number(t)))


def _number(text: str) -> int | None:
    try:
        return value(text)
    except ValueError:
        return None


def _plain(pmid: str, title: str, abstract: str, path: Path, number: int) -> Record:
    sections = (Section(text=abstract),) if abstract else ()
    origin = Origin(format="labelled", path=str(path), number=number)
    return Record(origin=origin, pmid=pmid, title=title, abstract=sections)


def facts(path: Path) -> dict[str, dict[str, object]]:
    """Labels by PMID: ``tests/data/labels.yaml``."""
    return dict(read_yaml(path).value)


def relevant(path: Path) -> dict[str, bool]:
    """Whether a record is about the disease, by PMID: ``tests/data/labels_relevance.yaml``."""
    return {pmid: said == "true" for pmid, said in read_yaml(path).value.items()}
