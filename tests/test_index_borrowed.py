"""Searches written for other boxes: what they would be here, and that nothing is rewritten unasked."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from index_fixtures import atlas
from whoosh import query as q

from index.borrowed import TAGS, in_ours, tags, without_tags
from index.direct import identifiers
from index.parse import QuerySchema, parse
from index.query import SearchRequest
from index.syntax import with_near_fields

SCHEMA = QuerySchema(atlas())


@pytest.mark.parametrize(
    ("text", "ours"),
    [
        ("fatigue[ti]", "title:fatigue"),
        ("fatigue [Title]", "title:fatigue"),
        ("chronic fatigue[ti] AND smith ja[au]", "title:(chronic fatigue) AND author:smith"),
        ('"chronic fatigue"[ti]', 'title:"chronic fatigue"'),
        ('"chronic fatigue"[tiab] and pain', '"chronic fatigue" AND pain'),
        ("de Meirleir K[Author]", 'author:"de Meirleir"'),
        ("Yang[au]", "author:Yang"),
        ("Lancet[ta]", "journal:Lancet"),
        ("Fatigue, Mental/etiology[Mesh]", 'concept:"Mental Fatigue"'),
        ("2015[dp]", "year:2015"),
        ("2010:2015[dp]", "year:2010-2015"),
        ("2010/01/01:2015/12/31[dp]", "year:2010-2015"),
        ('pain AND ("2010/01/01"[Date - Publication] : "3000"[Date - Publication])', "pain AND (year:2010..)"),
        ("8675231[uid] OR pain[tw]", "pmid:8675231 OR pain"),
        ("pain 2010..2015", "pain year:2010-2015"),
        ("pain 2010:2015", "pain year:2010-2015"),
        ("pain 2010–2015", "pain year:2010-2015"),
        ("created:2010..2015", "year:2010-2015"),
        ("pain between 2010 and 2015", "pain year:2010-2015"),
        ("trials since 2020", "trials year:>=2020"),
        ("trials after 2015", "trials year:>2015"),
        ("after:2015 before:2018", "year:>=2015 year:<2018"),
        ("year > 2015", "year:>2015"),
        ("n>100", "size:>100"),
        ("sample size >= 1,000", "size:>=1,000"),
        ("Lipkin WI, Hornig M, et al.", "author:Lipkin author:Hornig"),
        ("de Meirleir K", 'author:"de Meirleir"'),
        ('intitle:"brain fog"', 'title:"brain fog"'),
        ("Fluge et al. 2019", "author:Fluge year:2019"),
        ("Fluge et al. (2019a)", "author:Fluge year:2019"),
        ("(Komaroff & Dantzer, 2025)", "author:Komaroff author:Dantzer year:2025"),
        ("van der Schaaf 2020", 'author:"van der Schaaf" year:2020'),
        ("Oesch-Régeni 2025.", "author:Oesch-Régeni year:2025"),
        ("Maes, M.", "author:Maes"),
        ("de Meirleir, K. L.", 'author:"de Meirleir"'),
    ],
)
def test_what_is_written_for_others_is_understood(text: str, ours: str) -> None:
    assert next(in_ours(text)) == ours
    assert parse(ours, SCHEMA).message is None
    assert not list(in_ours(ours))


def test_a_citation_may_be_of_another_year() -> None:
    assert list(in_ours("Fluge et al. 2019")) == ["author:Fluge year:2019", "author:Fluge"]


@pytest.mark.parametrize(
    ("text", "ours"),
    [
        ("symtom:pain", "symptom:pain"),
        ("pain symtom:pain", "pain symptom:pain"),
        ("title: fatigue", "title:fatigue"),
        ("author: Maes year: 2007", "author:Maes year:2007"),
        ("Autor: Maes", None),
        ("A review of pain: author: Maes", None),
        ("https://example.org/x", None),
        ('"symtom:pain"', None),
        ("foo:bar", None),
        ("symptom:pain", None),
    ],
)
def test_fields_are_offered_as_they_are_written_here(text: str, ours: str | None) -> None:
    assert with_near_fields(text, SCHEMA.names) == ours


@pytest.mark.parametrize(
    "text", ["", "fatigue", "year:2010-2015", "year:[2010 TO 2015]", '"since 2020"', "size:>100", "pain [3H]", "p>0.05"]
)
def test_what_is_ours_stays(text: str) -> None:
    assert not list(in_ours(text))


def test_where_a_concept_may_be_called_otherwise_its_words_are_tried_too() -> None:
    assert list(in_ours("lassitude[mesh]")) == ["concept:lassitude", "lassitude"]


def test_tags_are_left_out_and_told() -> None:
    found = parse("fatigue[ti] pain[au]", SCHEMA)
    assert str(found.query) == "(text:fatigu AND text:pain)"
    assert "“[ti]” was left out" in (found.message or "") and "as in author:smith" in (found.message or "")
    assert parse('"fatigue[ti]"', SCHEMA).message is None, "what is quoted is meant so"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("8675231[pmid]", ("pmid", "8675231")),
        ("8675231 [UID]", ("pmid", "8675231")),
        ("10.1000/x.1[doi]", ("doi", "10.1000/x.1")),
        ("10.1000/x.1 [aid]", ("doi", "10.1000/x.1")),
    ],
)
def test_a_tagged_identifier_is_one(text: str, found: tuple[str, str]) -> None:
    assert found in list(identifiers(text))
    assert str(parse(text, SCHEMA).query) == f"{found[0]}:{found[1]}"


PIECES = [
    '"',
    "[",
    "]",
    "(",
    ")",
    ":",
    " ",
    "AND",
    "or",
    "2010",
    "3000",
    "since ",
    "n>",
    "pain",
    *map("[{}]".format, TAGS),
]
texts = st.lists(st.sampled_from(PIECES), max_size=25).map("".join) | st.text(max_size=200)


@given(texts)
@settings(max_examples=300, deadline=None)
def test_any_text_is_read_and_what_is_offered_survives_its_address(text: str) -> None:
    assert not tags(without_tags(text)) or len(without_tags(text)) < len(text)
    for ours in in_ours(text):
        assert isinstance(parse(ours, SCHEMA).query, q.Query)
        request = SearchRequest(text=ours)
        assert SearchRequest.from_args(request.to_args(), ()) == request
