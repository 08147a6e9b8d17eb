"""Why is this here: fields, words and shares, the same on every engine."""

import pytest
from index_fixtures import atlas
from index_opened import ENGINES, opened
from index_requests import REQUESTS

from index.explain import RELATED, Explanation, WordMatch
from index.fields import facets
from index.query import SearchRequest

both = pytest.mark.parametrize("engine", ENGINES)


def explained(engine: str, text: str, study_id: str) -> Explanation:
    explanation = opened(engine).explain(SearchRequest(text), study_id)
    assert explanation is not None
    return explanation


def words(engine: str, text: str, study_id: str) -> dict[str, list[tuple[str, tuple[str, ...], int]]]:
    return {f.field: [tuple(w) for w in map(_tuple, f.words)] for f in explained(engine, text, study_id).fields}


def _tuple(word: WordMatch) -> tuple[str, tuple[str, ...], int]:
    return word.asked, word.found, word.count


@both
@pytest.mark.parametrize(
    ("text", "study_id", "field", "match"),
    [
        ("NFkB", "spell-2001-nf-greek", "title", ("NFkB", ("NF-κB",), 1)),
        ("nf kappa b", "spell-2002-nf-spaced", "summary", ("nf kappa b", ("NF kappa B",), 1)),
        ("tumor", "spell-2008-pem-joined", "summary", ("tumor", ("tumours",), 1)),
        ('"white blood"', "spell-2001-nf-greek", "title", ("white blood", ("white blood",), 1)),
        ("fog", "odd-2016-brain", "concepts", ("fog", ("fog",), 1)),
        ("exert*", "spell-2006-pem-hyphen", "summary", ("exert*", ("exertional",), 1)),
        ("fatiuge~", "odd-1996-markup", "title", ("fatiuge~", ("fatigue",), 1)),
        ("author:lobel", "odd-1986-group", "authors", ("lobel", ("Löbel",), 1)),
        ("zymurgy", "odd-2019-one-word", "title", ("zymurgy", ("Zymurgy",), 1)),
        ("pmid:11111111", "spell-2001-nf-greek", "pmid", ("11111111", ("11111111",), 1)),
        ('symptom:"brain fog"', "odd-2016-brain", "symptom", ("Cognitive dysfunction", ("Cognitive dysfunction",), 1)),
        ("year:[2001 TO 2003]", "spell-2001-nf-greek", "year", ("2001 to 2003", ("2001",), 1)),
        ("year:2001", "spell-2001-nf-greek", "year", ("2001", ("2001",), 1)),
        ("size:>=100", "odd-2015-trial", "size", ("100 or more", ("500",), 1)),
    ],
)
def test_words_are_named_as_asked_and_as_found(
    engine: str, text: str, study_id: str, field: str, match: tuple[str, tuple[str, ...], int]
) -> None:
    assert match in words(engine, text, study_id)[field]


@both
def test_shares_make_a_whole_and_the_first_field_counts_most(engine: str) -> None:
    search = opened(engine)
    for text in ("fatigue pain", "NF-κB", "exert* OR lactate", "fatigue^3 sleep", "zymurgy hemoglobin edema xyzzy"):
        for hit in search.search(SearchRequest(text)).hits[:3]:
            shares = [f.share for f in explained(engine, text, hit.id).fields]
            assert sum(shares) == pytest.approx(1.0)
            assert shares == sorted(shares, reverse=True)
            assert all(0 < share <= 1 for share in shares)


@both
def test_fields_bring_the_whole_score(engine: str) -> None:
    """The only field that was found brings what the engine says the study scores."""
    search = opened(engine)
    whole = search.search(SearchRequest("title:zymurgy")).hits[0].score
    both_fields = search.search(SearchRequest("zymurgy")).hits[0]
    (title,) = (f for f in explained(engine, "zymurgy", both_fields.id).fields if f.field == "title")
    assert title.share * both_fields.score == pytest.approx(1.5 * whole, rel=1e-3)


@both
def test_words_that_feedback_added_are_told_apart(engine: str) -> None:
    fields = {f.field: f for f in explained(engine, "hemoglobin edema xyzzy", "spell-2005-nf-name").fields}
    assert [w.asked for w in fields["summary"].words] == ["hemoglobin", "edema"]
    assert 0 < fields[RELATED].share < fields["summary"].share
    assert RELATED not in {f.field for f in explained(engine, "fatigue ANDMAYBE pain", "odd-1996-markup").fields}


@both
def test_a_study_that_was_not_found_has_no_explanation(engine: str) -> None:
    search = opened(engine)
    assert search.explain(SearchRequest("zymurgy"), "odd-2016-brain") is None
    assert search.explain(SearchRequest("zymurgy"), "no-such-study") is None
    assert search.explain(SearchRequest("zymurgy", year_to=1990), "odd-2019-one-word") is None
    assert search.explain(SearchRequest(), "odd-2016-brain") == Explanation("odd-2016-brain", ())


def test_engines_explain_alike() -> None:
    """For every request of the conformance suite: the same fields and words, and nearly the same shares."""
    declared = facets(atlas().config)
    for name, args in REQUESTS:
        request = SearchRequest.from_args(args, declared)
        one, other = map(opened, ENGINES)
        for study_id in sorted(one.ids(request))[:2]:
            ours, theirs = one.explain(request, study_id), other.explain(request, study_id)
            assert ours is not None
            assert theirs is not None
            mine, its = ({f.field: (f.label, f.words) for f in e.fields if f.field != RELATED} for e in (ours, theirs))
            assert mine == its, name
            shares = {f.field: f.share for f in theirs.fields}
            assert all(abs(f.share - shares.get(f.field, 0)) < 0.05 for f in ours.fields), name
