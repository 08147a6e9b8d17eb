"""The interactive explorer in a real browser: with and without script, by mouse, keys and finger, small and dark."""

import io
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urljoin

import networkx as nx
import pytest
from browsing import BOTH, LOOKS, SMALL, accessible, expect, fits, suggested, turned, unfold_all, until, whereabouts
from lxml import etree
from rdflib import Graph

OPEN = "/explore?open=fatigue"
AT_REST = "!document.querySelector('#explore').hasAttribute('aria-busy')"


def nodes(page: Any) -> list[str]:
    return page.locator("#sky .star").evaluate_all("stars => stars.map(s => s.dataset.node)")


def place(page: Any, node: str) -> list[int]:
    return page.locator(f"#sky [data-node='{node}']").evaluate("s => [Number(s.dataset.x), Number(s.dataset.y)]")


def settled(page: Any, count: int) -> None:
    """Wait until so many nodes are drawn and nothing is under way."""
    until(page, f"document.querySelectorAll('#sky .star').length === {count}")
    until(page, AT_REST)


@contextmanager
def stepped(page: Any) -> Iterator[None]:
    """What happens within asks for another picture, which is drawn when this ends."""
    with page.expect_response(lambda answer: "/explore" in answer.url):
        yield
    until(page, AT_REST)


def focused(page: Any) -> str:
    return page.evaluate("document.activeElement.dataset.node || document.activeElement.id")


def test_an_unknown_name_is_no_step(new_reader: Any) -> None:
    page = new_reader().open(OPEN)
    before = nodes(page)
    page.fill("#add", "fatige")
    page.press("#add", "Enter")
    page.locator(".offers button >> nth=0").wait_for()
    assert nodes(page) == before
    expect(page.locator("#add")).to_be_focused()
    expect(page.locator("#said")).to_contain_text("no study and no concept")
    expect(page.locator("[data-do=undo]")).to_be_disabled()
    page.fill("#add", "cortisol")
    page.press("#add", "Enter")
    settled(page, len(before) + 1)
    expect(page.locator("[data-do=undo]")).to_be_enabled()


@BOTH
def test_from_the_home_page_to_a_finding_step_by_step(new_reader: Any, script: bool) -> None:
    reader = new_reader(java_script_enabled=script)
    page = reader.open("/")
    page.click("main a[href='/explore']")
    page.wait_for_url("**/explore")
    page.fill("#add", "exhaustion that nobody has")
    page.press("#add", "Enter")
    page.wait_for_url("**/explore?*exhaustion*")
    expect(page.locator(".note")).to_contain_text("no study and no concept")
    page.fill("#add", "fatigue")
    page.press("#add", "Enter")
    page.wait_for_url("**/explore?*concept:fatigue*")
    page.locator("#sky .star >> nth=12").wait_for()
    before = nodes(page)
    with turned(page):
        page.click("button[name=expand]:has-text('neighbours')")
    after = nodes(page)
    assert after[: len(before)] == before
    assert 0 < len(after) - len(before) <= 12
    page.locator("#panel details:has(> summary:has-text('nodes')) > summary").click()
    with turned(page):
        page.locator("button.look[value='concept:chronic-fatigue']").click()
    expect(page.locator("#node h2:has-text('Chronic fatigue')")).to_be_visible()
    with turned(page):
        page.click("#node button[name=remove]")
    assert nodes(page) == [node for node in after if node != "concept:chronic-fatigue"]
    page.click("table.ties a[href*='#finding-'] >> nth=0")
    page.wait_for_url("**/studies/*#finding-*")


def test_names_are_suggested_while_they_are_typed(new_reader: Any) -> None:
    page = new_reader().open("/explore")
    suggested(page, "#add", "cognit")
    page.keyboard.press("ArrowDown")
    chosen = page.locator("#add ~ [role=listbox] [aria-selected=true] .what").inner_text()
    page.keyboard.press("Enter")
    page.wait_for_url("**/explore?*")
    expect(page.locator("#node h2")).to_have_text(chosen)
    count = len(nodes(page))
    page.locator("#add").press_sequentially("insomn")
    page.locator("#add ~ [role=listbox] [role=option]:has-text('Insomnia')").first.click()
    settled(page, count + 1)
    assert nodes(page)[-1] == "concept:insomnia"


def test_the_address_is_the_picture_for_whoever_opens_it(new_reader: Any) -> None:
    page = new_reader().open(OPEN)
    with stepped(page):
        page.click("button[name=expand][value='*']")
    until(page, "document.querySelectorAll('#sky .star').length > 13")
    with stepped(page):
        page.locator("#sky .star >> nth=4").click()
    until(page, "location.search.includes('at=')")
    seen = {node: place(page, node) for node in nodes(page)}
    there = new_reader(java_script_enabled=False).open(whereabouts(page))
    assert {node: place(there, node) for node in nodes(there)} == seen
    assert there.locator("#node h2").inner_text() == page.locator("#node h2").inner_text()
    expect(page.locator("#permalink")).to_have_attribute("href", whereabouts(page).partition("#")[0])


def test_by_keyboard_alone(new_reader: Any) -> None:
    page = new_reader().open(OPEN)
    for _ in range(30):
        page.keyboard.press("Tab")
        if focused(page) == "concept:fatigue":
            break
    assert focused(page) == "concept:fatigue", "the picture is one stop"
    count = len(nodes(page))
    page.keyboard.press("ArrowRight")
    right = focused(page)
    assert place(page, right)[0] > place(page, "concept:fatigue")[0]
    page.keyboard.press("ArrowLeft")
    assert place(page, focused(page))[0] < place(page, right)[0]
    page.locator("#sky [data-node='concept:fatigue']").focus()
    page.keyboard.press("Enter")
    until(page, f"document.querySelectorAll('#sky .star').length > {count}")
    assert focused(page) == "concept:fatigue"
    more = len(nodes(page))
    page.keyboard.press("Control+z")
    settled(page, count)
    page.keyboard.press("Control+y")
    settled(page, more)
    page.keyboard.press("ArrowDown")
    gone = focused(page)
    page.keyboard.press("Delete")
    settled(page, more - 1)
    assert gone not in nodes(page)
    assert focused(page) in nodes(page), "the nearest one has the focus now"
    page.keyboard.press("p")
    until(page, "document.querySelectorAll('#sky .pinned').length === 1")
    at, node = place(page, focused(page)), focused(page)
    page.keyboard.press("Shift+ArrowRight")
    until(page, f"location.search.includes('{node}@{at[0] + 28},{at[1]}!')")
    page.keyboard.press("Control+z")
    until(page, f"location.search.includes('{node}@{at[0]},{at[1]}!')")


def test_a_tie_shows_its_findings_by_click_and_by_key(new_reader: Any) -> None:
    page = new_reader().open(OPEN)
    row = page.locator("table.ties tr[data-tie='1'] td >> nth=0").inner_text()
    line = page.locator("#sky .tie[href='#t1'] .hit")
    line.dispatch_event("click")
    card = page.locator("#tie")
    expect(card).to_contain_text(row.split("\n")[0])
    expect(card.locator(".badges li").nth(2)).to_be_attached()
    card.locator("[data-do=close]").click()
    expect(card).to_be_hidden()
    page.locator("#sky [data-node='concept:fatigue']").focus()
    page.keyboard.press(".")
    expect(card).to_be_visible()
    first = card.inner_text()
    page.keyboard.press(".")
    until(page, lambda: card.inner_text() != first)
    page.keyboard.press("Enter")
    expect(card.locator(":focus")).to_have_count(1)


def test_drag_a_node_pan_and_zoom(new_reader: Any) -> None:
    page = new_reader().open(OPEN)
    star = page.locator("#sky [data-node='concept:chronic-fatigue'] .dot")
    box = star.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    before = {node: place(page, node) for node in nodes(page)}
    there = "location.search.includes('concept:chronic-fatigue@{},{}')".format(*before["concept:chronic-fatigue"])
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 30, y + 40, steps=4)
    with stepped(page):
        page.mouse.up()
    until(page, f"!{there}")
    after = {node: place(page, node) for node in nodes(page)}
    assert {node for node in before if before[node] != after[node]} == {"concept:chronic-fatigue"}
    with stepped(page):
        page.click("[data-do=undo]")
    until(page, there)

    def box_seen() -> list[float]:
        return [float(n) for n in page.locator("#sky").get_attribute("viewBox").split()]

    whole = box_seen()
    page.click("[data-do=in]")
    until(page, lambda: box_seen()[2] < whole[2])
    nearer = box_seen()
    page.mouse.move(x, y - 25)
    page.mouse.down()
    page.mouse.move(x + 60, y - 25, steps=3)
    page.mouse.up()
    until(page, lambda: box_seen()[0] < nearer[0])
    page.locator("#sky .star.chosen").focus()
    page.keyboard.press("0")
    until(page, lambda: box_seen() == pytest.approx(whole, abs=0.01))


def test_filters_and_what_is_left_out(new_reader: Any) -> None:
    page = new_reader().open(OPEN)
    count = len(nodes(page))
    page.click(".filters > summary")
    page.check("input[name=direction][value=decreased]")
    page.click(".filters button.main")
    until(page, "location.search.includes('direction=decreased')")
    until(page, "document.querySelectorAll('#sky .tie').length < 13")
    page.select_option("#pem", "not-required")
    page.click(".filters button.main")
    until(page, f"document.querySelectorAll('#sky .star').length < {count}")
    until(page, AT_REST)
    expect(page.locator("p.note")).to_contain_text("not pass the filters")
    page.click("text=Without filters")
    page.wait_for_url(lambda url: "pem=" not in url)
    page.locator(f"#sky .star >> nth={count - 1}").wait_for()


def test_png_svg_graphml_and_turtle_are_saved_and_open(new_reader: Any) -> None:
    page = new_reader().open(OPEN)
    drawn, rows = nodes(page), page.locator("tr[data-tie]").count()
    with page.expect_download() as saved:
        page.click("[data-do=png]")
    path = saved.value.path()
    assert path.read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"
    assert path.stat().st_size > 20_000, "not an empty canvas"
    size = struct.unpack(">II", path.read_bytes()[16:24])
    with page.expect_download() as saved:
        page.click("#as-svg")
    svg = etree.fromstring(saved.value.path().read_bytes())
    wide, high = (float(svg.get(name)) for name in ("width", "height"))
    assert size[0] >= wide and size[0] / size[1] == pytest.approx(wide / high, rel=0.01), "the whole picture, sharp"
    assert len(svg.findall("{http://www.w3.org/2000/svg}g")) == len(drawn)

    def taken(label: str) -> bytes:
        link = page.locator(f".take a:text-is('{label}')").get_attribute("href")
        return bytes(page.request.get(urljoin(page.url, link)).body())

    network = nx.read_graphml(io.BytesIO(taken("GraphML")), force_multigraph=True)
    assert sorted(network) == sorted(drawn)
    assert network.number_of_edges() == rows
    graph = Graph().parse(data=taken("Turtle"), format="turtle")
    assert len(graph) > len(drawn)


def test_by_finger_on_a_phone(new_reader: Any) -> None:
    page = new_reader(**SMALL, has_touch=True, is_mobile=True).open(OPEN)
    with stepped(page):
        page.locator("#sky .star.chosen .dot").tap()
    count = len(nodes(page))
    with stepped(page):
        page.locator("#node button[name=expand] >> nth=0").tap()
    until(page, f"document.querySelectorAll('#sky .star').length > {count}")
    fits(page)
    sizes = page.locator("#tools button").evaluate_all("bs => bs.map(b => b.getBoundingClientRect().height)")
    assert min(sizes) >= 32


@LOOKS
def test_axe_finds_nothing_and_nothing_sticks_out(new_reader: Any, scheme: str, width: int) -> None:
    reader = new_reader(color_scheme=scheme, viewport={"width": width, "height": 900})
    for path in ("/explore", OPEN, f"{OPEN}&hops=2", f"{OPEN}&pem=required&direction=mixed", "/concepts/fatigue/graph"):
        page = reader.open(path)
        unfold_all(page)
        accessible(page)
        fits(page)
