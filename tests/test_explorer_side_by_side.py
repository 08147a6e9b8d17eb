"""Studies side by side: the page, where studies are chosen, the table, the API, bad input."""

import csv
import io
from collections.abc import Iterator
from itertools import combinations
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from page_reading import seen, words
from site_samples import BASE, MARKUP, SampleBuild, config, entry, studies, vocabulary

from entries.atlas import Atlas
from explorer.app import create_app

ADAMS, BROWN, CLARK, EVANS = (
    "adams-2005-urate-rises",
    "brown-2012-nothing-helps",
    "clark-1999-withdrawn-work",
    "evans-2010-conflicted-criteria",
)
MALLORY = "mallory-2020-markup-everywhere"


@pytest.fixture(scope="module")
def atlas() -> Atlas:
    return Atlas.of(config(), vocabulary(), studies())


@pytest.fixture(scope="module")
def client(atlas: Atlas, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    build = SampleBuild(atlas, tmp_path_factory.mktemp("beside"))
    yield create_app(build, testing=True).test_client()
    build.engine.close()


def beside(*ids: str, form: str = "", **more: str) -> str:
    return f"/compare/studies{form}?" + urlencode([*(("s", i) for i in ids), *more.items()])


def told(page: Any, topic: str) -> list[str]:
    """The cells of a row."""
    (row,) = (r for r in page.xpath("//table//tr[th]") if words(r.xpath("th")[0]).startswith(topic))
    return [" ".join(words(part) for part in cell.xpath("*[not(@class='who')]")) for cell in row.xpath("td")]


def test_what_each_is_stands_in_one_row(client: FlaskClient) -> None:
    page = seen(client, beside(ADAMS, BROWN))
    assert words(page.xpath("//h1")[0]) == "Two studies side by side"
    assert told(page, "Patients") == ["20", "not stated"]
    assert told(page, "Controls") == ["21", "not stated"]
    assert told(page, "In all") == ["41 (patients and controls added up)", "not stated"]
    assert told(page, "Published") == ["Journal of Gout, 2005", "Journal of Gout, 2012"]
    assert told(page, "Case definition") == ["ACR (1977)", "Rome (1963)"]
    assert told(page, "Evidence level") == ["E2 Step 2 Step 2, plainly", "E1 Step 1 Step 1, plainly"]
    assert told(page, "Compared with") == ["healthy controls", "not stated"]
    assert told(page, "Flare criterion")[0] == "Flare required ACR (1977) requires it."
    assert told(page, "What this study does not prove") == [
        "That lowering urate helps anybody.",
        "That gout causes anything.",
    ]
    assert told(page, "Symptoms") == ["in both Toe pain only here Swelling", "in both Toe pain"]
    assert told(page, "Method flags") == ["only here Small sample", "none named"]
    assert told(page, "Review status")[1].startswith("Reviewed")
    assert "the same in both" in words(page.xpath("//tr[th[starts-with(., 'Peer review')]]/th")[0])


def test_findings_are_lined_up_with_a_plain_word(client: FlaskClient) -> None:
    page = seen(client, beside(ADAMS, BROWN))
    (line,) = page.xpath("//table[@class='lines']/tbody")
    assert words(line.xpath(".//h3")[0]) == "Uric acid"
    said = words(line.xpath(".//div[@class='verdict']")[0])
    assert said.startswith("They differ Adams & Brown 2005 and Adams & Brown 2012 differ")
    assert said.endswith("differ: increased in Adams & Brown 2005; no difference in Adams & Brown 2012.")
    first, second = line.xpath("tr[last()]/td")
    for text in ("Increased", "t=3.2, p=0.002", "“urate was higher”", "compared with healthy controls", "Contested"):
        assert text in words(first)
    assert "No difference" in words(second)
    anchors = line.xpath(".//a[contains(@href, '#finding-')]/@href")
    assert anchors == [f"/studies/{ADAMS}#finding-1", f"/studies/{ADAMS}#finding-2", f"/studies/{BROWN}#finding-1"]
    assert "they differ on 1" in words(page.xpath("//section[@aria-labelledby='found']")[0])
    own = words(page.xpath("//dl[@class='own']")[0])
    assert "Toe pain : associated" in own


@pytest.mark.parametrize(
    ("found", "said"),
    [
        ("increased increased", ["2001 and 2002 agree: both found it increased."]),
        ("no-difference " * 3, ["2001, 2002 and 2003 agree: all found no difference."]),
        (
            "increased mixed increased",
            ["2001, 2002 and 2003 differ: increased in 2001 and 2003; mixed in 2002."],
        ),
        (
            "increased decreased associated",
            [
                "2001 and 2002 differ: increased in 2001; decreased in 2002.",
                "Not to be compared: 2001 and 2003; 2002 and 2003.",
            ],
        ),
        (
            "increased,placebo increased,healthy decreased",
            [
                "2001 and 2003 differ: increased in 2001; decreased in 2003.",
                "2002 and 2003 differ: increased in 2002; decreased in 2003.",
                "Not to be compared: 2001 and 2002.",
            ],
        ),
    ],
)
def test_who_agrees_with_whom_is_told_in_few_sentences(
    tmp_path_factory: pytest.TempPathFactory, found: str, said: list[str]
) -> None:
    against = [{"kind": word, "words": [word]} for word in ("healthy", "placebo")]
    several = []
    for year, (direction, _, comparison) in enumerate((one.partition(",") for one in found.split()), 2001):
        told = {"text": "Told.", "concepts": ["il-1b"], "direction": direction, "comparison": comparison or "others"}
        several.append(entry(f"smith-{year}-study", year=year, findings=[told]))
    atlas = Atlas.of(config(comparing={"against": against}), vocabulary(), several)
    build = SampleBuild(atlas, tmp_path_factory.mktemp("told"))
    page = seen(create_app(build, testing=True).test_client(), beside(*atlas.studies))
    sentences = [words(p).replace("Adams & Brown ", "") for p in page.xpath("//div[@class='verdict']/p")]
    assert sentences[1:] == said
    build.engine.close()


def test_ties_and_warnings(client: FlaskClient) -> None:
    page = seen(client, beside(BROWN, ADAMS, EVANS, CLARK))
    ties = words(page.xpath("//section[@aria-labelledby='ties']/ul")[0])
    assert "Adams & Brown 2012 extends Adams & Brown 2005" in ties
    assert "Adams & Brown 2012 corrects Adams & Brown 2010 A table." in ties
    assert "have 2 authors in common" in ties
    heads = page.xpath("//ul[@class='heads']/li")
    assert ["This paper was retracted." in words(head) for head in heads] == [False, False, False, True]
    assert ["This paper was corrected." in words(head) for head in heads] == [False, False, True, False]
    assert told(page, "How it stands")[3].startswith("Retracted")
    assert not page.xpath("//a[contains(., 'Add a study')]"), "four are the most"


def test_conflicting_criteria_are_told(client: FlaskClient) -> None:
    page = seen(client, beside(EVANS, ADAMS))
    assert "Conflict." in told(page, "Flare criterion")[0]


def test_cells_are_as_many_as_studies_in_every_row(client: FlaskClient) -> None:
    page = seen(client, beside(ADAMS, BROWN, MALLORY))
    for row in page.xpath("//table//tbody/tr[td[not(@colspan)]]"):
        assert len(row.xpath("td")) == 3
    for name in page.xpath("//table//tbody/tr/td[2]/p[@class='who']"):
        assert words(name) == "Adams & Brown 2012", "each cell says whose it is, for where it stands below the others"


def test_the_switch_marks_what_is_set_aside_and_counts_without_it(client: FlaskClient) -> None:
    page = seen(client, beside(ADAMS, BROWN, remains="required"))
    assert ["Set aside." in words(head) for head in page.xpath("//ul[@class='heads']/li")] == [False, True]
    said = words(page.xpath("//section[@aria-labelledby='found']")[0])
    assert "Adams & Brown 2012 is set aside under the present choice. Without it: One of the studies remains." in said
    assert "counts all studies all the same" not in words(page.xpath("//aside[@aria-label='What remains']")[0])
    links = [a for a in page.xpath("//main//a/@href") if a.startswith(("/compare", "/studies", "/concepts"))]
    assert links
    assert [a for a in links if "remains=required" not in a] == []
    assert "set aside" not in words(seen(client, beside(ADAMS, BROWN)).xpath("//main")[0])


@pytest.mark.parametrize("given", [ADAMS, "900000042", "PMID: 900000042", f"https://gout.example.org/studies/{ADAMS}"])
def test_a_study_can_be_named_as_people_paste_it(client: FlaskClient, given: str) -> None:
    page = seen(client, beside(BROWN, given))
    assert page.xpath("//ul[@class='heads']/li[2]//h2/a/@href") == [f"/studies/{ADAMS}"]
    assert page.xpath("//link[@rel='canonical']/@href") == [BASE + beside(BROWN, ADAMS)[1:]]


def test_headers_say_what_the_page_is(client: FlaskClient) -> None:
    response = client.get(beside(ADAMS, BROWN))
    link = response.headers["Link"]
    assert f'<{BASE}compare/studies?s={ADAMS}&s={BROWN}>; rel="cite-as"' in link
    assert f'</compare/studies.csv?s={ADAMS}&s={BROWN}>; rel="alternate"; type="text/csv"' in link
    assert f'</api/v1/compare/studies?s={ADAMS}&s={BROWN}>; rel="alternate"' in link
    assert f'</studies/{ADAMS}>; rel="item"' in link
    assert client.get(beside(ADAMS, BROWN), headers={"Accept": "text/csv"}).mimetype == "text/csv"
    assert client.get(beside(ADAMS, BROWN), headers={"Accept": "image/png"}).status_code == 406


def test_every_way_out_leads_somewhere(client: FlaskClient) -> None:
    page = seen(client, beside(ADAMS, BROWN))
    for url in {u.partition("#")[0] for u in page.xpath("//main//a/@href") if u.startswith("/")}:
        assert client.get(url).status_code == 200, url
    (search,) = page.xpath("//a[starts-with(., 'These studies as a search')]/@href")
    found = {s["entry"]["id"] for s in client.get(search.replace("/studies?", "/studies.json?")).get_json()["studies"]}
    assert found == {ADAMS, BROWN}


# choosing


def boxes(page: Any, name: str) -> list[str]:
    return page.xpath(f"//fieldset[legend[starts-with(normalize-space(.), '{name}')]]//input[@name='s']/@value")


def test_one_study_is_offered_what_it_is_linked_with_and_what_is_like_it(client: FlaskClient) -> None:
    page = seen(client, beside(ADAMS))
    assert boxes(page, "Chosen") == [ADAMS]
    assert {BROWN, MALLORY} == set(boxes(page, "Linked with"))
    assert boxes(page, "Most like")
    assert not {ADAMS, BROWN, MALLORY} & set(boxes(page, "Most like"))
    assert len(set(page.xpath("//input[@name='s']/@value"))) == len(page.xpath("//input[@name='s']"))


def test_nothing_chosen_is_no_empty_page(client: FlaskClient) -> None:
    page = seen(client, "/compare/studies")
    assert len(boxes(page, "Entered or changed last")) == 10
    assert page.xpath("//input[@id='q']")


def test_what_is_set_aside_is_not_offered_as_alike(client: FlaskClient) -> None:
    every, kept = (boxes(seen(client, beside(ADAMS, remains=kind)), "Most like") for kind in ("all", "required"))
    assert set(kept) < set(every)


def test_from_a_search_to_the_studies_ticked(client: FlaskClient) -> None:
    search = seen(client, "/studies?symptom=fever&q=series")
    (url,) = search.xpath("//a[. = 'Compare studies of it']/@href")
    page = seen(client, url)
    assert words(page.xpath("//fieldset[@id='found']/legend")[0]).endswith(": 30 studies")
    first = boxes(page, "“series”")
    assert len(first) == 20
    (form,) = page.xpath("//form[@action='/compare/studies']")
    fields = [(i.get("name"), i.get("value")) for i in form.xpath(".//input[@type='hidden']")]
    assert dict(fields) == {"symptom": "fever"}
    (button,) = form.xpath(".//button[. = 'Next']")
    more = [*fields, ("q", "series"), ("s", first[0]), (button.get("name"), button.get("value"))]
    page = seen(client, "/compare/studies?" + urlencode(more))
    assert boxes(page, "Chosen") == [first[0]]
    second = boxes(page, "“series”")
    assert len({*first, *second}) == 30
    ticked = [*fields, ("q", "series"), ("s", first[0]), ("s", second[0])]
    answer = client.get("/compare/studies?" + urlencode(ticked))
    assert (answer.status_code, answer.headers["Location"]) == (302, beside(first[0], second[0]))
    assert client.get(answer.headers["Location"]).status_code == 200


def test_the_study_page_leads_there(client: FlaskClient) -> None:
    page = seen(client, f"/studies/{ADAMS}")
    urls = page.xpath("//section[@aria-labelledby='together']//a[starts-with(@href, '/compare/studies')]/@href")
    asked = [[value for _, value in parse_qsl(urlsplit(url).query)] for url in urls]
    assert [ADAMS, BROWN] in asked
    assert [ADAMS] in asked
    assert all(one[0] == ADAMS for one in asked)
    assert len(page.xpath("//ul[@class='related']//a[starts-with(., 'Side by side')]/span")) == len(asked) - 1
    for url in urls:
        assert client.get(url).status_code == 200


def test_what_a_standing_rests_on_can_be_set_beside_it(client: FlaskClient) -> None:
    page = seen(client, f"/studies/{ADAMS}")
    (url,) = page.xpath("//details[@class='stands']//li[contains(., 'otherwise')]/a[starts-with(., 'Side by')]/@href")
    assert url == beside(ADAMS, BROWN)
    assert "They differ" in words(seen(client, url).xpath("//table[@class='lines']")[0])


# what cannot be used


@pytest.mark.parametrize(
    ("path", "status", "says"),
    [
        (beside(ADAMS, ADAMS), 200, "was named more than once"),
        (beside(ADAMS, BROWN, EVANS, CLARK, MALLORY), 200, "1 was left out"),
        (beside(*[ADAMS, BROWN] * 50), 200, "80 were left out"),
        (beside("adams-2005-urate-rise", BROWN), 404, "There is no study “adams-2005-urate-rise”"),
        (beside(ADAMS, BROWN, "x" * 50_000), 404, "side by side"),
        (beside(ADAMS, BROWN, "\x00\u202e<script>"), 404, "side by side"),
        (beside(ADAMS, "", " "), 200, "One study is chosen"),
        (beside(ADAMS, part="-5", q="(((("), 200, "One study is chosen"),
        (beside(ADAMS, part="9" * 40, choose="1", q="series"), 200, "Compare studies"),
    ],
)
def test_what_cannot_be_used_is_told(client: FlaskClient, path: str, status: int, says: str) -> None:
    response = client.get(path)
    assert response.status_code == status
    assert says in response.text


def test_what_was_meant_by_an_unknown_study_can_be_put_in_its_place(client: FlaskClient) -> None:
    response = client.get(beside(BROWN, "adams-2005-urate-rise"))
    assert beside(BROWN, ADAMS).replace("&", "&amp;") in response.text


@given(st.lists(st.text(max_size=40), max_size=6))
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_at_all_is_answered(client: FlaskClient, given: list[str]) -> None:
    for form in ("", ".csv"):
        assert client.get(beside(*given, form=form)).status_code in (200, 404)


def test_no_text_of_an_entry_becomes_markup(client: FlaskClient) -> None:
    for path in (beside(MALLORY, ADAMS), beside(MALLORY)):
        page = seen(client, path)
        assert not page.xpath("//main//script | //main//img")
        assert MARKUP.replace(" ", "") in "".join(page.xpath("//main")[0].itertext()).replace(" ", "")


# the table and the API


def test_the_table_holds_what_the_page_says(client: FlaskClient) -> None:
    answer = client.get(beside(ADAMS, BROWN, form=".csv"))
    rows = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert list(rows[0]) == ["subject", "topic", "together", ADAMS, BROWN]
    by_topic = {row["topic"]: row for row in rows}
    assert (by_topic["Patients"][ADAMS], by_topic["Patients"][BROWN]) == ("20", "not stated")
    assert by_topic["Symptoms"][ADAMS] == "in both: Toe pain; only here: Swelling"
    line = by_topic["Uric acid"]
    assert line["together"].startswith("They differ.")
    assert line[ADAMS].startswith("Increased; Urate was higher in patients.; compared with healthy controls")
    assert by_topic["Toe pain"][ADAMS] == "associated"


def test_no_cell_of_the_table_runs_in_a_spreadsheet(client: FlaskClient) -> None:
    answer = client.get(beside(MALLORY, ADAMS, form=".csv"))
    cells = [cell for row in csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"))) for cell in row]
    assert any(cell.startswith("'=cmd") for cell in cells)
    assert [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))] == []


@pytest.mark.parametrize(
    "path", [beside(ADAMS, form=".csv"), beside(ADAMS, "nobody", form=".csv"), beside(form=".pdf")]
)
def test_no_table_of_nothing(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_the_api_says_the_same(client: FlaskClient) -> None:
    told = client.get(f"/api/v1{beside(ADAMS, BROWN, remains='required')}").get_json()
    assert told["url"] == beside(ADAMS, BROWN)
    assert told["concepts"] == {"agree": 0, "partly": 0, "differ": 1, "not-compared": 0}
    assert told["remaining"] == {"agree": 0, "partly": 0, "differ": 0, "not-compared": 0}
    (line,) = told["lines"]
    assert (line["concepts"], line["accord"]) == (["uric-acid"], "differ")
    assert [(f["study"], f["finding"], f["direction"]) for f in line["findings"]] == [
        (ADAMS, 1, "increased"),
        (ADAMS, 2, "associated"),
        (BROWN, 1, "no-difference"),
    ]
    (pair,) = line["pairs"]
    assert pair["held"] == [{"concepts": ["uric-acid"], "verdicts": ["increased", "no-difference"]}]
    assert told["links"] == [{"from": BROWN, "to": ADAMS, "relation": "extends", "note": None}]
    assert [s["remains"] for s in told["studies"]] == [True, False]
    toe = next(t for t in told["studies"][0]["tags"] if t["concept"] == "toe-pain")
    assert toe["shared_with"] == [BROWN]
    assert told["studies"][1]["participants"] == {"patients": None, "controls": None, "total": None}


@pytest.mark.parametrize(
    ("ids", "status"),
    [
        ((), 400),
        ((ADAMS,), 400),
        ((ADAMS, ADAMS), 400),
        ((ADAMS, BROWN, EVANS, CLARK, MALLORY), 400),
        ((ADAMS, "no/id"), 400),
        ((ADAMS, "nobody"), 404),
    ],
)
def test_the_api_refuses_what_it_cannot_compare(client: FlaskClient, ids: tuple[str, ...], status: int) -> None:
    response = client.get(f"/api/v1{beside(*ids)}")
    assert (response.status_code, response.mimetype) == (status, "application/problem+json")
    assert response.get_json()["detail"]


def test_shipped_studies_can_be_shown_beside_each_other(
    shipped: Atlas, tmp_path_factory: pytest.TempPathFactory
) -> None:
    build, ids = SampleBuild(shipped, tmp_path_factory.mktemp("shipped")), list(shipped.studies)
    client = create_app(build, testing=True).test_client()
    for some in [*combinations(ids[:5], 2), tuple(ids[7:11]), tuple(ids[-3:])]:
        page = seen(client, beside(*some))
        assert len(page.xpath("//ul[@class='heads']/li")) == len(some)
        assert client.get(beside(*some, form=".csv")).status_code == 200
    build.engine.close()


def test_an_atlas_without_studies_says_so(tmp_path_factory: pytest.TempPathFactory) -> None:
    build = SampleBuild(Atlas.of(config(), vocabulary(), []), tmp_path_factory.mktemp("none"))
    page = seen(create_app(build, testing=True).test_client(), "/compare/studies")
    assert "no studies yet" in words(page.xpath("//main")[0])
    assert not page.xpath("//fieldset")
    build.engine.close()
