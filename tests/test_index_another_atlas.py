"""An atlas on another disease, with facets of its own: nothing in the index knows which disease it is about."""

from pathlib import Path

import pytest
import yaml

from entries.atlas import Atlas
from index import engine as engines
from index.engine import SearchEngine
from index.fields import facets
from index.query import SearchRequest

ENGINES = ("tantivy", "whoosh")
MIGRAINE = Path(__file__).parent / "data" / "migraine"
MORE = [
    {"name": "people", "label": "People", "source": "size", "order": "scheme", "bounds": [10, 30]},
    {"name": "way", "label": "Way", "source": "direction"},
    {"name": "said", "label": "Said", "source": "claim"},
]


@pytest.fixture(scope="module", params=["as it is", "with other facets"])
def atlas(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Atlas:
    folder = tmp_path_factory.mktemp("atlas")
    for part in ("studies", "vocabulary"):
        (folder / part).symlink_to(MIGRAINE / part)
    plain = yaml.safe_load((MIGRAINE / "atlas.yaml").read_text())
    if request.param != "as it is":
        plain["facets"] = [f for f in plain["facets"] if f["name"] in ("symptom", "design")] + MORE
    (folder / "atlas.yaml").write_text(yaml.safe_dump(plain))
    return Atlas.load(folder)


@pytest.fixture(scope="module", params=ENGINES)
def search(request: pytest.FixtureRequest, atlas: Atlas, tmp_path_factory: pytest.TempPathFactory) -> SearchEngine:
    path = tmp_path_factory.mktemp("index") / "i"
    engines.build(atlas, path, engine=request.param)
    return engines.open_index(path, atlas)


def test_every_facet_of_the_atlas_is_counted(atlas: Atlas, search: SearchEngine) -> None:
    assert not atlas.errors
    result = search.search(SearchRequest())
    assert [f.facet.name for f in result.facets] == [f.name for f in facets(atlas.config)]
    for found in result.facets:
        for c in found.counts:
            assert search.count(SearchRequest(include={found.facet.name: (c.value,)})) == c.count


def test_ranges_of_its_own(atlas: Atlas, search: SearchEngine) -> None:
    people = next((f for f in search.search(SearchRequest()).facets if f.facet.name == "people"), None)
    if people is None:
        assert search.search(SearchRequest.from_args([("people", "10-29")], facets(atlas.config))).messages
        return
    assert {c.value: c.label for c in people.counts}.items() >= {"10-29": "10 to 29", "30-": "30 or more"}.items()
    assert search.ids(SearchRequest(text='people:"30 or more"')) == search.ids(
        SearchRequest(include={"people": ("30-",)})
    )


def test_its_own_concepts_are_offered_and_completed(search: SearchEngine) -> None:
    [offer] = search.search(SearchRequest(text="cephalgia")).offers
    assert (offer.concept, offer.facet) == ("headache", "symptom")
    assert search.complete("light sens")[0].value == "photophobia"
    assert search.complete("van der b")[0].kind == "author"
    assert search.loosen(SearchRequest(text="light", include={"symptom": ("aura",)}, year_from=2050))
