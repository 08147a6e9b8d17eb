"""The requests that are measured: words of the entries, with no, one or two facet values chosen; seeded."""

import random
from dataclasses import dataclass

from entries.atlas import Atlas
from index.fields import facet_values, facets
from index.query import SearchRequest


@dataclass(frozen=True, slots=True)
class Asked:
    """One request in our terms and in those of a bare engine."""

    request: SearchRequest
    words: str
    chosen: tuple[tuple[str, str], ...]


def asked(atlas: Atlas, count: int, chosen: int, seed: int = 1) -> list[Asked]:
    """``count`` requests of one or two words each that some study has, ``chosen`` facet values of that study."""
    rng = random.Random(seed)
    ids = list(atlas.studies)
    names = facets(atlas.config)
    found = []
    while len(found) < count:
        study = atlas.studies[rng.choice(ids)]
        words = " ".join(rng.sample([w for w in study.summary.rstrip(".").split() if w.isalpha()], rng.randint(1, 2)))
        values = [(f, rng.choice(v)) for f in rng.sample(names, len(names)) if (v := facet_values(atlas, study, f))]
        picked = values[:chosen]
        request = SearchRequest(text=words, include={f.name: (v,) for f, v in picked})
        found.append(Asked(request, words, tuple((f.field, v) for f, v in picked)))
    return found
