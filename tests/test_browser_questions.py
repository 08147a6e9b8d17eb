"""Paths, grid and balance in a real browser: wide, small, dark, without script, by keyboard, and looked over by axe."""

from typing import Any

import pytest
import test_browser
from test_browser import axe_playwright, expect

from entries.atlas import Atlas

atlas, address, browser, new_reader = (
    test_browser.atlas,
    test_browser.address,
    test_browser.browser,
    test_browser.new_reader,
)
pytestmark = test_browser.pytestmark
PATH = "/paths?from=NK+cell+function&to=fatigue"
PAGES = [
    "/paths",
    PATH,
    f"{PATH}&level=E0&through=symptom",
    "/grid",
    "/grid?open=*&pem=required&column=2",
    "/balance?pem=required",
]


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_from_home_to_a_way_and_its_evidence(new_reader: Any, atlas: Atlas, script: bool) -> None:
    reader = new_reader(java_script_enabled=script)
    page = reader.open("/")
    page.click("main a[href='/paths']")
    page.fill("#from", "nk cell functio")
    page.fill("#to", "Fatigue")
    page.check("input[name=through][value=symptom]")
    with page.expect_response(lambda r: r.request.is_navigation_request()) as answer:
        page.click("button.main")
    assert answer.value.status == 404, "the slip is told"
    page.click("button[name=from]:has-text('NK cell function') >> nth=0")
    page.locator("ol.ways > li").first.wait_for()
    assert page.locator("input[value=symptom]").is_checked(), "the filter stays"
    expect(page.locator(".hop .badges").nth(1)).to_be_attached()
    page.click(".hop a[href*='#finding-'] >> nth=0")
    page.wait_for_url("**/studies/*#finding-*")


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_grid_to_the_studies_behind_a_cell(new_reader: Any, script: bool) -> None:
    reader = new_reader(java_script_enabled=script)
    page = reader.open("/concepts")
    page.click("main a[href='/grid']")
    page.click("a.fold[aria-label^=Unfold] >> nth=0")
    page.locator("a.fold[aria-label^=Fold]").first.wait_for()
    cell = page.locator("table.grid td.h4 a").first
    count = int(cell.inner_text())
    cell.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/studies?*")
    assert test_browser.counted(page) == count


def test_the_heads_of_the_grid_stay_in_sight_on_a_phone(new_reader: Any) -> None:
    page = new_reader(viewport={"width": 390, "height": 800}).open("/grid")
    box = page.locator(".gridbox")
    box.focus()
    box.evaluate("e => e.scrollTo(600, 300)")
    frame = box.bounding_box()
    row = page.locator("table.grid tbody tr:nth-child(9) th").bounding_box()
    column = page.locator("table.grid thead th:nth-child(8)").bounding_box()
    assert abs(row["x"] - frame["x"]) < 3
    assert abs(column["y"] - frame["y"]) < 3


def test_balance_is_drawn_and_listed(new_reader: Any, atlas: Atlas) -> None:
    reader = new_reader(java_script_enabled=False)
    concept = max(atlas.vocabulary.of_scheme("symptom"), key=lambda c: len(atlas.studies_with(c.id)))
    page = reader.open(f"/concepts/{concept.id}")
    drawn = page.locator("svg.bal a").count()
    page.click("section[aria-labelledby=directions] summary")
    assert page.locator("table.said tbody tr").count() == drawn > 3
    page.click("svg.bal a >> nth=0")
    page.wait_for_url("**/studies/*#finding-*")


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 1280), ("light", 390)])
def test_axe_finds_nothing_and_nothing_sticks_out(new_reader: Any, scheme: str, width: int) -> None:
    reader = new_reader(color_scheme=scheme, viewport={"width": width, "height": 900})
    for path in [*PAGES, "/concepts/fatigue", "/concepts/nk-cell-function"]:
        page = reader.open(path)
        results = axe_playwright.Axe().run(page)
        assert results.violations_count == 0, f"{path}\n{results.generate_report()}"
        wide, seen = page.locator("html").evaluate("e => [e.scrollWidth, e.clientWidth]")
        assert wide <= seen, path
