"""Driving a real browser: a reader's page, waiting for what a page comes to, and what every page is held to.

Nothing on a page happens at once: a key, a swap or an answer takes the time it takes. So whatever an action leads to is
waited for: with Playwright's ``expect``, with ``wait_for_url`` when it leads to another page, with :func:`swapped` when
htmx puts an answer in place, with :func:`until` for everything else.
"""

import os
import random
import re
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

import pytest
import site_samples
import waitress

from entries.atlas import Atlas
from explorer.app import create_app

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed: pip install '.[test]'")
axe_playwright = pytest.importorskip(
    "axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed"
)

WAIT = 30.0  # seconds; nothing waits longer than it has to, so a patient test is as quick as an impatient one
SLOWED = int(os.environ.get("BROWSER_SLOWED") or 1)  # so many times slower is the browser, and the server late
LATEST = 0.15  # seconds that a slowed server or an event may be late
expect = playwright.expect
expect.set_options(timeout=WAIT * 1000)
CHROMIUM = (
    os.environ.get("CHROMIUM")
    or shutil.which("chromium")
    or shutil.which("chromium-browser")
    or shutil.which("google-chrome")
)
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
SMALL = {"viewport": {"width": 390, "height": 800}}
BOTH = pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
LOOKS = pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 1280), ("light", 390)])

COUNT_SWAPS = """
window.asked = window.answered = 0;
document.addEventListener("htmx:before:request", () => { window.asked += 1; });
document.addEventListener("htmx:finally:request", () => { window.answered += 1; });
"""
# Events that a browser sends when it comes to it, not within the action they belong to, come later still.
LATE_EVENTS = """
{
  const add = EventTarget.prototype.addEventListener;
  EventTarget.prototype.addEventListener = function (kind, listener, ...more) {
    const late = ["selectionchange", "toggle", "scroll", "resize"].includes(kind) && typeof listener === "function";
    const heard = late && function (event) { setTimeout(() => listener.call(this, event), LATEST * Math.random()); };
    return add.call(this, kind, heard || listener, ...more);
  };
}
""".replace("LATEST", str(1000 * LATEST))


# Server, browser and page


@contextmanager
def launched() -> Iterator[Any]:
    """The system's Chromium."""
    with playwright.sync_playwright() as running:
        chromium = running.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield chromium
        chromium.close()


def _late(app: Callable[..., Any]) -> Callable[..., Any]:
    """The same answers, each a bit later."""

    def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        time.sleep(random.uniform(0, LATEST))
        return app(environ, start_response)

    return answer


@contextmanager
def serving(atlas: Atlas, folder: Path) -> Iterator[str]:
    """The address of a real server over an atlas, which is built in a folder."""
    build = site_samples.SampleBuild(atlas, folder)
    app = create_app(build) if SLOWED == 1 else _late(create_app(build))
    server = waitress.create_server(app, host="127.0.0.1", port=0, threads=4)

    def run() -> None:
        with suppress(OSError):  # the wait for requests ends so when the sockets are closed
            server.run()

    threading.Thread(target=run, daemon=True).start()
    yield f"http://127.0.0.1:{server.effective_port}"
    server.close()
    build.engine.close()


class Reader:
    """A page in a browser that remembers what went wrong on it."""

    def __init__(self, context: Any, address: str) -> None:
        self.context, self.address = context, address
        self.page = context.new_page()
        self.page.set_default_timeout(WAIT * 1000)
        self.page.add_init_script(COUNT_SWAPS)
        self.complaints: list[str] = []
        self.elsewhere: list[str] = []
        self.on_purpose = ["status of 404"]  # complaints that a test brings about
        self.page.on("console", self._listen)
        self.page.on("pageerror", lambda e: self.complaints.append(str(e)))
        self.page.on(
            "request", lambda r: None if r.url.startswith((address, "data:")) else self.elsewhere.append(r.url)
        )
        if SLOWED > 1:
            self.page.add_init_script(LATE_EVENTS)
            _throttles[self.page] = context.new_cdp_session(self.page)
            throttle(self.page, SLOWED)

    def _listen(self, message: Any) -> None:
        if message.type in ("error", "warning") and not any(words in message.text for words in self.on_purpose):
            self.complaints.append(message.text)

    def open(self, path: str) -> Any:
        """The page at a path, loaded; its scripts have run."""
        self.page.goto(self.address + path)
        return self.page

    def leave(self) -> None:
        """Close the page; it must have met neither an error nor a call to elsewhere."""
        self.page.title()  # what the page had to say before this has been heard now
        met = [*self.complaints], [*self.elsewhere]
        self.context.close()
        assert met == ([], [])


_throttles: WeakKeyDictionary[Any, Any] = WeakKeyDictionary()


def throttle(page: Any, rate: float) -> None:
    """Make a page's processor so many times slower, where browsers are slowed at all."""
    if page in _throttles:
        _throttles[page].send("Emulation.setCPUThrottlingRate", {"rate": rate})


# Waiting


def until(page: Any, true: str | Callable[[], object]) -> None:
    """Wait for a JavaScript expression, or what a function tells, to come true.

    Playwright's own way needs eval, which the pages forbid. What cannot be told yet, because the page is just being
    left or a part of it is not there, is not true yet.
    """
    end, trouble = time.monotonic() + WAIT, ""
    while True:
        try:
            if page.evaluate(true) if isinstance(true, str) else true():
                return
            trouble = ""
        except playwright.Error as error:
            trouble = f": {error}"
        assert time.monotonic() < end, f"it never came true: {true}{trouble}"
        page.wait_for_timeout(50)


@contextmanager
def swapped(page: Any) -> Iterator[None]:
    """What happens within is answered by one swap of htmx; this ends when page, folds and focus are as they will be."""
    until(page, "window.answered >= window.asked")
    before = page.evaluate("window.answered")
    yield
    until(page, f"window.answered > {before} && window.answered >= window.asked")


@contextmanager
def turned(page: Any) -> Iterator[None]:
    """What happens within leads to another address; this ends when what stands there is loaded or drawn."""
    before = page.url
    yield
    page.wait_for_url(lambda url: url != before)


def scripted(page: Any) -> bool:
    """Whether scripts run on the page."""
    return bool(page.locator("html.script").count())


def whereabouts(page: Any) -> str:
    """Path, query and fragment as the page itself knows them; Playwright hears of a pushed address a little later."""
    place: str = page.evaluate("location.pathname + location.search + location.hash")
    return place


# What search pages have in common


def counted(page: Any) -> int:
    """How many studies the page says that it found; for a page that is loaded or swapped in."""
    words = page.locator("#count").inner_text().replace("All ", "").split()
    return int(words[0].replace(",", ""))


def expect_counted(page: Any, count: int) -> None:
    """Wait until the page says that it found so many studies."""
    expect(page.locator("#count")).to_have_text(re.compile(rf"^\s*(All )?{count:,}\s"))


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
    if elsewhere:
        first.click()
        page.wait_for_url("**/facets/*")
        link.click()
    elif scripted(page):
        with swapped(page):
            link.click()
    else:
        link.click()
    page.wait_for_url(f"**{facet}={value}*")
    expect(page.locator(f"[id='f-{facet}-{value}'][aria-current=true]")).to_be_attached()


def suggested(page: Any, box: str, text: str) -> Any:
    """The options for a text that comes into a box at once: so no list for a part of it is taken for them."""
    page.focus(box)
    page.keyboard.insert_text(text)
    options = page.locator(f"{box} ~ [role=listbox] [role=option]")
    options.first.wait_for()
    return options


def most_used(atlas: Atlas, scheme: str) -> list[str]:
    """Ids of a scheme's concepts, those of most studies first."""
    return sorted((c.id for c in atlas.vocabulary.of_scheme(scheme)), key=lambda i: -len(atlas.studies_with(i)))


def tagged(atlas: Atlas) -> tuple[str, str, str]:
    """A study with a biomarker and a symptom: (its id, the symptom, the biomarker)."""
    for study in atlas.studies.values():
        if study.tags.of("symptom") and study.tags.of("biomarker"):
            return study.id, study.tags.of("symptom")[0], study.tags.of("biomarker")[0]
    raise AssertionError("the shipped atlas has no study with a symptom and a biomarker")


# What every page is held to


def unfold_all(page: Any) -> None:
    """Open every fold, and wait for what is fetched into some."""
    page.evaluate("document.querySelectorAll('main details').forEach(d => { d.open = true; })")
    until(page, "!document.querySelector('details[data-why] > p > a')")


def fits(page: Any) -> None:
    """Nothing sticks out sideways."""
    until(page, "document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def accessible(page: Any) -> None:
    """Axe finds nothing to complain of. (It looks at a page that is at rest, so a slowed browser need not be slow.)"""
    throttle(page, 1)
    results = axe_playwright.Axe().run(page)
    throttle(page, SLOWED)
    assert results.violations_count == 0, f"{page.url}\n{results.generate_report()}"
