"""The built wheel, installed in another folder, finds its templates, static files and data."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FLOORS = ("entries", "index", "graph", "intake", "explorer")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel made of the project's tracked folders, built in a copy so that nothing is left in the checkout."""
    import shutil

    source = tmp_path_factory.mktemp("source")
    for name in (*FLOORS, "templates", "data"):
        shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source / name)
    out = tmp_path_factory.mktemp("wheel")
    command = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "--no-deps",
        "--no-build-isolation",
        "-q",
        "-w",
        str(out),
        str(source),
    ]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return next(out.glob("*.whl"))


def _same_files(wheel: Path, folder: str, inside: str) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    ours = [p for p in (ROOT / folder).rglob("*") if p.is_file() and "__pycache__" not in p.parts]
    assert ours, folder
    missing = [str(p) for p in ours if f"{inside}/{p.relative_to(ROOT / folder).as_posix()}" not in names]
    assert not missing, f"not in the wheel: {missing}; see [tool.setuptools] in pyproject.toml"


@pytest.mark.parametrize("folder", [*FLOORS, "templates", "data"])
def test_wheel_holds_every_file(wheel: Path, folder: str) -> None:
    _same_files(wheel, folder, {"templates": "explorer/templates", "data": "explorer/data"}.get(folder, folder))


def test_wheel_works_from_another_folder(wheel: Path, tmp_path: Path) -> None:
    target, elsewhere = tmp_path / "site", tmp_path / "elsewhere"
    elsewhere.mkdir()
    zipfile.ZipFile(wheel).extractall(target)
    script = (
        "import explorer.settings as s, entries.atlas as a, explorer.app as app, explorer.build as b\n"
        "from explorer.instance import Instance\n"
        "from pathlib import Path\n"
        "assert str(s.shipped_data()).startswith(TARGET), s.shipped_data()\n"
        "b.build(s.shipped_data(), Path('instance'))\n"
        "client = app.create_app(Instance.open('instance')).test_client()\n"
        "page = client.get('/studies?q=fatigue')\n"
        "assert page.status_code == 200 and b'<main' in page.data\n"
        "import re\n"
        "assets = re.findall(rb'(?:href|src)=\"(/static/[^\"]+)', page.data)\n"
        "assert assets and all(client.get(a.decode()).status_code == 200 for a in assets), assets\n"
        "print('ok', len(Instance.open('instance').atlas.studies))\n"
    ).replace("TARGET", repr(str(target)))
    environment = {**os.environ, "PYTHONPATH": str(target)}
    # -P: the current folder is not searched, as for an installed command.
    done = subprocess.run(
        [sys.executable, "-P", "-c", script], cwd=elsewhere, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("ok ")
