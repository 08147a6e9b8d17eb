"""Facets as trees, and one facet in full: searched by name, in several orders, page by page."""

from collections.abc import Iterable, Iterator
from urllib.parse import parse_qsl

import pytest
import site_samples
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html as lxml_html
from page_reading import seen, words

from entries.atlas import Atlas
from explorer.app import create_app
from explorer.facet_lines import Line, chosen_first, hung, levelled
from explorer.facet_rows import rows
from explorer.links import Links
from explorer.presentation_facets import (
    AT_MOST,
    FacetValue,
    SearchAddresses,
    facet_panel,
    query_of,
    shown_counts,
)
from index.fields import facets
from index.query import SearchRequest, Sort
from index.results import FacetCount, FacetResult


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    many = [
        site_samples.entry(
            f"print-{1900 + n % 100}-in-journal-{n}", journal=f"Journal {n:03} of Gout", year=1900 + n % 100
        )
        for n in range(250)
    ]
    atlas = Atlas.of(site_samples.config(), site_samples.vocabulary(), [*site_samples.studies(), *many])
    build = site_samples.SampleBuild(atlas, tmp_path_factory.mktemp("facets"))
    yield create_app(build, testing=True).test_client()
    build.engine.close()


def values(page: lxml_html.HtmlElement) -> list[str]:
    return [words(a).rsplit(" ", 1)[0] for a in page.xpath("//div[@id='values']//li/a[@id]")]


# Trees


def test_narrower_values_stand_below_the_broader_and_can_be_unfolded(client: FlaskClient) -> None:
    panel = seen(client, "/studies").get_element_by_id("facet-symptom")
    pain = panel.xpath(".//a[@id='f-symptom-pain']")[0].getparent()
    below = pain.xpath("details[@class='below']")[0]
    assert words(below.xpath("summary")[0]) == "1 narrower than Pain"
    assert below.get("open") is None
    assert below.xpath("ul/li/a[1]/@id") == ["f-symptom-toe-pain"]
    assert int(pain.xpath("a/b")[0].text) >= int(below.xpath(".//b")[0].text) > 0


@pytest.mark.parametrize("chosen", ["symptom=toe-pain", "not.symptom=toe-pain"])
def test_what_is_chosen_is_unfolded_and_marked(client: FlaskClient, chosen: str) -> None:
    panel = seen(client, f"/studies?{chosen}").get_element_by_id("facet-symptom")
    fold = panel.xpath(".//details[@class='below'][.//a[@id='f-symptom-toe-pain']]")[0]
    assert fold.get("open") is not None
    line = panel.xpath(".//a[@id='f-symptom-toe-pain']")[0]
    assert line.get("aria-current") == "true"
    assert "data-off" in line.getparent().attrib or "data-on" in line.getparent().attrib


def test_a_chosen_value_without_studies_stays_and_is_dimmed(client: FlaskClient) -> None:
    page = seen(client, "/studies?symptom=swelling&design=trial&q=fever")
    line = page.get_element_by_id("f-symptom-swelling")
    assert words(line.xpath("b")[0]) == "0"
    assert "data-none" in line.getparent().attrib
    assert "data-on" in line.getparent().attrib


def counted(*rows: tuple[str, str | None, int]) -> FacetResult:
    """A facet of (value, broader value, count)."""
    facet = next(f for f in facets(site_samples.config()) if f.name == "symptom")
    return FacetResult(facet, tuple(FacetCount(v, v.upper(), n, parent=p) for v, p, n in rows))


def listed(values: tuple[FacetValue, ...]) -> list[str]:
    return [v for value in values for v in (value.value, *listed(value.below))]


def test_the_weightiest_values_are_kept_with_all_above_them() -> None:
    rows = [("top", None, 90), *((f"mid-{n}", "top", 60 - n) for n in range(40)), ("low", "mid-39", 21)]
    rows += [("other", None, 5)]
    panel = facet_panel(counted(*rows), SearchAddresses(SearchRequest()), Links())
    kept = listed((*panel.shown, *panel.more))
    assert len(kept) == AT_MOST
    assert kept[0] == "top"
    assert "low" not in kept
    chosen = counted(*rows)
    chosen = FacetResult(chosen.facet, tuple(c._replace(selected=c.value == "low") for c in chosen.counts))
    panel = facet_panel(chosen, SearchAddresses(SearchRequest(include={"symptom": ("low",)})), Links())
    assert {"top", "mid-39", "low"} <= set(listed((*panel.shown, *panel.more)))
    assert panel.shown[0].open and panel.shown[0].below[0].value == "mid-39"
    assert panel.total == len(rows)


@given(st.data())
@settings(max_examples=50, deadline=None)
def test_the_first_values_are_the_weightiest_of_the_whole_tree(data: st.DataObject) -> None:
    """Those above a value count at least as much as it, so that the rest of the tree need not be looked at."""
    size, most = data.draw(st.integers(1, 60)), data.draw(st.integers(1, 30))
    above = [data.draw(st.one_of(st.none(), st.integers(0, n - 1))) if n else None for n in range(size)]
    rows = [(f"v{n}", None if p is None else f"v{p}", 500 - n) for n, p in enumerate(above)]
    whole = counted(*rows)
    picked = data.draw(st.sets(st.integers(0, size - 1), max_size=3))
    counts = tuple(c._replace(selected=n in picked) for n, c in enumerate(whole.counts))
    kept = shown_counts(FacetResult(whole.facet, counts), most)
    values = [c.value for c in kept]
    needed = {f"v{n}" for n in picked}
    for c in kept:
        assert c.parent is None or c.parent in values[: values.index(c.value)]
        needed |= {c.parent} if c.parent and c.value in needed else set()
    assert needed <= set(values)
    if not picked:
        assert set(values) == {f"v{n}" for n in range(min(size, most))}


def test_a_flat_facet_is_no_tree() -> None:
    panel = facet_panel(counted(("a", None, 2), ("b", None, 1)), SearchAddresses(SearchRequest()), Links())
    assert not panel.is_tree
    assert [v.value for v in panel.shown] == ["a", "b"]
    assert panel.all_url == ""


# One facet in full


def test_values_are_found_by_their_own_name_and_by_their_synonyms(client: FlaskClient) -> None:
    assert values(seen(client, "/facets/symptom?find=toe")) == ["Toe pain"]
    assert values(seen(client, "/facets/symptom?find=PODAGRA")) == ["Toe pain"]
    assert values(seen(client, "/facets/biomarker?find=urate&symptom=fever")) == ["Uric acid"]
    assert values(seen(client, "/facets/journal?find=journal+07")) == [f"Journal {n:03} of Gout" for n in range(70, 80)]


@pytest.mark.parametrize("find", ["nosuchvalue", "<nothing>", "x" * 500])
def test_no_value_with_that_name_is_said(client: FlaskClient, find: str) -> None:
    page = seen(client, f"/facets/journal?find={find}")
    assert words(page.get_element_by_id("said")).startswith("No value has")
    assert not values(page)


def test_the_order_can_be_chosen(client: FlaskClient) -> None:
    by_count = seen(client, "/facets/journal?order=count")
    assert values(by_count)[0] == "Journal of Gout"
    by_name = values(seen(client, "/facets/journal?order=name"))
    assert by_name[1:3] == ["Journal 000 of Gout", "Journal 001 of Gout"]
    assert by_count.xpath("//select[@id='order']/option[@selected]/@value") == ["count"]
    assert by_count.xpath("//select[@id='order']/option/@value") == ["count", "name"]
    scheme = seen(client, "/facets/level").xpath("//select[@id='order']/option[@selected]/@value")
    assert scheme == ["scheme"]
    assert values(seen(client, "/facets/level?order=sideways")) == values(seen(client, "/facets/level"))


def test_a_long_facet_is_paged_and_every_value_is_on_one_page(client: FlaskClient) -> None:
    address, found = "/facets/journal?order=name&from=1890", list[str]()
    while address:
        page = seen(client, address)
        assert len(values(page)) <= 200
        found += values(page)
        following = page.xpath("//nav[@class='pager']//a[contains(@rel, 'next')]/@href")
        address = following[0] if following else ""
    assert len(found) == len(set(found)) == 252
    assert "showing 1 to 200" in words(seen(client, "/facets/journal").get_element_by_id("said"))
    assert values(seen(client, "/facets/journal?part=99")) == values(seen(client, "/facets/journal?part=2"))


def test_the_search_is_kept_and_the_values_lead_back_to_it(client: FlaskClient) -> None:
    page = seen(client, "/facets/journal?find=021&symptom=pain&from=1910")
    assert page.xpath("//div[@id='values']//li/a[1]/@href") == [
        "/studies?journal=Journal+021+of+Gout&symptom=pain&from=1910"
    ]
    kept = {(i.get("name"), i.get("value")) for i in page.xpath("//form[@data-live]/input[@type='hidden']")}
    assert kept == {("symptom", "pain"), ("from", "1910")}
    assert page.xpath("//p[@class='crumbs']/a/@href") == ["/studies?symptom=pain&from=1910"]


def test_a_tree_is_shown_unfolded(client: FlaskClient) -> None:
    page = seen(client, "/facets/symptom")
    assert all(d.get("open") is not None for d in page.xpath("//details[@class='below']"))
    assert values(page).index("Toe pain") == values(page).index("Pain") + 1


REQUESTS = [
    SearchRequest(),
    SearchRequest(text="toe & nail", include={"symptom": ("pain",), "biomarker": ("uric-acid",)}, year_from=1990),
    SearchRequest(exclude={"design": ("trial",), "journal": ("A & B",)}, sort=Sort.TITLE, page=4, per_page=25),
]


@pytest.mark.parametrize("request_", REQUESTS, ids=lambda r: query_of(r))
@pytest.mark.parametrize("facet", ["biomarker", "symptom", "level", "design"])
def test_addresses_joined_of_parts_ask_the_same_as_those_of_requests(request_: SearchRequest, facet: str) -> None:
    known = facets(site_samples.config())
    joined = SearchAddresses(request_)
    for key, whole in ((facet, request_.with_value(facet, "one")), (f"not.{facet}", request_.excluding(facet, "one"))):
        args = parse_qsl("one".join(joined.adding(key))[1:])
        assert SearchRequest.from_args(args, known) == whole
        order = [name for name, _ in args]
        assert order == [name for name, _ in whole.to_args()], "in the order that all addresses have"


# Lines on their way to a page


@pytest.mark.parametrize(
    "asked",
    ["", "q=pain", "symptom=toe-pain", "not.symptom=pain&level=E1", "design=trial&symptom=swelling&q=fever&from=1950"],
)
def test_lines_are_written_as_the_values_that_they_stand_for(client: FlaskClient, asked: str) -> None:
    site = client.application.extensions["evidence"].now("", "all")
    request = SearchRequest.from_args(parse_qsl(asked), facets(site.atlas.config))
    for place, result in enumerate(site.engine.search(request).facets):
        panel = facet_panel(result, SearchAddresses(request), Links(), place)
        for lines in (panel.shown, panel.more):
            values = list(lines)
            assert list(lines[1:3]) == values[1:3]
            assert rows(lines, panel.is_tree) == rows(values, panel.is_tree)


def line(value: str, parent: str | None = None, depth: int = 0, selected: bool = False) -> FacetCount:
    return FacetCount(value, value.upper(), 1, selected, parent=parent, depth=depth)


def shape(lines: Iterable[Line]) -> list[object]:
    return [(count.value, is_open, shape(below)) if below else count.value for count, below, is_open in lines]


def test_values_are_hung_below_their_broader_ones_wherever_these_stand() -> None:
    counts = [line("toe", "pain", 1), line("other"), line("pain"), line("nail", "toe", 2)]
    assert shape(hung(counts) or []) == ["other", ("pain", False, [("toe", False, ["nail"])])]
    assert hung([line("toe", "pain", 1)]) is None
    assert hung([line("a", "b"), line("b", "a")]) is None, "going round in circles"
    assert hung([line("a", "b", 1), line("b", "a", 1)]) is None


def test_what_is_chosen_comes_first_and_is_unfolded() -> None:
    tree = levelled([line("a"), line("b"), line("b1", "b", 1), line("b2", "b", 1, selected=True), line("c")])
    assert shape(tree) == ["a", ("b", False, ["b1", "b2"]), "c"]
    assert shape(chosen_first(tree)) == [("b", True, ["b2", "b1"]), "a", "c"]
