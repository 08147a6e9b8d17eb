"""The name of what the whole atlas is about, in a search: every study is on it, so the words leave out those that
call it otherwise."""

import re
from functools import lru_cache

from entries.config import Disease
from index.syntax import OPERATORS

LEAST = 3  # letters of a part of the short label that is a name by itself
_SIGNS = re.compile(r'[()"*~^:\[\]]')
_ALONE = re.compile(r"(?<!\S)[^\w\s]+(?!\S)")  # what is left of a sentence's signs


def without_disease(text: str, disease: Disease) -> tuple[str, str] | None:
    """(name as it was written, the other words); None where it is not named or the text is a formula."""
    if _SIGNS.search(text) or not OPERATORS.isdisjoint(text.split()):
        return None
    found = _named(disease).search(text)
    if found is None:
        return None
    return found.group(), " ".join(_ALONE.sub(" ", _named(disease).sub(" ", text)).split())


@lru_cache(maxsize=4)
def _named(disease: Disease) -> re.Pattern[str]:
    """Matches the label, the name, and their parts around a slash, in either order."""
    names: set[str] = set()
    for name, least in ((disease.label, LEAST), (disease.name, 2 * LEAST)):
        parts = [part.strip() for part in name.split("/")]
        names |= {"/".join(parts), "/".join(reversed(parts)), *(part for part in parts if len(part) >= least)}
    either = "|".join(re.escape(name).replace("/", r"\s*/\s*") for name in sorted(names, key=len, reverse=True))
    return re.compile(rf"(?<![\w/-])(?:{either})(?![\w/-])", re.IGNORECASE)
