"""Paths, grid and balance in a real browser: wide, small, dark, without script, by keyboard, and looked over by axe."""

from typing import Any

from browsing import BOTH, LOOKS, SMALL, accessible, expect, expect_counted, fits, turned, until

from entries.atlas import Atlas

PATH = "/paths?from=NK+cell+function&to=fatigue"
PAGES = [
    "/paths",
    PATH,
    f"{PATH}&level=E0&through=symptom",
    "/grid",
    "/grid?open=*&pem=required&column=2",
    "/balance?pem=required",
]


@BOTH
def test_from_home_to_a_way_and_its_evidence(new_reader: Any, atlas: Atlas, script: bool) -> None:
    reader = new_reader(java_script_enabled=script)
    page = reader.open("/")
    page.click("main a[href='/paths']")
    page.wait_for_url("**/paths")
    page.fill("#from", "nk cell functio")
    page.fill("#to", "Fatigue")
    page.check("input[name=through][value=symptom]")
    with page.expect_response(lambda r: r.request.is_navigation_request()) as answer:
        page.click("button.main")
    assert answer.value.status == 404, "the slip is told"
    with turned(page):
        page.click("button[name=from]:has-text('NK cell function') >> nth=0")
    expect(page.locator("ol.ways > li").first).to_be_visible()
    expect(page.locator("input[value=symptom]")).to_be_checked()  # the filter stays
    expect(page.locator(".hop .badges").nth(1)).to_be_attached()
    page.click(".hop a[href*='#finding-'] >> nth=0")
    page.wait_for_url("**/studies/*#finding-*")


@BOTH
def test_grid_to_the_studies_behind_a_cell(new_reader: Any, script: bool) -> None:
    reader = new_reader(java_script_enabled=script)
    page = reader.open("/concepts")
    page.click("main a[href='/grid']")
    page.wait_for_url("**/grid")
    page.click("a.fold[aria-label^=Unfold] >> nth=0")
    page.wait_for_url("**/grid?*open=*")
    expect(page.locator("a.fold[aria-label^=Fold]").first).to_be_visible()
    cell = page.locator("table.grid td.h4 a").first
    count = int(cell.inner_text())
    cell.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/studies?*")
    expect_counted(page, count)


def test_the_heads_of_the_grid_stay_in_sight_on_a_phone(new_reader: Any) -> None:
    page = new_reader(**SMALL).open("/grid")
    box = page.locator(".gridbox")
    box.focus()
    box.evaluate("e => e.scrollTo(600, 300)")

    def apart(cell: str, side: str) -> float:
        """Pixels between the edge of a cell and that of the frame."""
        return abs(page.locator(f"table.grid {cell}").bounding_box()[side] - box.bounding_box()[side])

    until(page, lambda: apart("tbody tr:nth-child(9) th", "x") < 3)
    until(page, lambda: apart("thead th:nth-child(8)", "y") < 3)
    assert box.evaluate("e => e.scrollLeft > 0 && e.scrollTop > 0"), "it was scrolled at all"


def test_balance_is_drawn_and_listed(new_reader: Any, atlas: Atlas) -> None:
    reader = new_reader(java_script_enabled=False)
    concept = max(atlas.vocabulary.of_scheme("symptom"), key=lambda c: len(atlas.studies_with(c.id)))
    page = reader.open(f"/concepts/{concept.id}")
    drawn = page.locator("svg.bal a").count()
    page.click("section[aria-labelledby=directions] summary")
    assert drawn > 3
    expect(page.locator("table.said tbody tr")).to_have_count(drawn)
    page.click("svg.bal a >> nth=0")
    page.wait_for_url("**/studies/*#finding-*")


@LOOKS
def test_axe_finds_nothing_and_nothing_sticks_out(new_reader: Any, scheme: str, width: int) -> None:
    reader = new_reader(color_scheme=scheme, viewport={"width": width, "height": 900})
    for path in [*PAGES, "/concepts/fatigue", "/concepts/nk-cell-function"]:
        page = reader.open(path)
        accessible(page)
        fits(page)
