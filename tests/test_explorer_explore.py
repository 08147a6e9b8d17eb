"""The interactive explorer without script: every step an address, the picture, the card, the table, every form."""

import random
import re
from collections.abc import Iterator
from urllib.parse import parse_qsl, urlsplit

import pytest
import site_samples
from flask.testing import FlaskClient
from lxml import html as lxml_html
from page_reading import seen, words

from entries.atlas import Atlas
from explorer.app import create_app
from explorer.lattice import HIGH, WIDE, places
from explorer.scene import MOST

URATE, TRIAL, WITHDRAWN = "adams-2005-urate-rises", "brown-2012-nothing-helps", "clark-1999-withdrawn-work"
HOSTILE = "mallory-2020-markup-everywhere"


@pytest.fixture(scope="module")
def atlas() -> Atlas:
    return site_samples.atlas(120)


@pytest.fixture(scope="module")
def client(atlas: Atlas, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    build = site_samples.SampleBuild(atlas, tmp_path_factory.mktemp("explore"))
    yield create_app(build, testing=True).test_client()
    build.engine.close()


def step(client: FlaskClient, address: str) -> str:
    """Where an action leads: the address of the picture that comes of it."""
    response = client.get(address)
    assert response.status_code == 303, response.text[:2000]
    return str(response.headers["Location"]).partition("#")[0]


def drawn(address: str) -> list[str]:
    """The node ids that an address names."""
    return [v.rpartition("@")[0] for k, v in parse_qsl(urlsplit(address).query) if k == "n"]


def spots(address: str) -> dict[str, str]:
    return {v.rpartition("@")[0]: v.rpartition("@")[2] for k, v in parse_qsl(urlsplit(address).query) if k == "n"}


def stars(page: lxml_html.HtmlElement) -> list[str]:
    return [star.get("data-node") for star in page.xpath("//*[local-name()='a' and @data-node]")]


# Begin


def test_the_empty_page_asks_and_offers_what_there_is_to_begin_with(client: FlaskClient) -> None:
    page = seen(client, "/explore")
    assert page.xpath("//input[@name='open']")
    begin = page.xpath("//section[@aria-labelledby='begin']//a/@href")
    assert any("open=concept:pain" in url for url in begin)
    for url in begin:
        response = client.get(url, follow_redirects=True)
        assert response.status_code == 200
        assert ('id="sky"' in response.text) != ("/paths" in url)


def test_opening_draws_a_first_step_and_leads_to_an_address_that_says_everything(client: FlaskClient) -> None:
    where = step(client, "/explore?open=urate")
    assert drawn(where)[0] == "concept:uric-acid"
    assert len(drawn(where)) == 13
    page = seen(client, where)
    assert sorted(stars(page)) == sorted(drawn(where))
    assert client.get(where).data == client.get(where).data
    assert page.xpath("//link[contains(@href, 'explore.css')]")
    assert not page.xpath("//*[@style] | //script[not(@src)]"), "nothing inline"
    assert page.xpath("//*[local-name()='a' and @data-node='concept:uric-acid' and @aria-current='true']")


def test_neighbours_are_counted_before_anything_is_drawn(client: FlaskClient, atlas: Atlas) -> None:
    page = seen(client, "/explore?n=concept:uric-acid")
    assert stars(page) == ["concept:uric-acid"]
    groups = {words(s).rsplit(" ", 3)[0]: words(s) for s in page.xpath("//ul[@class='near']//summary")}
    studies = sum("uric-acid" in atlas.concepts_of(i) for i in atlas.studies)
    assert groups == {"Studies": f"Studies {studies} 0 drawn"}
    assert f"+{studies}" in words(page.xpath("//*[@id='sky']")[0])
    assert page.xpath("//button[@name='expand' and @value='concept:uric-acid']")
    assert len(page.xpath("//ul[@class='wait']//button[@name='add']")) == 40
    assert f"and {studies - 40} more" in words(page.xpath("//*[@id='node']")[0])
    search = page.xpath("//*[@id='node']//a[text()='all in the search']/@href")[0]
    assert str(studies) in words(seen(client, search).get_element_by_id("count")).split()


def test_two_steps_at_most_and_none(client: FlaskClient) -> None:
    two = step(client, "/explore?open=toe-pain&hops=2")
    assert len(drawn(two)) > len(drawn(step(client, "/explore?open=toe-pain")))
    response = client.get("/explore?open=toe-pain&hops=99")
    assert response.status_code == 200
    page = lxml_html.fromstring(response.text)
    assert "at most 2 steps" in words(page)
    assert sorted(stars(page)) == sorted(drawn(two))
    assert drawn(step(client, "/explore?open=toe-pain&hops=0")) == ["concept:toe-pain"]
    assert len(drawn(step(client, "/explore?open=toe-pain&hops=many"))) > 1


# Steps


def test_expanding_adds_at_most_twelve_and_moves_nothing(client: FlaskClient) -> None:
    address = step(client, "/explore?open=uric-acid")
    for _ in range(8):
        before = spots(address)
        response = client.get(f"{address}&expand=concept:uric-acid")
        if response.status_code == 200:
            assert "full: 80 nodes" in words(lxml_html.fromstring(response.text))
            break
        address = str(response.headers["Location"]).partition("#")[0]
        after = spots(address)
        assert 0 < len(after) - len(before) <= 12
        assert {node: after[node] for node in before} == before, "what was there keeps its place"
    assert len(drawn(address)) == MOST
    assert not seen(client, address).xpath("//*[@id='panel']//button[@name='add' or @name='expand']")
    assert "The picture is full" in words(seen(client, address))


def test_no_two_labels_share_a_place(client: FlaskClient) -> None:
    address = step(client, "/explore?open=uric-acid")
    for value in ("concept:uric-acid", "*", f"study:{URATE}", "*"):
        response = client.get(f"{address}&expand={value}")
        if response.status_code == 303:
            address = str(response.headers["Location"]).partition("#")[0]
    at = [tuple(map(int, spot.split(","))) for spot in spots(address).values()]
    assert len(at) > 25
    for n, (x, y) in enumerate(at):
        assert not any(abs(x - a) < WIDE and abs(y - b) < HIGH for a, b in at[:n])


def test_places_are_found_for_any_number_and_however_full() -> None:
    crowd = [(x, y) for x in range(-9000, 9000, 3000) for y in range(-600, 601, 40)]
    found = places([f"n{n}" for n in range(100)], {}, crowd)
    assert len(set(found.values())) == 100


def test_one_group_alone_even_if_steps_do_not_add_it(client: FlaskClient) -> None:
    address = step(client, f"/explore?n=study:{URATE}&expand=study:{URATE}~author")
    assert drawn(address) == [f"study:{URATE}", "author:adams-ann", "author:brown"]
    page = seen(client, address)
    assert "was written by Adams" in words(page.xpath("//table")[0])
    assert "author" not in " ".join(drawn(step(client, f"/explore?open={URATE}")))


def test_what_most_have_in_common(client: FlaskClient) -> None:
    address = step(client, f"/explore?n=study:{URATE}&n=study:{TRIAL}&expand=*")
    assert {"concept:toe-pain", "concept:uric-acid"} <= set(drawn(address))
    assert not {"concept:swelling"} & set(drawn(address)), "only one of them has it"
    assert "Nothing more is tied to two" in words(seen(client, f"/explore?n=study:{URATE}&n=concept:fever&expand=*"))


def test_remove_pin_and_clear(client: FlaskClient) -> None:
    address = step(client, f"/explore?open={URATE}")
    without = step(client, f"{address}&remove=concept:toe-pain")
    assert set(drawn(address)) - set(drawn(without)) == {"concept:toe-pain"}
    assert {n: p for n, p in spots(address).items() if n != "concept:toe-pain"} == spots(without)
    pinned = step(client, f"{address}&pin=concept:toe-pain")
    assert re.search(r"n=concept:toe-pain@-?\d+,-?\d+!", pinned)
    page = seen(client, pinned)
    assert page.xpath("//*[@data-node='concept:toe-pain' and contains(@class, 'pinned')]")
    assert drawn(step(client, f"{pinned}&clear=1")) == ["concept:toe-pain"]
    assert "!" not in step(client, f"{pinned}&unpin=concept:toe-pain")
    assert drawn(step(client, f"{address}&clear=1")) == []


@pytest.mark.parametrize(
    ("asked", "node"),
    [
        ("podagra", "concept:toe-pain"),
        ("URATE", "concept:uric-acid"),
        (URATE, f"study:{URATE}"),
        ("acr-1977", "definition:acr-1977"),
        ("journal:journal-of-gout", "journal:journal-of-gout"),
        ("Adams, Ann", "author:adams-ann"),
        ("Journal of Gout", "journal:journal-of-gout"),
        (f"finding:{URATE}/1", f"finding:{URATE}/1"),
    ],
)
def test_anything_can_be_added_by_any_of_its_names(client: FlaskClient, asked: str, node: str) -> None:
    address = step(client, f"/explore?n=concept:fever&add={asked}")
    assert drawn(address) == ["concept:fever", node]
    assert f"at={node}" in address


def test_an_unknown_name_is_answered_with_what_it_may_have_meant_and_the_picture_stays(client: FlaskClient) -> None:
    response = client.get("/explore?n=concept:fever@5,5&add=toe+p")
    assert response.status_code == 404
    page = lxml_html.fromstring(response.text)
    assert stars(page) == ["concept:fever"]
    assert "no study and no concept “toe p”" in words(page)
    assert "Toe pain" in page.xpath("//form[@class='offers']//button[@name='add']/@value")
    slip = lxml_html.fromstring(client.get("/explore?add=swleling").text)
    assert slip.xpath("//form[@class='offers']//button/@value") == ["Swelling"]
    response = client.get("/explore?n=concept:fever&add=withdrawn")
    assert WITHDRAWN in lxml_html.fromstring(response.text).xpath("//form[@class='offers']//button/@value")


def test_the_last_of_two_is_looked_at(client: FlaskClient) -> None:
    page = seen(client, "/explore?n=pain&n=fever&at=concept:pain&at=concept:fever")
    assert words(page.xpath("//*[@id='focus']")[0]) == "Fever"


@pytest.mark.parametrize("filters", ["", "&pem=required", "&kind=study&kind=author&level=E2&direction=increased"])
def test_a_long_walk_stays_bounded_in_place_and_in_its_address(client: FlaskClient, atlas: Atlas, filters: str) -> None:
    rng = random.Random(filters)
    address = f"/explore?n=concept:uric-acid@0,0&n=study:{URATE}@400,0{filters}"
    for _ in range(40):
        page = seen(client, address)
        assert page.get_element_by_id("explore").get("data-state") == urlsplit(address).query
        there, what = drawn(address), rng.choice(["expand", "expand", "expand", "remove", "pin", "unpin", "at"])
        value = "*" if what == "expand" and rng.random() < 0.2 else rng.choice(there or ["concept:pain"])
        response = client.get(f"{address}{'&' if '?' in address else '?'}{what}={value}")
        assert response.status_code in (200, 303)
        if response.status_code != 303:
            continue
        before, address = spots(address), str(response.headers["Location"]).partition("#")[0]
        after = spots(address)
        assert len(after) <= MOST
        assert all(after[n].rstrip("!") == before[n].rstrip("!") for n in after if n in before)
        assert len({spot.rstrip("!") for spot in after.values()}) == len(after)
        if "pem=required" in filters:
            shown = [n.partition(":")[2] for n in stars(seen(client, address)) if n.startswith("study:")]
            assert {str(atlas.pem(i).status) for i in shown} <= {"pem-required"}


# Filters


def test_filters_hold_before_expanding_and_for_what_is_drawn(client: FlaskClient, atlas: Atlas) -> None:
    assert drawn(step(client, "/explore?pem=required&from=2005&to=2005&open=uric-acid")) == [
        "concept:uric-acid",
        f"study:{URATE}",
    ]
    assert drawn(step(client, "/explore?level=E1&open=uric-acid")) == ["concept:uric-acid", f"study:{TRIAL}"]
    found = drawn(step(client, "/explore?direction=increased&open=uric-acid"))
    assert f"study:{URATE}" in found
    assert f"study:{TRIAL}" not in found
    page = seen(client, f"/explore?n=concept:uric-acid&n=study:{URATE}&n=study:{TRIAL}&level=E1")
    assert stars(page) == ["concept:uric-acid", f"study:{TRIAL}"]
    note = words(page.xpath("//p[@class='note']")[0])
    assert "1 study of this picture does not pass the filters" in note
    assert "Adams & Brown (2005)" in note
    assert page.xpath("//a[text()='Without filters']/@href")[0].count("n=") == 3
    nothing = seen(client, f"/explore?n=study:{URATE}&from=2020")
    assert stars(nothing) == []
    assert "Nothing of this picture passes the filters" in words(nothing)


def test_the_filters_are_named_where_they_are_folded(client: FlaskClient) -> None:
    page = seen(client, "/explore?n=pain&level=E1&pem=required&from=1990&direction=mixed&kind=study&kind=author")
    said = words(page.xpath("//details[@class='filters']/summary")[0])
    assert said == (
        "Filters : E1 Step 1 or stronger; Flare required only; published 1990–…; findings: mixed; "
        "a step adds studies and authors"
    )
    assert words(seen(client, "/explore?n=pain").xpath("//details[@class='filters']/summary")[0]) == "Filters"


def test_what_a_step_adds_can_be_chosen(client: FlaskClient) -> None:
    address = step(client, f"/explore?kind=journal&kind=author&open={URATE}")
    assert {node.partition(":")[0] for node in drawn(address)} == {"study", "author", "journal"}
    assert "kind=author&kind=journal" in address
    page = seen(client, address)
    assert page.xpath("//input[@name='kind' and @checked]/@value") == ["author", "journal"]


# The table and the cards


def test_the_table_says_what_the_picture_shows(client: FlaskClient) -> None:
    page = seen(client, step(client, f"/explore?open={URATE}"))
    lines = page.xpath("//*[local-name()='a' and contains(@class, 'tie')]")
    rows = page.xpath("//table[@class='ties']//tr[@data-tie]")
    assert {line.get("href") for line in lines} == {f"#{row.get('id')}" for row in rows if row.get("id")}
    finding = next(words(row) for row in rows if "finding 1" in words(row))
    for part in (
        "Uric acid", "has a finding on", "Increased", "Urate was higher in patients.", "“urate was higher”",
        "t=3.2, p=0.002", "healthy controls", "E2 Step 2", "Flare required", "Machine draft", "Adams & Brown (2005)",
    ):  # fmt: skip
        assert part in finding, part
    assert any(row.xpath(f".//a[@href='/studies/{URATE}#finding-1']") for row in rows)


def test_what_is_retracted_is_marked_wherever_it_is_shown(client: FlaskClient) -> None:
    page = seen(client, f"/explore?n=study:{WITHDRAWN}&n=concept:pain")
    star = page.xpath(f"//*[@data-node='study:{WITHDRAWN}']")[0]
    assert "retracted" in star.get("class")
    assert "retracted" in star.get("aria-label")
    assert "Retracted" in words(page.xpath("//*[@id='node']")[0])
    assert "Retracted" in words(page.xpath("//table")[0])
    assert "retracted" in words(page.xpath("//*[@id='panel']/details")[0])
    drawing = client.get(f"/explore.svg?n=study:{WITHDRAWN}").text
    assert "line-through" in drawing
    assert ", retracted)" in drawing


def test_broken_lines_speak_against(client: FlaskClient) -> None:
    page = seen(client, f"/explore?n=study:{TRIAL}&n=concept:uric-acid&n=study:{URATE}")
    css = {
        line.get("href"): line.get("class") for line in page.xpath("//*[local-name()='a' and contains(@class, 'tie')]")
    }
    assert sum("neg" in c for c in css.values()) == 1
    assert "Broken line" in words(page)


def test_others_lead_here(client: FlaskClient) -> None:
    for address in (
        "/",
        "/concepts",
        "/concepts/pain",
        "/concepts/acr-1977",
        f"/studies/{URATE}",
        "/concepts/pain/graph",
    ):
        links = seen(client, address).xpath("//main//a[starts-with(@href, '/explore')]/@href")
        assert links, address
        assert client.get(links[0]).status_code in (200, 303)
