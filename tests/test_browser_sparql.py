"""The SPARQL page and the data in a study's head, in a real browser: wide, on a phone, dark, without script."""

import csv
import json
from typing import Any

import pytest
from browsing import SMALL, accessible, expect, fits, tagged, until

from entries.atlas import Atlas

SIZES = {"wide": {}, "phone": SMALL, "dark": {"color_scheme": "dark"}}


def check(page: Any) -> None:
    """Nothing sticks out, and axe is content."""
    fits(page)
    accessible(page)


@pytest.mark.parametrize("size", SIZES)
def test_asking_an_example(new_reader: Any, size: str) -> None:
    page = new_reader(**SIZES[size]).open("/sparql")
    check(page)
    question = page.locator("section[aria-labelledby=examples] li > a").first
    expect(question).to_be_visible()
    question.click()
    page.wait_for_url("**/sparql?*")
    expect(page.locator("section[aria-labelledby=answer] [role=status]")).to_contain_text("rows")
    expect(page.locator("section[aria-labelledby=answer] tbody tr").nth(5)).to_be_attached()
    check(page)


def test_a_question_of_ones_own_by_keyboard_and_its_download(new_reader: Any) -> None:
    page = new_reader().open("/sparql")
    page.focus("#query")
    page.keyboard.press("Control+A")
    page.keyboard.type("SELECT ?label { ?c skos:prefLabel ?label } ORDER BY ?label LIMIT 3")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/sparql?*")
    cells = page.locator("section[aria-labelledby=answer] tbody td")
    expect(cells).to_have_count(3)
    shown = cells.all_inner_texts()
    with page.expect_download() as download:
        page.click("text=CSV table")
    assert download.value.suggested_filename == "result.csv"
    rows = list(csv.DictReader(download.value.path().read_text(encoding="utf-8").splitlines()))
    assert [row["label"] for row in rows] == shown


def test_the_editor_paints_what_stands_in_the_box(new_reader: Any) -> None:
    page = new_reader().open("/sparql")
    page.focus("#query")
    page.keyboard.press("Control+A")
    question = 'SELECT ?s {\n  ?s a schema:MedicalTrial ; schema:text "a ?b # c" . # why\n} LIMIT 3'
    page.keyboard.insert_text(question)
    painted = page.locator(".code pre")
    until(page, lambda: painted.text_content() == question + "\n")  # every letter lies below its own
    for kind, words in {
        "keyword": ["SELECT", "a", "LIMIT"],
        "variable": ["?s", "?s"],
        "string": ['"a ?b # c"'],
        "comment": ["# why"],
    }.items():
        expect(painted.locator(f".{kind}")).to_have_text(words)
    until(page, lambda: page.locator("#query").bounding_box() == painted.bounding_box())
    size = "[...document.querySelectorAll('#query, .code pre')].map(e => [e.scrollWidth, getComputedStyle(e).font])"
    one, other = page.evaluate(size)
    assert one == other
    page.keyboard.press("Control+Home")
    for _ in range(len("SELECT ?s {")):
        page.keyboard.press("ArrowRight")
    expect(painted.locator(".pair")).to_have_text(["{", "}"])
    expect(page.locator("#cursor")).to_contain_text("Line 1, column 12.")
    check(page)
    page.keyboard.press("Control+Enter")
    page.locator("#answer").wait_for()


def test_where_a_question_went_wrong_is_marked(new_reader: Any) -> None:
    reader = new_reader()
    reader.on_purpose.append("status of 400")
    page = reader.open("/sparql?query=SELECT%20%3Fs%20%7B%0A%20%20%3Fs%20%3F%3F%3F%20%7D")
    expect(page.locator("[role=alert]")).to_contain_text("line 2")
    expect(page.locator(".code pre .wrong")).to_have_count(1)
    check(page)
    page.locator("#query").press_sequentially(" ")
    expect(page.locator(".code pre .wrong")).to_have_count(0)


def test_a_hostile_question_is_painted_as_text_and_a_long_one_left_plain(new_reader: Any) -> None:
    page = new_reader().open("/sparql")
    page.fill("#query", '"<img src=x onerror=alert(1)>" <script>alert(1)</script> ((((' + "([" * 300)
    painted = page.locator(".code pre")
    expect(painted).to_contain_text("onerror=alert(1)")
    expect(painted.locator("img, script")).to_have_count(0)
    page.fill("#query", "# " + "x" * 30_000)
    until(page, lambda: painted.text_content() == "")
    expect(page.locator("#query")).not_to_have_css("color", "rgba(0, 0, 0, 0)")


def test_the_question_is_seen_in_the_colours_of_the_system(new_reader: Any) -> None:
    page = new_reader(forced_colors="active").open("/sparql")
    assert page.evaluate("getComputedStyle(document.getElementById('query')).color") != "rgba(0, 0, 0, 0)"


def test_a_refusal_is_read_out(new_reader: Any) -> None:
    reader = new_reader()
    reader.on_purpose.append("status of 400")
    page = reader.open("/sparql?query=DROP%20ALL")
    expect(page.locator("[role=alert]")).to_contain_text("only reads")
    expect(page.locator("#query")).to_have_value("DROP ALL")
    check(page)


def test_without_script(new_reader: Any) -> None:
    page = new_reader(java_script_enabled=False).open("/sparql")
    page.click("section[aria-labelledby=examples] summary >> nth=2")
    page.click("button[value='3']")
    page.wait_for_url("**example=3")
    assert page.input_value("#query").strip() == page.locator("#example-3").text_content().strip()
    page.fill("#query", "ASK { ?s a schema:MedicalStudy }")
    page.click("form button.main")
    expect(page.locator("section[aria-labelledby=answer] [role=status]")).to_have_text("Yes.")


def test_data_in_the_head_is_no_script(new_reader: Any, atlas: Atlas) -> None:
    study_id, _, _ = tagged(atlas)
    page = new_reader().open(f"/studies/{study_id}")  # the reader would have met a complaint of the policy
    told = json.loads(page.evaluate("document.querySelector('script[type=\"application/ld+json\"]').textContent"))
    assert told["@graph"][0]["mainEntity"]["@id"].endswith(f"/studies/{study_id}")
    assert page.evaluate("document.querySelector('meta[name=citation_title]').content") == atlas.studies[study_id].title
