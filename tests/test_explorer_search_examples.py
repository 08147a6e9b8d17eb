"""The syntax help: examples in words of the atlas itself, each of which finds what it promises."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import site_samples
from flask.testing import FlaskClient
from page_reading import seen, words

from entries.atlas import Atlas
from explorer.app import create_app
from explorer.links import Links
from explorer.overview import Overview
from explorer.search_examples import search_examples


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    build = site_samples.SampleBuild(site_samples.atlas(), tmp_path_factory.mktemp("examples"))
    yield create_app(build, testing=True).test_client()
    build.engine.close()


def test_every_example_finds_as_many_studies_as_it_says(client: FlaskClient) -> None:
    page = seen(client, "/studies")
    rows = page.xpath("//table[@class='examples']/tbody/tr")
    assert len(rows) >= 9
    for row in rows:
        address = row.xpath(".//a/@href")[0]
        found = client.get(address.replace("/studies?", "/studies.json?")).get_json()
        assert f"{found['total']:,}" == words(row.xpath("td")[2]) != "0", address


@pytest.mark.parametrize("path", ["/", "/studies", "/studies?q=nothinglikethis", "/about"])
def test_the_same_examples_stand_beside_every_box(client: FlaskClient, path: str) -> None:
    shown = seen(client, path).xpath("//table[@class='examples']//code")
    assert [words(c) for c in shown] == [words(c) for c in seen(client, "/about").xpath("//table//td/a/code")]


@pytest.mark.parametrize(
    "sign", ["NOT", "OR", '"', "*", "~", "title:", "author:", "year:", "pmid:", "(", "size:>", "^3"]
)
def test_every_kind_of_query_is_shown(client: FlaskClient, sign: str) -> None:
    assert any(sign in words(c) for c in seen(client, "/about").xpath("//table[@class='examples']//code"))


def test_an_empty_atlas_has_no_examples(tmp_path: Path) -> None:
    atlas = Atlas.of(site_samples.config(), site_samples.vocabulary(), [])
    build = site_samples.SampleBuild(atlas, tmp_path)
    assert search_examples(atlas, Overview(atlas), build.engine, Links()) == ()
    client = create_app(build, testing=True).test_client()
    for path in ("/", "/studies", "/about"):
        assert not seen(client, path).xpath("//table[@class='examples']"), path
    build.engine.close()


def test_a_finding_with_its_direction_is_an_example_where_the_atlas_has_such_a_filter(tmp_path: Path) -> None:
    atlas = Atlas.load(Path(__file__).parent.parent / "data")
    build = site_samples.SampleBuild(atlas, tmp_path)
    examples = search_examples(atlas, Overview(atlas), build.engine, Links())
    build.engine.close()
    (found,) = [e for e in examples if e.write.startswith('claim:"')]
    assert found.count > 0
