"""Completions: every word is a beginning, spelled in any way; what they lead to is there; updates keep them right."""

import random
from pathlib import Path
from urllib.parse import urlencode

import numpy as np
import pytest
from bounded import at_most
from hypothesis import given, settings
from hypothesis import strategies as st
from index_answers import changed_atlas
from index_fixtures import atlas, config, study, vocabulary

from entries.atlas import Atlas
from index import engine as engines
from index.completion import KINDS, _shared
from index.engine import Completion, SearchEngine
from index.fields import facets
from index.prefixes import Prefixes, completed, words_of
from index.query import SearchRequest
from index.values import Values

ENGINES = ("tantivy", "whoosh")


@pytest.fixture(scope="module")
def whole() -> Atlas:
    more = [
        study("more-1", title="Quenching in blood", authors=[{"family": "Maeson", "given": "P"}], journal="Brain"),
        study("more-2", title="Quench", authors=[{"family": "Maes", "given": "A"}], year=1990),
    ]
    return atlas(*more)


@pytest.fixture(scope="module")
def opened(whole: Atlas, tmp_path_factory: pytest.TempPathFactory) -> dict[str, SearchEngine]:
    folder = tmp_path_factory.mktemp("complete")
    for name in ENGINES:
        engines.build(whole, folder / name, engine=name)
    return {name: engines.open_index(folder / name, whole) for name in ENGINES}


def values(search: SearchEngine, text: str, kind: str, limit: int = 8) -> list[str]:
    return [c.value for c in search.complete(text, limit) if c.kind == kind]


@pytest.mark.parametrize(
    ("text", "kind", "first"),
    [
        ("cogn", "concept", "cognitive-dysfunction"),
        ("brain f", "concept", "cognitive-dysfunction"),
        ("fog brai", "concept", "cognitive-dysfunction"),
        ("BRAIN-FO", "concept", "cognitive-dysfunction"),
        ("tnf", "concept", "tnf-alpha"),
        ("TNF-α", "concept", "tnf-alpha"),
        ("TNFa", "concept", "tnf-alpha"),
        ("tumor necr", "concept", "tnf-alpha"),
        ("il6", "concept", "il-6"),
        ("IL-6", "concept", "il-6"),
        ("dizziness on st", "concept", "orthostatic-intolerance"),
        ("the dizziness", "concept", "orthostatic-intolerance"),
        ("brain fog in the", "concept", "cognitive-dysfunction"),
        ("dizziness on", "concept", "orthostatic-intolerance"),
        ("lobel", "author", "Löbel, C"),
        ("van der me", "author", "van der Meer-Smith, Jos"),
        ("smith jos", "author", "van der Meer-Smith, Jos"),
        ("meersm", "author", "van der Meer-Smith, Jos"),
        ("neuro endo", "journal", "Neuro endocrinology letters"),
        ("letters neu", "journal", "Neuro endocrinology letters"),
        ("letters of", "journal", "Neuro endocrinology letters"),
        ("nfkb in whi", "title", "spell-2001-nf-greek"),
        ("zymu", "title", "odd-2019-one-word"),
        ("facade ang", "title", "odd-1986-group"),
    ],
)
@pytest.mark.parametrize("engine", ENGINES)
def test_completes(engine: str, text: str, kind: str, first: str, opened: dict[str, SearchEngine]) -> None:
    found = values(opened[engine], text, kind)
    assert found
    assert first in (found if kind == "author" else found[:1])


@pytest.mark.parametrize("text", ["xyzzyqq", "pain xyzzyqq", "", " ", "-", "(((", '"', "*", "NOT", "pain OR fat"])
def test_what_begins_nothing_completes_to_nothing(text: str, opened: dict[str, SearchEngine]) -> None:
    assert [c for c in opened["tantivy"].complete(text) if c.kind == "concept"] == []


@pytest.mark.parametrize("text", ["", "f", "pa", "fat", "brain f", "maes", "journal", "lactat", "women pai", "nf-k"])
def test_engines_complete_alike_and_to_what_is_there(text: str, whole: Atlas, opened: dict[str, SearchEngine]) -> None:
    one, other = (opened[e].complete(text) for e in ENGINES)
    assert one == other
    assert len(one) <= 8
    assert len({(c.kind, c.value) for c in one}) == len(one)
    for c in one:
        request = SearchRequest.from_args(c.args, facets(whole.config))
        assert request.messages == ()
        if "q" not in dict(c.args):
            assert opened["tantivy"].count(request) == c.count > 0, urlencode(c.args)
        if c.study:
            assert opened["tantivy"].ids(request) == [c.study]
            assert c.label == whole.studies[c.study].title


@pytest.mark.parametrize("engine", ENGINES)
def test_the_words_before_stay_in_the_search(engine: str, opened: dict[str, SearchEngine]) -> None:
    found = opened[engine].complete("women with brain f")
    assert found[0].value == "cognitive-dysfunction"
    assert found[0].args == (("q", "women"), ("symptom", "cognitive-dysfunction"))
    assert found[0].detail == "Symptom: brain fog"
    [with_and] = [c for c in opened[engine].complete("zymurgy AND headac") if c.value == "headache"]
    assert with_and.args == (("q", "zymurgy"), ("symptom", "headache"))
    assert values(opened[engine], "zymurgy NOT headac", "concept") == []
    assert values(opened[engine], "zymurgy he", "concept") == []  # two letters begin too much


@pytest.mark.parametrize("engine", ENGINES)
def test_a_whole_name_comes_before_longer_ones(engine: str, opened: dict[str, SearchEngine]) -> None:
    assert opened[engine].complete("maes")[0].label.startswith("Maes,")
    assert values(opened[engine], "lactate", "concept")[0] == "lactate"
    assert values(opened[engine], "quenc", "title") == ["more-1", "more-2"]  # newest first


@pytest.mark.parametrize("engine", ENGINES)
def test_a_title_that_only_begins_so_comes_behind_what_is_called_so(engine: str, tmp_path: Path) -> None:
    tagged = study("one-1", title="Brain and muscle fatigue", tags={"symptom": ["cognitive-dysfunction"]})
    small = atlas(tagged)
    engines.build(small, tmp_path / "index", engine=engine)
    found = engines.open_index(tmp_path / "index", small).complete("brain f")
    assert [c.kind for c in found][:2] == ["concept", "title"]


@pytest.mark.parametrize("engine", ENGINES)
def test_limits(engine: str, opened: dict[str, SearchEngine]) -> None:
    search = opened[engine]
    for limit in (-1, 0, 1, 3, 8, 50):
        assert len(search.complete("a", limit)) <= max(limit, 0)
    assert len(search.complete("m", 8)) == 8
    with at_most(5):
        for text in ("pain " * 20_000, "x" * 100_000, "a " * 50_000, "α" * 10_000, "((((" * 10_000, "\ud800"):
            search.complete(text)


@given(st.text(max_size=40))
@settings(max_examples=150, deadline=None)
def test_any_text_can_be_typed(opened: dict[str, SearchEngine], text: str) -> None:
    known = facets(config())
    for c in opened["tantivy"].complete(text):
        assert isinstance(c, Completion)
        assert SearchRequest.from_args(c.args, known).messages == ()


@pytest.mark.parametrize("engine", ENGINES)
def test_without_facets_of_authors_and_journals_their_fields_are_searched(
    engine: str, whole: Atlas, tmp_path: Path
) -> None:
    few = tuple(f for f in whole.config.facets if f.source not in ("authors", "journal"))
    plain = Atlas.of(whole.config.model_copy(update={"facets": few}), vocabulary(), whole.studies.values())
    engines.build(plain, tmp_path / "i", engine=engine)
    search = engines.open_index(tmp_path / "i", plain)
    for kind, text in (("author", "meer smi"), ("journal", "neuro endo")):
        [found] = [c for c in search.complete(text) if c.kind == kind]
        request = SearchRequest.from_args(found.args, facets(plain.config))
        assert found.args[0][0] == "q"
        assert search.count(request) == found.count


@pytest.mark.parametrize("engine", ENGINES)
def test_updates_complete_as_a_full_build_does(engine: str, whole: Atlas, tmp_path: Path) -> None:
    rng = random.Random(f"completions of {engine}")
    engines.build(whole, tmp_path / "0", engine=engine)
    now = whole
    for step in range(1, 4):
        now = changed_atlas(now, rng)
        now = now.with_studies([*now.studies.values(), study(f"fresh-{step}", title=f"Quokka {step}", journal="Qx")])
        engines.update(now, tmp_path / f"{step}", tmp_path / f"{step - 1}", engine=engine)
        engines.build(now, tmp_path / "full", engine=engine)
        updated, full = (engines.open_index(tmp_path / name, now) for name in (f"{step}", "full"))
        for text in ("quok", "qx", "fat", "maes", "title of", "altered", "journal", "zyzzyva"):
            assert updated.complete(text, 100) == full.complete(text, 100)
        there = [i for i, s in now.studies.items() if "Quokka" in s.title]
        assert sorted(values(updated, "quok", "title")) == there
        assert f"fresh-{step}" in there


def test_an_empty_atlas_completes_nothing(whole: Atlas, tmp_path: Path) -> None:
    empty = whole.with_studies([])
    engines.build(empty, tmp_path / "i")
    assert engines.open_index(tmp_path / "i", empty).complete("pain") == ()


def test_words() -> None:
    assert set(words_of("The NF-κB of IL-6")) == {"nf", "kappa", "b", "il", "6", "nfkb", "nfk", "kappab", "il6"}
    assert words_of("tumours") == ("tumours", "tumors")
    assert words_of("of the") == ("of", "the")
    assert words_of("") == ()
    fields = completed(study("x", title="A pain", authors=[{"family": "Löbel", "given": "C"}] * 2))
    assert fields == {
        "complete_title": ("pain",),
        "complete_authors": ("lobel c loebel\x1fLöbel, C",),
        "complete_journal": (),
    }


@given(st.lists(st.lists(st.text("abc", min_size=1, max_size=3), max_size=4), max_size=12), st.text("abc", max_size=2))
def test_prefixes_are_what_looking_at_every_word_gives(words: list[list[str]], prefix: str) -> None:
    wanted = {entry for entry, own in enumerate(words) if any(w.startswith(prefix) for w in own)}
    exactly = {entry for entry, own in enumerate(words) if prefix in own}
    for made in (Prefixes.of(words), Prefixes.turned(Values.of(len(words), dict(enumerate(words))))):
        assert set(np.unique(made.starting(prefix)).tolist()) == wanted
        assert set(np.unique(made.exactly(prefix)).tolist()) == exactly


@given(st.dictionaries(st.sampled_from(KINDS), st.integers(0, 40)), st.integers(0, 60))
def test_shares_fill_the_list(there: dict, limit: int) -> None:  # type: ignore[type-arg]
    shown = _shared(there, limit)
    assert sum(shown.values()) == min(limit, sum(there.values()))
    assert all(0 <= shown[kind] <= there[kind] for kind in there)
