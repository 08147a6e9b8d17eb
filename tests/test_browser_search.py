"""Searching in a real browser: help, keeping, comparing and dating searches; wide, small, dark, without script."""

import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from browsing import (
    BOTH,
    LOOKS,
    SMALL,
    accessible,
    counted,
    expect,
    expect_counted,
    fits,
    most_used,
    suggested,
    swapped,
    unfold_all,
    until,
    whereabouts,
)

from entries.atlas import Atlas

ANY = re.compile("")


@BOTH
@pytest.mark.parametrize("path", ["/", "/studies"])
def test_syntax_help_opens_beside_the_box_and_its_examples_find_what_they_say(
    new_reader: Any, path: str, script: bool
) -> None:
    page = new_reader(java_script_enabled=script).open(path)
    expect(page.locator("table.examples")).to_be_hidden()
    page.locator("#syntax > summary").focus()
    page.keyboard.press("Enter")
    row = page.locator("table.examples tbody tr").nth(1)
    promised = int(row.locator("td.num").inner_text().replace(",", ""))
    row.locator("a").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/studies?q=*")
    expect_counted(page, promised)


@BOTH
def test_a_snapshot_is_taken_and_opened_again(new_reader: Any, script: bool, atlas: Atlas) -> None:
    symptom = most_used(atlas, "symptom")[0]
    page = new_reader(java_script_enabled=script).open(f"/studies?symptom={symptom}")
    page.click("text=Dated snapshot")
    page.click("#snapshot")
    page.wait_for_url("**/snapshots?*of=*")
    expect(page.locator("main .lede")).to_have_text(re.compile("^Nothing changed: the same"))


@BOTH
def test_a_snapshot_file_is_sent_back(new_reader: Any, script: bool, tmp_path: Path) -> None:
    page = new_reader(java_script_enabled=script).open("/snapshots?q=fatigue")
    with page.expect_download() as download:
        page.click("text=Download the snapshot")
    kept = json.loads(Path(download.value.path()).read_text())
    kept["studies"][0][0] = "nobody-1999-left-the-atlas"
    file = tmp_path / "kept.json"
    file.write_text(json.dumps(kept))
    page.set_input_files("#file", file)
    page.click("text=Show what changed")
    page.locator("code", has_text="nobody-1999-left-the-atlas").wait_for()
    expect(page.locator("h2", has_text="Added: 1 study")).to_have_count(1)


@BOTH
def test_two_searches_are_compared(new_reader: Any, script: bool, atlas: Atlas) -> None:
    first, second = most_used(atlas, "symptom")[:2]
    page = new_reader(java_script_enabled=script).open(f"/studies?symptom={first}")
    page.click("text=Compare with another")
    page.fill("#b", f"?symptom={second}")
    page.press("#b", "Enter")
    both = set(atlas.studies_with(first)) & set(atlas.studies_with(second))
    expect(page.locator("#in-ab")).to_have_text(re.compile(f"^In both: {len(both)} "))
    expect(page.locator(".sides table").nth(3)).to_be_attached()


def test_searches_are_saved_renamed_compared_moved_and_deleted(new_reader: Any, tmp_path: Path) -> None:
    reader = new_reader()
    page = reader.open("/studies?q=fatigue")
    for words in ("fatigue", "cells"):
        page.goto(f"{reader.address}/studies?q={words}")
        page.locator("[data-save]").focus()
        page.keyboard.press("Enter")
        page.locator("#save-status", has_text="Saved in this browser").wait_for()
    page.click("text=Save this search")
    page.locator("#save-status", has_text="saved already").wait_for()
    page.click("text=Saved searches")
    rows = page.locator("#kept-list > li")
    expect(rows).to_have_count(2)
    until(page, "[...document.querySelectorAll('[data-now]')].every(e => e.textContent.startsWith('now '))")
    page.click("button[aria-label^='Rename'] >> nth=0")
    page.keyboard.type("What tires")
    page.keyboard.press("Enter")
    page.locator("#kept-list a", has_text="What tires").wait_for()
    until(page, "document.activeElement.textContent === 'What tires'")
    with page.expect_download() as download:
        page.click("#kept-export")
    exported = Path(download.value.path()).read_text()
    page.check("#pick-0")
    page.check("#pick-1")
    page.click("text=Compare the two")
    page.locator("#in-ab").wait_for()
    page.go_back()
    page.click("text=What changed since >> nth=0")
    page.locator(".lede", has_text="Nothing changed").wait_for()
    page.go_back()
    for left in (1, 0):
        page.click("button[aria-label^='Delete'] >> nth=0")
        expect(rows).to_have_count(left)
    expect(page.locator("#kept-none")).to_be_visible()
    expect(page.locator("#kept-head")).to_be_focused()
    file = tmp_path / "saved.json"
    file.write_text(exported)
    page.set_input_files("#kept-import", file)
    page.locator("#kept-status", has_text="2 searches added").wait_for()
    hostile = {"kind": "saved searches", "searches": [{"name": "<b>x</b>", "search": "javascript:alert(1)"}, None, 3]}
    file.write_text(json.dumps(hostile))
    page.set_input_files("#kept-import", file)
    page.locator("#kept-status", has_text="holds no saved searches").wait_for()
    expect(rows).to_have_count(2)


@BOTH
def test_a_list_of_searches_in_an_address(new_reader: Any, script: bool) -> None:
    page = new_reader(java_script_enabled=script).open("/saved?s=Tired%7C%3Fq%3Dfatigue&s=cells")
    expect(page.locator("#in-address li")).to_have_count(2)
    if script:
        page.click("#adopt")
        page.locator("#kept-status", has_text="2 searches added").wait_for()
    else:
        expect(page.locator("#kept")).to_be_hidden()
        expect(page.locator("noscript p")).to_have_text(re.compile("^Keeping searches here takes JavaScript"))
    page.click("text=Compare these two")
    page.locator("#in-ab").wait_for()


def test_a_branch_is_unfolded_by_keyboard_and_stays_so(new_reader: Any, atlas: Atlas) -> None:
    page = new_reader().open("/studies")
    fold = page.locator("#facet-symptom details.below").first
    fold.locator("> summary").focus()
    page.keyboard.press("Enter")
    inner = fold.locator("a[id]").first
    link = inner.get_attribute("id")
    expect(inner).to_be_visible()
    page.keyboard.press("Tab")
    expect(inner).to_be_focused()
    with swapped(page):
        page.keyboard.press("Enter")
    expect(page.locator(f"[id='{link}'][aria-current=true]")).to_be_visible()


@BOTH
def test_a_value_is_found_among_many(new_reader: Any, script: bool, atlas: Atlas) -> None:
    author = next(s for s in atlas.studies.values() if len(s.authors[0].name) > 8).authors[0].name
    page = new_reader(java_script_enabled=script).open("/studies")
    page.click("#facet-author > summary")
    page.click("#facet-author p a")
    page.wait_for_url("**/facets/author*")
    page.locator("#find").press_sequentially(author[:-1], delay=5)
    if not script:
        page.keyboard.press("Enter")
    page.wait_for_url(lambda url: parse_qs(urlsplit(url).query).get("find") == [author[:-1]])
    expect(page.locator("#said")).to_contain_text("with")
    page.locator("#values a[id]", has_text=author).first.click()
    page.wait_for_url("**/studies?author=*")
    assert counted(page) >= 1


def test_the_years_are_set_by_keyboard_on_their_picture(new_reader: Any, atlas: Atlas) -> None:
    page = new_reader().open("/studies")
    page.evaluate("window.stayed = true")
    everything = counted(page)
    first = min(s.year for s in atlas.studies.values())
    page.locator("#range-from").focus()
    for year in range(first + 1, first + 4):
        page.keyboard.press("ArrowRight")
        expect(page.locator("#from")).to_have_value(str(year))  # the number follows the thumb
    page.wait_for_url(f"**from={first + 3}*")
    expect_counted(page, sum(s.year >= first + 3 for s in atlas.studies.values()))
    assert counted(page) < everything
    expect(page.locator(".chosen .chip", has_text=f"since {first + 3}")).to_be_visible()
    expect(page.locator("#range-from")).to_be_focused()
    with swapped(page):
        page.keyboard.press("Home")
    until(page, "location.search === ''")
    page.locator("#range-to").focus()
    with swapped(page):
        page.keyboard.press("Home")
        expect(page.locator("#to")).to_have_value(str(first))
    page.wait_for_url(f"**to={first}*")
    assert page.evaluate("window.stayed") is True


def test_the_years_are_two_numbers_without_script(new_reader: Any, atlas: Atlas) -> None:
    page = new_reader(java_script_enabled=False).open("/studies")
    expect(page.locator("#range-from")).to_be_hidden()
    page.fill("#from", "2020")
    page.press("#from", "Enter")
    page.wait_for_url("**from=2020*")
    expect_counted(page, sum(s.year >= 2020 for s in atlas.studies.values()))


@BOTH
def test_patients_words_offer_the_concept(new_reader: Any, script: bool, atlas: Atlas) -> None:
    page = new_reader(java_script_enabled=script).open("/studies?q=brain+fog")
    offer = page.locator(".offers p").first
    promised = int(offer.inner_text().split(": ")[1].split()[0])
    offer.locator("a").first.focus()
    page.keyboard.press("Enter")
    page.locator(".chosen .chip", has_text="Cognitive dysfunction").wait_for()
    expect_counted(page, promised)


@BOTH
@pytest.mark.parametrize("asked", ["/studies?q=symptom:fatige", "/studies?symptom=fatige"])
def test_an_unknown_value_is_mended_by_keyboard(new_reader: Any, script: bool, asked: str) -> None:
    page = new_reader(java_script_enabled=script).open(asked)
    offer = page.locator(".offers p", has_text="Did you mean")
    promised = int(offer.inner_text().split("(")[1].split()[0])
    offer.locator("a").first.focus()
    page.keyboard.press("Enter")
    page.locator(".chosen .chip", has_text="fatigue" if "q=" in asked else "Fatigue").first.wait_for()
    expect(page.locator(".offers", has_text="Did you mean")).to_have_count(0)
    expect_counted(page, promised)


@BOTH
def test_a_pasted_identifier_goes_to_its_study(new_reader: Any, script: bool, atlas: Atlas) -> None:
    study = next(s for s in atlas.studies.values() if s.doi)
    page = new_reader(java_script_enabled=script).open("/studies?q=fatigue")
    page.fill("#q", f"https://doi.org/{study.doi}")
    page.press("#q", "Enter")
    page.wait_for_url(f"**/studies/{study.id}?by=doi")
    expect(page.locator("header .note")).to_have_text(re.compile("^You searched for the DOI of this study"))


@pytest.mark.parametrize("path", ["/", "/studies?from=1990", "/about"])
def test_suggestions_by_keyboard(new_reader: Any, path: str) -> None:
    page = new_reader().open(path)
    box = page.locator("#q")
    before = page.locator("main").bounding_box()
    suggested(page, "#q", "brain fo")
    assert page.locator("main").bounding_box() == before, "nothing moves"
    expect(box).to_have_attribute("aria-expanded", "true")
    said = page.locator("#q ~ [role=status]")
    expect(said).to_have_text(re.compile(r"^\d+ suggestions?$"))  # the number is announced
    expect(box).not_to_have_attribute("aria-activedescendant", ANY)  # nothing is chosen by itself
    page.keyboard.press("Escape")
    expect(page.locator("[role=listbox]")).to_be_hidden()
    expect(box).to_have_value("brain fo")
    page.keyboard.press("ArrowDown")
    page.locator("[role=option]").first.wait_for()
    page.keyboard.press("ArrowDown")
    chosen = page.locator("[role=option][aria-selected=true]")
    expect(chosen).to_contain_text("Cognitive dysfunction")
    expect(box).to_have_attribute("aria-activedescendant", chosen.get_attribute("id"))
    page.keyboard.press("ArrowUp")
    expect(box).not_to_have_attribute("aria-activedescendant", ANY)  # back in the box
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**symptom=cognitive-dysfunction*")
    assert ("from=1990" in whereabouts(page)) == ("from=1990" in path), "the filters stay"


def test_suggestions_by_mouse_and_only_for_the_last_words(new_reader: Any, atlas: Atlas) -> None:
    study = next(s for s in atlas.studies.values() if len(s.title) > 60)
    page = new_reader().open("/studies")
    page.locator("#q").press_sequentially("xq", delay=10)
    page.locator("#q").fill(study.title[:40])
    page.locator("[role=option]", has_text=study.title[:40]).first.click()
    page.wait_for_url(f"**/studies/{study.id}")


def test_words_are_searched_as_they_stand_when_nothing_is_chosen(new_reader: Any) -> None:
    page = new_reader().open("/")
    page.locator("#q").press_sequentially("fatig", delay=20)
    page.locator("[role=option]").first.wait_for()
    page.keyboard.press("Enter")
    page.wait_for_url("**/studies?q=fatig")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_while_lists_are_open(new_reader: Any, scheme: str) -> None:
    page = new_reader(color_scheme=scheme, **SMALL).open("/studies?q=fatigue")
    page.locator(".whybox > summary").first.click()
    page.locator("table.why").first.wait_for()
    page.locator("#q").fill("")
    suggested(page, "#q", "fati")
    page.keyboard.press("ArrowDown")
    accessible(page)
    box = page.locator("[role=listbox]").bounding_box()
    assert box["x"] >= 0 and box["x"] + box["width"] <= 390


@BOTH
def test_why_a_study_is_here(new_reader: Any, script: bool) -> None:
    page = new_reader(java_script_enabled=script).open("/studies?q=fatigue")
    page.locator(".whybox > summary").first.focus()
    page.keyboard.press("Enter")
    if not script:
        page.locator(".whybox a").first.click()
        page.wait_for_url("**/why?q=fatigue")
    expect(page.locator("table.why").first).to_contain_text("fatigue", ignore_case=True)


PAGES = [
    "/studies/anonymous-2025-correction-plasma/why?q=fatigue",
    "/studies?q=brain+fog",
    "/studies?q=fatiuge&from=2015",
    "/facets/symptom",
    "/facets/author?find=a&order=name",
    "/",
    "/studies?q=fatigue",
    "/snapshots?q=fatigue",
    "/snapshots?q=fatigue&on=2026-01-01&of=AAAA",
    "/compare",
    "/compare?a=fatigue&b=cells&c=%3Fpem%3Dpem-required",
    "/saved?s=fatigue&s=cells",
    "/saved",
]


@LOOKS
def test_axe_finds_nothing_and_nothing_sticks_out(new_reader: Any, scheme: str, width: int) -> None:
    reader = new_reader(color_scheme=scheme, viewport={"width": width, "height": 900})
    reader.on_purpose.append("status of 400")  # a spoilt link
    for path in PAGES:
        page = reader.open(path)
        unfold_all(page)
        accessible(page)
        fits(page)


def test_the_keyboard_goes_on_at_the_results_when_what_it_held_is_gone(new_reader: Any) -> None:
    page = new_reader().open("/studies?q=fatigue&level=E2")
    level = page.locator("#f-level-E2")
    page.locator(".chosen .chip").first.focus()
    with swapped(page):
        page.keyboard.press("Enter")
    until(page, "!location.search.includes('level=')")
    expect(page.locator("#count")).to_be_focused()
    level.focus()
    with swapped(page):
        page.keyboard.press("Enter")
    until(page, "location.search.includes('level=')")
    until(page, "document.getElementById('announce').textContent === document.getElementById('count').textContent")
    expect(level).to_be_focused()
    with swapped(page):
        page.keyboard.press("Enter")
    until(page, "!location.search.includes('level=')")
    page.locator("#f-level-E2 + .x").focus()
    with swapped(page):
        page.keyboard.press("Enter")
    until(page, "location.search.includes('not.level=E2')")
    expect(level).to_be_focused()


def test_what_is_chosen_shows_in_the_colours_of_the_system(new_reader: Any) -> None:
    page = new_reader(forced_colors="active").open("/studies?level=E2&not.level=E3")
    box = "e => getComputedStyle(e, '::before')"
    chosen, free = (page.locator(f"#f-level-{level}") for level in ("E2", "E1"))
    assert chosen.evaluate(f"e => ({box})(e).backgroundColor") != free.evaluate(f"e => ({box})(e).backgroundColor")
    edge = "e => getComputedStyle(e).borderBottomColor"
    here = page.locator("nav a[aria-current]").first.evaluate(edge)
    assert here != page.locator("nav a:not([aria-current])").first.evaluate(edge)
    assert page.locator(".chosen .chip").first.evaluate("e => getComputedStyle(e).borderTopWidth") == "1px"
    assert "gradient" in page.locator(".b.level").first.evaluate(f"e => ({box})(e).backgroundImage")
