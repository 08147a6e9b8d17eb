"""Rules that an atlas shares with the program: a file of rules may hold only what is its own.

A file that says ``based_on: shipped`` stands on the one of the same name that comes with the program: names under a
map, such as ``patterns``, replace those of that name there; ``rules`` are added, or replace those of the same id;
``without`` names shipped rules that do not hold here, ``*`` standing for any letters; everything else that stands in
the file counts instead. A file that says nothing of it stands alone. Of those in :data:`NEUTRAL`, which name no
disease, the shipped one is used where the atlas has none of its own.
"""

from collections.abc import Mapping
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from entries.errors import StoreError
from entries.shipped import shipped_data
from entries.store import read_yaml
from entries.yamlio import Document

BASED_ON, WITHOUT, SHIPPED = "based_on", "without", "shipped"
NEUTRAL = frozenset(
    {
        "concepts", "design", "design-cues", "design-weights", "draft", "evidence-level", "flags", "model", "results",
        "sample-size", "subjects",
    }
)  # fmt: skip


def policy_file(data: Path, name: str) -> Path:
    """The file ``policy/<name>.yaml`` that holds for an atlas; its own, there or not, where it shares none.

    An atlas without any folder ``policy`` has no rules, shared ones neither.
    """
    own = data / "policy" / f"{name}.yaml"
    shares = name in NEUTRAL and own.parent.is_dir() and not own.exists()
    return _shipped(name) if shares else own


def policy_names(data: Path) -> list[str]:
    """The names of all files of rules that hold for an atlas with rules of its own; none for one without any."""
    own = {path.stem for path in (data / "policy").glob("*.yaml") if not path.name.startswith(".")}
    return sorted(own | NEUTRAL) if own else []


def read_rules(path: Path) -> Document:
    """A file of rules with what it is based on; lines are those of the file itself. Raises StoreError."""
    document = read_yaml(path)
    own = document.value
    if not isinstance(own, dict) or BASED_ON not in own:
        return document
    if own[BASED_ON] != SHIPPED:
        raise StoreError(f"{path}: can be based on 'shipped' only, not on {own[BASED_ON]!r}; correct '{BASED_ON}'")
    base = _shipped(path.stem)
    if not base.is_file():
        raise StoreError(f"{path}: the program has no rules called '{path.stem}'; leave '{BASED_ON}' out")
    return Document(_joined(read_yaml(base).value, own, path), document.lines)


def _shipped(name: str) -> Path:
    return shipped_data() / "policy" / f"{name}.yaml"


def _joined(shipped: Mapping[str, Any], own: Mapping[str, Any], path: Path) -> dict[str, Any]:
    """The shipped file with what an atlas says otherwise. Raises StoreError."""
    rest = {key: value for key, value in own.items() if key not in (BASED_ON, WITHOUT, "rules")}
    whole = {key: _in_place(shipped.get(key), value) for key, value in rest.items()}
    rules = {"rules": _rules(shipped["rules"], own, path)} if "rules" in shipped else {}
    return {**shipped, **whole, **rules}


def _in_place(shipped: Any, own: Any) -> Any:
    return {**shipped, **own} if isinstance(shipped, dict) and isinstance(own, dict) else own


def _rules(shipped: Any, own: Mapping[str, Any], path: Path) -> Any:
    """Shipped rules in their order, some left out and some replaced, then those that are new."""
    mine, left_out = own.get("rules") or [], own.get(WITHOUT) or []
    if not (isinstance(mine, list) and isinstance(left_out, list)):
        raise StoreError(f"{path}: 'rules' and '{WITHOUT}' are lists; write each item on a line that begins with '- '")
    known = [rule["id"] for rule in shipped]
    if unknown := [i for i in left_out if not any(fnmatchcase(k, str(i)) for k in known)]:
        raise StoreError(f"{path}: the program has no rule '{unknown[0]}' here; take it out of '{WITHOUT}'")
    named = {rule.get("id"): rule for rule in mine if isinstance(rule, dict)}
    kept = [named.get(r["id"], r) for r in shipped if not any(fnmatchcase(r["id"], str(i)) for i in left_out)]
    there = {rule["id"] for rule in kept}
    return [*kept, *(rule for rule in mine if not isinstance(rule, dict) or rule.get("id") not in there)]
