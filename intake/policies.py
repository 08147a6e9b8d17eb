"""Which versions of the files of rules a run went by."""

from pathlib import Path

from entries.errors import StoreError
from intake.shipped_rules import policy_file, policy_names, read_rules


def policy_versions(data: Path) -> dict[str, str]:
    """``{"design": "v1", ...}`` for each file of rules, own or shared, that states its version; others are left out."""
    found = {}
    for name in policy_names(data):
        try:
            version = read_rules(policy_file(data, name)).value.get("version")
        except (StoreError, AttributeError):
            continue  # whoever uses the file says what is wrong with it
        if version is not None:
            found[name] = str(version)
    return found
