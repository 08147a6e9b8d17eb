"""The atlas once loaded: what it answers."""

import json
from pathlib import Path

import pytest
from atlas_folders import AMES, BO, bo, edit
from entry_samples import LEAST

from entries.atlas import Atlas


def test_the_small_atlas_has_no_problems(migraine: Atlas) -> None:
    assert migraine.problems == ()
    assert list(migraine.studies) == [AMES, BO, "cole-2010-aura"]
    assert migraine.summary() == {
        "studies": 3,
        "findings": 1,
        "concepts": {
            "case-definition": 1,
            "evidence-level": 3,
            "method-flag": 2,
            "peer-review": 2,
            "pem-status": 3,
            "review-status": 2,
            "study-design": 2,
            "symptom": 4,
        },
        "errors": 0,
        "warnings": 0,
    }


def test_script_in_every_field_is_text(folder: Path) -> None:
    script = "<script>alert(1)</script>"
    entry = {
        **LEAST,
        **dict.fromkeys(("title", "journal", "volume", "issue", "pages", "summary", "why_it_matters"), script),
        "doi": f"10.1234/{script}",
        "authors": [{"family": script, "given": script}, {"literal": script}],
        "participants": {"note": script, "groups": [{"label": script, "n": 3}]},
        "case_definition": {"any": ["ichd-3"], "quote": script},
        "pem": {"stated": "absent", "quote": script},
        "findings": [dict.fromkeys(("text", "comparison", "statistic", "quote", "location"), script)],
        "conclusions": [script],
        "questions": [script],
        "does_not_prove": script,
        "links": [{"relation": "cites", "study": AMES, "note": script}],
        "review": {
            "fields": {"summary": {"status": "reviewed", "by": script, "on": "2026-04-08"}},
            "history": [{"on": "2026-04-08", "by": script, "note": script}],
        },
        "provenance": dict.fromkeys(("source", "record", "generator", "scanner", "policy"), script),
    }
    (folder / "studies" / "more.jsonl").write_text(json.dumps(entry))
    atlas = Atlas.load(folder)
    assert atlas.problems == ()
    assert atlas.studies[LEAST["id"]].model_dump_json().count(script) == json.dumps(entry).count(script)
    assert script in atlas.pem(LEAST["id"]).reason


def test_digests(folder: Path, migraine: Atlas) -> None:
    assert Atlas.load(folder).digest() == migraine.digest()
    assert set(migraine.digests) == set(migraine.studies)
    edit(bo(folder), "year: 2003", "year: 2004")
    changed = Atlas.load(folder)
    assert changed.frame_digest == migraine.frame_digest
    assert [i for i in changed.studies if changed.digests[i] != migraine.digests[i]] == [BO]
    assert changed.digest() != migraine.digest()
    edit(folder / "vocabulary" / "symptom.yaml", "sore head", "aching head")
    renamed = Atlas.load(folder)
    assert renamed.frame_digest != changed.frame_digest
    assert renamed.digests == changed.digests


def test_concepts_and_studies(migraine: Atlas) -> None:
    assert migraine.concepts_of(AMES) == ("headache", "photophobia", "small-sample")
    assert set(migraine.all_concepts_of(AMES)) == {
        *("headache", "photophobia", "small-sample", "ichd-3", "case-control", "E2", "peer-reviewed", "machine-draft"),
        "pem-not-required",
    }
    assert migraine.studies_with("pain") == (AMES, BO)
    assert migraine.studies_with("pain", narrower=False) == ()
    assert migraine.studies_with("E3") == (BO, "cole-2010-aura")
    assert migraine.studies_with("nothing") == ()
    assert [(source, str(link.relation)) for source, link in migraine.links_to(AMES)] == [(BO, "extends")]
    assert migraine.links_to(BO) == ()
    assert migraine.pem(BO).status == "pem-unclear"
    for question in (migraine.pem, migraine.concepts_of, migraine.all_concepts_of):
        with pytest.raises(KeyError):
            question("nobody")


def test_an_atlas_made_of_its_parts(migraine: Atlas) -> None:
    made = Atlas.of(migraine.config, migraine.vocabulary, reversed(list(migraine.studies.values())))
    assert made.digest() == migraine.digest()
    assert list(made.studies) == sorted(made.studies)
    assert made.problems == ()
    fewer = made.with_studies([migraine.studies[BO]])
    assert list(fewer.studies) == [BO]
    with pytest.raises(TypeError):
        made.studies["x"] = made.studies[BO]  # type: ignore[index]
    assert "3 studies" in repr(made)
