"""A reader's way through the shipped atlas in a real browser: with and without script, small, dark, by keyboard."""

import os
import shutil
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import site_samples
import waitress
from rdflib import Graph, URIRef

from entries.atlas import Atlas
from explorer.app import create_app

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed: pip install '.[test]'")
axe_playwright = pytest.importorskip(
    "axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed"
)

expect = playwright.expect
expect.set_options(timeout=10_000)

CHROMIUM = (
    os.environ.get("CHROMIUM")
    or shutil.which("chromium")
    or shutil.which("chromium-browser")
    or shutil.which("google-chrome")
)
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
ROOT = Path(__file__).resolve().parent.parent

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM, reason="no Chromium found: install one or name it in $CHROMIUM"),
]


@pytest.fixture(scope="module")
def atlas() -> Atlas:
    return Atlas.load(ROOT / "data")


@pytest.fixture(scope="module")
def address(atlas: Atlas, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A real server over the shipped atlas."""
    build = site_samples.SampleBuild(atlas, tmp_path_factory.mktemp("browser"))
    server = waitress.create_server(create_app(build), host="127.0.0.1", port=0, threads=4)
    threading.Thread(target=server.run, daemon=True).start()
    yield f"http://127.0.0.1:{server.effective_port}"
    server.close()
    build.engine.close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with playwright.sync_playwright() as running:
        chromium = running.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield chromium
        chromium.close()


class Reader:
    """A page in a browser that remembers what went wrong on it."""

    def __init__(self, context: Any, address: str) -> None:
        self.context, self.address = context, address
        self.page = context.new_page()
        self.page.set_default_timeout(10_000)
        self.complaints: list[str] = []
        self.elsewhere: list[str] = []
        self.page.on("console", self._listen)
        self.page.on("pageerror", lambda e: self.complaints.append(str(e)))
        self.page.on(
            "request", lambda r: None if r.url.startswith((address, "data:")) else self.elsewhere.append(r.url)
        )

    def _listen(self, message: Any) -> None:
        asked_for = "status of 404" in message.text  # an unknown address is opened on purpose
        if message.type in ("error", "warning") and not asked_for:
            self.complaints.append(message.text)

    def open(self, path: str) -> Any:
        self.page.goto(self.address + path)
        return self.page


@pytest.fixture
def new_reader(browser: Any, address: str) -> Iterator[Any]:
    """Makes readers; afterwards none of them may have met an error or a call to elsewhere."""
    readers: list[Reader] = []

    def make(**settings: Any) -> Reader:
        context = browser.new_context(**({"viewport": {"width": 1280, "height": 900}} | settings))
        readers.append(Reader(context, address))
        return readers[-1]

    yield make
    for reader in readers:
        reader.context.close()
        assert reader.complaints == []
        assert reader.elsewhere == []


def until(page: Any, expression: str) -> None:
    """Wait for a JavaScript expression to come true. (Playwright's own way needs eval, which is forbidden.)"""
    end = time.monotonic() + 10
    while not page.evaluate(expression):
        assert time.monotonic() < end, f"it never came true: {expression}"
        page.wait_for_timeout(50)


def counted(page: Any) -> int:
    """How many studies the page says that it found."""
    words = page.locator("#count").inner_text().replace("All ", "").split()
    return int(words[0].replace(",", ""))


def most_used(atlas: Atlas, scheme: str) -> list[str]:
    """Ids of a scheme's concepts, those of most studies first."""
    return sorted((c.id for c in atlas.vocabulary.of_scheme(scheme)), key=lambda i: -len(atlas.studies_with(i)))


def tagged(atlas: Atlas) -> tuple[str, str, str]:
    """A study with a biomarker and a symptom: (its id, the symptom, the biomarker)."""
    for study in atlas.studies.values():
        if study.tags.of("symptom") and study.tags.of("biomarker"):
            return study.id, study.tags.of("symptom")[0], study.tags.of("biomarker")[0]
    raise AssertionError("the shipped atlas has no study with a symptom and a biomarker")


def unfold(page: Any, link: str) -> Any:
    """A facet's value, with whatever hides it unfolded."""
    page.evaluate(
        "id => { for (let e = document.getElementById(id); e; e = e.parentElement)"
        " if (e.tagName === 'DETAILS') e.open = true; }",
        link,
    )
    return page.locator(f"[id='{link}']")


def choose(page: Any, facet: str, value: str) -> None:
    """Click a facet's value as a reader does: unfold what hides it, or take the page with all values."""
    link = page.locator(f"[id='f-{facet}-{value}']")
    elsewhere = not link.count()
    first = page.locator(f"#facet-{facet} > p a") if elsewhere else link
    folds = first.locator("xpath=ancestor::details[not(@open) and not(@id='drawer')]/summary")
    while folds.count():
        folds.first.click()
    first.click()
    if elsewhere:
        page.wait_for_url("**/facets/*")
        link.click()


# The main road


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
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
        page.wait_for_url(f"**{facet}={value}*")
        page.locator(f"[id='f-{facet}-{value}'][aria-current=true]").wait_for()
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
    unfold(page, f"f-symptom-{first}").click()
    page.wait_for_url(f"**symptom={first}*")
    page.locator(f"[id='f-symptom-{first}'][aria-current=true]").wait_for()
    until(page, f"document.activeElement.id === 'f-symptom-{first}'")
    until(page, "document.getElementById('announce').innerText === document.getElementById('count').innerText")
    page.locator("#facet-review > summary").click()
    unfold(page, f"f-symptom-{second}").click()
    page.wait_for_url(f"**symptom={second}*")
    page.locator(f"[id='f-symptom-{second}'][aria-current=true]").wait_for()
    until(page, "document.getElementById('facet-review').open")
    assert page.evaluate("window.stayed") is True, "the page was loaded anew"
    page.go_back()
    until(page, f"!document.querySelector('[id=\"f-symptom-{second}\"][aria-current]')")
    page.go_back()
    until(page, "location.search === ''")
    until(page, f"document.getElementById('count').innerText.startsWith('All {everything} ')")
    assert page.locator("#theme").is_visible(), "the rest of the page stays as it was"
    page.select_option("#sort", "title")
    page.wait_for_url("**sort=title*")
    page.locator(".pager a", has_text="Next").click()
    page.wait_for_url("**page=2*")
    until(page, "document.activeElement.id === 'count'")


# Small, dark, printed


PATHS = ["/", "/studies", "/concepts", "/about", "/about/pipeline", "/retractions", "/downloads", "/api", "/nowhere"]


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_nothing_sticks_out_on_a_phone(new_reader: Any, atlas: Atlas, script: bool) -> None:
    study_id, symptom, _ = tagged(atlas)
    reader = new_reader(viewport={"width": 390, "height": 800}, java_script_enabled=script, is_mobile=False)
    more = [f"/studies/{study_id}", f"/studies/{study_id}/graph", f"/concepts/{symptom}", "/studies?q=nothinglikethis"]
    for path in [*PATHS, *more]:
        page = reader.open(path)
        width = page.locator("html").evaluate("e => [e.scrollWidth, e.clientWidth]") if script else None
        box = page.locator("main").bounding_box()
        assert box["width"] <= 390, path
        if width:
            assert width[0] <= width[1], path


@pytest.mark.parametrize(
    "path",
    [
        *("/", "/studies?q=sleep", "/concepts/fatigue", "/about", "/map", "/explore?open=concept:fatigue", "/balance"),
        *("/paths?from=nk-cell-function&to=fatigue", "/facets/symptom", "/studies/see-1996-alpha-interferon"),
    ],
)
def test_nothing_sticks_out_on_a_phone_with_letters_of_twice_the_size(new_reader: Any, path: str) -> None:
    page = new_reader(viewport={"width": 390, "height": 800}).open(path)
    page.evaluate("document.documentElement.style.fontSize = '212%'")  # 106.25 % is what the site asks for
    until(page, "getComputedStyle(document.documentElement).fontSize === '33.92px'")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_filters_are_folded_on_a_phone_and_open_on_a_desk(new_reader: Any) -> None:
    phone = new_reader(viewport={"width": 390, "height": 800}, java_script_enabled=False)
    page = phone.open("/studies")
    assert not page.locator("#facet-level a").first.is_visible()
    page.click("#drawer > summary")
    assert page.locator("#facet-level a").first.is_visible()
    desk = new_reader(java_script_enabled=False)
    assert desk.open("/studies").locator("#facet-level a").first.is_visible()
    assert not desk.page.locator(".onward").is_visible()


def test_on_a_phone_what_was_chosen_is_one_tap_from_its_studies(new_reader: Any) -> None:
    page = new_reader(viewport={"width": 390, "height": 800}, has_touch=True).open("/studies")
    page.tap("#drawer > summary")
    page.tap("#f-level-E2")
    until(page, "location.search === '?level=E2'")
    onward = page.locator(".onward a")
    count = "document.getElementById('count').textContent.split(' ')[0]"
    until(page, f"document.querySelector('.onward a').textContent.includes({count})")
    assert onward.bounding_box()["y"] < 800, "it stays in sight while filters are chosen"
    onward.tap()
    until(page, "document.activeElement.id === 'count' || location.hash === '#count'")
    assert 0 <= page.locator("#count").bounding_box()["y"] < 800


def paper(page: Any) -> tuple[int, ...]:
    """The page's background as red, green, blue."""
    text = page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
    return tuple(int(part) for part in text.removeprefix("rgb(").removesuffix(")").split(","))


def test_dark_follows_the_system_and_the_reader(new_reader: Any) -> None:
    reader = new_reader(color_scheme="dark")
    page = reader.open("/")
    assert max(paper(page)) < 50
    page.click("#theme")
    assert min(paper(page)) > 200
    page.goto(reader.address + "/about")
    assert min(paper(page)) > 200, "the choice was not kept"
    bright = new_reader(color_scheme="light")
    assert min(paper(bright.open("/"))) > 200
    assert max(paper(bright.page)) < 255, "pure white glares"


def test_nothing_moves(new_reader: Any) -> None:
    page = new_reader().open("/studies")
    moving = page.evaluate(
        "[...document.querySelectorAll('*')].filter(e => { const s = getComputedStyle(e);"
        " return s.animationName !== 'none' || s.transitionDuration.split(',').some(d => parseFloat(d) > 0); }).length"
    )
    assert moving == 0


# Everybody can use it


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 1280), ("light", 390)])
def test_axe_finds_nothing(new_reader: Any, atlas: Atlas, scheme: str, width: int) -> None:
    study_id, symptom, _ = tagged(atlas)
    reader = new_reader(color_scheme=scheme, viewport={"width": width, "height": 900})
    paths = [*PATHS, f"/studies/{study_id}", f"/studies/{study_id}/graph", f"/concepts/{symptom}"]
    paths += [f"/concepts/{symptom}/graph", f"/studies?symptom={symptom}&not.level=E3&q=patients", "/facets/biomarker"]
    for path in [*paths, "/studies?q=nothinglikethis&level=E2", "/studies?q=%22half"]:
        page = reader.open(path)
        results = axe_playwright.Axe().run(page)
        assert results.violations_count == 0, f"{path}\n{results.generate_report()}"


def test_the_whole_way_by_keyboard(new_reader: Any, atlas: Atlas) -> None:
    study_id, _, _ = tagged(atlas)
    reader = new_reader()
    page = reader.open("/about")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    assert page.locator(".skip").bounding_box()["x"] >= 0, "the skip link shows when it has the focus"
    page.keyboard.press("Enter")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "q"
    page.keyboard.type(f"(id:{study_id})")  # in brackets it is a search; alone it would go to the study
    page.keyboard.press("Enter")
    page.wait_for_url("**/studies?q=*")
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent") == "Skip the filters":
            page.keyboard.press("Enter")
        if page.evaluate("document.activeElement.getAttribute('href') || ''") == f"/studies/{study_id}":
            break
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid", "the focus cannot be seen"
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/studies/{study_id}")


def test_the_slash_key_can_be_switched_off(new_reader: Any) -> None:
    page = new_reader().open("/about")
    page.click("#slash")
    page.locator("h1").click()
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") != "q"


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
    weights: dict[str, int] = {}
    reader.page.on("response", lambda r: weights.__setitem__(r.url, r.request.sizes()["responseBodySize"]))
    reader.open("/studies").wait_for_load_state("networkidle")
    own = {url: size for url, size in weights.items() if "htmx" not in url}
    assert len(own) >= 4
    assert sum(own.values()) < 60_000, own
