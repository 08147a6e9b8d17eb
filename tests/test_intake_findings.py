"""Findings of real abstracts beside labels set by reading: a direction that is given is nearly always right."""

from pathlib import Path

import pytest
from conftest import ROOT

from benchmarks.intake_findings import ALL, FOLDER, HALVES, measure

DATA = ROOT / "tests" / "data"
SETS = {
    FOLDER: "labels_findings.yaml",
    "shared/data/pubmed-long-covid/records.jsonl": "labels_findings_long_covid.yaml",
}


@pytest.mark.parametrize(("folder", "recall", "right"), [*zip(SETS, (0.7, 0.5), (70, 25), strict=True)])
def test_what_points_points_the_right_way(folder: str, recall: float, right: int) -> None:
    path = ROOT.parent / folder
    if not path.is_file():
        pytest.skip(f"{path} is not there")
    found = measure(path, DATA / SETS[folder], ROOT / "data")
    assert found[ALL].right >= right
    assert found[ALL].recall >= recall
    assert min(found[half].precision for half in HALVES) >= 0.95
    assert found["comparison"].precision >= 0.9


@pytest.mark.parametrize(
    ("labels", "number"), [(DATA / name, n) for name, n in zip(SETS.values(), (90, 45), strict=True)]
)
def test_the_labels_are_of_the_vocabulary(labels: Path, number: int) -> None:
    from entries.atlas import Atlas
    from entries.store import read_yaml
    from entries.study import Direction

    vocabulary = Atlas.load(ROOT / "data").vocabulary
    each = [label for found in dict(read_yaml(labels).value or {}).values() for label in found]
    assert len(each) >= number
    assert [label for label in each if label["concept"] not in vocabulary] == []
    assert {label["direction"] for label in each} <= {str(d) for d in Direction}
