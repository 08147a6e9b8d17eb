"""What a reader keeps on paper: white whatever screens show, with where and when, without what can only be clicked."""

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from browsing import expect, fits, swapped, tagged, until

from entries.atlas import Atlas

ONLY_ON_SCREENS = ("nav[aria-label=Main]", "form[role=search]", "#take", "details.syntax", ".whybox", "[data-print]")
INK = "getComputedStyle(document.documentElement)"


def on_paper(page: Any) -> None:
    """The page as it is printed by a system that is dark."""
    page.emulate_media(media="print", color_scheme="dark")


@pytest.mark.parametrize("path", ["/", "/studies?q=fatigue", "/concepts/fatigue", "/about"])
@pytest.mark.parametrize("chosen", [None, "dark"])
def test_paper_is_white_though_screens_are_dark(new_reader: Any, chosen: str | None, path: str) -> None:
    page = new_reader(color_scheme="dark").open(path)
    if chosen:
        page.evaluate("theme => { document.documentElement.dataset.theme = theme }", chosen)
    dark = page.evaluate(f"{INK}.backgroundColor")
    on_paper(page)
    assert dark != "rgb(255, 255, 255)"
    until(page, f"{INK}.backgroundColor === 'rgb(255, 255, 255)' && {INK}.color === 'rgb(0, 0, 0)'")
    until(page, f"{INK}.getPropertyValue('--care').trim() === '#744a12'")  # pale inks are for dark screens


def test_a_printed_page_says_where_and_when(new_reader: Any, atlas: Atlas) -> None:
    study_id, symptom, _ = tagged(atlas)
    for path in (f"/studies/{study_id}", f"/concepts/{symptom}", "/studies?q=fatigue&sort=level"):
        reader, before = new_reader(), datetime.now(UTC).date()
        page = reader.open(path)
        day = f"({before}|{datetime.now(UTC).date()})"  # it may be midnight
        printed = page.locator(".printed")
        expect(printed).to_be_hidden()
        on_paper(page)
        expect(printed).to_be_visible()
        expect(printed).to_have_text(re.compile(rf"^\s*Printed on {day} from {re.escape(reader.address + path)}\s*$"))
        for control in ONLY_ON_SCREENS:
            for found in page.locator(control).all():
                expect(found).to_be_hidden()


def test_a_study_on_paper_keeps_what_it_does_not_prove_and_how_to_cite_it(new_reader: Any, atlas: Atlas) -> None:
    study_id, _, _ = tagged(atlas)
    page = new_reader(viewport={"width": 680, "height": 900}).open(f"/studies/{study_id}")
    on_paper(page)
    for part in (".limit p", "#findings", "#pem", "#cite-text", "#cite-snapshot", "#facts"):
        expect(page.locator(part)).to_be_visible()
    fits(page)  # nothing is cut off at the edge of the paper


@pytest.mark.parametrize("path", ["/studies?q=fatigue", "/concepts/fatigue"])
def test_the_print_button_prints(new_reader: Any, path: str) -> None:
    reader = new_reader()
    reader.page.add_init_script("window.print = () => { window.printed = true }")
    page = reader.open(path)
    page.click("[data-print]")
    until(page, "window.printed === true")


def test_results_that_were_swapped_in_can_be_printed_too(new_reader: Any) -> None:
    page = new_reader().open("/studies?q=fatigue")
    page.fill("#q", "pain")
    with swapped(page):
        page.press("#q", "Enter")
    page.wait_for_url("**q=pain*")
    expect(page.locator("[data-print]")).to_be_visible()


def test_without_script_no_button_promises_to_print(new_reader: Any) -> None:
    page = new_reader(java_script_enabled=False).open("/concepts/fatigue")
    expect(page.locator("[data-print]")).to_be_hidden()
