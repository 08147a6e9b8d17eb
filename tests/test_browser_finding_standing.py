"""How findings stand, in a real browser: small, dark, by keyboard, without script, and readable by a machine's eye."""

from typing import Any

import pytest
import site_samples
from browsing import accessible, expect, fits
from test_explorer_finding_standing import ADDRESS, studies

from entries.atlas import Atlas

ANSWER = "#finding-1 details.stands"


@pytest.fixture(scope="module")
def atlas() -> Atlas:
    return Atlas.of(site_samples.config(), site_samples.vocabulary(), studies())


WAYS = [
    {},
    {"viewport": {"width": 390, "height": 844}},
    {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark"},
    {"java_script_enabled": False},
]


@pytest.mark.parametrize("settings", WAYS, ids=["wide", "narrow", "narrow and dark", "without script"])
def test_the_reasons_open_and_lead_on(new_reader: Any, settings: dict[str, Any]) -> None:
    page = new_reader(**settings).open(ADDRESS)
    expect(page.locator(f"{ANSWER} ul")).to_be_hidden()
    summary = page.locator(f"{ANSWER} summary")
    summary.focus()
    page.keyboard.press("Enter")
    expect(page.locator(f"{ANSWER} ul")).to_be_visible()
    if settings.get("java_script_enabled", True):
        fits(page)
    page.locator(f"{ANSWER} ul a").first.click()
    page.wait_for_url("**/studies/second-2002-urate#finding-1")
    expect(page.locator("#finding-1 details.stands")).to_have_count(1)


@pytest.mark.parametrize("settings", WAYS[:3], ids=["wide", "narrow", "narrow and dark"])
def test_axe_finds_nothing(new_reader: Any, settings: dict[str, Any]) -> None:
    page = new_reader(**settings).open(ADDRESS)
    for summary in page.locator("details.stands summary").all():
        summary.click()
    accessible(page)
