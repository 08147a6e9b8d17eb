"""A site on another disease says nothing of the shipped one: each kind of page is read, as far as links lead.

So do the sites of new atlases, with a needed criterion and without, before the first study and after.
"""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest
import site_samples
from click.testing import CliRunner
from conftest import ROOT
from flask import Flask
from lxml import html as lxml_html

from entries.starter import Beginning, write
from explorer.app import create_app
from explorer.build import build as build_instance
from explorer.cli import evidence
from explorer.instance import Instance

OTHERS = re.compile(
    r"ME/CFS|[Mm]yalgic|[Pp]ost-?exertional|\bPEM\b|[Cc]hronic fatigue|[Ff]atigue|Fukuda|[Bb]rain fog|\b[Cc]rash"
    r"|\bNK[ -]cell|[Nn]atural killer|[Oo]rthostat|see-1996"
)
STARTS = ["/", "/sparql", "/api", "/api/v1/openapi.json", "/ns", "/ns.ttl", "/about/pipeline", "/studies?q=nosuchword",
          "/studies?q=(", "/nowhere", "/studies?remains=required", "/explore?open=concept:pain", "/robots.txt",
          "/.well-known/void", "/studies/adams-2005-urate-rises/graph", "/downloads"]  # fmt: skip
MOST = 5  # pages of one kind that are read
READ_BY_PEOPLE = "//@title | //@placeholder | //@alt | //@aria-label | //meta/@content"


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    build = site_samples.SampleBuild(site_samples.atlas(), tmp_path_factory.mktemp("another"))
    yield create_app(build, testing=True)
    build.engine.close()


def kind(app: Flask, address: str) -> str:
    """Which view answers an address, and in which form."""
    path = urlsplit(address).path
    found = app.url_map.bind("localhost").test(path) and app.url_map.bind("localhost").match(path)[0]
    return f"{found or 'nothing'} {Path(path).suffix}"


def spoken(text: str) -> str:
    """What people read on a page: its text, and what is said of pictures and controls."""
    page = lxml_html.fromstring(text)
    for silent in page.xpath("//script | //style"):
        silent.drop_tree()
    return "\n".join([page.text_content(), *page.xpath(READ_BY_PEOPLE)])


def read_all(app: Flask, starts: list[str]) -> tuple[Counter[str], list[str], dict[str, str]]:
    """Kinds of pages that were read, what they say of the shipped disease, and the text of every page."""
    client, waiting, known, kinds = app.test_client(), list(starts), set(starts), Counter[str]()
    told: list[str] = []
    pages: dict[str, str] = {}
    while waiting:
        address = waiting.pop(0)
        if (which := kind(app, address)) and kinds[which] >= MOST:
            continue
        kinds[which] += 1
        answer = client.get(
            address, headers={"Accept": "*/*" if "." in address else "text/html"}, follow_redirects=True
        )
        assert answer.status_code in (200, 404), address
        is_page = answer.mimetype == "text/html"
        said = spoken(answer.text) if is_page else answer.text
        told += [f"{address}: …{said[max(0, m.start() - 40) : m.end() + 20]}…" for m in OTHERS.finditer(said)]
        if is_page:
            pages[address] = said
        for link in lxml_html.fromstring(answer.text).xpath("//a/@href") if is_page else ():
            there = urljoin(address, link).partition("#")[0]
            if there.startswith("/") and there not in known:
                known.add(there)
                waiting.append(there)
    return kinds, told, pages


def test_no_page_speaks_of_the_shipped_disease(app: Flask) -> None:
    kinds, told, _ = read_all(app, STARTS)
    assert len(kinds) > 60, "as many kinds of pages and forms were read"
    assert told == []


NEW_STARTS = ["/", "/studies", "/concepts", "/concepts/headache", "/explore", "/explore?open=concept:headache", "/map",
              "/grid", "/balance", "/paths", "/paths?from=headache&to=c-reactive-protein", "/retractions", "/saved",
              "/compare", "/studies?q=headache", "/studies.csv", "/studies.json", "/studies.atom", "/sitemap.xml",
              *(a for a in STARTS if "adams" not in a and "remains" not in a and "pain" not in a)]  # fmt: skip
NAMES_OF_FIELDS = ("/api", "/ns")  # these tell of fields, whatever an atlas makes of them
CRITERION = re.compile(r"\bpem-|[Ww]hat remains|[Ww]idespread")


@pytest.mark.parametrize("records", [0, 2])
@pytest.mark.parametrize("needs", [None, "Widespread pain"])
def test_no_page_of_a_new_atlas_does(
    needs: str | None, records: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path / "new", Beginning("fibromyalgia", needs=needs))
    monkeypatch.chdir(tmp_path / "new")
    if records:
        drafted = CliRunner().invoke(evidence, ["import", str(ROOT / "tests" / "data" / "fibromyalgia.xml")])
        assert drafted.exit_code == 0, drafted.output
    build_instance(Path(), Path("instance"))
    instance = Instance.open(Path("instance"))
    assert len(instance.atlas.studies) == records
    kinds, told, pages = read_all(create_app(instance, testing=True), NEW_STARTS)
    assert len(kinds) > (60 if records else 40)
    assert told == []
    speaking = [a for a, said in pages.items() if CRITERION.search(said) and not a.startswith(NAMES_OF_FIELDS)]
    assert bool(speaking) == bool(needs), speaking
    unbegun = {address for address, said in pages.items() if "This atlas has no study yet" in said}
    assert unbegun == (set() if records else set(pages)), "every page says so and how to begin, or none"
    instance.close()
