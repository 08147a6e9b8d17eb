"""How well findings are read out of abstracts: which way, for which concept, against whom, beside our own labels.

A direction counts as right where a label of the same sentence and concept has the same one; any other is wrong. What a
sentence says of a link and what it says of more or less are counted each by itself.
"""

from pathlib import Path

from benchmarks.intake_labels import Score, records
from benchmarks.timing import table
from entries.atlas import Atlas
from entries.store import read_yaml
from intake.classify import Classifier
from intake.comparison import LINKS
from intake.record import Record
from intake.result_rules import ResultRules
from intake.results import results
from intake.rulebook import load_policy

FOLDER = "shared/data/pubmed-mecfs/records.jsonl"
HEADER = ("what", "precision", "recall", "F1", "right", "wrong", "missed")
HALVES = ("even PMIDs", "odd PMIDs")
ALL = "both halves"
Key = tuple[int, str, bool]  # where the sentence begins, concept, whether a link is told


def findings(path: Path, labels: Path, policy: Path) -> str:
    """A table of :func:`measure`."""
    return table(HEADER, [score.row(name) for name, score in measure(path, labels, policy).items()])


def measure(path: Path, labels: Path, policy: Path) -> dict[str, Score]:
    """Directions in each half of the labelled records and in both; comparisons where the direction is right."""
    classifier = Classifier(policy, Atlas.load(policy).vocabulary)
    rules = load_policy(ResultRules, policy, "results")
    known = dict(read_yaml(labels).value or {})
    scores = {name: Score() for name in (*HALVES, ALL, "comparison")}
    for record in records(path):
        if record.pmid is not None and record.pmid in known:
            half = HALVES[int(record.pmid) % 2]
            true = {
                _key(f["at"], f["concept"], f["direction"]): (f["direction"], f.get("comparison"))
                for f in known[record.pmid]
            }
            _score(_said(record, classifier, rules), true, [scores[half], scores[ALL]], scores["comparison"])
    return scores


def _key(at: int, concept: str, direction: str) -> Key:
    return int(at), concept, direction in LINKS


def _said(record: Record, classifier: Classifier, rules: ResultRules) -> dict[Key, tuple[str, str | None]]:
    found = results(classifier.read(record), rules)
    pointing = [r for r in found if r.direction]
    return {
        _key(r.sentence.start, c, str(r.direction)): (str(r.direction), r.against) for r in pointing for c in r.concepts
    }


def _score(
    said: dict[Key, tuple[str, str | None]],
    true: dict[Key, tuple[str, str | None]],
    directions: list[Score],
    comparison: Score,
) -> None:
    for key in said.keys() | true.keys():
        ours, theirs = said.get(key, (None, None)), true.get(key, (None, None))
        for score in directions:
            score.add(ours[0], theirs[0])
        if key in said and ours[0] == theirs[0]:
            comparison.add(ours[1], theirs[1])
