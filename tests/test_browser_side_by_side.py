"""Studies side by side in a real browser: ways there, wide and small, on paper, by keyboard, looked over by axe."""

from itertools import pairwise
from typing import Any

import pytest
from browsing import BOTH, LOOKS, SMALL, accessible, expect, fits, turned, until

from entries.atlas import Atlas


@pytest.fixture(scope="module")
def ids(atlas: Atlas) -> list[str]:
    """Four studies, of which the first two have findings on the same concept."""
    having: dict[str, list[str]] = {}
    for study in atlas.studies.values():
        for concept in study.finding_concepts:
            having.setdefault(concept, []).append(study.id)
    together = max(having.values(), key=len)
    return [*together[:2], *(i for i in atlas.studies if i not in together[:2])][:4]


def path_of(ids: list[str]) -> str:
    return "/compare/studies?" + "&".join(f"s={study_id}" for study_id in ids)


@BOTH
def test_from_a_study_to_one_like_it_and_a_third(new_reader: Any, ids: list[str], script: bool) -> None:
    page = new_reader(java_script_enabled=script).open(f"/studies/{ids[0]}")
    page.click("#together ~ ul a:has-text('Side by side') >> nth=0")
    page.wait_for_url("**/compare/studies?s=*&s=*")
    expect(page.locator(".heads > li")).to_have_count(2)
    page.click("text=Add a study")
    expect(page.locator("input[name=s]:checked")).to_have_count(2)
    page.locator("input[name=s]:not(:checked)").first.check()
    page.click("button.main")
    expect(page.locator(".heads > li")).to_have_count(3)
    page.click(".heads > li:nth-child(2) >> text=Take away")
    expect(page.locator(".heads > li")).to_have_count(2)


@BOTH
def test_from_a_search_to_the_studies_ticked(new_reader: Any, script: bool) -> None:
    page = new_reader(java_script_enabled=script).open("/studies?q=fatigue")
    page.click("text=Compare studies of it")
    boxes = page.locator("#found input[name=s]")
    boxes.first.wait_for()
    first = boxes.first.get_attribute("value")
    boxes.first.check()
    page.fill("#q", "pain")
    with turned(page):
        page.click("button[name=choose]")
    expect(page.locator("input[name=s]:checked")).to_have_value(str(first))
    second = boxes.first.get_attribute("value")
    boxes.first.check()
    page.click("button.main")
    page.wait_for_url(f"**{path_of([str(first), str(second)])}")
    expect(page.locator(".heads > li")).to_have_count(2)


def test_on_a_phone_topics_stand_below_each_other_and_the_table_stays_one(new_reader: Any, ids: list[str]) -> None:
    page = new_reader(**SMALL).open(path_of(ids[:3]))
    row = page.locator(".facts-of tbody tr").first
    boxes = [cell.bounding_box() for cell in row.locator("th, td").all()]
    assert len(boxes) == 4
    assert all(above["y"] + above["height"] <= below["y"] + 1 for above, below in pairwise(boxes))
    names = page.locator(".heads > li > p:first-child").all_inner_texts()
    for who, name in zip(row.locator("td .who").all(), names, strict=True):
        expect(who).to_be_visible()
        expect(who).to_have_text(name)
    fits(page)
    table = page.get_by_role("table", name="Who took part")
    expect(table.get_by_role("rowheader", name="Patients")).to_be_visible()
    expect(table.get_by_role("columnheader")).to_have_count(4)


def test_on_a_desk_the_names_stay_in_sight_and_cover_nothing(new_reader: Any, ids: list[str]) -> None:
    page = new_reader().open(path_of(ids[:2]))
    expect(page.locator(".who").first).to_be_hidden()
    table = page.locator(".facts-of").nth(2)
    head, rows = table.locator("thead th").nth(1), table.locator("tbody tr")
    rows.nth(3).evaluate("e => window.scrollTo(0, e.getBoundingClientRect().top + scrollY - 10)")
    until(page, lambda: 0 <= head.bounding_box()["y"] < 5)
    link = rows.nth(1).locator("a").first
    link.focus()
    until(page, lambda: link.bounding_box()["y"] >= head.bounding_box()["y"] + head.bounding_box()["height"])


def test_by_keyboard_alone(new_reader: Any, ids: list[str]) -> None:
    page = new_reader().open(f"/compare/studies?s={ids[0]}")
    page.locator("#q").focus()
    for _ in range(2):  # past the button to the first study that is offered
        page.keyboard.press("Tab")
    expect(page.locator("input[name=s]:focus")).not_to_be_checked()
    page.keyboard.press("Space")
    for _ in range(100):
        if page.evaluate("document.activeElement.matches('button.main')"):
            break
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".heads > li")).to_have_count(2)


def test_on_paper_it_is_a_table_that_says_where_it_is_from(new_reader: Any, ids: list[str]) -> None:
    page = new_reader(viewport={"width": 1000, "height": 700}).open(path_of(ids))
    page.emulate_media(media="print")
    expect(page.locator(".printed")).to_be_visible()
    for control in ("text=Take away", "nav[aria-label='On this page']", ".take", "[data-print]"):
        for found in page.locator(control).all():
            expect(found).to_be_hidden()
    cells = [cell.bounding_box() for cell in page.locator(".facts-of tbody tr").first.locator("td").all()]
    assert len({round(cell["y"]) for cell in cells}) == 1, "beside each other"
    fits(page)


def test_letters_of_twice_the_size_fit_a_phone(new_reader: Any, ids: list[str]) -> None:
    for path in (path_of(ids), path_of(ids[:1])):
        page = new_reader(**SMALL).open(path)
        page.evaluate("document.documentElement.style.fontSize = '212%'")
        until(page, "getComputedStyle(document.documentElement).fontSize === '33.92px'")
        fits(page)


@LOOKS
def test_axe_finds_nothing_and_nothing_sticks_out(new_reader: Any, ids: list[str], scheme: str, width: int) -> None:
    reader = new_reader(color_scheme=scheme, viewport={"width": width, "height": 900})
    for path in (path_of(ids[:2]), path_of(ids), path_of(ids[:1]), "/compare/studies?choose=1&q=fatigue"):
        page = reader.open(path)
        accessible(page)
        fits(page)
