"""Fixtures that more than one test module needs."""

import shutil
from pathlib import Path

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
