"""What visitors ask for, one after the other: popular things often, most things once; words typed before a search.

Which of the things of a kind is asked for follows Zipf's law with the exponent 0.8: requests for web pages were found
between 0.64 and 0.83 (Breslau, Cao, Fan, Phillips, Shenker: Web Caching and Zipf-like Distributions, INFOCOM 1999).
"""

import random
from collections.abc import Sequence
from itertools import accumulate
from urllib.parse import parse_qs, urlencode, urlsplit

from benchmarks.requests import asked
from entries.atlas import Atlas

EXPONENT = 0.8
# Of a hundred visits: searches with none, one and two facet values chosen, studies, concepts, other pages.
SEARCHES, CHOSEN = 50, (25, 15, 10)
STUDIES, CONCEPTS, OTHERS = 35, 10, 5
OTHER_PAGES = ("/", "/about", "/concepts", "/downloads")
TYPED = range(3, 8)  # letters in the box when completions are asked for, before each third search
EVERY = 3
COMPLETIONS = "/complete?"


def visits(atlas: Atlas, count: int, seed: int = 7) -> list[str]:
    """Addresses in the order in which they are asked for: ``count`` pages, and completions before searches."""
    rng = random.Random(seed)
    kinds = _kinds(atlas, count // 2, rng)
    shares = (SEARCHES, STUDIES, CONCEPTS, OTHERS)
    weights = [_zipf(len(kind)) for kind in kinds]
    found: list[str] = []
    for number in range(count):
        [which] = rng.choices(range(len(kinds)), shares)
        [address] = rng.choices(kinds[which], cum_weights=weights[which])
        if which == 0 and number % EVERY == 0:
            found += _completions(address)
        found.append(address)
    return found


def _kinds(atlas: Atlas, different: int, rng: random.Random) -> tuple[list[str], ...]:
    """The searches, studies, concepts and other pages that there are to ask for, the most popular first."""
    searches = []
    for chosen, share in enumerate(CHOSEN):
        some = asked(atlas, max(1, different * share // SEARCHES), chosen, seed=100 + chosen)
        searches += ["/studies?" + urlencode(a.request.to_args()) for a in some]
    rng.shuffle(searches)
    studies = [f"/studies/{i}" for i in rng.sample(list(atlas.studies), min(different, len(atlas.studies)))]
    concepts = [f"/concepts/{c.id}" for scheme in atlas.config.tags for c in atlas.vocabulary.of_scheme(scheme)]
    rng.shuffle(concepts)
    return searches, studies, concepts, list(OTHER_PAGES)


def _zipf(count: int) -> list[float]:
    """How much the first, the first two, the first three ... of so many things are asked for."""
    return list(accumulate((rank + 1) ** -EXPONENT for rank in range(count)))


def _completions(search: str) -> list[str]:
    """What the box asks for while the words of a search are typed."""
    text = parse_qs(urlsplit(search).query)["q"][0]
    return [COMPLETIONS + urlencode({"q": text[:end]}) for end in TYPED if end <= len(text)]


def first_times(addresses: Sequence[str]) -> list[bool]:
    """Of each address whether it is asked for the first time."""
    seen: set[str] = set()
    return [not (address in seen or seen.add(address)) for address in addresses]  # type: ignore[func-returns-value]
