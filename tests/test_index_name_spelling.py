"""Names in every spelling find one another on each engine; ordinary words do not become names."""

import tempfile
import unicodedata
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from index_fixtures import config, study, vocabulary

from entries.atlas import Atlas
from entries.study import Study
from index import engine as engines
from index.engine import SearchEngine
from index.name_spelling import of_name, with_one_letter, written_out
from index.query import SearchRequest

ENGINES = ("tantivy", "whoosh")
_FOLDER = tempfile.TemporaryDirectory(prefix="evidence-names-")
FAMILIES = {
    "mueller": ("Müller", "Mueller", "Muller", "Mu\u0308ller"),
    "soerensen": ("Sørensen", "Soerensen", "Sorensen", "Sörensen"),
    "aagaard": ("Ågård", "Aagaard", "Agard"),
    "strauss": ("Strauß", "Strauss"),
    "schroeder": ("Schröder", "Schroeder", "Schroder"),
    "kjaergaard": ("Kjærgaard", "Kjaergaard", "Kjærgård"),
    "double": ("Kjøller-Bäumler", "Kjoeller-Baeumler", "Kjoller-Baumler"),
}
OTHERS = ("Dos", "Arobic", "Isral", "Neurondocrine", "Cofficient", "Xu", "Michal", "Baur", "Samul", "Jacqus", "Vals")
WORDS = "The patient does aerobic work in Israel; neuroendocrine coefficient, values and Poems."


def _id(name: str) -> str:
    return f"by-2020-{name.encode('unicode_escape').hex()}"


def _written_by(name: str) -> Study:
    return study(_id(name), authors=[{"family": name, "given": "Anna"}], title="A trial of one name")


@cache
def opened(engine: str) -> SearchEngine:
    names = [*(name for family in FAMILIES.values() for name in family), *OTHERS]
    studies = [_written_by(name) for name in names]
    studies.append(study("words-2020-does-aerobic", title=WORDS, summary="Sjögren and naïve Löfgren."))
    made_of = Atlas.of(config(), vocabulary(), studies)
    engines.build(made_of, path := Path(_FOLDER.name) / engine, engine=engine)
    return engines.open_index(path, made_of)


def found(engine: str, text: str) -> set[str]:
    return set(opened(engine).ids(SearchRequest(text)))


both = pytest.mark.parametrize("engine", ENGINES)
each_name = pytest.mark.parametrize("name", [name for family in FAMILIES.values() for name in family])


def _same(name: str) -> set[str]:
    return {_id(other) for family in FAMILIES.values() if name in family for other in family}


@both
@each_name
def test_every_spelling_of_a_name_finds_all_others(engine: str, name: str) -> None:
    same = _same(name)
    assert found(engine, name) == same
    assert found(engine, name.lower()) == same
    assert found(engine, f"author:{name}") == same
    assert found(engine, f"{name} trial") == same
    assert found(engine, f'author:"{name} Anna"') == same
    assert found(engine, f"{name.upper()} AND anna NOT xyzzy") == same


@both
@each_name
def test_it_says_where_the_name_was_found(engine: str, name: str) -> None:
    search = opened(engine)
    for hit in search.search(SearchRequest(name, per_page=50)).hits:
        (own,) = [other for family in FAMILIES.values() for other in family if _id(other) == hit.id]
        assert hit.highlights["authors"] == f"<mark>{own}</mark>, Anna"
        told = search.explain(SearchRequest(f"{name} trial"), hit.id)
        (match,) = [field for field in told.fields if field.field == "authors"] if told else []
        assert {word.asked for word in match.words} == {name} and own in match.words[0].found


@both
@each_name
def test_completions_know_the_spellings_too(engine: str, name: str) -> None:
    offered = {one.value for one in opened(engine).complete(name[:-1], 20) if one.kind == "author"}
    assert offered == {f"{other}, Anna" for family in FAMILIES.values() if name in family for other in family}


@both
@pytest.mark.parametrize("word", [*WORDS.replace(";", "").replace(",", "").replace(".", "").split(), "does values"])
def test_ordinary_words_are_no_names(engine: str, word: str) -> None:
    names = {_id(name) for name in OTHERS if name not in ("Arobic", "Neurondocrine", "Cofficient")}
    assert not found(engine, f"author:({word})") & names
    assert word.startswith("does") or not found(engine, word) & names, "every entry has a text with 'does'"


@both
def test_what_is_no_name_is_searched_in_names_alone(engine: str) -> None:
    assert found(engine, "title:aerobic") == found(engine, "aerobic NOT author:arobic") == {"words-2020-does-aerobic"}
    assert found(engine, "title:arobic") == set()


@both
@pytest.mark.parametrize(
    ("name", "other"),
    [("Xue", "Xu"), ("Michael", "Michal"), ("Bauer", "Baur"), ("Samuel", "Samul"), ("Jacques", "Jacqus")],
)
def test_names_that_are_others_stay_apart(engine: str, name: str, other: str) -> None:
    assert found(engine, name) == set() and found(engine, other) == {_id(other)}


@both
@pytest.mark.parametrize("text", ["Sjögren", "Sjoegren", "sjogren", "Loefgren", "Löfgren naive", "naïve"])
def test_marked_letters_are_written_out_in_every_text(engine: str, text: str) -> None:
    assert found(engine, text) == {"words-2020-does-aerobic"}
    (hit,) = opened(engine).search(SearchRequest(text)).hits
    assert "<mark>" in hit.highlights["summary"]


@both
def test_any_of_the_words_knows_them_too(engine: str) -> None:
    result = opened(engine).search(SearchRequest("Mueller xyzzyqqq"))
    assert result.any_word and set(opened(engine).ids(result.request)) == _same("Mueller")


@given(st.text("aeouäöüøåæœAEÖßlsxq -'u\u0308", max_size=12))
def test_any_name_has_other_spellings_that_end(name: str) -> None:
    for other in of_name(name):
        assert other != name and len(other) <= 2 * len(name)
    assert len(written_out(name)) >= len(unicodedata.normalize("NFC", name)) or name.isascii()
    assert len(with_one_letter(name)) <= len(name)
