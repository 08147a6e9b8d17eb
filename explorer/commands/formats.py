"""Names of forms as people type them: ``turtle``, ``ttl`` and ``.ttl`` are the same."""

from collections.abc import Sequence

from entries.errors import EvidenceError
from explorer.forms import Form


def chosen(forms: Sequence[Form], name: str) -> Form:
    """The form with this name or suffix. Raises EvidenceError that lists what there is."""
    wanted = name.lower().lstrip(".")
    for form in forms:
        if wanted in (form.name, form.suffix.lstrip(".")):
            return form
    raise EvidenceError(f"there is no form '{name}' here; use one of {', '.join(f.name for f in forms)}")
