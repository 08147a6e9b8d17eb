"""Fixtures that more than one test module needs."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from entries.atlas import Atlas

ROOT = Path(__file__).resolve().parent.parent
MIGRAINE = Path(__file__).parent / "data" / "migraine"

settings.register_profile("atlas", deadline=None, max_examples=60)
settings.load_profile("atlas")


@pytest.fixture(scope="session")
def shipped() -> Atlas:
    """The atlas in ``data/``."""
    return Atlas.load(ROOT / "data")


@pytest.fixture(scope="session")
def migraine() -> Atlas:
    """A very small, invented atlas on another disease; without problems."""
    return Atlas.load(MIGRAINE)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the small atlas, to be broken at will."""
    return shutil.copytree(MIGRAINE, tmp_path / "atlas")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say why a test was asked once more, so that it can be mended though it passed then."""
    for report in terminalreporter.stats.get("rerun", []):
        terminalreporter.section(f"asked once more: {report.nodeid}")
        terminalreporter.write_line(report.longreprtext)


# For tests in a real browser, see browsing.py, which is not imported before one of them runs: it needs Playwright.
# One browser and one server for a module, not for the session: while Playwright runs, nothing else can run asyncio.


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what drives a browser."""
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """The system's Chromium."""
    import browsing

    if not browsing.CHROMIUM:
        pytest.skip("no Chromium found: install one or name it in $CHROMIUM")
    with browsing.launched() as chromium:
        yield chromium


@pytest.fixture(scope="module")
def atlas(shipped: Atlas) -> Atlas:
    """What readers in a browser look at; a module may say another."""
    return shipped


@pytest.fixture(scope="module")
def address(atlas: Atlas, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A real server over the atlas."""
    import browsing

    with browsing.serving(atlas, tmp_path_factory.mktemp("browser")) as place:
        yield place


@pytest.fixture
def new_reader(browser: Any, address: str) -> Iterator[Callable[..., Any]]:
    """Makes readers; afterwards none of them may have met an error or a call to elsewhere."""
    import browsing

    readers: list[browsing.Reader] = []

    def make(**settings: Any) -> browsing.Reader:
        context = browser.new_context(**({"viewport": {"width": 1280, "height": 900}} | settings))
        readers.append(browsing.Reader(context, address))
        return readers[-1]

    yield make
    for reader in readers:
        reader.leave()
