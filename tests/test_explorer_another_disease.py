"""A site on another disease says nothing of the shipped one: each kind of page is read, as far as links lead."""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest
import site_samples
from flask import Flask
from lxml import html as lxml_html

from explorer.app import create_app

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


def test_no_page_speaks_of_the_shipped_disease(app: Flask) -> None:
    client, waiting, known, kinds = app.test_client(), list(STARTS), set(STARTS), Counter[str]()
    told: list[str] = []
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
        for link in lxml_html.fromstring(answer.text).xpath("//a/@href") if is_page else ():
            there = urljoin(address, link).partition("#")[0]
            if there.startswith("/") and there not in known:
                known.add(there)
                waiting.append(there)
    assert len(kinds) > 60, "as many kinds of pages and forms were read"
    assert told == []
