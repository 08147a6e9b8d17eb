"""The shape of the house: what may import what, how long a piece may be, and that what is public says what it is."""

import ast
import sys
from functools import cache
from pathlib import Path

import pytest
from conftest import ROOT

# Which floors a floor may import; the floors not named here are no floors of ours.
BELOW = {
    "entries": set(),
    "index": {"entries"},
    "graph": {"entries"},
    "intake": {"entries"},
    "explorer": {"entries", "index", "graph", "intake"},
}
# Libraries, and the floors below explorer (which may know them all) that may know them.
HOMES: dict[str, set[str]] = {
    **{library: set() for library in ("flask", "werkzeug", "jinja2", "markupsafe", "click", "waitress")},
    **{library: {"index"} for library in ("whoosh", "tantivy")},
    **{library: {"graph"} for library in ("rdflib", "pyoxigraph", "oxrdflib", "networkx")},
    **{library: {"entries", "intake"} for library in ("citeproc", "bibtexparser", "rispy", "pylatexenc")},
    "ahocorasick": {"intake"},
    "numpy": {"entries", "index", "graph"},
    "yaml": {"entries"},
}
DYNAMIC = ("importlib.import_module", "import_module", "__import__")
LONGEST_MODULE, LONGEST_FUNCTION = 400, 60
MODULES = sorted(p for floor in BELOW for p in (ROOT / floor).rglob("*.py"))
TESTS = sorted((ROOT / "tests").glob("*.py"))


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def imports(path: Path) -> list[tuple[int, str]]:
    """(line, first part of the module's name) of every import, wherever in the file it stands."""
    found: list[tuple[int, str]] = []
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            found += [(node.lineno, alias.name.split(".")[0]) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            top = (node.module or "").split(".")[0] if not node.level else path.relative_to(ROOT).parts[0]
            found.append((node.lineno, top))
        elif isinstance(node, ast.Call) and ast.unparse(node.func) in DYNAMIC:
            argument = node.args[0] if node.args else None
            if isinstance(argument, ast.Constant):
                found.append((node.lineno, str(argument.value).split(".")[0]))
    return found


def functions(path: Path) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    return [n for n in ast.walk(tree(path)) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)]


def test_there_is_something_to_look_at() -> None:
    assert {path.relative_to(ROOT).parts[0] for path in MODULES} >= {"entries", "index", "graph", "explorer"}


@pytest.mark.parametrize("path", MODULES, ids=name)
class TestModule:
    """Each module of the product."""

    def test_imports_run_downwards_only(self, path: Path) -> None:
        floor = path.relative_to(ROOT).parts[0]
        upwards = [f"{name(path)}:{n}: {m}" for n, m in imports(path) if m in BELOW and m not in {floor, *BELOW[floor]}]
        assert upwards == [], f"{floor} may import {sorted(BELOW[floor]) or 'no other floor'} only"

    def test_libraries_stay_where_they_belong(self, path: Path) -> None:
        floor = path.relative_to(ROOT).parts[0]
        astray = [
            f"{name(path)}:{n}: {m}" for n, m in imports(path) if floor not in {"explorer", *HOMES.get(m, {floor})}
        ]
        assert astray == [], "ask the floor below for what you need instead"

    def test_is_not_too_long(self, path: Path) -> None:
        lines = len(path.read_text(encoding="utf-8").splitlines())
        assert lines <= LONGEST_MODULE, f"{name(path)} has {lines} lines; split it by ideas"

    def test_functions_are_not_too_long(self, path: Path) -> None:
        long = [(f.name, n) for f in functions(path) if (n := (f.end_lineno or 0) - f.lineno + 1) > LONGEST_FUNCTION]
        assert long == [], f"split these functions of {name(path)}"

    def test_what_is_public_has_a_docstring(self, path: Path) -> None:
        assert undocumented(tree(path)) == [], f"say in {name(path)} what these are"

    def test_every_function_has_types(self, path: Path) -> None:
        untyped = [f.name for f in functions(path) if f.returns is None and not _is_typed_by_comment(path, f)]
        assert untyped == [], f"give these functions of {name(path)} types"

    def test_named_after_its_subject(self, path: Path) -> None:
        vague = {"utils", "util", "helper", "helpers", "manager", "misc", "common"}
        assert path.stem not in vague, "name the one idea that it holds"


def _is_typed_by_comment(path: Path, function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    line = path.read_text(encoding="utf-8").splitlines()[function.lineno - 1]
    return "type: ignore[no-untyped-def]" in line


def undocumented(module: ast.Module) -> list[str]:
    """Public classes, functions and methods without a docstring; the module itself as ``module``."""
    missing = [] if ast.get_docstring(module) or not module.body else ["module"]
    for node in module.body:
        if not isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) or node.name.startswith("_"):
            continue
        if not ast.get_docstring(node):
            missing.append(node.name)
        if isinstance(node, ast.ClassDef):
            methods = [m for m in node.body if isinstance(m, ast.FunctionDef) and not m.name.startswith("_")]
            missing += [f"{node.name}.{m.name}" for m in methods if not ast.get_docstring(m)]
    return missing


@pytest.mark.parametrize("path", TESTS, ids=name)
def test_tests_are_not_too_long_either(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST_MODULE


def test_every_library_that_is_imported_is_declared() -> None:
    declared = (ROOT / "pyproject.toml").read_text(encoding="utf-8").lower()
    packages = {"yaml": "pyyaml", "citeproc": "citeproc-py", "whoosh": "whoosh-reloaded"}
    brought_along = {"werkzeug", "jinja2", "markupsafe", "pydantic_core"}  # with Flask and pydantic
    used = {m for path in MODULES for _, m in imports(path)} - set(BELOW) - brought_along - sys.stdlib_module_names
    assert [m for m in sorted(used) if f'"{packages.get(m, m)}' not in declared] == [], "add it to pyproject.toml"


def test_the_rules_see_what_they_look_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules[__name__], "ROOT", tmp_path)
    path = tmp_path / "index" / "bad.py"
    path.parent.mkdir()
    path.write_text(
        "import graph.rdf\nclass A:\n    def b(self): from flask import g\ndef _c(): __import__('rdflib')\n"
    )
    assert sorted(imports(path)) == [(1, "graph"), (3, "flask"), (4, "rdflib")]
    assert undocumented(tree(path)) == ["module", "A", "A.b"]
    assert sorted(f.name for f in functions(path)) == ["_c", "b"]
