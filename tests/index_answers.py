"""What an index answers, to compare two of them; and an atlas with changes, to update one."""

import random

from index_fixtures import study, tagged
from index_requests import REQUESTS

from entries.atlas import Atlas
from index.engine import SearchEngine
from index.fields import facets
from index.query import SearchRequest


def answers(search: SearchEngine, whole: Atlas) -> list[object]:
    """What an index says to requests of the conformance suite, relevance left out."""
    said: list[object] = []
    for _, args in REQUESTS[::3]:
        request = SearchRequest.from_args(args, facets(whole.config))
        result = search.search(request)
        ids = search.ids(request)
        said.append((result.total, result.facets, result.years, ids if request.sort != "relevance" else sorted(ids)))
    return said


def changed_atlas(whole: Atlas, rng: random.Random) -> Atlas:
    """The atlas with some studies removed, some changed, some added."""
    kept = {i: s for i, s in whole.studies.items() if rng.random() > 0.06}
    for study_id in rng.sample(sorted(kept), 6):
        more = {"year": rng.randint(1990, 2020), "title": f"{kept[study_id].title} altered {rng.randint(0, 99)}"}
        kept[study_id] = study(study_id, summary="fatigue NF-κB lactate", **more, **tagged(["migraine", "fatigue"]))
    for number in range(5):
        study_id = f"new-{rng.randint(1, 9)}-{rng.randint(0, 10**6)}-{number}"
        kept[study_id] = study(
            study_id, summary="pain TNF alpha zyzzyva", year=rng.randint(1985, 2020), **tagged(["pain"])
        )
    return whole.with_studies(kept.values())
