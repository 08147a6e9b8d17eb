"""The application that servers with processes of their own are given."""

from pathlib import Path

import pytest

from explorer.build import build
from explorer.layout import NoBuild
from explorer.settings import INSTANCE, shipped_data
from explorer.wsgi import application


def test_it_serves_the_build_of_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(INSTANCE.variable, str(tmp_path))
    with pytest.raises(NoBuild, match="evidence build"):
        application()
    build(shipped_data(), tmp_path)
    assert application().test_client().get("/studies?q=fatigue").status_code == 200
