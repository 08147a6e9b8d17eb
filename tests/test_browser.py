"""A reader's way through the shipped atlas in a real browser: with and without script, small, dark, by keyboard."""

import re
from typing import Any

import pytest
from browsing import (
    BOTH,
    LOOKS,
    SMALL,
    accessible,
    choose,
    counted,
    expect,
    expect_counted,
    fits,
    most_used,
    swapped,
    tagged,
    unfold,
    until,
)
from rdflib import Graph, URIRef

from entries.atlas import Atlas

# The main road


@BOTH
def test_search_two_facets_study_biomarker_turtle(new_reader: Any, atlas: Atlas, script: bool) -> None:
    study_id, symptom, biomarker = tagged(atlas)
    word = atlas.studies[study_id].authors[0].short
    reader = new_reader(java_script_enabled=script)
    page = reader.open("/")
    page.fill("#q", word)
    page.press("#q", "Enter")
    page.wait_for_url("**/studies?q=*")
    found = counted(page)
    assert found >= 1

    for facet, value in (("symptom", symptom), ("biomarker", biomarker)):
        choose(page, facet, value)
    assert 1 <= counted(page) <= found
    expect(page.locator(".chosen .chip")).to_have_count(3)  # two values and the words

    page.click(f".hits a[href='/studies/{study_id}']")
    page.wait_for_url(f"**/studies/{study_id}")
    assert page.locator("#limits").inner_text() == "What this study does not prove"

    page.click(f"aside a[href='/concepts/{biomarker}']")
    page.wait_for_url(f"**/concepts/{biomarker}")
    assert atlas.vocabulary[biomarker].label in page.locator("h1").inner_text()
    page.click(f".hits a[href='/studies/{study_id}']")
    page.wait_for_url(f"**/studies/{study_id}")

    href = page.locator("aside a", has_text="Turtle").get_attribute("href")
    turtle = page.request.get(reader.address + href)
    assert turtle.headers["content-type"].startswith("text/turtle")
    graph = Graph().parse(data=turtle.text(), format="turtle")
    subject = URIRef(f"{atlas.config.base_iri}studies/{study_id}")
    assert (subject, None, None) in graph
    wanted = URIRef(f"{atlas.config.base_iri}concepts/{biomarker}")
    assert list(graph.query("ASK { ?s ?p ?wanted }", initBindings={"wanted": wanted})) == [True]


def test_htmx_swaps_the_results_and_keeps_address_history_focus_and_folds(new_reader: Any, atlas: Atlas) -> None:
    reader = new_reader()
    page = reader.open("/studies")
    page.evaluate("window.stayed = true")
    everything = counted(page)
    first, second = most_used(atlas, "symptom")[:2]
    with swapped(page):
        unfold(page, f"f-symptom-{first}").click()
    page.wait_for_url(f"**symptom={first}*")
    expect(page.locator(f"[id='f-symptom-{first}'][aria-current=true]")).to_be_focused()
    until(page, "document.getElementById('announce').innerText === document.getElementById('count').innerText")
    page.locator("#facet-review > summary").click()
    with swapped(page):
        unfold(page, f"f-symptom-{second}").click()
    page.wait_for_url(f"**symptom={second}*")
    expect(page.locator(f"[id='f-symptom-{second}'][aria-current=true]")).to_be_attached()
    expect(page.locator("#facet-review[open]")).to_be_attached()
    assert page.evaluate("window.stayed") is True, "the page was loaded anew"
    with swapped(page):
        page.go_back()
    expect(page.locator(f"[id='f-symptom-{second}'][aria-current]")).to_have_count(0)
    with swapped(page):
        page.go_back()
    until(page, "location.search === ''")
    expect_counted(page, everything)
    expect(page.locator("#theme")).to_be_visible()  # the rest of the page stays as it was
    with swapped(page):
        page.select_option("#sort", "title")
    page.wait_for_url("**sort=title*")
    with swapped(page):
        page.locator(".pager a", has_text="Next").click()
    page.wait_for_url("**page=2*")
    expect(page.locator("#count")).to_be_focused()


# Small, dark, printed


PATHS = ["/", "/studies", "/concepts", "/about", "/about/pipeline", "/retractions", "/downloads", "/api", "/nowhere"]


@BOTH
def test_nothing_sticks_out_on_a_phone(new_reader: Any, atlas: Atlas, script: bool) -> None:
    study_id, symptom, _ = tagged(atlas)
    reader = new_reader(**SMALL, java_script_enabled=script, is_mobile=False)
    more = [f"/studies/{study_id}", f"/studies/{study_id}/graph", f"/concepts/{symptom}", "/studies?q=nothinglikethis"]
    for path in [*PATHS, *more]:
        page = reader.open(path)
        box = page.locator("main").bounding_box()
        assert box["width"] <= 390, path
        if script:
            fits(page)


@pytest.mark.parametrize(
    "path",
    [
        *("/", "/studies?q=sleep", "/concepts/fatigue", "/about", "/map", "/explore?open=concept:fatigue", "/balance"),
        *("/paths?from=nk-cell-function&to=fatigue", "/facets/symptom", "/studies/see-1996-alpha-interferon"),
    ],
)
def test_nothing_sticks_out_on_a_phone_with_letters_of_twice_the_size(new_reader: Any, path: str) -> None:
    page = new_reader(**SMALL).open(path)
    page.evaluate("document.documentElement.style.fontSize = '212%'")  # 106.25 % is what the site asks for
    until(page, "getComputedStyle(document.documentElement).fontSize === '33.92px'")
    fits(page)


def test_filters_are_folded_on_a_phone_and_open_on_a_desk(new_reader: Any) -> None:
    page = new_reader(**SMALL, java_script_enabled=False).open("/studies")
    expect(page.locator("#facet-level a").first).to_be_hidden()
    page.click("#drawer > summary")
    expect(page.locator("#facet-level a").first).to_be_visible()
    page = new_reader(java_script_enabled=False).open("/studies")
    expect(page.locator("#facet-level a").first).to_be_visible()
    expect(page.locator(".onward")).to_be_hidden()


def test_on_a_phone_what_was_chosen_is_one_tap_from_its_studies(new_reader: Any) -> None:
    page = new_reader(**SMALL, has_touch=True).open("/studies")
    page.tap("#drawer > summary")
    with swapped(page):
        page.tap("#f-level-E2")
    until(page, "location.search === '?level=E2'")
    onward = page.locator(".onward a")
    expect(onward).to_contain_text(str(counted(page)))
    expect(onward).to_be_in_viewport()  # it stays in sight while filters are chosen
    onward.tap()
    until(page, "document.activeElement.id === 'count' || location.hash === '#count'")
    expect(page.locator("#count")).to_be_in_viewport()


def paper(page: Any) -> tuple[int, ...]:
    """The page's background as red, green, blue."""
    text = page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
    return tuple(int(part) for part in text.removeprefix("rgb(").removesuffix(")").split(","))


def test_dark_follows_the_system_and_the_reader(new_reader: Any) -> None:
    reader = new_reader(color_scheme="dark")
    page = reader.open("/")
    assert max(paper(page)) < 50
    page.click("#theme")
    until(page, lambda: min(paper(page)) > 200)
    page = reader.open("/about")
    assert min(paper(page)) > 200, "the choice was not kept"
    bright = new_reader(color_scheme="light").open("/")
    assert min(paper(bright)) > 200
    assert max(paper(bright)) < 255, "pure white glares"


def test_nothing_moves(new_reader: Any) -> None:
    page = new_reader().open("/studies")
    moving = page.evaluate(
        "[...document.querySelectorAll('*')].filter(e => { const s = getComputedStyle(e);"
        " return s.animationName !== 'none' || s.transitionDuration.split(',').some(d => parseFloat(d) > 0); }).length"
    )
    assert moving == 0


# Everybody can use it


@LOOKS
def test_axe_finds_nothing(new_reader: Any, atlas: Atlas, scheme: str, width: int) -> None:
    study_id, symptom, _ = tagged(atlas)
    reader = new_reader(color_scheme=scheme, viewport={"width": width, "height": 900})
    paths = [*PATHS, f"/studies/{study_id}", f"/studies/{study_id}/graph", f"/concepts/{symptom}"]
    paths += [f"/concepts/{symptom}/graph", f"/studies?symptom={symptom}&not.level=E3&q=patients", "/facets/biomarker"]
    for path in [*paths, "/studies?q=nothinglikethis&level=E2", "/studies?q=%22half"]:
        accessible(reader.open(path))


def test_the_whole_way_by_keyboard(new_reader: Any, atlas: Atlas) -> None:
    study_id, _, _ = tagged(atlas)
    reader = new_reader()
    page = reader.open("/about")
    page.keyboard.press("Tab")
    expect(page.locator(".skip").first).to_be_focused()
    expect(page.locator(".skip").first).to_be_in_viewport()  # the skip link shows when it has the focus
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("#"))
    page.keyboard.press("/")
    expect(page.locator("#q")).to_be_focused()
    page.keyboard.type(f"(id:{study_id})")  # in brackets it is a search; alone it would go to the study
    page.keyboard.press("Enter")
    page.wait_for_url("**/studies?q=*")
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent") == "Skip the filters":
            page.keyboard.press("Enter")
            expect(page).to_have_url(re.compile("#count$"))
        if page.evaluate("document.activeElement.getAttribute('href') || ''") == f"/studies/{study_id}":
            break
    expect(page.locator(":focus")).to_have_css("outline-style", "solid")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/studies/{study_id}")


def test_the_slash_key_can_be_switched_off(new_reader: Any) -> None:
    page = new_reader().open("/about")
    page.click("#slash")
    expect(page.locator("#slash")).to_have_text("Switch the / key on")
    page.locator("h1").click()
    page.evaluate("addEventListener('keyup', () => { window.then = document.activeElement.id || 'nothing'; })")
    page.keyboard.press("/")
    until(page, "window.then")
    assert page.evaluate("window.then") != "q"


def test_copying_a_citation(new_reader: Any, atlas: Atlas) -> None:
    study_id, _, _ = tagged(atlas)
    reader = new_reader(permissions=["clipboard-read", "clipboard-write"])
    page = reader.open(f"/studies/{study_id}")
    page.click("text=BibTeX >> nth=0")
    page.click("button[data-copy='cite-bibtex']")
    page.locator("button[data-copy='cite-bibtex']", has_text="Copied").wait_for()
    assert page.evaluate("navigator.clipboard.readText()").startswith("@article{" + study_id)


def test_a_page_weighs_little(new_reader: Any) -> None:
    reader = new_reader()
    requests: list[Any] = []
    reader.page.on("requestfinished", lambda request: requests.append(request))
    reader.open("/studies").wait_for_load_state("networkidle")
    weights = {request.url: request.sizes()["responseBodySize"] for request in requests}
    own = {url: size for url, size in weights.items() if "htmx" not in url}
    assert len(own) >= 4
    assert sum(own.values()) < 60_000, own
