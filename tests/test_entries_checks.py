"""What can only be seen in the whole atlas: doubles, links that lead nowhere, concepts at odds with each other."""

import json
import shutil
import time
from pathlib import Path

import pytest
from atlas_folders import AMES, BO, ames, bo, edit, told
from entry_samples import LEAST

from entries.atlas import Atlas

CITES = "{{relation: cites, study: {}}}"


def test_a_copied_file_is_one_problem(folder: Path) -> None:
    shutil.copy(ames(folder), folder / "studies" / "copy.yaml")
    found = told(folder, "but the file is named 'copy.yaml'", "already that of")
    assert [p.severity for p in found] == ["warning", "error"]
    assert f"{AMES}.yaml:1" in found[1].reason
    assert AMES in Atlas.load(folder).studies


def test_a_copy_that_kept_the_id_and_comes_first_is_the_one_to_mend(folder: Path) -> None:
    shutil.copy(ames(folder), folder / "studies" / "aaa-2024-new-entry.yaml")
    _, found = told(folder, "but the file is named 'aaa-2024-new-entry.yaml'", "already that of")
    assert found.path == ames(folder)
    assert found.mend == "give the entry in aaa-2024-new-entry.yaml an id of its own, such as 'aaa-2024-new-entry'"


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("pem-required", "surgery-required", "'pem-status' lacks 'pem-required', which the program gives to studies"),
        ("pem-unclear", "unclear", "'pem-status' lacks 'pem-unclear'"),
    ],
)
def test_ids_that_the_program_itself_gives_are_needed(folder: Path, old: str, new: str, reason: str) -> None:
    edit(folder / "vocabulary" / "pem-status.yaml", old, new)
    (problem,) = told(folder, reason)
    assert problem.path.name == "pem-status.yaml"
    assert "the label is yours" in problem.mend


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("year: 2003", 'year: 2003\npmid: "900000001"', f"the PMID '900000001' is already that of '{AMES}'"),
        ("doi: 10.5555/Invented.2", "doi: 10.5555/invented.1", "the DOI '10.5555/invented.1' is already that of"),
        ("doi: 10.5555/Invented.2", "doi: 10.5555/INVENTED.1", "the DOI '10.5555/invented.1' is already that of"),
        ("doi: 10.5555/Invented.2", "doi: https://DX.doi.org/10.5555/Invented.1", "the DOI '10.5555/invented.1'"),
    ],
    ids=["PMID", "DOI", "DOI in capitals", "DOI as an address"],
)
def test_one_paper_in_two_entries(folder: Path, old: str, new: str, reason: str) -> None:
    edit(bo(folder), old, new)
    (problem,) = told(folder, reason)
    assert (problem.path, problem.line) == (
        bo(folder),
        bo(folder).read_text()[: bo(folder).read_text().index(new.split("\n")[-1])].count("\n") + 1,
    )
    assert f"({AMES}.yaml:" in problem.reason
    assert "merge the two entries" in problem.mend
    assert list(Atlas.load(folder).studies) == [AMES, "cole-2010-aura"]


def test_an_id_in_yaml_and_in_jsonl(folder: Path) -> None:
    edit(folder / "studies" / "more.jsonl", "cole-2010-aura", BO)
    (problem,) = told(folder, f"the id '{BO}' is already that of")
    assert (problem.path.name, problem.line) == ("more.jsonl", 1)
    assert "an id of its own" in problem.mend


@pytest.mark.parametrize(
    ("target", "reason", "mend"),
    [
        ("ames-2001-light-and-headaches", "which is not in the atlas", f"did you mean '{AMES}'?"),
        ("zzz", "'bo-2003-a-trial' extends 'zzz', which is not in the atlas", "add that entry, or remove this link"),
        (BO, f"'{BO}' extends itself", "remove this link"),
    ],
)
def test_a_link_that_leads_nowhere_is_left_out_and_its_entry_kept(
    folder: Path, target: str, reason: str, mend: str
) -> None:
    line = edit(bo(folder), f"study: {AMES}", f"study: {target}")
    (problem,) = told(folder, reason)
    assert (problem.line, mend in problem.mend) == (line, True)
    assert Atlas.load(folder).studies[BO].links == ()


def test_a_mistyped_link_keeps_its_sound_neighbours(folder: Path) -> None:
    edit(
        bo(folder), "links: [", "links: [{relation: cites, study: nothing}, {relation: cites, study: cole-2010-aura}, "
    )
    told(folder, "'nothing'")
    assert [link.study for link in Atlas.load(folder).studies[BO].links] == ["cole-2010-aura", AMES]


def test_thousands_of_dangling_links_are_told_in_good_time(folder: Path) -> None:
    lines = [
        {**LEAST, "id": f"s-{i}-study-of-light", "links": [{"relation": "cites", "study": f"x-{i}-study-of-light"}]}
        for i in range(3_000)
    ]
    (folder / "studies" / "many.jsonl").write_text("\n".join(map(json.dumps, lines)))
    started = time.process_time()
    assert len(Atlas.load(folder).problems) == 3_000
    assert time.process_time() - started < 20


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("label: Headache", "label: Head: ache", "mapping values"),
        ("broader: [pain]", "brauder: [pain]", "unknown field 'concepts.1.brauder'"),
        ("definition: Pain in", "# definition: Pain in", "the field 'concepts.1.definition' is missing"),
        ("id: aura", "id: Migraine aura", "'concepts.2.id' has the value 'Migraine aura'"),
    ],
)
def test_a_broken_vocabulary_is_told_once_not_for_every_study(folder: Path, old: str, new: str, reason: str) -> None:
    lines = [
        json.dumps({**LEAST, "id": f"s-{i}", "tags": {"symptom": ["aura"]}, "findings": FOUND}) for i in range(2_000)
    ]
    (folder / "studies" / "many.jsonl").write_text("\n".join(lines))
    edit(folder / "vocabulary" / "symptom.yaml", old, new)
    found = told(folder, "there is no scheme 'symptom'", reason)
    assert found[0].mend == "correct vocabulary/symptom.yaml"
    assert len(Atlas.load(folder).studies) == 2_003


FOUND = [{"text": "x", "concepts": ["aura", "small-sample"]}]


def test_a_missing_vocabulary(folder: Path) -> None:
    (folder / "vocabulary" / "evidence-level.yaml").unlink()
    (problem,) = told(folder, "there is no scheme 'evidence-level'")
    assert problem.mend == "add vocabulary/evidence-level.yaml"
    shutil.rmtree(folder / "vocabulary")
    assert len(Atlas.load(folder).problems) == 8
    assert len(Atlas.load(folder).studies) == 3


@pytest.mark.parametrize(
    ("old", "new", "reason", "mend"),
    [
        ("[pain]", "[pains]", "'headache' has the unknown broader concept 'pains'", "did you mean 'pain'?"),
        ("[pain]", "[small-sample]", "unknown broader concept 'small-sample'", "add the concept"),
        ("[pain]", "[headache]", "'headache' is its own ancestor through 'headache'", "remove one"),
        ("id: aura", "id: pain", "the concept id 'pain' is already used in scheme 'symptom'", "choose another"),
        ("id: aura", "id: small-sample", "the concept id 'small-sample' is already used", "choose another"),
    ],
)
def test_mistakes_between_concepts(folder: Path, old: str, new: str, reason: str, mend: str) -> None:
    edit(folder / "vocabulary" / "symptom.yaml", old, new)
    (folder / "studies" / "more.jsonl").unlink()
    (problem,) = told(folder, reason)
    assert problem.path.name == "symptom.yaml"
    assert mend in problem.mend


def test_a_term_of_two_concepts_is_a_warning(folder: Path) -> None:
    edit(folder / "vocabulary" / "symptom.yaml", "[light sensitivity]", "[light sensitivity, Head-Ache]")
    (problem,) = told(folder, "the term 'Head-Ache' belongs to both 'headache' and 'photophobia'")
    assert problem.severity == "warning"


def test_one_scheme_in_two_files(folder: Path) -> None:
    shutil.copy(folder / "vocabulary" / "symptom.yaml", folder / "vocabulary" / "z.yaml")
    (problem,) = told(folder, "the scheme 'symptom' is already in symptom.yaml")
    assert (problem.path.name, problem.mend) == ("z.yaml", "join the two files")


def test_a_tag_that_stands_twice_is_a_warning_and_its_entry_served(folder: Path) -> None:
    edit(ames(folder), "[headache, photophobia]", "[headache, photophobia, headache]")
    (problem,) = told(folder, "'headache' stands twice in tags.symptom")
    assert problem.severity == "warning"
    assert AMES in Atlas.load(folder).studies


def test_a_statement_on_pem_against_the_definition_is_reported_and_its_entry_served(folder: Path) -> None:
    edit(folder / "vocabulary" / "case-definition.yaml", "pem: absent", "pem: required")
    edit(ames(folder), "tags:", "pem: {stated: optional, quote: PEM was not needed}\ntags:")
    (problem,) = told(
        folder, "the paper itself says that it was optional: “PEM was not needed”. But: ICHD-3 (2018) requires it"
    )
    assert (problem.severity, problem.study_id) == ("warning", AMES)
    assert "the badge is unclear" in problem.mend
    atlas = Atlas.load(folder)
    assert (AMES in atlas.studies, atlas.pem(AMES).status) == (True, "pem-unclear")
