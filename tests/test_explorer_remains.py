"""What remains: the switch on every page, its counts before and after, and how it goes along."""

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from page_reading import seen, words
from site_samples import SCHEMES, SampleBuild, config, entry, studies
from site_samples import atlas as sample_atlas

from entries.atlas import Atlas
from entries.vocabulary import Scheme, Vocabulary
from explorer.app import create_app
from explorer.presentation_remains import carried
from explorer.remains import DROPPED, Count, Remains

KINDS = ("possible", "required")
PAGES = ("/", "/studies", "/studies?q=pain", "/concepts", "/concepts/pain", "/balance", "/grid", "/facets/symptom")
PAGES += (
    "/compare/studies?s=adams-2005-urate-rises&s=brown-2012-nothing-helps",
    "/paths?from=pain&to=uric-acid",
    "/explore?n=concept:pain@0,0",
    "/studies/adams-2005-urate-rises",
    "/concepts/pain/graph",
)
OTHERS = ("/about", "/downloads", "/retractions", "/saved")


@pytest.fixture(scope="module")
def atlas() -> Atlas:
    return sample_atlas()


@pytest.fixture(scope="module")
def client(atlas: Atlas, tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    return create_app(SampleBuild(atlas, tmp_path_factory.mktemp("build")), testing=True).test_client()


def kept(atlas: Atlas, kind: str) -> set[str]:
    """The studies that remain, by looking at every badge."""
    return {s.id for s in atlas.studies.values() if str(atlas.badge(s).status) not in DROPPED[kind]}


def having(atlas: Atlas, concept: str) -> set[str]:
    return set(atlas.studies_with(concept))


def address(page: str, kind: str) -> str:
    return f"{page}{'&' if '?' in page else '?'}remains={kind}"


def said(count: int, every: int) -> str:
    return f"{every:,}" if count == every else f"{count:,} of {every:,}"


def test_the_sample_has_studies_of_every_status(atlas: Atlas) -> None:
    sizes = [len(kept(atlas, kind)) for kind in ("all", "possible", "required")]
    assert sizes[0] > sizes[1] > sizes[2] > 0


@pytest.mark.parametrize("page", [*PAGES, *OTHERS])
def test_every_page_offers_the_switch_and_none_is_silently_on(client: FlaskClient, page: str) -> None:
    (bar,) = seen(client, page).xpath("//aside[@aria-label='What remains']")
    assert bar.get("class") == "remains"
    assert [a.get("data-remains") for a in bar.xpath(".//a")] == ["all", "possible", "required"]
    assert bar.xpath(".//a[@aria-current]/@data-remains") == ["all"]
    assert "Flare not required" in words(bar)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("page", [*PAGES, *OTHERS])
def test_a_bar_says_what_is_left_out(client: FlaskClient, atlas: Atlas, page: str, kind: str) -> None:
    (bar,) = seen(client, address(page, kind)).xpath("//aside[@aria-label='What remains']")
    count, every = len(kept(atlas, kind)), len(atlas.studies)
    assert bar.get("class") == "remains on"
    assert f"{count} of {every} studies count; {every - count} with" in words(bar)
    assert "“Flare unclear” is not “Flare not required”" in words(bar)
    assert bar.xpath(".//a[@aria-current]/@data-remains") == [kind]
    assert ("counts all studies all the same" in words(bar)) == (page in OTHERS)


@pytest.mark.parametrize("page", [p for p in PAGES if "explore" not in p])
def test_one_click_off_is_the_page_as_it_was(client: FlaskClient, page: str) -> None:
    on = seen(client, address(page, "required"))
    (off,) = on.xpath("//a[@data-remains='all']/@href")
    back = seen(client, page.partition("?")[0] + off)
    assert words(back.xpath("//main")[0]) == words(seen(client, page).xpath("//main")[0])


@pytest.mark.parametrize("page", PAGES)
def test_the_choice_goes_along(client: FlaskClient, page: str) -> None:
    found = seen(client, address(page, "possible"))
    inner = [h for h in found.xpath("//a/@href") if re.match(r"\?|/(studies|concepts)?(\?|$)|/(grid|balance|paths)", h)]
    assert inner
    assert [h for h in inner if "remains=" not in h] == []
    for form in found.xpath("//form[starts-with(@action, '/')]"):
        assert form.xpath(".//input[@name='remains']/@value") == ["possible"], form.get("action")


@pytest.mark.parametrize("kind", KINDS)
def test_home_counts_before_and_after(client: FlaskClient, atlas: Atlas, kind: str) -> None:
    found, left = seen(client, address("/", kind)), kept(atlas, kind)
    figures = {words(d.xpath("dt")[0]): words(d.xpath("dd")[0]) for d in found.xpath("//dl[@class='figures']/div")}
    assert figures["studies"] == said(len(left), len(atlas.studies))
    findings = sum(len(atlas.studies[i].findings) for i in left)
    assert figures["findings"] == said(findings, atlas.findings)
    for line in found.xpath("//ul[@class='tally']/li"):
        concept = re.search(r"=([\w-]+)&", line.xpath("a/@href")[0])
        assert concept
        every = having(atlas, concept[1])
        number = said(len(every & left), len(every))
        assert words(line.xpath("span")[0]) == f"{number} {'study' if number == '1' else 'studies'}"


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("page", ["/studies", "/studies?symptom=pain", "/studies?q=urate"])
def test_search_counts_before_and_after(client: FlaskClient, atlas: Atlas, page: str, kind: str) -> None:
    left = kept(atlas, kind)
    every = {row["id"] for row in table(client, page.replace("/studies", "/studies.csv", 1))}
    remaining = {row["id"] for row in table(client, address(page, kind).replace("/studies", "/studies.csv", 1))}
    assert remaining == every & left
    found = seen(client, address(page, kind))
    heading = words(found.xpath("//h2[@id='count']")[0])
    assert heading.startswith(f"{len(remaining)} of {len(every)} studies remain"), heading
    checked = 0
    for line in found.xpath("//details[@id='facet-symptom']//li/a[1]"):
        having_it = having(atlas, line.get("id").removeprefix("f-symptom-"))
        if page == "/studies":
            assert words(line.xpath("b")[0]) == said(len(having_it & left), len(having_it))
            checked += 1
    assert checked or page != "/studies"


def table(client: FlaskClient, page: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(client.get(page).data.decode("utf-8-sig"))))


def test_the_own_filter_is_not_shown_as_chosen_by_hand(client: FlaskClient) -> None:
    found = seen(client, "/studies?remains=required")
    assert not found.xpath("//div[@class='chosen']")
    counts = {a.get("id"): words(a.xpath("b")[0]) for a in found.xpath("//details[@id='facet-pem']//li/a[1]")}
    assert counts["f-pem-pem-not-required"].startswith("0 of ")
    assert not found.xpath("//details[@id='facet-pem']//li[@data-on or @data-off]")


def test_a_search_that_finds_nothing_counts_its_ways_out_under_the_switch(client: FlaskClient, atlas: Atlas) -> None:
    found = seen(client, "/studies?pem=pem-not-required&remains=required")
    ways = {
        words(li.xpath("a")[0]): (li.xpath("a/@href")[0], words(li)) for li in found.xpath("//div[@class='none']//li")
    }
    everything = next(said for label, said in ways.values() if "Show all studies" in said)
    assert everything.endswith(f": {len(kept(atlas, 'required'))}")
    for href, text in ways.values():
        count = re.search(r": (\d+) stud", text)
        if count:
            shown = words(seen(client, href).xpath("//h2[@id='count']")[0])
            assert shown.startswith(f"{count[1]} of "), (href, shown)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("concept", ["pain", "uric-acid"])
def test_a_concept_counts_before_and_after(client: FlaskClient, atlas: Atlas, concept: str, kind: str) -> None:
    every, left = having(atlas, concept), kept(atlas, kind)
    found = seen(client, address(f"/concepts/{concept}", kind))
    heading = words(found.xpath("//h2[@id='studies']")[0])
    assert heading.startswith(f"{len(every & left)} of {len(every)} studies remain"), heading
    listed = [h.partition("?")[0].rpartition("/")[2] for h in found.xpath("//ol[@class='hits']//h3/a/@href")]
    assert set(listed) <= left
    last = words(found.xpath("(//section[h2[@id='directions']]//table)[1]/tbody/tr[last()]")[0])
    assert last.startswith("What remains")


def test_a_concept_without_any_study_left_says_so(tmp_path: Path) -> None:
    only = entry("only-2001-one", tags={"symptom": ["fever"]}, case_definition={"any": ["rome-1963"]})
    build = SampleBuild(Atlas.of(config(), sample_atlas().vocabulary, [only]), tmp_path)
    page = seen(create_app(build, testing=True).test_client(), "/concepts/fever?remains=possible")
    assert "Every study of this concept is set aside" in words(page)
    assert "0 of 1 study remain" in words(page)


def test_a_study_says_that_it_is_set_aside_and_what_is_near_it(client: FlaskClient, atlas: Atlas) -> None:
    left = kept(atlas, "required")
    for study_id in atlas.studies:
        found = seen(client, f"/studies/{study_id}?remains=required")
        assert ("This study is among those set aside" in words(found)) == (study_id not in left)
        near = found.xpath("//ul[@class='related'][last()]//a/@href")
        linked = {link.study for link in atlas.studies[study_id].links} | {i for i, _ in atlas.links_to(study_id)}
        named = {h.partition("?")[0].rpartition("/")[2] for h in near if h.startswith("/studies/")}
        assert named - linked <= left


@pytest.mark.parametrize("kind", KINDS)
def test_the_grid_counts_before_and_after(client: FlaskClient, atlas: Atlas, kind: str) -> None:
    left = kept(atlas, kind)
    found = seen(client, address("/grid?rows=symptom&columns=biomarker", kind))
    checked = set()
    for cell in found.xpath("//table[@class='grid']//td/a"):
        pair = dict(part.split("=") for part in cell.get("href").partition("?")[2].split("&"))
        every = having(atlas, pair["symptom"]) & having(atlas, pair["biomarker"])
        assert words(cell) == said(len(every & left), len(every))
        checked.add(words(cell))
    assert any(" of " in text for text in checked)


@pytest.mark.parametrize("kind", KINDS)
def test_the_balance_and_its_table_count_before_and_after(client: FlaskClient, atlas: Atlas, kind: str) -> None:
    plain = {row["id"]: row for row in table(client, "/balance.csv?scheme=biomarker")}
    on = {row["id"]: row for row in table(client, address("/balance.csv?scheme=biomarker", kind))}
    assert on and on.keys() <= plain.keys()
    assert all(on[i]["total of"] == plain[i]["total counted"] for i in on)
    assert any(on[i]["total counted"] != on[i]["total of"] for i in on)
    assert " of " in words(seen(client, address("/balance?scheme=biomarker", kind)).xpath("//table")[0])


def test_paths_rest_on_what_remains(client: FlaskClient, atlas: Atlas) -> None:
    for kind in KINDS:
        data = client.get(address("/paths.json?from=pain&to=uric-acid", kind)).get_json()
        rests_on = {hop["study"] for way in data["paths"] for hop in way["hops"] if hop["study"]}
        assert rests_on <= kept(atlas, kind)
        assert "shortest way" in words(seen(client, address("/paths?from=pain&to=uric-acid", kind)).xpath("//main")[0])


def test_where_the_switch_cuts_every_way_giving_it_up_is_offered(tmp_path: Path) -> None:
    tags = {"symptom": ["fever"], "biomarker": ["uric-acid"]}
    build = SampleBuild(Atlas.of(config(), sample_atlas().vocabulary, [entry("only-2001-one", tags=tags)]), tmp_path)
    client = create_app(build, testing=True).test_client()
    found = seen(client, "/paths?from=fever&to=uric-acid&remains=required")
    (offer,) = found.xpath("//div[@class='none']//li/a")
    assert "all studies" in words(offer)
    assert seen(client, offer.get("href")).xpath("//ol[@class='ways']/li")


def test_the_explorer_counts_and_draws_what_remains(client: FlaskClient, atlas: Atlas) -> None:
    left, every = kept(atlas, "required"), having(atlas, "uric-acid")
    found = seen(client, "/explore?n=concept:uric-acid@0,0&remains=required")
    (counted,) = [s for s in found.xpath("//ul[@class='near']//summary") if words(s).lower().startswith("stud")]
    assert words(counted).split(" ", 1)[1].startswith(said(len(every & left), len(every)))
    drawn = seen(client, client.get("/explore?open=uric-acid&remains=required").headers["Location"])
    nodes = {n.removeprefix("study:") for n in drawn.xpath("//@data-node") if n.startswith("study:")}
    assert nodes and nodes <= left
    assert "remains=required" in drawn.xpath("//*[@id='explore']/@data-state")[0]


def test_the_explorer_says_where_the_switch_leaves_no_neighbour_of_a_kind(client: FlaskClient, atlas: Atlas) -> None:
    every = having(atlas, "fever")
    assert every and not every & kept(atlas, "required")
    found = seen(client, "/explore?n=concept:fever@0,0&remains=required")
    (group,) = [g for g in found.xpath("//ul[@class='near']/li") if words(g).startswith("Studies")]
    assert words(group.xpath(".//summary")[0]) == f"Studies 0 of {len(every)}"
    assert "All of them are set aside" in words(group)
    assert not group.xpath(".//button")


@pytest.mark.parametrize("kind", KINDS)
def test_a_picture_draws_what_remains(client: FlaskClient, atlas: Atlas, kind: str) -> None:
    left, every = (
        kept(atlas, kind),
        {i for i, s in atlas.studies.items() if "uric-acid" in {*s.tags.all(), *s.finding_concepts}},
    )
    found = seen(client, address("/concepts/uric-acid/graph", kind))
    (studies_of,) = [a for a in found.xpath("//nav[@aria-label='Show only']//a") if "Studies" in words(a)]
    assert words(studies_of) == f"Studies {said(len(every & left), len(every))}"
    named = {
        h.partition("?")[0].partition("#")[0].rpartition("/")[2]
        for h in found.xpath("//table//a/@href")
        if "/studies/" in h
    }
    assert named and named <= left
    assert b"remains" not in client.get("/concepts/uric-acid/graph.csv").data
    plain, on = (client.get(address("/concepts/uric-acid/graph.nt", k)).text for k in ("all", kind))
    assert all((f"studies/{i}>" in on) <= (i in left) for i in atlas.studies)
    assert len(on) < len(plain)


@pytest.mark.parametrize("page", ["/studies/adams-2005-urate-rises.ttl", "/concepts/pain.ttl", "/dataset.nq"])
def test_what_is_taken_of_one_thing_or_of_the_whole_is_as_it_is(client: FlaskClient, page: str) -> None:
    assert client.get(address(page, "required")).data == client.get(page).data


@pytest.mark.parametrize("value", ["nonsense", "<script>alert(1)</script>", "required\x00", "x" * 5_000, "REQUIRED"])
def test_an_unknown_choice_is_told_and_counts_all(client: FlaskClient, value: str) -> None:
    response = client.get("/studies", query_string={"remains": value})
    assert response.status_code == 200
    assert "was left out" in response.text
    assert "<script>alert" not in response.text
    assert 'class="remains on"' not in response.text


def test_an_address_of_ten_thousand_arguments_does_not_grow_with_each_choice(client: FlaskClient) -> None:
    plain = "/explore?" + "&".join(f"n=concept:pain-{n}" for n in range(10_000))
    response = client.get(plain)
    assert response.status_code in (200, 303)
    assert len(response.data) < 400_000


def test_an_atlas_without_such_statuses_has_no_switch(tmp_path: Path) -> None:
    schemes = [
        Scheme.model_validate(
            {"scheme": name, "label": label, "plural": plural, "definition": label, "concepts": concepts}
        )
        for name, (label, plural, concepts) in SCHEMES.items()
        if name != "pem-status"
    ]
    facets = [f for f in config().model_dump()["facets"] if f["name"] != "pem"]
    bare = Atlas.of(config(facets=facets), Vocabulary(schemes), studies(2))
    page = seen(create_app(SampleBuild(bare, tmp_path), testing=True).test_client(), "/studies?remains=required")
    assert not page.xpath("//aside[@aria-label='What remains']")
    assert f"All {len(bare.studies)} studies" in words(page.xpath("//h2[@id='count']")[0])


def links_of(html: str) -> Iterator[str]:
    yield from re.findall(r'href="([^"]*)"', html)


@pytest.mark.parametrize("root", ["", "/atlas"])
@pytest.mark.parametrize(
    ("href", "goes_along"),
    [
        ("{}/", "{}/?remains=required"),
        ("{}/studies?q=a&amp;page=2", "{}/studies?q=a&amp;page=2&amp;remains=required"),
        ("{}/studies/x-2000-y#finding-1", "{}/studies/x-2000-y?remains=required#finding-1"),
        ("?page=2#studies", "?page=2&amp;remains=required#studies"),
        ("?remains=all", "?remains=all"),
        ("{}/studies/x-2000-y.ttl", "{}/studies/x-2000-y.ttl"),
        ("{}/studies.csv", "{}/studies.csv?remains=required"),
        ("{}/static/site.css?v=1", "{}/static/site.css?v=1"),
        ("{}/dataset.ttl", "{}/dataset.ttl"),
        ("#main", "#main"),
        ("https://doi.org/studies", "https://doi.org/studies"),
        ("//elsewhere.test/studies", "//elsewhere.test/studies"),
    ],
)
def test_which_links_take_the_choice_along(atlas: Atlas, root: str, href: str, goes_along: str) -> None:
    html = carried(f'<a href="{href.format(root)}">x</a>', Remains(atlas, "required"), root)
    assert list(links_of(html)) == [goes_along.format(root)]


def test_what_stands_behind_an_address_stays_as_it_is(atlas: Atlas) -> None:
    html = '<a class="b" href="/concepts/pain" title="Plainly said">x</a> <a href="/grid">y</a>'
    found = carried(html, Remains(atlas, "required"), "")
    assert found == html.replace('pain"', 'pain?remains=required"').replace('grid"', 'grid?remains=required"')


def test_counts_in_words() -> None:
    assert f"{Count(3, 1_500):,}" == "3 of 1,500"
    assert str(Count(1_500, 1_500)) == "1,500"
    assert not Count(0, 5)
