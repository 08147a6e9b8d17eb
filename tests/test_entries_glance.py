"""What lists show of a study: from its line on disk the same as from the study."""

from pathlib import Path

import pytest
from entry_samples import studies, study
from hypothesis import given

from entries import shelving
from entries.errors import StoreError
from entries.glance import Glance
from entries.packed import Packed, Record
from entries.shelf import LINES, Shelf
from entries.study import Study

FULL = {
    "authors": [{"family": "Sørensen", "given": "Å B"}, {"family": "Lee"}, {"literal": "The <b>Group</b>"}],
    "journal": "Annals “of” Fatigue",
    "case_definition": {"all": ["fukuda-1994", "canadian-consensus-2003"], "quote": "both"},
    "pem": {"stated": "required", "quote": "PEM was required"},
    "notices": [{"kind": "retracted", "citation": "Annals 2020"}],
    "review": {"status": "reviewed", "history": [{"on": "2026-01-02", "by": "A curator"}]},
    "tags": {"symptom": ["pain"], "method-flag": ["small-sample"]},
    "why_it_matters": "It may.",
    "findings": [{"text": "Less pain.", "concepts": ["pain", "fatigue"]}, {"text": "More.", "concepts": ["pain"]}],
    "conclusions": ["One\nline", "Another"],
    "questions": ["Why?"],
}


@given(studies())
def test_a_line_tells_what_the_study_tells(one: Study) -> None:
    assert Glance.read(Record.of(one).line) == Glance.of(one)


def test_every_field_is_read() -> None:
    full = study(**FULL)
    seen = Glance.read(Record.of(full).line)
    assert seen == Glance.of(full)
    assert seen.names == ["Sørensen, Å B", "Lee", "The <b>Group</b>"]
    assert seen.byline == full.byline == "Sørensen et al."
    assert seen.used == ("pain", "small-sample", "fatigue", "fukuda-1994", "canadian-consensus-2003", "case-control")
    for field in set(Glance._fields) & set(Study.model_fields):
        assert getattr(seen, field) == getattr(full, field), field


def test_shelves_and_packs_show_the_same(tmp_path: Path) -> None:
    one = study(**FULL)
    shelving.write(tmp_path, [(one, Record.of(one))], lambda _: ())
    shelf = Shelf.open(tmp_path)
    assert shelf.glance(one.id) == Packed.of([one]).glance(one.id) == Glance.of(one)
    later = study(title="Another title")
    assert shelf.altered({one.id: Record.of(later)}, ()).glance(one.id).title == "Another title"
    with pytest.raises(KeyError):
        shelf.glance("nobody-1900-nothing")


def test_damage_is_told(tmp_path: Path) -> None:
    one = study(**FULL)
    shelving.write(tmp_path, [(one, Record.of(one))], lambda _: ())
    lines = tmp_path / LINES
    lines.write_bytes(lines.read_bytes().replace(b"Less pain", b"More pain"))
    with pytest.raises(StoreError, match=r"ames-2001-light.*damaged"):
        Shelf.open(tmp_path).glance(one.id)


@pytest.mark.parametrize("line", [b"{}", b"[]", b'{"id": "a"}', b"not JSON", b'{"authors": [1]}'])
def test_what_is_no_study_is_refused(line: bytes) -> None:
    with pytest.raises((ValueError, KeyError, TypeError)):
        Glance.read(line)
