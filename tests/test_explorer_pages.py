"""Pages hold what they should, in words of the atlas that they show, and nothing in it becomes markup."""

import re
from collections.abc import Iterator

import pytest
import site_samples
from flask.testing import FlaskClient
from lxml import html as lxml_html
from page_reading import seen, words

from entries.atlas import Atlas
from entries.study import Basis, Finding
from explorer.app import create_app
from explorer.overview import Overview
from explorer.presentation_study import fine_print
from explorer.security import HEADERS

URATE = "/studies/adams-2005-urate-rises"
PAGES = [
    "/", "/studies", "/studies?q=urate&symptom=pain&not.design=trial", "/studies?q=nothinglikethis",
    URATE, f"{URATE}/graph", "/studies/mallory-2020-markup-everywhere", "/studies/mallory-2020-markup-everywhere/graph",
    "/concepts", "/concepts?q=pain", "/concepts/pain", "/concepts/markup", "/concepts/markup/graph",
    "/concepts/acr-1977", "/concepts/uric-acid/graph", "/facets/biomarker", "/about", "/downloads", "/api", "/nowhere",
]  # fmt: skip


@pytest.fixture(scope="module")
def atlas() -> Atlas:
    return site_samples.atlas()


@pytest.fixture(scope="module")
def client(atlas: Atlas, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    build = site_samples.SampleBuild(atlas, tmp_path_factory.mktemp("pages"))
    yield create_app(build, testing=True).test_client()
    build.engine.close()


# Every page


@pytest.mark.parametrize("address", PAGES)
def test_a_page_is_well_made_and_guarded(client: FlaskClient, address: str) -> None:
    response = client.get(address)
    assert response.status_code == (404 if address == "/nowhere" else 200)
    for name, content in HEADERS.items():
        assert response.headers[name] == content
    page = lxml_html.fromstring(response.text)
    assert page.get("lang") == "en"
    assert len(page.xpath("//h1")) == 1
    assert len(page.xpath("//main")) == 1
    assert page.xpath("//a[@class='skip'][@href='#main']")
    assert words(page.xpath("//title")[0])
    ids = page.xpath("//@id")
    assert len(ids) == len(set(ids)), "an id stands twice"
    assert not [i for i in ids if not i or any(c.isspace() for c in i)]
    labelled = page.xpath("//@aria-labelledby")
    assert set(labelled) <= set(ids)


@pytest.mark.parametrize("address", PAGES)
def test_no_script_or_style_stands_in_a_page_and_nothing_comes_from_elsewhere(
    client: FlaskClient, address: str
) -> None:
    page = lxml_html.fromstring(client.get(address).text)
    for script in page.xpath("//script[not(@type='application/ld+json')]"):  # that one is data and never runs
        assert not (script.text or "").strip()
        assert script.get("src").startswith("/static/")
    assert not page.xpath("//style | //*[@style]")
    assert not [a for a in page.xpath("//@*") if a.attrname.startswith("on")]  # type: ignore[attr-defined]
    for source in page.xpath("//link[@rel='stylesheet' or @rel='icon']/@href | //img/@src"):
        assert source.startswith("/static/")
    assert not page.xpath("//iframe | //object | //embed")


@pytest.mark.parametrize("address", PAGES)
def test_markup_in_the_data_stays_text(client: FlaskClient, address: str) -> None:
    text = client.get(address).text
    assert "<script>alert" not in text
    assert "<img src=x" not in text


@pytest.mark.parametrize("address", PAGES)
def test_every_link_within_the_site_leads_somewhere(client: FlaskClient, address: str) -> None:
    page = lxml_html.fromstring(client.get(address).text)
    found = {a.split("#")[0] for a in page.xpath("//a/@href | //link/@href | //script/@src | //form/@action")}
    inner = sorted(a for a in found if a.startswith("/") or a.startswith("?"))
    assert inner
    for link in inner[:80]:
        target = "/studies" + link if link.startswith("?") else link
        response = client.head(target)
        assert response.status_code in (200, 303), target


def test_anchors_within_the_site_exist(client: FlaskClient) -> None:
    for address in ("/", "/about", "/concepts", URATE):
        page = seen(client, address)
        for link in page.xpath("//a[contains(@href, '#')]/@href"):
            path, _, anchor = link.partition("#")
            target = seen(client, path) if path else page
            assert target.xpath(f"//*[@id='{anchor}']"), link


# Home


def test_home_counts_and_leads_to_what_it_counts(client: FlaskClient, atlas: Atlas) -> None:
    page = seen(client, "/")
    assert words(page.xpath("//h1")[0]) == "Gout Atlas"
    figures = {words(d.xpath("dt")[0]): words(d.xpath("dd")[0]) for d in page.xpath("//dl[@class='figures']/div")}
    assert figures["studies"] == str(len(atlas.studies))
    assert figures["findings"] == str(sum(len(s.findings) for s in atlas.studies.values()))
    for item in page.xpath("//section[@class='card']//li"):
        promised = re.search(r"\d+", words(item.xpath("span")[0])).group()  # type: ignore[union-attr]
        target = seen(client, item.xpath("a/@href")[0])
        assert promised in words(target.get_element_by_id("count"))
    assert "Flare required" in words(page.get_element_by_id("key").getparent())


def test_starting_points_stand_in_the_order_of_their_numbers(shipped: Atlas) -> None:
    starts = Overview(shipped).starts
    assert starts
    for start in starts:
        numbers = [count for _, count in start.top]
        assert numbers == sorted(numbers, reverse=True), start.label


# Study


def test_a_study_page_says_everything(client: FlaskClient) -> None:
    page = seen(client, URATE)
    text = words(page)
    for said in (
        "Urate rises before the toe hurts",
        "Adams, Ann; Brown",
        "Journal of Gout · 2005",
        "People with gout were compared",
        "That lowering urate helps anybody.",
        "It shows what comes first.",
        "Urate was higher in patients.",
        "compared with healthy controls · t=3.2, p=0.002 · quoted from the paper",
        "“urate was higher” (abstract)",
        "Urate may come first.",
        "Does it always?",
        "ACR (1977) requires it.",
        "20 patients, 21 controls",
        "Gout Atlas, atlas 9.8.7.",
        "Generator g-2",
    ):
        assert said in text, said
    badges = [words(b) for b in page.xpath("//article/header//ul[@class='badges']/li")]
    assert badges == ["E2 Step 2", "Flare required", "Case-control study", "Peer-reviewed", "Machine draft"]
    directions = [words(d) for d in page.xpath("//ol[@class='findings']//p[@class='dir']")]
    assert directions == ["↑ Increased", "↔ Associated"]
    assert page.xpath("//li[@id='finding-2']")
    assert page.xpath("//a[@href='https://pubmed.ncbi.nlm.nih.gov/900000042/']")
    assert page.xpath("//a[starts-with(@href, 'https://doi.org/10.5555/gout.%3C1%3E')]")
    assert page.xpath("//aside//a[@href='/concepts/toe-pain']")
    assert "@article{adams-2005-urate-rises" in page.get_element_by_id("cite-bibtex").text_content()


def test_a_retracted_study_stands_under_a_banner(client: FlaskClient) -> None:
    page = seen(client, "/studies/clark-1999-withdrawn-work")
    banner = page.xpath("//p[@class='note bad']")[0]
    assert words(banner) == (
        "This paper was retracted. Retraction of a work on urate (Adams & Brown 2000): Data were made up. "
        "All retractions and concerns"
    )
    assert banner.xpath("a/@href") == ["/studies/davis-2000-retraction-note", "/retractions"]
    hit = seen(client, "/studies?q=withdrawn").xpath("//ol[contains(@class, 'hits')]/li")[0]
    assert "Retracted" in words(hit)
    assert "Retracts" in words(seen(client, "/studies/davis-2000-retraction-note"))


def test_a_corrected_study_says_so_and_a_conflict_is_shown(client: FlaskClient) -> None:
    page = seen(client, "/studies/evans-2010-conflicted-criteria")
    assert "This paper was corrected." in words(page.xpath("//p[@class='note care']")[0])
    section = page.get_element_by_id("pem").getparent()
    assert "Flare unclear" in words(section)
    assert "Conflict." in words(section)
    assert "a flare was not needed" in words(section)


def test_a_machine_draft_says_what_it_is_and_a_review_names_its_reviewer(client: FlaskClient) -> None:
    draft = "What Machine draft is."
    assert draft in words(seen(client, URATE).xpath("//header")[1])
    reviewed = seen(client, "/studies/brown-2012-nothing-helps")
    assert draft not in words(reviewed.xpath("//header")[1])
    assert "2026-02-03 C. Urator, reviewed" in words(reviewed)


def test_related_studies_come_with_their_reason(client: FlaskClient) -> None:
    section = seen(client, URATE).get_element_by_id("together").getparent()
    assert "A trial of nothing for the toe" in words(section)
    assert "Toe pain" in words(section) or "Uric acid" in words(section)
    assert "Extended by" in words(section)


def test_a_way_to_report_errors_only_where_somebody_listens(
    client: FlaskClient, tmp_path_factory: pytest.TempPathFactory
) -> None:
    assert "Something wrong?" not in client.get(URATE).text
    atlas = Atlas.of(
        site_samples.config(contact="care@gout.example"), site_samples.vocabulary(), site_samples.studies(1)
    )
    build = site_samples.SampleBuild(atlas, tmp_path_factory.mktemp("contact"))
    page = seen(create_app(build, testing=True).test_client(), URATE)
    assert page.xpath("//a[@href='mailto:care@gout.example']")


# Concepts


def test_a_concept_page_says_everything(client: FlaskClient) -> None:
    page = seen(client, "/concepts/uric-acid")
    text = words(page)
    assert "What Uric acid is." in text
    assert "urate" in words(page.get_element_by_id("syn").getparent())
    counts, studies = page.xpath("//section[@aria-labelledby='directions']//tbody")
    assert [words(r) for r in counts] == [
        "All studies 1 1 2",
        "Flare required 1 0 1",
        "Flare not required 0 1 1",
        "Flare unclear 0 0 0",
    ]
    assert [[words(cell) for cell in row[1:3]] for row in studies] == [
        ["↑ Increased", "41"],
        ["= No difference", "not told"],
    ]
    assert "Fever" in words(page.get_element_by_id("with").getparent())
    assert page.xpath("//a[@href='/studies?biomarker=uric-acid']")


def test_a_concept_lists_all_its_studies_page_by_page(client: FlaskClient, atlas: Atlas) -> None:
    address, found = "/concepts/uric-acid", []
    while address:
        page = seen(client, address)
        found += page.xpath("//ol[contains(@class, 'hits')]//h3/a/@href")
        address = (page.xpath("//nav[@class='pager']/a[@rel='next']/@href") or [""])[0].split("#")[0]
    assert sorted(found) == sorted(f"/studies/{i}" for i in atlas.studies_with("uric-acid"))
    assert client.get("/concepts/uric-acid?page=99999999999999").status_code == 200
    assert client.get("/concepts/uric-acid?page=%00").status_code == 200


def test_hierarchy_and_matches(client: FlaskClient) -> None:
    page = seen(client, "/concepts/pain")
    assert "Toe pain" in words(page.get_element_by_id("down").getparent())
    assert page.xpath("//a[@href='http://purl.obolibrary.org/obo/HP_0012531']")
    assert "XX:1" in words(page.get_element_by_id("same").getparent())
    assert words(seen(client, "/concepts/toe-pain").xpath("//p[@class='crumbs']")[0]) == "Symptoms › Pain"


def test_a_case_definition_shows_its_rule_and_source(client: FlaskClient) -> None:
    text = words(seen(client, "/concepts/acr-1977"))
    assert "Flare criterion. Requires it" in text
    assert "Source: Wallace SL. 1977." in text


def test_all_concepts_with_their_counts(client: FlaskClient, atlas: Atlas) -> None:
    page = seen(client, "/concepts")
    for concept in atlas.vocabulary:
        assert page.xpath(f"//a[@href='/concepts/{concept}']"), concept
    pain = page.xpath("//section[@id='symptom']//summary")[0]
    assert f"{len(atlas.studies_with('pain'))} studies" in words(pain)


@pytest.mark.parametrize(("asked", "first"), [("URATE", "Uric acid"), ("il 1β", "IL-1β"), ("podagra", "Toe pain")])
def test_a_concept_is_found_by_any_of_its_names(client: FlaskClient, asked: str, first: str) -> None:
    page = seen(client, f"/concepts?q={asked}")
    assert words(page.get_element_by_id("found").getparent().xpath(".//li/a")[0]) == first


def test_a_concept_look_up_without_a_find_helps_on(client: FlaskClient) -> None:
    page = seen(client, "/concepts?q=zzzz<b>")
    assert "No concepts" in words(page.get_element_by_id("found"))
    assert page.xpath("//a[@href='/studies?q=zzzz%3Cb%3E']")


def test_identifiers_of_schemes_lead_to_where_they_are_shown(client: FlaskClient) -> None:
    response = client.get("/schemes/symptom")
    assert (response.status_code, response.headers["Location"]) == (303, "/concepts#symptom")
    assert client.get("/schemes/nothing").status_code == 404


# Pictures


@pytest.mark.parametrize("address", [f"{URATE}/graph", "/concepts/uric-acid/graph"])
def test_picture_and_table_hold_the_same(client: FlaskClient, address: str) -> None:
    page = seen(client, address)
    svg = page.xpath("//*[local-name()='svg'][contains(@class, 'net')]")[0]
    edges = [p for p in svg.iter() if "edge" in (p.get("class") or "").split()]
    rows = page.xpath("//section[@aria-labelledby='rows']//tbody/tr")
    assert rows
    pairs = {frozenset((r.xpath("td[1]/a/@href")[0], r.xpath("td[3]/a/@href")[0])) for r in rows}
    assert len(edges) == len(pairs)  # one line for two that are tied, however many ties
    for row in rows:
        tie = " ".join(words(row.xpath(f"td[{n}]")[0]) for n in (1, 2, 3))
        assert any(tie in words(edge) for edge in edges), tie
    in_picture = {a.get("href") for a in svg.iter() if a.tag == "a"}
    in_table = set(page.xpath("//section[@aria-labelledby='rows']//tbody//a/@href"))
    assert in_picture <= in_table
    assert svg.get("aria-label")


def test_one_kind_alone_can_be_shown(client: FlaskClient) -> None:
    page = seen(client, f"{URATE}/graph")
    kinds = page.xpath("//nav[@aria-label='Show only']//a[contains(@href, 'kind=')]")
    assert len(kinds) > 1
    before = len(page.xpath("//section[@aria-labelledby='rows']//tbody/tr"))
    only = seen(client, kinds[0].get("href"))
    assert 0 < len(only.xpath("//section[@aria-labelledby='rows']//tbody/tr")) <= before
    assert only.xpath("//nav[@aria-label='Show only']//a[@aria-current='true']")
    assert client.get("/concepts/uric-acid/graph?kind=nonsense&kind=%00<b>").status_code == 200


# The rest


def test_about_is_told_by_the_vocabularies(client: FlaskClient, atlas: Atlas) -> None:
    page = seen(client, "/about")
    text = words(page)
    for concept in (*atlas.vocabulary.of_scheme("evidence-level"), *atlas.vocabulary.of_scheme("pem-status")):
        assert concept.definition in text
    rule = page.xpath("//section[@aria-labelledby='pem']//tbody/tr")
    assert [words(r) for r in rule] == [
        "ACR (1977) 1977 Requires it: every patient must have it 3",
        "Rome (1963) 1963 Optional: one of several symptoms that count 1",
    ]
    assert "Gouty arthritis" in text
    assert page.xpath("//section[@aria-labelledby='search']//code")


def test_examples_of_the_search_help_all_work(client: FlaskClient) -> None:
    for example in seen(client, "/about").xpath("//section[@aria-labelledby='search']//code"):
        answer = client.get("/studies", query_string={"q": example.text}, follow_redirects=True)
        page = lxml_html.fromstring(answer.text)
        assert not page.xpath("//div[@class='messages']"), example.text
        assert page.xpath("//ol[contains(@class, 'hits')] | //article[contains(@class, 'sheet')]"), example.text


def test_a_smaller_vocabulary_makes_smaller_pages(tmp_path_factory: pytest.TempPathFactory, migraine: Atlas) -> None:
    build = site_samples.SampleBuild(migraine, tmp_path_factory.mktemp("migraine"))
    client = create_app(build, testing=True).test_client()
    for address in ("/", "/studies", "/concepts", "/about", "/downloads", *(f"/studies/{i}" for i in migraine.studies)):
        assert client.get(address).status_code == 200, address


def test_an_atlas_without_studies_has_all_its_pages(tmp_path_factory: pytest.TempPathFactory) -> None:
    empty = Atlas.of(site_samples.config(), site_samples.vocabulary(), [])
    client = create_app(site_samples.SampleBuild(empty, tmp_path_factory.mktemp("empty")), testing=True).test_client()
    for address in ("/", "/studies", "/concepts", "/about", "/downloads", "/concepts/pain", "/concepts/pain/graph"):
        assert client.get(address).status_code == 200, address
    assert "The first study" in client.get("/").text


def test_health_says_what_is_served(client: FlaskClient, atlas: Atlas) -> None:
    told = client.get("/healthz").get_json()
    assert told["studies"] == told["indexed"] == len(atlas.studies)
    assert told["engine"] == "tantivy"


def test_pages_work_below_a_prefix(client: FlaskClient) -> None:
    page = lxml_html.fromstring(client.get("/studies?q=urate", environ_overrides={"SCRIPT_NAME": "/atlas"}).text)
    for link in page.xpath("//a/@href | //link/@href | //script/@src | //form/@action"):
        assert link.startswith(("/atlas/", "?", "#", "https://")), link


def test_static_files_are_kept_for_good_under_their_digest_only(client: FlaskClient) -> None:
    page = seen(client, "/")
    for address in page.xpath("//link[@rel='stylesheet']/@href | //script/@src"):
        response = client.get(address)
        assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    stale = client.get("/static/site.css?v=000000000000")
    assert "immutable" not in stale.headers["Cache-Control"]


@pytest.mark.parametrize(
    ("comparison", "said"),
    [
        ("healthy controls", "compared with healthy controls"),
        ("within patients", "compared within patients"),
        ("By sex, in patients", "compared by sex, in patients"),
        ("bystanders", "compared with bystanders"),
    ],
)
def test_what_was_compared_reads_as_a_sentence(comparison: str, said: str) -> None:
    finding = Finding(text="t", concepts=("fever",), basis=Basis.STATED, comparison=comparison)
    assert next(iter(fine_print(finding))) == said


def test_a_search_that_finds_nothing_offers_no_order(client: FlaskClient) -> None:
    assert seen(client, "/studies?q=urate").xpath("//select[@id='sort']")
    nothing = seen(client, "/studies?q=zzqqxx")
    assert not nothing.xpath("//select[@id='sort']")
    assert words(nothing.get_element_by_id("count")).startswith("0 of")
