"""Which versions of the files of rules a run went by."""

from pathlib import Path

from entries.errors import StoreError
from entries.store import read_yaml


def policy_versions(data: Path) -> dict[str, str]:
    """``{"design": "v1", ...}`` for each file in ``data/policy`` that states its version; others are left out."""
    found = {}
    for path in sorted((data / "policy").glob("*.yaml")):
        try:
            version = read_yaml(path).value.get("version")
        except (StoreError, AttributeError):
            continue  # whoever uses the file says what is wrong with it
        if version is not None:
            found[path.stem] = str(version)
    return found
