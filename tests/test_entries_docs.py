"""``docs/entries.md`` is current: every field is described, the examples are sound, what it quotes is what is said."""

import json
import re
import shutil
from pathlib import Path

import pytest
from conftest import ROOT

from entries.atlas import Atlas
from entries.config import SOURCES
from entries.model import Model
from entries.policy import PemStatus
from entries.store import digest
from entries.study import (
    Author,
    CaseDefinitionUse,
    Direction,
    FieldReview,
    Finding,
    Group,
    Link,
    Notice,
    NoticeKind,
    Participants,
    Pem,
    Provenance,
    Relation,
    Review,
    ReviewEvent,
    Study,
)
from entries.vocabulary import Concept, Scheme
from entries.yamlio import parse

TEXT = (ROOT / "docs" / "entries.md").read_text(encoding="utf-8")
MODELS = [
    Study,
    Author,
    Participants,
    Group,
    CaseDefinitionUse,
    Pem,
    Finding,
    Link,
    Notice,
    Review,
    ReviewEvent,
    FieldReview,
]
MODELS += [Provenance, Concept, Scheme]


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", TEXT, re.MULTILINE | re.DOTALL)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """The shipped vocabularies and no studies."""
    folder = tmp_path / "data"
    shutil.copytree(ROOT / "data", folder, ignore=shutil.ignore_patterns("studies"))
    (folder / "studies").mkdir()
    return folder


@pytest.mark.parametrize("model", MODELS, ids=lambda m: m.__name__)
def test_every_field_is_described(model: type[Model]) -> None:
    missing = [name for name in model.model_fields if not re.search(rf"`{name}[`:]", TEXT)]
    assert missing == [], "describe these fields in docs/entries.md"


@pytest.mark.parametrize("value", [*Direction, *Relation, *NoticeKind, *SOURCES])
def test_every_choice_is_named(value: str) -> None:
    assert f"`{value}`" in TEXT


def test_needed_fields_are_marked() -> None:
    for name, field in Study.model_fields.items():
        row = next(line for line in TEXT.splitlines() if re.match(rf"\| .*`{name}`.* \| ", line))
        assert field.is_required() == ("**needed**" in row), f"docs/entries.md: {name}"


def test_the_example_of_a_study_is_sound(data: Path) -> None:
    example = blocks("yaml")[0]
    name = parse(example).value["id"]
    (data / "studies" / f"{name}.yaml").write_text(example)
    atlas = Atlas.load(data)
    assert [str(p) for p in atlas.problems] == []
    assert digest(atlas.studies[name])


def test_what_a_check_says_is_quoted_as_it_is(data: Path) -> None:
    path = data / "studies" / "see-1996-alpha-interferon.yaml"
    path.write_text(blocks("yaml")[0].replace("[interferon-alpha]", "[IFN-alpha]", 1))
    (problem,) = Atlas.load(data).problems
    assert str(problem).replace(str(data), "data") in TEXT.splitlines()


def test_the_example_of_a_concept_is_sound(data: Path) -> None:
    example = next(b for b in blocks("yaml") if "label: Hiccups" in b)
    with (data / "vocabulary" / "symptom.yaml").open("a", encoding="utf-8") as file:
        file.write(example)
    atlas = Atlas.load(data)
    assert [str(p) for p in atlas.errors] == []
    assert atlas.vocabulary.find("Singultus")[0].id == "hiccups"


def test_the_example_in_python_runs(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(ROOT)
    exec(compile(blocks("python")[0], "docs/entries.md", "exec"), {})
    printed = capsys.readouterr().out
    assert printed.count("\n") == len(Atlas.load("data").studies_with("nk-cell-function"))


FINDERS = [*(ROOT / "entries").glob("*.py"), ROOT / "explorer" / "question_checks.py"]


def test_messages_in_the_table_are_really_said() -> None:
    source = "\n".join(p.read_text(encoding="utf-8") for p in FINDERS)
    section = TEXT[TEXT.index("## What the checks say") : TEXT.index("## How values are written")]
    first_cells = [line.split("|")[1] for line in section.splitlines() if line.startswith("| `")]
    put_together = {"mapping values are not allowed", "the paper itself says that it was optional ... But: ..."}
    for quoted in {q for cell in first_cells for q in re.findall(r"`([^`]+)`", cell)} - put_together:
        for part in re.split(r"'\w+'|\.\.\.|1,000,000|PMID|\.yml|\bx\b", quoted):
            assert part.strip() in source.replace("{MAX_BYTES:,}", ""), f"docs/entries.md: nobody says {quoted!r}"


def test_links_lead_somewhere() -> None:
    headings = {
        re.sub(r"[^\w -]", "", h).lower().replace(" ", "-") for h in re.findall(r"^#+ (.+)$", TEXT, re.MULTILINE)
    }
    assert set(re.findall(r"\]\(#([^)]+)\)", TEXT)) <= headings
    for path in re.findall(r"`((?:data|tests)/[\w/.-]+)`", TEXT):
        if "<" not in path and not path.endswith((".jsonl", "alpha-interferon.yaml")):
            assert (ROOT / path).exists(), path


def test_the_example_of_a_criterion_of_ones_own_is_sound(data: Path) -> None:
    example = next(b for b in blocks("yaml") if "scheme: pem-status" in b)
    (data / "vocabulary" / "pem-status.yaml").write_text(example)
    atlas = Atlas.load(data)
    assert [str(p) for p in atlas.errors] == []
    assert {atlas.vocabulary.label(str(status)) for status in PemStatus} == {
        "Surgery required",
        "Surgery not required",
        "Surgery unclear",
    }


@pytest.mark.parametrize("scheme", ["study-design", "evidence-level", "peer-review", "review-status"])
def test_vocabularies_that_suit_any_disease_name_none(scheme: str) -> None:
    text = (ROOT / "data" / "vocabulary" / f"{scheme}.yaml").read_text("utf-8")
    assert not re.search(r"ME/CFS|myalgic|\bPEM\b|post-exertional|fatigue", text, re.IGNORECASE)


def test_the_migraine_atlas_has_what_the_page_says_is_needed() -> None:
    named = re.search(r"Six must be there.*?: (.*?)\. The others", TEXT, re.DOTALL)
    assert named
    needed = set(re.findall(r"`([\w-]+)`", named[1]))
    atlas = Atlas.load(ROOT / "tests" / "data" / "migraine")
    assert needed == set(atlas.vocabulary.schemes) - set(atlas.config.tags)
    assert json.loads(atlas.config.model_dump_json())["tags"] == ["symptom", "method-flag"]
