"""Any word instead of all words, feedback in the order, and texts that are one identifier: the same on every engine."""

from pathlib import Path

import pytest
from index_fixtures import atlas, study
from index_opened import ENGINES, opened
from whoosh import query as q

from index import engine as engines
from index.anyword import TOLD, all_wanted, any_word
from index.direct import identifiers, registration
from index.feedback import HEAVIEST, MIX, MOST_WORDS, Feedback
from index.parse import QuerySchema, parse
from index.query import SearchRequest

SCHEMA = QuerySchema(atlas())
both = pytest.mark.parametrize("engine", ENGINES)


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("fatigue xyzzy", "(text:fatigu OR text:xyzzi)"),
        ("fatigue (pain xyzzy)", "(text:fatigu OR text:pain OR text:xyzzi)"),
        ("fatigue xyzzy NOT pain", "((text:fatigu OR text:xyzzi) AND NOT text:pain)"),
        ("fatigue xyzzy year:2007", "((text:fatigu OR text:xyzzi) AND year:[2007 TO 2007])"),
        ("author:maes fatigue xyzzy", "((text:fatigu OR text:xyzzi) AND authors:mae)"),
        ("low-dose xyzzy", "(text:low OR text:dose OR text:lowdos^0.2 OR text:xyzzi)"),
        ("IL-6 xyzzy", '((text:il6 OR text:"il 6") OR text:xyzzi)'),
        ('"brain fog" xyzzy', '(text:"brain fog" OR text:xyzzi)'),
        ("(pain OR fatigue) xyzzy", "((text:pain OR text:fatigu) OR text:xyzzi)"),
        ("fatigue", None),
        ("fatigue OR xyzzy", None),
        ("author:maes title:xyzzy", None),
        ("fatigue NOT pain", None),
        ("", None),
    ],
)
def test_what_any_word_means(text: str, tree: str | None) -> None:
    wider = any_word(parse(text, SCHEMA).query)
    assert (wider and str(wider)) == tree


@pytest.mark.parametrize(
    ("text", "wanted"),
    [("a AND b", True), ("a b", False), ('"a AND b" c', False), ("a REQUIRE b", True), ("BAND ANDES", False)],
)
def test_operators_that_want_all(text: str, wanted: bool) -> None:
    assert all_wanted(text) is wanted


@both
@pytest.mark.parametrize("text", ["zymurgy xyzzy", "zymurgy xyzzy qqq*", "zymurgy fatigue mitochondrion"])
def test_any_word_is_enough_where_no_study_has_all(engine: str, text: str) -> None:
    search = opened(engine)
    result = search.search(SearchRequest(text, per_page=100))
    assert result.any_word
    assert TOLD in result.messages
    each = [set(search.ids(SearchRequest(word))) for word in text.split()]
    assert {h.id for h in result.hits} == set.union(*each) == set(search.ids(SearchRequest(text)))
    assert result.total == len(set.union(*each))
    pem = next(f for f in result.facets if f.facet.name == "pem")
    assert sum(c.count for c in pem.counts) == result.total


@both
@pytest.mark.parametrize(
    "text",
    [
        "fatigue pain",  # some study has both
        "zymurgy AND xyzzy",  # the reader said that both are wanted
        "xyzzy",
        "xyzzy qqqqq",  # nothing to fall back to
        '"zymurgy xyzzy"',
        "author:maes title:xyzzy",
        "zymurgy NOT zymurgy",
    ],
)
def test_all_words_are_wanted_otherwise(engine: str, text: str) -> None:
    result = opened(engine).search(SearchRequest(text))
    assert not result.any_word
    assert TOLD not in result.messages


@both
def test_a_selection_that_leaves_nothing_does_not_change_what_the_words_mean(engine: str) -> None:
    result = opened(engine).search(SearchRequest("fatigue pain", include={"symptom": ("unused-symptom",)}))
    assert (result.total, result.any_word) == (0, False)
    result = opened(engine).search(SearchRequest("zymurgy xyzzy", include={"symptom": ("unused-symptom",)}))
    assert (result.total, result.any_word) == (0, True)


@both
def test_studies_with_more_of_the_words_come_first(engine: str) -> None:
    search = opened(engine)
    text = "hemoglobin edema xyzzy"
    first, *rest = search.search(SearchRequest(text)).hits
    assert first.id == "spell-2005-nf-name"  # has two of them
    assert {h.id for h in rest} == {"spell-2003-nf-short", "spell-2004-nf-joined"}
    assert [i for i, _ in search.best(text, 3)] == search.ids(SearchRequest(text))


@both
def test_highlights_show_what_was_asked_and_nothing_else(engine: str) -> None:
    for hit in opened(engine).search(SearchRequest("zymurgy mitochondrion xyzzy", per_page=100)).hits:
        marked = [
            part.split("</mark>")[0].lower() for html in hit.highlights.values() for part in html.split("<mark>")[1:]
        ]
        assert marked
        assert set(marked) <= {"zymurgy", "mitochondrion", "mitochondria"}


@both
def test_best_of_one_word_and_of_nothing(engine: str) -> None:
    search = opened(engine)
    assert [i for i, _ in search.best("zymurgy", 5)] == ["odd-2019-one-word"]
    assert search.best("xyzzy qqqqq", 5) == []
    scores = [score for _, score in search.best("fatigue pain lactate", 20)]
    assert scores == sorted(scores, reverse=True)
    assert len(scores) == 20


def test_feedback_takes_words_that_the_best_share_and_others_lack() -> None:
    studies = atlas().studies
    best = [("spell-2009-american", 2.0), ("spell-2010-plural", 1.0)]
    having = {"analysi": 2, "summari": 90, "titl": 90}
    words = Feedback(lambda term: having.get(term, 5), studies.__getitem__, 90).words(best, 2)
    assert next(iter(words)) == "analysi"  # rarer than the other words that both have
    assert "mitochondrion" in words
    assert "titl" not in words  # every study has it
    assert "woman" not in words  # only one of the two has it
    assert sum(words.values()) <= 2 * MIX + 1e-9
    assert max(words.values()) <= HEAVIEST
    assert len(words) <= MOST_WORDS


def test_feedback_never_decides_what_matches() -> None:
    tree = q.Term("text", "mitochondrion")
    feedback = Feedback(lambda _: 1, atlas().studies.__getitem__, 90)
    ranking = feedback.ranking(tree, [("spell-2009-american", 2.0), ("spell-2010-plural", 1.0)])
    assert isinstance(ranking, q.AndMaybe)
    assert ranking.a == tree
    assert feedback.ranking(tree, []) is tree


@both
@pytest.mark.parametrize(
    ("text", "study_id"),
    [
        ("11111111", "spell-2001-nf-greek"),
        (" PMID: 11111111 ", "spell-2001-nf-greek"),
        ("pmid:11111111", "spell-2001-nf-greek"),
        ("PMID11111111", "spell-2001-nf-greek"),
        ("https://pubmed.ncbi.nlm.nih.gov/11111111/", "spell-2001-nf-greek"),
        ("pubmed.ncbi.nlm.nih.gov/11111111/?from_term=fatigue", "spell-2001-nf-greek"),
        ("https://www.ncbi.nlm.nih.gov/pubmed/11111111", "spell-2001-nf-greek"),
        ("10.1000/spell.1", "spell-2001-nf-greek"),
        ("doi:10.1000/SPELL.1", "spell-2001-nf-greek"),
        ("DOI 10.1000/spell.1.", "spell-2001-nf-greek"),
        ("https://doi.org/10.1000/spell.1", "spell-2001-nf-greek"),
        ("http://dx.doi.org/10.1000/spell.1?utm_source=x", "spell-2001-nf-greek"),
        ("https://doi.org/10.1016/S0140-6736(96)91208-6", "odd-2011-doi"),
        ("https://doi.org/10.1016/s0140-6736%2896%2991208-6", "odd-2011-doi"),
        ("7", "odd-2011-doi"),
        ("PMC77", "odd-2011-doi"),
        ("https://pmc.ncbi.nlm.nih.gov/articles/PMC77/", "odd-2011-doi"),
        ("odd-2011-doi", "odd-2011-doi"),
        ("99999999", None),
        ("10.1000/nothing", None),
        ("fatigue", None),
        ("11111111 fatigue", None),
        ("fatigue pmid:11111111", None),
        ("(11111111)", None),
        ("Doe J. NF-κB in white blood cells. J Tests 2001;3(4):5-6. PMID: 11111111.", "spell-2001-nf-greek"),
        ("1. Doe J (2001) NF-κB in white blood cells, https://doi.org/10.1000/spell.1.", "spell-2001-nf-greek"),
        ("Doe J. Some study of two. 2001. PMID: 11111111, PMID: 11111112", None),
        ("study of blood AND fatigue in women OR pmid:11111111", None),
        ("https://publisher.example/articles/10.1000/spell.1/full", "spell-2001-nf-greek"),
        ("https://publisher.example/doi/pdf/10.1000/spell.1.pdf", "spell-2001-nf-greek"),
        ("https://publisher.example/article?id=10.1000/spell.1&type=x", "spell-2001-nf-greek"),
        ("(https://doi.org/10.1000/spell.1)", "spell-2001-nf-greek"),
        ("spell-2001", None),
        ("", None),
    ],
)
def test_direct(engine: str, text: str, study_id: str | None) -> None:
    assert opened(engine).search(SearchRequest(text)).direct == study_id


@pytest.mark.parametrize(
    "text", ["9" * 5_000, "10.1000/" + "a" * 5_000, "a-" * 2_000, "10.1000/" + "%" * 500, "\ud800"]
)
def test_what_is_too_long_or_broken_is_no_identifier(text: str) -> None:
    assert isinstance(list(identifiers(text)), list)


@pytest.mark.parametrize(
    ("text", "doi"),
    [
        ("10.1000/old<1::aid-2>", "10.1000/old<1::aid-2>"),
        ("<https://doi.org/10.1000/old<1::aid-2>>", "10.1000/old<1::aid-2>"),
        ("https://doi.org/10.1000/old%3C1::aid-2%3E", "10.1000/old<1::aid-2>"),
        ("<https://doi.org/10.1000/plain>", "10.1000/plain"),
        ("<https://doi.org/10.1000/plain>.", "10.1000/plain"),
        ("“10.1000/plain”", "10.1000/plain"),
        ("<<10.1000/plain>>", "10.1000/plain"),
    ],
)
def test_marks_around_a_doi_are_not_of_it_and_marks_at_its_end_are(text: str, doi: str) -> None:
    assert ("doi", doi) in identifiers(text)


@both
def test_a_reference_is_found_by_its_words_where_its_identifier_is_not_known(engine: str) -> None:
    line = "3. Doe J et al. NF-κB in white blood cells. Journal of Tests 2001;3:5. doi: 10.9999/unknown"
    result = opened(engine).search(SearchRequest(line))
    assert result.any_word and result.direct is None
    assert result.hits[0].id == "spell-2001-nf-greek"


@both
@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("Maes et al", "Maes"),
        ("Maes et al. fatigue", "Maes fatigue"),
        ("Maes et alii", "Maes"),
        ("exer- tional malaise", "exer-tional malaise"),
        ("mito- chondria", "mitochondria"),
    ],
)
def test_what_a_page_puts_between_words_hides_nothing(engine: str, text: str, same: str) -> None:
    search = opened(engine)
    assert search.ids(SearchRequest(text)) == search.ids(SearchRequest(same)) != []


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("NCT04052724", "NCT04052724"),
        ("nct04052724.", "NCT04052724"),
        ("ISRCTN54285094", "ISRCTN54285094"),
        ("EudraCT 2014-000795-25", "2014-000795-25"),
        ("CTRI/2019/05/019123", "CTRI/2019/05/019123"),
        ("NCT1", None),
        ("NCT04052724 fatigue", None),
        ("2014-2015", None),
    ],
)
def test_numbers_of_trials(text: str, number: str | None) -> None:
    assert registration(text) == number


@both
def test_a_doi_that_ends_in_a_mark_goes_to_its_study(engine: str, tmp_path: Path) -> None:
    entries = atlas(study("ends-2001-mark", doi="10.1000/old<1::aid-2>"))
    engines.build(entries, tmp_path / engine, engine=engine)
    search = engines.open_index(tmp_path / engine, entries)
    for text in ("10.1000/old<1::aid-2>", "<https://doi.org/10.1000/old<1::aid-2>>", "doi:10.1000/old<1::aid-2>"):
        assert search.search(SearchRequest(text)).direct == "ends-2001-mark", text
    search.close()


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("pain xyzzy", "No study here has the word “xyzzy”."),
        ("pain Xyzzy, plugh!", "No study here has the words “Xyzzy”, “plugh”."),
        ("xyzzy", "No study here has the word “xyzzy”."),
        ("xyzzy?", None),
        ("pain xyzzy NOT plugh", "No study here has the word “xyzzy”."),
        ("title:xyzzy pain*", None),
        ("PMID 99999999.", None),
        ("PMC1234567", None),
        ("n>100 pain xyzzy", "No study here has the word “xyzzy”."),
        ("pain", None),
    ],
)
@pytest.mark.parametrize("engine", ENGINES)
def test_words_that_no_study_has_are_named(engine: str, text: str, missing: str | None) -> None:
    told = [m for m in opened(engine).search(SearchRequest(text=text)).messages if m.startswith("No study here has")]
    assert told == ([missing] if missing else [])
