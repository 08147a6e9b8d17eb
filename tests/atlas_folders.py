"""A copy of the small atlas, broken on purpose, and what is said of it."""

from pathlib import Path

from entries.atlas import Atlas
from entries.problems import Problem

AMES, BO = "ames-2001-light-and-headache", "bo-2003-a-trial"


def edit(path: Path, old: str, new: str) -> int:
    """Replace a text that stands there; returns the line (from 1) where it stood."""
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))
    return text[: text.index(old)].count("\n") + 1


def ames(folder: Path) -> Path:
    return folder / "studies" / f"{AMES}.yaml"


def bo(folder: Path) -> Path:
    return folder / "studies" / f"{BO}.yaml"


def told(folder: Path, *reasons: str) -> list[Problem]:
    """The problems of the atlas, one for each of these reasons, in this order."""
    found = list(Atlas.load(folder).problems)
    assert len(found) == len(reasons), "\n".join(map(str, found))
    for problem, reason in zip(found, reasons, strict=True):
        assert reason in problem.reason, str(problem)
        assert problem.mend and problem.path.is_relative_to(folder)
        assert str(problem).startswith(f"{problem.path}:{problem.line}: {problem.severity}: ")
    return found
