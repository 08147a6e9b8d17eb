"""What the words of a search may mean: concepts by that name, any of the words, an identifier. And the years."""

import re
from collections.abc import Iterator
from urllib.parse import urlencode

import pytest
import site_samples
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from lxml import html as lxml_html
from page_reading import seen, words

from entries.config import Disease
from explorer.app import create_app
from explorer.operators import in_capitals
from explorer.presentation_years import years
from explorer.whole_atlas import without_disease
from index.fields import facets
from index.query import SearchRequest


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    build = site_samples.SampleBuild(site_samples.atlas(), tmp_path_factory.mktemp("offers"))
    yield create_app(build, testing=True).test_client()
    build.engine.close()


def total(page: lxml_html.HtmlElement) -> int:
    found = re.search(r"[\d,]+", words(page.get_element_by_id("count")))
    assert found
    return int(found.group().replace(",", ""))


def offered(page: lxml_html.HtmlElement) -> list[lxml_html.HtmlElement]:
    found: list[lxml_html.HtmlElement] = page.xpath("//div[@class='offers']/p[b or a/b]")
    return found


# Concepts


def test_a_synonym_offers_its_concept_and_rewrites_nothing(client: FlaskClient) -> None:
    page = seen(client, "/studies?q=podagra")
    assert page.get_element_by_id("q").get("value") == "podagra"
    offer = offered(page)[0]
    assert words(offer).startswith("“podagra” names the symptom Toe pain : 2 studies")
    choice, about = offer.xpath(".//a/@href")
    assert total(seen(client, "/studies" + choice)) == 2
    assert client.get(about).status_code == 200


def test_the_rest_of_the_words_and_the_filters_stay(client: FlaskClient) -> None:
    page = seen(client, "/studies?q=podagra+trial&level=E1")
    address = "/studies" + offered(page)[0].xpath(".//a/@href")[0]
    chosen = seen(client, address)
    assert chosen.get_element_by_id("q").get("value") == "trial"
    assert chosen.xpath("//a[@id='f-symptom-toe-pain']/@aria-current") == ["true"]
    assert chosen.xpath("//a[@id='f-level-E1']/@aria-current") == ["true"]
    every = offered(page)[0].xpath("a[contains(., 'all ')]")[0]
    assert f" : {total(chosen)} of its 2 studies fit" in words(offered(page)[0])
    assert words(every) == "all 2 with Toe pain"
    assert total(seen(client, "/studies" + every.get("href"))) == 2


def test_words_that_name_nothing_get_no_offer(client: FlaskClient) -> None:
    assert not seen(client, "/studies?q=number").xpath("//div[@class='offers']")
    assert not seen(client, "/studies").xpath("//div[@class='offers']")


# Any of the words


def test_where_no_study_has_all_words_any_of_them_are_found_and_the_page_says_so(client: FlaskClient) -> None:
    page = seen(client, "/studies?q=withdrawn+nothinglikethis")
    assert total(page) >= 1
    assert "any" in words(page.xpath("//div[@class='messages']")[0]).lower()


# Identifiers


@pytest.mark.parametrize(
    ("text", "by"),
    [
        ("900000042", "pmid"),
        ("PMID: 900000042", "pmid"),
        ("https://pubmed.ncbi.nlm.nih.gov/900000042/", "pmid"),
        ("adams-2005-urate-rises", "id"),
    ],
)
def test_an_identifier_alone_goes_to_its_study_which_says_why(client: FlaskClient, text: str, by: str) -> None:
    answer = client.get("/studies?" + urlencode({"q": text, "symptom": "fever"}))
    assert answer.status_code == 303
    assert answer.headers["Location"] == f"/studies/adams-2005-urate-rises?by={by}"
    note = seen(client, answer.headers["Location"]).xpath("//p[@class='note'][@role='status']")[0]
    assert "of this study" in words(note)
    again = client.get(note.xpath("a/@href")[0])
    assert again.status_code == 200, "searching for it as words stays a search"


@pytest.mark.parametrize("by", ["", "nonsense", "<b>", "pmcid"])
def test_a_study_says_nothing_of_how_nobody_came(client: FlaskClient, by: str) -> None:
    page = seen(client, "/studies/adams-2005-urate-rises?" + urlencode({"by": by}))
    assert not page.xpath("//p[@class='note'][@role='status']")


def test_data_forms_of_an_identifier_stay_result_sets(client: FlaskClient) -> None:
    assert client.get("/studies.json?q=900000042").get_json()["total"] == 1
    assert client.get("/studies?q=900000042", headers={"Accept": "application/json"}).get_json()["total"] == 1


@pytest.mark.parametrize(
    ("text", "name", "address"),
    [
        ("900000043", "PubMed number 900000043", "https://pubmed.ncbi.nlm.nih.gov/900000043/"),
        ("PMID: 7", "PubMed number 7", "https://pubmed.ncbi.nlm.nih.gov/7/"),
        ("https://doi.org/10.1000/none<b>", "DOI 10.1000/none<b>", "https://doi.org/10.1000/none%3Cb%3E"),
        ("pmc99", "PubMed Central number PMC99", "https://pmc.ncbi.nlm.nih.gov/articles/PMC99/"),
    ],
)
def test_a_paper_that_the_atlas_does_not_have_is_named_with_its_own_place(
    client: FlaskClient, text: str, name: str, address: str
) -> None:
    page = seen(client, "/studies?" + urlencode({"q": text}))
    (box,) = page.xpath("//div[@class='none']")
    assert words(box).startswith("This atlas has no entry on that paper.")
    link = box.xpath(".//a[@rel='external nofollow']")[0]
    assert (words(link), link.get("href")) == (name, address)


@pytest.mark.parametrize("text", ["1899", "zebrafish", "nobody-1999-wrote-this"])
def test_words_and_short_numbers_are_no_paper(client: FlaskClient, text: str) -> None:
    assert words(seen(client, f"/studies?q={text}").xpath("//div[@class='none']/h3")[0]) == "No study fits this search."


# Operators of other search boxes


@pytest.mark.parametrize(
    ("text", "ours"),
    [
        ("pain or fatigue", "pain OR fatigue"),
        ("pain || fatigue", "pain OR fatigue"),
        ("pain && fatigue not fever", "pain AND fatigue NOT fever"),
        ("not pain", "NOT pain"),
        ("pain !fever", "pain NOT fever"),
        ("pain OR fatigue", None),
        ('"pain or fatigue"', None),
        ("or", None),
        ("pain or", None),
        ("whether or not pain", None),
        ("does this help with pain or rather not", None),
        ("", None),
    ],
)
def test_operators_of_other_search_boxes_are_understood(text: str, ours: str | None) -> None:
    assert in_capitals(text) == ours


WRITTEN = st.lists(
    st.sampled_from(["pain", "fever", "or", "Not", "and", "||", "&&", "!toe", "OR", '"a b"']), max_size=6
)


@given(WRITTEN.map(" ".join) | st.text(max_size=80))
def test_what_is_offered_reads_back_as_itself(text: str) -> None:
    ours = in_capitals(text)
    assert ours is None or in_capitals(ours) is None


def test_a_formula_in_small_letters_is_offered_in_ours_and_not_done(client: FlaskClient) -> None:
    page = seen(client, "/studies?q=urate+not+toe")
    assert page.get_element_by_id("q").get("value") == "urate not toe"
    (link,) = [a for a in page.xpath("//div[@class='offers']/p/a") if words(a) == "urate NOT toe"]
    assert total(seen(client, "/studies" + link.get("href"))) != total(page)


def test_a_search_for_another_box_is_offered_in_ours_and_not_done(client: FlaskClient) -> None:
    page = seen(client, "/studies?q=urate[ti]+1990:2001[dp]")
    assert page.get_element_by_id("q").get("value") == "urate[ti] 1990:2001[dp]"
    (offer,) = [p for p in page.xpath("//div[@class='offers']/p") if words(p).startswith("Written for this search box")]
    link = offer.find("a")
    assert words(link) == "title:urate year:1990-2001"
    assert f": {total(seen(client, '/studies' + link.get('href')))} stud" in words(offer)


# Values that there are not


def test_an_unknown_value_finds_nothing_and_says_what_may_be_meant(client: FlaskClient) -> None:
    page = seen(client, "/studies?symptom=podagra&level=E2")
    assert total(page) == 0
    (offer,) = page.xpath("//div[@class='offers']/p")
    assert words(offer).startswith(
        "Symptom: this atlas does not know “podagra”, so no study has it. Did you mean Toe pain"
    )
    chosen = seen(client, "/studies" + offer.find("a").get("href"))
    assert f"({total(chosen)} stud" in words(offer)
    assert chosen.xpath("//a[@id='f-symptom-toe-pain']/@aria-current") == ["true"]
    assert chosen.xpath("//a[@id='f-level-E2']/@aria-current") == ["true"]
    assert not page.xpath("//div[@class='messages']"), "it is told once"
    assert "Without Symptom: “podagra”" in words(page.xpath("//div[@class='none']")[0])


def test_an_unknown_value_in_the_words_leads_to_what_may_be_meant(client: FlaskClient) -> None:
    page = seen(client, "/studies?q=symptom:podagr+trial&level=E1")
    assert page.get_element_by_id("q").get("value") == "symptom:podagr trial"
    (offer,) = page.xpath("//div[@class='offers']/p[@role='status']")
    assert words(offer).startswith(
        "“podagr” is no value of Symptom, so it was searched as words. Did you mean Toe pain"
    )
    chosen = seen(client, "/studies" + offer.find("a").get("href"))
    assert chosen.get_element_by_id("q").get("value") == 'symptom:"Toe pain" trial'
    assert chosen.xpath("//a[@id='f-level-E1']/@aria-current") == ["true"]
    assert f"({total(chosen)} stud" in words(offer)
    assert "podagr" not in " ".join(map(words, page.xpath("//div[@class='messages']"))), "it is told once"
    said = [words(p) for p in page.xpath("//div[@class='offers']/p")]
    assert sum("Did you mean" in one for one in said) == 1, "another spelling would say the same"


def test_an_unknown_value_in_the_words_comes_with_the_search_that_mends_it(client: FlaskClient) -> None:
    found = client.get("/api/v1/search?q=symptom:podagr&level=E2").get_json()
    (warning,) = found["warnings"]
    assert (warning["facet"], warning["value"], warning["written"]) == ("symptom", "podagr", "symptom:podagr")
    assert warning["message"] in found["messages"] and not warning["idle"]
    (meant,) = warning["meant"]
    assert (meant["value"], meant["search"]["q"]) == ("toe-pain", 'symptom:"Toe pain"')
    assert meant["search"]["include"] == {"level": ["E2"]}
    mended = client.get(meant["search"]["api"]).get_json()
    assert mended["total"] == meant["count"] <= meant["total"] and not mended["warnings"]


def test_a_value_that_no_study_has_leads_to_what_it_is(client: FlaskClient) -> None:
    atlas = site_samples.atlas()
    unused = {
        facet.name: concept
        for facet in facets(atlas.config)
        if facet.is_tags
        for concept in atlas.vocabulary.of_scheme(str(facet.scheme))
        if not atlas.studies_with(concept.id)
    }
    facet, concept = next(iter(unused.items()))
    for address in (f"/studies?{facet}={concept.id}x", f"/studies?q={facet}:{concept.id}x"):
        (offer,) = seen(client, address).xpath("//div[@class='offers']/p[@role='status']")
        assert f"“{concept.label}” is in the vocabulary, and no study here has it yet." in words(offer)
        assert f"/concepts/{concept.id}" in offer.xpath(".//a/@href") and "(0 " not in words(offer)


def test_the_name_of_a_field_that_is_almost_right_is_offered(client: FlaskClient) -> None:
    page = seen(client, "/studies?q=levl:E1")
    (offer,) = [p for p in page.xpath("//div[@class='offers']/p") if words(p).startswith("Written for this search box")]
    link = offer.find("a")
    assert words(link) == "level:E1"
    assert f": {total(seen(client, '/studies' + link.get('href')))} stud" in words(offer)


def test_an_unknown_value_that_resembles_none_is_told(client: FlaskClient) -> None:
    page = seen(client, "/studies?journal=Xyzzy")
    (note,) = page.xpath("//div[@class='messages']/p")
    assert "Journal: this atlas does not know “Xyzzy”" in words(note)
    assert not page.xpath("//div[@class='offers']")


# Citations, titles and trials as they are pasted


def test_a_line_of_references_goes_to_its_study(client: FlaskClient) -> None:
    line = "Adams A, Brown B. Urate rises in the toe of patients. J Gout 2005;12(3):4-5. PMID: 900000042."
    answer = client.get("/studies?" + urlencode({"q": line}))
    assert (answer.status_code, answer.headers["Location"]) == (303, "/studies/adams-2005-urate-rises?by=pmid")


def test_a_title_within_other_words_leads_to_its_study(client: FlaskClient) -> None:
    study = next(s for s in site_samples.atlas().studies.values() if len(s.title.split()) > 5)
    page = seen(client, "/studies?" + urlencode({"q": f"12. Nobody XY. {study.title.upper()}. Xyzzy Lett 7 (2):1-9"}))
    (offer,) = [p for p in page.xpath("//div[@class='offers']/p") if words(p).startswith("These words hold the title")]
    assert offer.xpath("a/@href") == [f"/studies/{study.id}"] and words(offer.find("a")) == study.title
    other = seen(client, "/studies?" + urlencode({"q": study.title.rsplit(" ", 1)[0] + " xyzzy"}))
    assert "hold the title" not in " ".join(map(words, other.xpath("//div[@class='offers']/p")))


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("NCT04052724", "https://clinicaltrials.gov/study/NCT04052724"),
        ("ClinicalTrials.gov Identifier: nct02229942.", "https://clinicaltrials.gov/study/NCT02229942"),
        ("ISRCTN54285094", "https://www.isrctn.com/ISRCTN54285094"),
        ("EudraCT 2014-000795-25", "https://trialsearch.who.int/Trial2.aspx?TrialID=2014-000795-25"),
    ],
)
def test_the_number_of_a_trial_leads_to_its_registration(client: FlaskClient, text: str, address: str) -> None:
    page = seen(client, "/studies?" + urlencode({"q": text}))
    (link,) = page.xpath("//div[@class='offers']/p/a[@rel='external nofollow']")
    assert link.get("href") == address
    assert not seen(client, "/studies?q=NCT123").xpath("//div[@class='offers']//a[@rel='external nofollow']")


# Too little


def test_where_little_is_found_the_word_that_costs_most_is_named(client: FlaskClient) -> None:
    atlas = site_samples.atlas()
    text = "the withdrawn work on urate"
    page = seen(client, "/studies?" + urlencode({"q": text}))
    (offer,) = [p for p in page.xpath("//div[@class='offers']/p") if words(p).startswith("To find more, without")]
    for link, count in zip(offer.findall("a"), re.findall(r"\((\d+) stud", words(offer)), strict=True):
        assert total(seen(client, "/studies" + link.get("href"))) == int(count) > total(page)
        assert 2 * int(count) <= len(atlas.studies)
    name = seen(client, "/studies?q=withdrawn+work")
    assert "To find more" not in " ".join(map(words, name.xpath("//div[@class='offers']/p")))


def test_another_spelling_is_offered_only_where_it_finds_something_under_the_filters(client: FlaskClient) -> None:
    page = seen(client, "/studies?q=podagrra")
    (offer,) = [p for p in page.xpath("//div[@class='offers']/p") if words(p).startswith("Did you mean")]
    assert words(offer) == "Did you mean podagra (2 studies)?"
    none = seen(client, "/studies?q=podagrra&from=1800&to=1801")
    assert not none.xpath("//div[@class='offers']/p[starts-with(., 'Did you mean')]")


# What the whole atlas is about


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("gout flares", ("gout", "flares")),
        ("A/B trial", ("A/B", "trial")),
        ("b / a", ("b / a", "")),
        ("Gouty arthritis in women", ("Gouty arthritis", "in women")),
        ("vaccine and gout?", ("gout", "vaccine and")),
        ("gout[tiab]", None),
        ("goutish", None),
        ("gout AND pain", None),
        ('"gout"', None),
        ("pain", None),
    ],
)
def test_the_name_of_the_disease_is_found(text: str, found: tuple[str, str] | None) -> None:
    disease = Disease(label="gout" if "out" in text else "A/B", name="Gouty arthritis / podagra")
    assert without_disease(text, disease) == found


def test_a_search_for_the_whole_subject_offers_to_leave_its_name_out(client: FlaskClient) -> None:
    atlas = site_samples.atlas()
    page = seen(client, f"/studies?{urlencode([('q', atlas.config.disease.name)])}")
    (offer,) = [p for p in page.xpath("//div[@class='offers']/p") if words(p).startswith("All of this atlas is about")]
    assert words(offer.find("a")) == f"all {len(atlas.studies)} studies"
    assert total(seen(client, "/studies" + offer.find("a").get("href"))) == len(atlas.studies) > total(page)


# Years


def test_the_thumbs_stand_where_the_range_is_set() -> None:
    counted = [(1990, 2), (1995, 1), (2010, 4)]
    free = years(SearchRequest(), counted)
    assert free and (free.first, free.last, free.low, free.high) == (1990, 2010, 1990, 2010)
    assert 'class="pale"' not in free.picture
    part = years(SearchRequest(year_from=1992, year_to=2050), counted)
    assert part and (part.low, part.high, part.year_to) == (1992, 2010, 2050)
    assert 'class="pale"' in part.picture
    beyond = years(SearchRequest(year_from=2020), counted)
    assert beyond and beyond.low == beyond.high == 2010
    assert years(SearchRequest(), []) is None


def test_the_range_is_set_by_numbers_alone_and_named_thumbs(client: FlaskClient) -> None:
    page = seen(client, "/studies?q=series&from=1985&to=1990")
    box = page.get_element_by_id("facet-years")
    thumbs = box.xpath(".//input[@type='range']")
    assert [(t.get("aria-label"), t.get("value"), t.get("name")) for t in thumbs] == [
        ("First year", "1985", None),
        ("Last year", "1990", None),
    ]
    assert [i.get("value") for i in box.xpath(".//input[@type='number']")] == ["1985", "1990"]
    assert total(page) == 6
