"""What a reader does before an answer has come, as on a slow line: it is neither lost nor undone by the answer."""

import re
from contextlib import suppress
from typing import Any

from browsing import expect, expect_counted, playwright, suggested, until

from entries.atlas import Atlas

BUSY = "document.querySelector('#explore').hasAttribute('aria-busy')"


class Held:
    """Requests to addresses of a kind, which get no answer before they are let go."""

    def __init__(self, page: Any, kind: str) -> None:
        self._page, self._kind = page, re.compile(kind)
        self._routes: list[Any] = []
        page.route(self._kind, lambda route: self._routes.append(route))

    def wait(self, count: int) -> None:
        """Wait until there are so many."""
        until(self._page, lambda: len(self._routes) == count)

    def let_go(self) -> None:
        """They are answered, unless the page has given them up; so are later ones."""
        self._page.unroute(self._kind)
        for route in self._routes:
            with suppress(playwright.Error):
                route.continue_()


def drawn(page: Any) -> list[str]:
    return page.locator("#sky .star").evaluate_all("stars => stars.map(s => s.dataset.node)")


def test_a_step_back_that_is_taken_back_at_once_changes_nothing(new_reader: Any) -> None:
    page = new_reader().open("/explore?open=fatigue")
    few = drawn(page)
    page.click("button[name=expand][value='*']")
    until(page, lambda: len(drawn(page)) > len(few))
    many, here = drawn(page), page.evaluate("location.search")
    page.locator("#sky .star.chosen").focus()
    held = Held(page, r"/explore\?")
    page.keyboard.press("Control+z")
    held.wait(1)
    page.keyboard.press("Control+y")
    until(page, f"location.search === {here!r}")
    held.let_go()
    until(page, f"!{BUSY}")
    assert drawn(page) == many


def test_the_picture_is_busy_until_the_last_step_is_drawn(new_reader: Any) -> None:
    page = new_reader().open("/explore?open=fatigue")
    few = drawn(page)
    held = Held(page, r"/explore\?")
    for count in (1, 2):  # the second step takes the place of the first
        page.locator("#sky .star.chosen").focus()
        page.keyboard.press("Enter")
        held.wait(count)
    until(page, BUSY)
    assert drawn(page) == few
    held.let_go()
    until(page, f"!{BUSY}")
    assert len(drawn(page)) > len(few)


def test_a_thumb_that_is_moved_while_an_answer_comes_stays(new_reader: Any, atlas: Atlas) -> None:
    page = new_reader().open("/studies")
    first = min(s.year for s in atlas.studies.values())
    held = Held(page, r"/studies\?")
    page.locator("#range-from").focus()
    page.keyboard.press("ArrowRight")
    held.wait(1)
    page.keyboard.press("ArrowRight")
    expect(page.locator("#from")).to_have_value(str(first + 2))
    held.let_go()
    page.wait_for_url(f"**from={first + 2}*")
    expect_counted(page, sum(s.year >= first + 2 for s in atlas.studies.values()))
    expect(page.locator("#range-from")).to_have_value(str(first + 2))
    expect(page.locator("#range-from")).to_be_focused()


def test_the_suggestion_that_was_gone_to_stays_chosen_when_more_letters_are_answered(new_reader: Any) -> None:
    page = new_reader().open("/")
    suggested(page, "#q", "fati")
    held = Held(page, r"/complete\?")
    page.keyboard.insert_text("g")
    page.keyboard.press("ArrowDown")
    chosen = page.locator("[role=option][aria-selected=true]")
    words = chosen.locator(".what").inner_text()
    held.wait(1)
    page.evaluate("document.querySelector('[role=option]').dataset.old = 'yes'")
    held.let_go()
    expect(page.locator("[role=option][data-old]")).to_have_count(0)
    expect(chosen.locator(".what")).to_have_text(words)
    expect(page.locator("#q")).to_have_attribute("aria-activedescendant", str(chosen.get_attribute("id")))
