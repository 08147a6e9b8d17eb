"""Switch, map, grid, balance and paths in a real browser: with and without script, by keys, finger, small and dark."""

import re
from contextlib import nullcontext
from typing import Any

import pytest
from browsing import BOTH, SMALL, accessible, expect, expect_counted, fits, suggested, swapped, until, whereabouts

from entries.atlas import Atlas

PAGES = ("/map", "/map?community=1", "/grid", "/balance", "/paths?from=nk-cell-marker&to=fatigue", "/concepts/fatigue")


def view_box(page: Any) -> list[float]:
    return [float(n) for n in page.locator("#map").get_attribute("viewBox").split()]


def remaining(atlas: Atlas, *dropped: str) -> int:
    return sum(str(atlas.badge(s).status) not in dropped for s in atlas.studies.values())


@BOTH
def test_the_switch_goes_along_and_off(new_reader: Any, atlas: Atlas, script: bool) -> None:
    page = new_reader(java_script_enabled=script).open("/")
    expect(page.locator(".remains.on")).to_have_count(0)
    page.click("[data-remains=possible]")
    page.wait_for_url(re.compile("remains=possible"))
    left, every = remaining(atlas, "pem-not-required"), len(atlas.studies)
    expect(page.locator(".remains.on")).to_contain_text(f"{left} of {every} studies count")
    page.click("nav >> text=Studies")
    page.wait_for_url(re.compile("/studies.*remains=possible"))
    expect(page.locator("#count")).to_have_text(re.compile(f"^{left} of {every} studies remain"))
    page.fill("form.box input[name=q]", "fatigue")
    with swapped(page) if script else nullcontext():
        page.press("form.box input[name=q]", "Enter")
    page.wait_for_url(re.compile("q=fatigue"))
    expect(page).to_have_url(re.compile("remains=possible"))
    expect(page.locator("#count")).to_contain_text("remain")
    page.click("[data-remains=all]")
    page.wait_for_url(re.compile("remains=all"))
    expect(page).to_have_url(re.compile("q=fatigue"))  # the search stays
    expect(page.locator(".remains.on")).to_have_count(0)
    expect(page.locator("#count")).not_to_contain_text("remain")


def test_the_switch_speaks_of_the_page_as_it_is_by_now(new_reader: Any) -> None:
    page = new_reader().open("/studies?q=fatigue")
    link = page.locator("#facet-level li > a:first-child").first
    chosen = link.get_attribute("id")
    with swapped(page):
        link.click()
    page.locator(f"[id='{chosen}'][aria-current=true]").wait_for()
    page.click("[data-remains=required]")
    page.wait_for_url(re.compile("remains=required"))
    expect(page).to_have_url(re.compile("level="))
    expect(page.locator(f"[id='{chosen}'][aria-current=true]")).to_have_count(1)


def test_the_switch_by_keyboard(new_reader: Any) -> None:
    page = new_reader().open("/grid")
    page.focus("[data-remains=required]")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("remains=required"))
    expect(page.locator(".remains.on")).to_have_count(1)
    expect(page.locator(".gridbox")).to_contain_text(re.compile(r"\d+ of \d+"))


def test_the_explorer_takes_the_switch_along(new_reader: Any) -> None:
    page = new_reader().open("/explore?open=fatigue&remains=possible")
    until(page, "document.querySelectorAll('#sky .star').length > 1")
    expect(page).to_have_url(re.compile("remains=possible"))
    before = page.locator("#sky .star").count()
    expect(page.locator("#node .near")).to_contain_text(re.compile(r"of \d+"))
    page.locator("#node .near details summary").first.click()
    page.click("[data-remains=all]")
    page.wait_for_url(re.compile("remains=all"))
    expect(page.locator("#sky .star").nth(before - 1)).to_be_attached()
    expect(page.locator("#node .near")).not_to_contain_text(re.compile(r"\bof \d+"))


@BOTH
@pytest.mark.parametrize("size", [{}, SMALL], ids=["wide", "small"])
def test_the_header_leads_to_every_way_of_exploring(new_reader: Any, script: bool, size: dict[str, Any]) -> None:
    page = new_reader(java_script_enabled=script, **size).open("/")
    for name, path in (
        ("Explorer", "/explore"),
        ("Map", "/map"),
        ("Grid", "/grid"),
        ("Balance", "/balance"),
        ("Paths", "/paths"),
    ):
        page.click(".menu > summary")
        page.click(f".menu li a:has-text('{name}')")
        page.wait_for_url(f"**{path}")
        expect(page.locator(".menu > summary[aria-current]")).to_have_count(1)


def test_the_menu_closes_with_escape_and_elsewhere(new_reader: Any) -> None:
    page = new_reader().open("/")
    page.focus(".menu > summary")
    page.keyboard.press("Enter")
    expect(page.locator(".menu[open]")).to_have_count(1)
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    expect(page.locator(".menu[open]")).to_have_count(0)
    expect(page.locator(".menu > summary")).to_be_focused()
    page.click(".menu > summary")
    expect(page.locator(".menu[open]")).to_have_count(1)
    page.click("h1")
    expect(page.locator(".menu[open]")).to_have_count(0)


def test_the_map_by_keys_buttons_and_drag(new_reader: Any) -> None:
    page = new_reader().open("/map")
    whole = view_box(page)
    page.focus("#view")
    page.keyboard.press("+")
    until(page, lambda: view_box(page)[2] < whole[2])
    nearer = view_box(page)
    page.keyboard.press("ArrowRight")
    until(page, lambda: view_box(page)[0] > nearer[0])
    page.keyboard.press("0")
    until(page, lambda: view_box(page) == whole)
    page.click("[data-do=in]")
    until(page, lambda: view_box(page) == nearer)
    box = page.locator("#map").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 80, y + 40, steps=4)
    page.mouse.up()
    until(page, lambda: view_box(page)[0] < nearer[0])
    page.click("[data-do=fit]")
    until(page, lambda: view_box(page) == whole)
    assert whereabouts(page) == "/map", "a drag follows no link"


def test_far_in_the_group_in_the_middle_is_offered(new_reader: Any) -> None:
    page = new_reader().open("/map")
    expect(page.locator("#open-group")).to_be_hidden()
    centre = page.evaluate(
        "(() => { const c = document.querySelector('#map .ground').getBoundingClientRect();"
        " return [c.x + c.width / 2, c.y + c.height / 2]; })()"
    )
    page.mouse.move(*centre)
    page.keyboard.down("Control")
    for _ in range(4):
        before = view_box(page)
        page.mouse.wheel(0, -80)
        until(page, lambda before=before: view_box(page)[2] < before[2])
    page.keyboard.up("Control")
    for _ in range(6):
        page.click("[data-do=in]")
    page.locator("#open-group").wait_for()
    page.click("#open-group")
    page.wait_for_url(re.compile(r"community=\d+"))
    expect(page.locator("#map .dot").nth(1)).to_be_attached()


@BOTH
def test_from_the_map_to_a_group_to_the_explorer(new_reader: Any, script: bool) -> None:
    page = new_reader(java_script_enabled=script).open("/map")
    page.click("section[aria-labelledby=groups] tbody tr:first-child th a")
    page.wait_for_url(re.compile("community=1"))
    page.click("section[aria-labelledby=nodes] tbody tr:first-child td a")
    page.wait_for_url(re.compile("/explore"))
    expect(page.locator("#sky .star").nth(1)).to_be_attached()


def test_finding_on_the_map(new_reader: Any) -> None:
    page = new_reader(java_script_enabled=False).open("/map")
    page.fill("#on-map", "fatigue")
    page.press("#on-map", "Enter")
    page.wait_for_url(re.compile("q=fatigue"))
    expect(page.locator("#map .found").first).to_be_attached()
    expect(page.locator("section[aria-labelledby=found] li")).to_have_count(page.locator("#map .found").count())


def test_names_can_be_read_on_a_small_screen(new_reader: Any) -> None:
    page = new_reader(**SMALL).open("/map")
    box = page.locator("#view").bounding_box()
    within = [
        b for t in page.locator("#map text").all() if (b := t.bounding_box()) and box["x"] < b["x"] < box["x"] + 300
    ]
    assert max(b["height"] for b in within) >= 9
    narrow = view_box(page)
    page.click("[data-do=fit]")
    until(page, lambda: view_box(page)[2] > narrow[2])
    fits(page)


def test_pinching_the_map(new_reader: Any) -> None:
    page = new_reader(**SMALL, has_touch=True, is_mobile=True).open("/map")
    whole = view_box(page)
    box = page.locator("#map").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + min(box["height"], 300) / 2
    client = page.context.new_cdp_session(page)
    for apart, kind in ((20, "touchStart"), (60, "touchMove"), (110, "touchMove"), (0, "touchEnd")):
        points = [] if kind == "touchEnd" else [{"x": x - apart, "y": y, "id": 0}, {"x": x + apart, "y": y, "id": 1}]
        client.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    until(page, lambda: view_box(page)[2] < whole[2])


@BOTH
def test_a_grid_unfolds_and_a_cell_leads_to_its_studies(new_reader: Any, script: bool) -> None:
    page = new_reader(java_script_enabled=script).open("/grid")
    rows = page.locator(".grid tbody tr").count()
    page.locator(".grid tbody .fold").first.click()
    page.wait_for_url(re.compile("open="))
    expect(page.locator(".grid tbody tr").nth(rows)).to_be_attached()
    cell = page.locator(".grid td a").filter(has_text=re.compile(r"^[1-9]\d*$")).first
    count = int(cell.inner_text())
    cell.click()
    page.wait_for_url(re.compile("/studies"))
    expect_counted(page, count)


def test_the_balance_is_narrowed_and_leads_on(new_reader: Any) -> None:
    page = new_reader(java_script_enabled=False).open("/balance?scheme=biomarker")
    page.select_option("#direction", "increased")
    page.click("form.ask button.main")
    page.wait_for_url(re.compile("direction=increased"))
    page.locator("table tbody th a").first.click()
    page.wait_for_url(re.compile("/concepts/"))
    expect(page.locator("#directions")).to_have_count(1)


def test_a_path_from_names_to_its_evidence(new_reader: Any) -> None:
    page = new_reader(java_script_enabled=False).open("/paths")
    page.fill("#from", "natural killer cell marker")
    page.fill("#to", "orthostatic intolerance")
    page.check("input[name=through][value=symptom]")
    page.click("form.ask button.main")
    expect(page.locator(".ways > li").first).to_be_attached()
    expect(page.locator("section[aria-labelledby=between] tbody tr").first).to_be_attached()
    page.locator(".hop a[href*='/studies/']").first.click()
    page.wait_for_url(re.compile("/studies/"))


def test_the_ends_of_a_path_are_suggested_and_the_switch_goes_along(new_reader: Any) -> None:
    page = new_reader().open("/paths?remains=possible")
    for end, typed in (("from", "natural killer cell mar"), ("to", "orthostatic intol")):
        suggested(page, f"#{end}", typed)
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        expect(page.locator(f"#{end} ~ [role=listbox]")).to_be_hidden()
    expect(page.locator("#from")).to_have_value("nk-cell-marker")
    expect(page.locator("#to")).to_have_value("orthostatic-intolerance")
    assert whereabouts(page) == "/paths?remains=possible", "they are put into the boxes, and nothing is sent yet"
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("from=nk-cell-marker"))
    expect(page).to_have_url(re.compile("remains=possible"))
    expect(page.locator("section[aria-labelledby=between]")).to_have_count(1)


PAINT = "([part, what]) => getComputedStyle(document.querySelector(part))[what]"


def test_pictures_keep_their_shapes_in_the_colours_of_the_system(new_reader: Any) -> None:
    reader = new_reader(forced_colors="active")
    page = reader.open("/concepts/fatigue")
    ink, paper = (page.evaluate(PAINT, [part, what]) for part, what in (("body", "color"), ("html", "backgroundColor")))
    assert page.evaluate(PAINT, [".bal text", "fill"]) == ink
    assert page.evaluate(PAINT, [".bal .less", "fill"]) == ink, "full"
    assert page.evaluate(PAINT, [".bal .even", "fill"]) == paper, "empty"
    assert page.evaluate(PAINT, [".bal .even", "stroke"]) == ink
    for path, part in (("/explore?open=fatigue", "#sky"), ("/map", "#map"), ("/concepts/fatigue/graph", ".net")):
        page = reader.open(path)
        assert page.evaluate(PAINT, [f"{part} .dot", "fill"]) == ink, path
        assert page.evaluate(PAINT, [f"{part} a text", "fill"]) == ink, path


@pytest.mark.parametrize("path", PAGES)
def test_pages_fit_a_small_screen_with_the_switch_on(new_reader: Any, path: str) -> None:
    fits(new_reader(**SMALL).open(f"{path}{'&' if '?' in path else '?'}remains=required"))


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", PAGES)
def test_accessible_with_the_switch_on(new_reader: Any, path: str, scheme: str) -> None:
    accessible(new_reader(color_scheme=scheme).open(f"{path}{'&' if '?' in path else '?'}remains=possible"))
