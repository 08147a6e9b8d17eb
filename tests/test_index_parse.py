"""The query language: what a text becomes, and that any text becomes something."""

import pytest
from bounded import at_most
from hypothesis import given, settings
from hypothesis import strategies as st
from index_fixtures import atlas
from whoosh import query as q

from index.expand import MOST_PATTERNS, MOST_TERMS, expand
from index.lexicon import Lexicon, edits
from index.parse import Parsed, QuerySchema, nothing_but_words, parse
from index.syntax import glue

SCHEMA = QuerySchema(atlas())


def parsed(text: str) -> Parsed:
    return parse(text, SCHEMA)


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("", "*:*"),
        ("fatigue", "text:fatigu"),
        ("Fatigue PAIN", "(text:fatigu AND text:pain)"),
        ("fatigue OR pain", "(text:fatigu OR text:pain)"),
        ("fatigue AND (pain OR sleep)", "(text:fatigu AND (text:pain OR text:sleep))"),
        ("NOT pain", "NOT text:pain"),
        ("fatigue NOT pain", "(text:fatigu AND NOT text:pain)"),
        ("fatigue -pain", "(text:fatigu AND NOT text:pain)"),
        ("fatigue ANDNOT pain", "(text:fatigu AND NOT text:pain)"),
        ('"brain fog"', 'text:"brain fog"'),
        ("“brain fog”", 'text:"brain fog"'),
        ("title:fatigue author:Maes", "(title:fatigu AND authors:mae)"),
        ('journal:"neuro endocrinology"', 'journal:"neuro endocrinolog"'),
        ("Title:Fatigue", "title:fatigu"),
        ("title:(fatigue pain)", "(title:fatigu AND title:pain)"),
        ("year:2007", "year:[2007 TO 2007]"),
        ("year:[1990 TO 2005]", "year:[1990 TO 2005]"),
        ("year:{1990 TO 2005}", "year:[1991 TO 2004]"),
        ("year:[2000 TO]", "year:[2000 TO 9999]"),
        ("year:>2000", "year:[2001 TO 9999]"),
        ("year:<=2000", "year:[0 TO 2000]"),
        ("year:199*", "year:[1990 TO 1999]"),
        ("year:1996-2000", "year:[1996 TO 2000]"),
        ("year:1996–2000", "year:[1996 TO 2000]"),
        ("year:1996..2000", "year:[1996 TO 2000]"),
        ("year:1996…2000 pain", "(year:[1996 TO 2000] AND text:pain)"),
        ("year:1996:2000", "year:[1996 TO 2000]"),
        ("year:1996 TO 2000", "year:[1996 TO 2000]"),
        ("year:1996 to 2000", "year:[1996 TO 2000]"),
        ("year:[1996-2000]", "year:[1996 TO 2000]"),
        ("year:[1996 - 2000]", "year:[1996 TO 2000]"),
        ('year:"1996-2000"', "year:[1996 TO 2000]"),
        ("year:1996-98", "year:[1996 TO 1998]"),
        ("year:..2000", "year:[0 TO 2000]"),
        ("year:2000..", "year:[2000 TO 9999]"),
        ("year:2015+", "year:[2015 TO 9999]"),
        ("year:>2015", "year:[2016 TO 9999]"),
        ("year:>=2015", "year:[2015 TO 9999]"),
        ("year:≥2015", "year:[2015 TO 9999]"),
        ("Year: > 2015", "year:[2016 TO 9999]"),
        ("year:≤2015", "year:[0 TO 2015]"),
        ("year:<2015", "year:[0 TO 2014]"),
        ("year:=2015", "year:[2015 TO 2015]"),
        ("year: 2015", "year:[2015 TO 2015]"),
        ("year:(2010-2012 OR >2020)", "(year:[2010 TO 2012] OR year:[2021 TO 9999])"),
        ("year:2010 - pain", "(year:[2010 TO 2010] AND text:pain)"),
        ("year:2010 -pain", "(year:[2010 TO 2010] AND NOT text:pain)"),
        ("NOT year:2010-2015", "NOT year:[2010 TO 2015]"),
        ("size:20-50", "size:[20 TO 50]"),
        ("size:20..50", "size:[20 TO 50]"),
        ("size:100+", "size:[100 TO 999999999]"),
        ("size:≥1,000", "size:[1000 TO 999999999]"),
        ("size:1,000-2,000", "size:[1000 TO 2000]"),
        ("size:>100", "size:[101 TO 999999999]"),
        ("size:>=100", "size:[100 TO 999999999]"),
        ("size:[20 TO 50]", "size:[20 TO 50]"),
        ("size:30", "size:[30 TO 30]"),
        ("SIZE:<20", "size:[0 TO 19]"),
        ("pem:required", "facet_pem:pem-required"),
        ("pem:not-required", "facet_pem:pem-not-required"),
        ('pem:"not required"', "facet_pem:pem-not-required"),
        ("peer:peer-reviewed", "facet_peer:peer-reviewed"),
        ('definition:"Fukuda 1994"', "facet_definition:fukuda-1994"),
        ("definition:(ccc OR fukuda-1994)", "(facet_definition:ccc-2003 OR facet_definition:fukuda-1994)"),
        ("symptom:cognit*", "facet_symptom:cognitive-dysfunction"),
        ("symptom:*fog", "facet_symptom:cognitive-dysfunction"),
        ("level:E*", "(facet_level:E0 OR facet_level:E1 OR facet_level:E2 OR facet_level:E3)"),
        ("fatiuge~", "text:fatiuge~"),
        ("title:mito*", "title:mito*"),
        ("CO₂", '(text:co2 OR text:"co 2")'),
        ("H₂O₂", '(text:h2o2 OR text:"h 2 o 2")'),
        ("Ca²⁺", '(text:ca2 OR text:"ca 2")'),
        ("pmid:8675231", "pmid:8675231"),
        ("PMID: 8675231", "pmid:8675231"),
        ("https://pubmed.ncbi.nlm.nih.gov/8675231/", "pmid:8675231"),
        ("https://www.ncbi.nlm.nih.gov/pubmed/8675231", "pmid:8675231"),
        ("doi:10.3109/0882", "doi:10.3109/0882"),
        ("https://doi.org/10.1016/S0140-6736(96)91208-6.", "doi:10.1016/s0140-6736(96)91208-6"),
        ("id:see-1996-alpha", "id:see-1996-alpha"),
        ("symptom:pain", "facet_symptom:pain"),
        ('symptom:"brain fog"', "facet_symptom:cognitive-dysfunction"),
        ("design:rct", "facet_design:randomised-controlled-trial"),
        ("flag:small*", "facet_flag:small-sample"),
        ("pain^2 fatigue", "(text:pain^2.0 AND text:fatigu)"),
        ("(pain fatigue)^3", "(text:pain^3.0 AND text:fatigu^3.0)"),
        ("fatigue ANDMAYBE pain", "(text:fatigu ANDMAYBE text:pain)"),
        ("exert*", "text:exert*"),
        ("*", "*:*"),
        ("*:*", "*:*"),
        ("the effect of exercise", "(text:effect AND text:exercis)"),
        ("of the", "(text:of AND text:the)"),
        ("WHO criteria", "(text:who AND text:criterion)"),
        ("does exercise help?", "(text:exercis AND text:help)"),
        ("Does exercise make it worse", "(text:exercis AND text:wors)"),
        ("sleep doesn’t help", "(text:sleep AND text:help)"),
        ("why am I tired", "text:tire"),
        ("type I interferon", "(text:type AND text:i AND text:interferon)"),
        ("RCTs", "text:rct"),
        ("rcts", "(text:rcts OR text:rct)"),
        ("CRPS", "text:crps"),
        ("vitamin A", "(text:vitamin AND text:a)"),
        ("claim:lactate:increased", "facet_claim:lactate:increased"),
        ("p<0.05", 'text:"p 0 05"'),
        ("fatigue OR", "text:fatigu"),
        ("25-hydroxy-vitamin-D-3-deficiency", 'text:"25 hydroxi vitamin d 3 defici"'),
    ],
)
def test_trees(text: str, tree: str) -> None:
    found = parsed(text)
    assert str(found.query).replace("None:", "*:") == tree
    assert found.message is None


@pytest.mark.parametrize(
    "family",
    [
        ["NF-κB", "NF kappa B", "nf-kb", "NFkB", "NF-kappaB", "nf kappa b", "NF κ B"],
        ["TNF-α", "TNF alpha", "TNFa", "tnf-alpha", "tnf alpha"],
        ["IL-6", "IL6", "IL 6", "il-6"],
        ["IL-1β", "IL 1 beta", "IL1B", "il-1-beta"],
        ["TGF-β1", "TGF beta 1", "tgf-beta-1"],
        ["CD4+", "CD4", "CD 4", "cd-4"],
        ["post-exertional", "post exertional", "postexertional", "Post–exertional"],
        ["COVID-19", "covid 19", "COVID19"],
        ["anti-inflammatory", "anti inflammatory"],
    ],
)
def test_spellings_are_one_query(family: list[str]) -> None:
    assert len({str(parsed(text).query) for text in family}) == 1
    assert len({str(parsed(f"title:{text} pain").query) for text in family}) == 1


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("exercise beta blocker", "exercise beta blocker"),
        ("Maes 2007", "Maes 2007"),
        ("post AND viral", "post AND viral"),
        ("pain (IL 6)", "pain (IL-6)"),
        ("vs 12 mg 5", "vs 12 mg 5"),
        ("TNF alpha a study", "TNF-alpha a study"),
        ("NF* kappa B", "NF* kappa B"),
        ("TNF NOT alpha", "TNF NOT alpha"),
    ],
)
def test_glue_leaves_other_words_alone(text: str, same: str) -> None:
    assert glue(text) == same


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("foo:bar pain", "“foo:” is no field"),
        ("autor:maes", "Perhaps “author:” was meant."),
        ('"brain fog', "quotation mark"),
        ("year:soon", "takes a year"),
        ("size:large", "takes a number of participants"),
        ("size:[a TO b]", "takes a number of participants"),
        ("title:[a TO b]", "Ranges work with years and sizes"),
        ("!!! ???", "no word to search for"),
        ("(" * 1000 + "pain" + ")" * 1000, "Brackets may be 25 deep"),
        (" ".join(f"word{i}" for i in range(300)), "first 200 words"),
    ],
)
def test_what_is_wrong_is_told(text: str, told: str) -> None:
    found = parsed(text)
    assert told in (found.message or "")
    assert found.query is not None


@pytest.mark.parametrize("text", ["year:2000-1996", "year:2000..1996", "year:[2000 TO 1996]"])
def test_a_range_the_wrong_way_round_is_put_right(text: str) -> None:
    assert str(parsed(text).query) == "year:[1996 TO 2000]"
    assert parsed(text).message == "“year:” was the wrong way round; searched from 1996 to 2000."


@pytest.mark.parametrize(
    "text", ["year:1998-02", "year:-2015", "year:2010,2015", "year:2010-pain", "year:99999-100000"]
)
def test_what_may_be_no_range_is_told(text: str) -> None:
    assert "takes a year or a range" in (parsed(text).message or "")


@given(st.integers(0, 9999), st.integers(0, 9999), st.sampled_from("-–:…"), st.sampled_from(["", " "]))
def test_all_ways_to_write_a_range_are_one(a: int, b: int, sign: str, blank: str) -> None:
    first, last = sorted((a, b))
    found = parsed(f"year:{first:04}{blank}{sign}{blank}{last:04}")
    assert str(found.query) == f"year:[{first} TO {last}]"


def test_a_slash_stands_between_words_in_either_order() -> None:
    assert str(parsed("CFS/ME").query) == '(text:cfsme OR text:"cfs me" OR text:"me cfs")'
    assert "il 6 tnf" not in str(parsed("TNF-α/IL-6").query), "a name stays as it is"


def test_slop() -> None:
    near = parsed('"brain fog memory"~4').query
    assert [(leaf.words, leaf.slop) for leaf in near.subqueries] == [(["brain", "fog"], 4), (["fog", "memori"], 4)]


def test_words_of_what_cannot_be_read_are_searched() -> None:
    assert "text:pain" in str(parsed("foo:pain").query)
    assert str(parsed("(" * 1000 + "pain").query) == "text:pain"


@pytest.mark.parametrize(
    "text",
    [
        "x" * 100_000,
        "a " * 50_000,
        "(" * 1000 + "a" + ")" * 1000,
        "NOT " * 400 + "a",
        '"' * 2000,
        "a OR " * 400 + "b",
        "*" * 2000,
    ],
)
def test_hostile_texts_take_little_time(text: str) -> None:
    with at_most(5):
        parsed(text)


@given(st.text(max_size=400))
@settings(max_examples=400, deadline=None)
def test_any_text_parses(text: str) -> None:
    found = parsed(text)
    assert isinstance(found.query, q.Query)
    expand(found.query, Lexicon(["pain", "fatigue"]))


SIGNS = """
pain NF-κB AND OR NOT ANDNOT
ANDMAYBE REQUIRE ( ) " * ? ~2 ^3 [ ] TO title: symptom: year: year:[1990 doi: - { } : ~ ' < >
2010 size: 98 .. … ≥ = , + to [ti] [au] [dp] [mesh] pmid
"""
syntax = st.lists(st.sampled_from([*SIGNS.split(), " ", " TO ", "  "]), max_size=40).map("".join)


@given(syntax)
@settings(max_examples=600, deadline=None)
def test_any_heap_of_syntax_parses(text: str) -> None:
    tree, _ = expand(parsed(text).query, Lexicon(["pain", "pains", "painful", "nfkb"]))
    assert not _patterns(tree)


def _patterns(tree: q.Query) -> bool:
    return any(isinstance(leaf, q.Prefix | q.Wildcard | q.FuzzyTerm) for leaf in tree.leaves())


WORDS = Lexicon(
    ["cell", "cells", "exert", "exertion", "exertional", "exercise", "fatigue", "fatigued", "immune", "immunoglobulin"]
)


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        ("exert*", ["exert", "exertion", "exertional"]),
        ("imm*n", ["immunoglobulin"]),
        ("*ell?", ["cells"]),
        ("cell?", ["cells"]),
        ("*e*e*", ["exercise", "exert", "exertion", "exertional"]),
        ("f*e", ["fatigue"]),
        ("?ell", ["cell"]),
        ("x*", []),
        ("ce.l", []),
    ],
)
def test_wildcards(pattern: str, words: list[str]) -> None:
    assert sorted(WORDS.like(pattern)) == sorted(words)


def test_catastrophic_wildcards_take_little_time() -> None:
    words = Lexicon("a" * n + "b" * (n % 3) for n in range(1, 64))
    with at_most(5):
        assert not list(words.like("a*" * 30 + "c"))


@pytest.mark.parametrize(
    ("word", "distance", "found"),
    [
        ("fatigue", 1, ["fatigue", "fatigued"]),
        ("fatiuge", 1, ["fatigue"]),
        ("fatgue", 1, ["fatigue"]),
        ("exertoinal", 2, ["exertional"]),
        ("atigue", 1, []),
    ],
)
def test_fuzzy_words_share_their_first_letter(word: str, distance: int, found: list[str]) -> None:
    assert list(WORDS.near(word, distance, 1)) == found


def _slow_edits(a: str, b: str) -> int:
    table = {(i, 0): i for i in range(len(a) + 1)} | {(0, j): j for j in range(len(b) + 1)}
    for i in range(1, len(a) + 1):
        for j in range(1, len(b) + 1):
            cost = a[i - 1] != b[j - 1]
            table[i, j] = min(table[i - 1, j] + 1, table[i, j - 1] + 1, table[i - 1, j - 1] + cost)
            if i > 1 and j > 1 and a[i - 1] == b[j - 2] and a[i - 2] == b[j - 1]:
                table[i, j] = min(table[i, j], table[i - 2, j - 2] + 1)
    return table[len(a), len(b)]


@given(st.text("abc", max_size=7), st.text("abc", max_size=7), st.integers(0, 3))
@settings(max_examples=300, deadline=None)
def test_edits(a: str, b: str, limit: int) -> None:
    assert min(edits(a, b, limit), limit + 1) == min(_slow_edits(a, b), limit + 1)


def test_patterns_are_bounded() -> None:
    many = Lexicon(f"a{i:x}" for i in range(3 * MOST_TERMS))
    tree, messages = expand(parsed("a*").query, many)
    assert len(tree.child.subqueries) == MOST_TERMS
    assert "more than 1,024 words" in messages[0]
    tree, messages = expand(parsed(" ".join(f"w{i}*" for i in range(MOST_PATTERNS + 5))).query, many)
    assert f"first {MOST_PATTERNS}" in " ".join(messages)


def test_a_pattern_means_the_words_as_they_are_written() -> None:
    """``exertion*`` finds texts with "exertional" although the index holds the stem ``exert``."""
    tree, _ = expand(parsed("exertion*").query, WORDS)
    assert {leaf.text for leaf in tree.leaves()} == {"exert"}


def test_a_lexicon_survives_its_file(tmp_path) -> None:  # type: ignore[no-untyped-def]
    Lexicon(["é", "b", "a", "a"]).write(tmp_path)
    assert list(Lexicon.read(tmp_path).words) == ["a", "b", "é"]
    assert "b" in Lexicon.read(tmp_path)
    Lexicon([]).write(tmp_path)
    assert len(Lexicon.read(tmp_path)) == 0


PLAIN = [
    "pain", "Fatigue", "AND", "or", "NOT", "the", "of", "WHO", "I", "my", "TO", "rcts", "mrnas", "B", "a", "TNF",
    "alpha", "NF", "kappa", "post", "exertional", "non", "IL", "CD", "T", "cell", "Tumour", "children", "title", "é",
]  # fmt: skip


@given(st.lists(st.sampled_from(PLAIN), min_size=1, max_size=25).map(" ".join))
@settings(max_examples=300, deadline=None)
def test_plain_words_are_read_as_the_parser_reads_them(text: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        short = parse(text, SCHEMA)
        patch.setattr("index.parse.nothing_but_words", lambda _: [])
        assert repr(parse(text, SCHEMA)) == repr(short)


def test_only_plain_words_take_the_short_way() -> None:
    assert nothing_but_words("reduced Natural killer cells") == ["reduced", "Natural", "killer", "cells"]
    for text in ("pain AND fatigue", "NF kappa B", "pain*", "year:2000", "pain  fatigue", "IL 6", "-pain", ""):
        assert not nothing_but_words(text)
