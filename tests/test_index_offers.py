"""Concepts that the words of a query name are offered, with counts that hold, and never put in place of the words."""

import pytest
from bounded import at_most
from hypothesis import given, settings
from hypothesis import strategies as st
from index_fixtures import atlas, config, vocabulary

from index import engine as engines
from index.engine import SearchEngine
from index.fields import facets
from index.offers import MOST_OFFERS, MOST_TRIED, Offers
from index.query import SearchRequest
from index.written import without

OFFERS = Offers(vocabulary(), facets(config()))
ENGINES = ("tantivy", "whoosh")


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> dict[str, SearchEngine]:
    folder = tmp_path_factory.mktemp("offers")
    whole = atlas()
    for name in ENGINES:
        engines.build(whole, folder / name, engine=name)
    return {name: engines.open_index(folder / name, whole) for name in ENGINES}


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("brain fog", ["cognitive-dysfunction"]),
        ("Brain-Fog in women", ["cognitive-dysfunction"]),
        ("cognitive impairments", ["cognitive-dysfunction"]),
        ("women with muscle pain", ["myalgia"]),
        ("muscle and pain", ["pain"]),
        ("headaches migraine", ["headache", "migraine"]),
        ("TNFa TNF-α il6", ["tnf-alpha", "tnf-alpha", "il-6"]),
        ("NK cytotoxicity", ["nk-cell-function"]),
        ("tumor necrosis factor alpha", ["tnf-alpha"]),
        ('"brain fog" women', ["cognitive-dysfunction"]),
        ('"severe brain fog"', []),
        ("pain AND fatigue", ["pain", "fatigue"]),
        ("pain OR fatigue", []),
        ("pain (fatigue)", []),
        ("NOT pain fatigue", ["fatigue"]),
        ("-pain fatigue", ["fatigue"]),
        ('NOT "brain fog" fatigue', ["fatigue"]),
        ('-"brain fog" fatigue', ["fatigue"]),
        ("title:pain fatigue", ["fatigue"]),
        ('concept:"brain fog"', []),
        ("symptom:pain", []),
        ("pain* fatigue~ headache^2 mig?aine", []),
        ("pain?", ["pain"]),
        ("PEM required", ["pem-required"]),
        ("preprint", []),  # a status is no subject, unless it is named in full
        ("IL-6-induced", []),
        ("", []),
        ("AND OR NOT", []),
        ('"', []),
        ("\0", []),
    ],
)
def test_what_is_named(text: str, named: list[str]) -> None:
    mentions = sorted(OFFERS.mentions(SearchRequest(text=text).text))
    assert [c for m in mentions for c in m.concepts] == named


def test_the_longest_name_comes_first_and_hides_those_within() -> None:
    mentions = OFFERS.mentions("pain and tumour necrosis factor alpha or post-exertional malaise headache")
    assert [m.concepts for m in mentions][:2] == [("tnf-alpha",), ("post-exertional-malaise",)]
    assert not any("cytokine" in m.concepts for m in mentions)


@pytest.mark.parametrize(
    ("text", "words", "left"),
    [
        ("brain fog women", "brain fog", "women"),
        ("women brain fog", "brain fog", "women"),
        ("pain AND brain fog", "brain fog", "pain"),
        ("brain fog AND pain", "brain fog", "pain"),
        ("pain AND brain fog AND women", "brain fog", "pain AND women"),
        ("brain fog NOT pain", "brain fog", "NOT pain"),
        ("brain fog in the", "brain fog", ""),
        ("brain fog", "brain fog", ""),
    ],
)
def test_the_words_are_taken_out(text: str, words: str, left: str) -> None:
    start = text.index(words)
    assert without(text, start, start + len(words)) == left


REQUESTS = [
    SearchRequest(text="brain fog"),
    SearchRequest(text="brain fog pain", include={"design": ("case-control",)}, exclude={"symptom": ("fatigue",)}),
    SearchRequest(text="headache fatigue lactate", year_from=1990, year_to=2010, page=3, per_page=5),
    SearchRequest(text="pain trial", include={"symptom": ("fatigue",)}),
    SearchRequest(text="TNFa women xyzzy"),
    SearchRequest(text="fatigue", include={"symptom": ("pain",)}),
    SearchRequest(text="pain AND brain fog?", include={"symptom": ("pain", "fatigue")}),
]


@pytest.mark.parametrize("request_", REQUESTS, ids=lambda r: r.text)
@pytest.mark.parametrize("engine", ENGINES)
def test_the_counts_are_what_the_offer_leads_to(
    engine: str, request_: SearchRequest, opened: dict[str, SearchEngine]
) -> None:
    result = opened[engine].search(request_)
    assert result.request.text == request_.text
    for offer in result.offers:
        assert offer.count == opened[engine].search(offer.request).total == len(opened[engine].ids(offer.request)) > 0
        if offer.alone:
            assert offer.request == SearchRequest(include={offer.facet: (offer.concept,)})
        elif chosen := request_.include.get(offer.facet):
            assert offer.request.include[offer.facet] == chosen and f"{offer.facet}:" in offer.request.text
        else:
            assert offer.request.include[offer.facet] == (offer.concept,)
        assert offer.request.page == 1
        assert offer.count <= offer.total
        alone = SearchRequest(include={offer.facet: (offer.concept,)})
        assert offer.total == opened[engine].count(alone) == len(atlas().studies_with(offer.concept))


@pytest.mark.parametrize("engine", ENGINES)
def test_an_offer_says_what_it_is(engine: str, opened: dict[str, SearchEngine]) -> None:
    [offer] = opened[engine].search(SearchRequest(text="brain fog?")).offers
    assert (offer.label, offer.scheme_label, offer.matched) == ("Cognitive dysfunction", "Symptom", "brain fog")
    assert offer.request.to_args() == [("symptom", "cognitive-dysfunction")]
    chosen = SearchRequest(text="brain fog", include={"symptom": ("cognitive-dysfunction",)})
    assert opened[engine].search(chosen).offers == ()
    unwanted = SearchRequest(text="brain fog", exclude={"symptom": ("cognitive-dysfunction",)})
    assert opened[engine].search(unwanted).offers == ()


@pytest.mark.parametrize("engine", ENGINES)
def test_a_concept_that_does_not_fit_the_rest_is_offered_alone(engine: str, opened: dict[str, SearchEngine]) -> None:
    (offer,) = opened[engine].search(SearchRequest("does xyzzy help brain fog")).offers
    assert offer.alone and offer.count == offer.total > 0
    assert offer.request == SearchRequest(include={"symptom": ("cognitive-dysfunction",)})


@pytest.mark.parametrize("engine", ENGINES)
def test_beside_a_value_of_its_facet_the_concept_is_wanted_as_well(
    engine: str, opened: dict[str, SearchEngine]
) -> None:
    (offer,) = opened[engine].search(SearchRequest("fatigue", {"symptom": ("pain",)})).offers
    assert offer.request == SearchRequest("symptom:fatigue", {"symptom": ("pain",)})
    both = set(atlas().studies_with("pain")) & set(atlas().studies_with("fatigue"))
    assert set(opened[engine].ids(offer.request)) == both and offer.count == len(both) < offer.total


@pytest.mark.parametrize("engine", ENGINES)
def test_a_concept_that_no_study_has_is_told_where_words_find_nothing(
    engine: str, opened: dict[str, SearchEngine]
) -> None:
    search = opened[engine]
    (unused,) = search.search(SearchRequest(text="unused symptoms xyzzy")).unused
    assert (unused.concept, unused.scheme_label, unused.matched) == ("unused-symptom", "Symptom", "unused symptoms")
    assert unused.wider is None
    assert not search.search(SearchRequest(text="pain")).unused


def test_the_nearest_broader_concept_that_studies_have_is_named() -> None:
    having = {("headache",): 0, ("migraine",): 0, ("pain",): 7}
    (unused,) = OFFERS.unused("migraine", lambda request: having[request.include["symptom"]])
    assert unused.wider and (unused.wider.value, unused.wider.count) == ("pain", 7)
    assert unused.wider.request == SearchRequest(include={"symptom": ("pain",)})
    assert not OFFERS.unused("migraine", lambda request: 1)


def test_offers_and_the_counting_for_them_are_limited() -> None:
    many = SearchRequest(text="pain headache migraine fatigue lactate trial cohort myalgia cytokines crash TNFa")
    assert len(OFFERS.of(many, lambda request: 1)) == MOST_OFFERS
    counted: list[SearchRequest] = []
    assert OFFERS.of(many, lambda request: counted.append(request) or 0) == ()
    assert len(counted) == MOST_TRIED


WORDS = st.sampled_from(
    [
        "pain",
        "brain",
        "fog",
        "brain fog",
        "AND",
        "OR",
        "NOT",
        '"',
        "(",
        ")",
        "title:",
        "-",
        "tnf-α",
        "*",
        "~2",
        "IL",
        "6",
    ]
)


@given(st.lists(WORDS | st.text(max_size=6), max_size=14).map(" ".join))
@settings(max_examples=200, deadline=None)
def test_any_text_can_be_looked_through(text: str) -> None:
    text = SearchRequest(text=text).text
    mentions = OFFERS.mentions(text)
    for one in mentions:
        assert 0 <= one.start < one.end <= len(text)
        left = without(text, one.start, one.end)
        assert len(left) < len(text)
    assert all(a.end <= b.start or b.end <= a.start for a in mentions for b in mentions if a is not b)


def test_a_long_text_is_looked_through_in_bounds() -> None:
    with at_most(5):
        OFFERS.mentions("pain of the brain " * 110)
