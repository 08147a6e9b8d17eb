"""``docs/search.md``: every example in its tables does on the shipped atlas what the document says."""

import re
import tempfile
from functools import cache
from pathlib import Path

import pytest

from entries.atlas import Atlas
from explorer.settings import shipped_data
from index import engine as engines
from index.anyword import TOLD
from index.borrowed import in_ours
from index.engine import SearchEngine, SearchResult
from index.expand import MOST_PATTERNS, MOST_TERMS
from index.feedback import BEST, MIX, MOST_WORDS
from index.fields import TEXT_FIELDS, facets, field_names
from index.query import MOST_CHARACTERS, SearchRequest
from index.syntax import DEEPEST, with_near_fields
from index.syntax import MOST_WORDS as MOST_WORDS_ASKED

DOCUMENT = (Path(__file__).parent.parent / "docs" / "search.md").read_text("utf-8")
ENGINES = ("tantivy", "whoosh")
CODE = re.compile(r"`([^`]+)`")
_FOLDER = tempfile.TemporaryDirectory(prefix="evidence-search-docs-")


@cache
def opened(engine: str) -> SearchEngine:
    atlas, path = Atlas.load(shipped_data()), Path(_FOLDER.name) / engine
    engines.build(atlas, path, engine=engine)
    return engines.open_index(path, atlas)


def rows(header: str) -> list[tuple[list[str], list[str]]]:
    """The examples in the two columns of every table with this header, row by row."""
    found, inside = [], False
    for line in DOCUMENT.splitlines():
        inside = line == header or (inside and line.startswith("|"))
        if inside and line.startswith("| `"):
            left, right = line.strip("| ").split(" | ", 1) if " | " in line.strip("| ") else (line.strip("| "), "")
            found.append((CODE.findall(left), CODE.findall(right)))
    return found


def asked(header: str) -> list[str]:
    return [example for left, _ in rows(header) for example in left]


def answered(engine: str, text: str) -> SearchResult:
    return opened(engine).search(SearchRequest(text))


@pytest.mark.parametrize("text", asked("| type | finds studies with |") + asked("| type | finds |"))
@pytest.mark.parametrize("engine", ENGINES)
def test_examples_find_something(engine: str, text: str) -> None:
    result = answered(engine, text)
    assert result.total > 0
    assert result.messages == ()


@pytest.mark.parametrize("text", asked("| type | and any of the words is enough |"))
@pytest.mark.parametrize("engine", ENGINES)
def test_examples_of_any_word(engine: str, text: str) -> None:
    result = answered(engine, text)
    assert result.total > 0
    assert result.messages[0] == TOLD
    assert all(message.startswith("No study here has the word") for message in result.messages[1:])


@pytest.mark.parametrize(("one", "others"), rows("| type | or |"), ids=str)
@pytest.mark.parametrize("engine", ENGINES)
def test_spellings_find_the_same(engine: str, one: list[str], others: list[str]) -> None:
    found = [set(opened(engine).ids(SearchRequest(text))) for text in (*one, *others)]
    assert found[0]
    assert all(ids == found[0] for ids in found)


@pytest.mark.parametrize(("typed", "offered"), rows("| type | is offered |"), ids=str)
@pytest.mark.parametrize("engine", ENGINES)
def test_what_is_offered_for_another_boxs_search(engine: str, typed: list[str], offered: list[str]) -> None:
    assert list(in_ours(typed[0]))[:1] == offered
    assert 0 != answered(engine, offered[0]).total != answered(engine, typed[0]).total


@pytest.mark.parametrize(("typed", "offered"), rows("| type | is offered as |"), ids=str)
def test_what_is_offered_for_fields_that_are_almost_right(typed: list[str], offered: list[str]) -> None:
    known = field_names(facets(Atlas.load(shipped_data()).config))
    assert [with_near_fields(text, known) for text in typed] == offered


@pytest.mark.parametrize(("typed", "offered"), rows("| type | is asked |"), ids=str)
@pytest.mark.parametrize("engine", ENGINES)
def test_what_is_asked_for_a_misspelt_word(engine: str, typed: list[str], offered: list[str]) -> None:
    assert opened(engine).suggest(typed[0]) == offered[0]


@pytest.mark.parametrize("text", asked("| paste | |"))
@pytest.mark.parametrize("engine", ENGINES)
def test_identifiers_lead_to_their_study(engine: str, text: str) -> None:
    assert answered(engine, text).direct == "see-1996-alpha-interferon"


def test_numbers_in_the_text_are_those_of_the_program() -> None:
    assert f"{MOST_CHARACTERS:,} characters, {MOST_WORDS_ASKED} words, ten words with" in DOCUMENT
    assert MOST_PATTERNS == BEST == 10
    assert f"stand for {MOST_TERMS:,} words" in DOCUMENT
    assert f"up to {DEEPEST} deep" in DOCUMENT
    assert (MOST_WORDS, MIX) == (20, 0.2)
    assert {f.name: f.weight for f in TEXT_FIELDS} == {
        "title": 1.5, "findings": 1.5, "summary": 1.5, "authors": 2.0, "conclusions": 1.0, "concepts": 0.8,
        "journal": 0.5, "other": 0.5, "ids": 0.2,
    }  # fmt: skip


def test_every_facet_of_the_atlas_is_a_field() -> None:
    search = opened("tantivy")
    result = search.search(SearchRequest())
    for facet in result.facets:
        value = facet.counts[0]
        found = search.search(SearchRequest(f'{facet.facet.name}:"{value.value}"'))
        assert found.total > 0, facet.facet.name
