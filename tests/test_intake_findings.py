"""Findings of real abstracts beside labels set by reading: a direction that is given is mostly right."""

import pytest
from conftest import ROOT

from benchmarks.intake_findings import FOLDER, measure

LABELS = ROOT / "tests" / "data" / "labels_findings.yaml"


def test_what_points_points_the_right_way() -> None:
    path = ROOT.parent / FOLDER
    if not path.is_file():
        pytest.skip(f"{path} is not there")
    found = measure(path, LABELS, ROOT / "data")
    pooled = found["both halves"]
    assert pooled.right >= 40
    assert pooled.precision >= 0.85
    assert pooled.recall >= 0.45
    assert found["comparison"].precision >= 0.9


def test_the_labels_are_of_the_vocabulary() -> None:
    from entries.atlas import Atlas
    from entries.store import read_yaml
    from entries.study import Direction

    vocabulary = Atlas.load(ROOT / "data").vocabulary
    labels = [label for found in dict(read_yaml(LABELS).value or {}).values() for label in found]
    assert len(labels) >= 90
    assert [label for label in labels if label["concept"] not in vocabulary] == []
    assert {label["direction"] for label in labels} <= {str(d) for d in Direction}
