"""Parts of the site that need no server: tables, pictures, texts, headers, vendored files."""

import csv
import hashlib
import io
import itertools
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
import site_samples
import yaml
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup
from werkzeug.datastructures import MIMEAccept
from werkzeug.http import parse_accept_header

from explorer import links, picture, svg
from explorer.forms import RDF, STUDY_FORMS, by_suffix
from explorer.negotiation import choose
from explorer.presentation import in_words, number, shortened
from explorer.tables import csv_table, harmless, header

VENDOR = links.STATIC / "vendor"


# Vendored files


def vendored() -> list[dict[str, str]]:
    listed: list[dict[str, str]] = yaml.safe_load((VENDOR / "VENDORED.yaml").read_text("utf-8"))
    return listed


def test_every_vendored_file_is_the_one_that_was_checked() -> None:
    for entry in vendored():
        digest = hashlib.sha256((VENDOR / entry["file"]).read_bytes()).hexdigest()
        assert digest == entry["sha256"], f"{entry['file']} differs from VENDORED.yaml; see the comment at its top"
        assert entry["version"] in entry["file"]
        assert (VENDOR / entry["licence_file"]).stat().st_size > 200


def test_nothing_is_vendored_without_being_listed() -> None:
    listed = {entry[key] for entry in vendored() for key in ("file", "licence_file")} | {"VENDORED.yaml"}
    assert {path.name for path in VENDOR.iterdir()} == listed


def test_own_files_stay_small_and_load_nothing_from_elsewhere() -> None:
    own = [p for p in links.STATIC.iterdir() if p.is_file()]
    assert sum(p.stat().st_size for p in own) < 120_000
    for path in own:
        text = path.read_text("utf-8")
        assert "@import" not in text
        assert "url(" not in text
        assert "https://" not in text


# CSV


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@x", "\t=1", "\r=1", "  =1"])
def test_a_cell_that_a_spreadsheet_would_compute_is_made_text(cell: str) -> None:
    assert harmless(cell).startswith("'")


@given(st.text())
def test_no_text_becomes_a_formula(text: str) -> None:
    assert not harmless(text).lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r"))


def test_csv_has_a_row_for_each_study_and_reads_back() -> None:
    atlas = site_samples.atlas(count=450)
    text = b"".join(csv_table(atlas, atlas.studies.values())).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row["id"] for row in rows] == list(atlas.studies)
    assert tuple(rows[0]) == header(atlas)
    urate = next(row for row in rows if row["id"] == "adams-2005-urate-rises")
    assert (urate["pem"], urate["symptom"], urate["patients"]) == ("pem-required", "toe-pain; swelling", "20")
    assert urate["authors"] == "Adams, Ann; Brown"
    assert all(not cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row.values())


# Negotiation


@pytest.mark.parametrize(
    ("accept", "name"),
    [
        (None, "html"),
        ("*/*", "html"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "html"),
        ("text/turtle", "turtle"),
        ("application/ld+json, text/html;q=0.5", "jsonld"),
        ("text/turtle;q=0.4, application/n-quads;q=0.6", "nquads"),
        ("text/*", "html"),
        ("application/*;q=0.9, text/html;q=0.1", RDF["trig"].name),
        ("text/html;q=0, */*", "turtle"),
        ("application/json", "json"),
        ("text/x-yaml", "yaml"),
        ("application/vnd.citationstyles.csl+json", "csl"),
        ("image/png", None),
        ("text/turtle;q=0", None),
        ("nonsense", "html"),
        (";;;,,,", "html"),
    ],
)
def test_the_form_is_the_one_that_the_caller_wants_most(accept: str | None, name: str | None) -> None:
    chosen = choose(STUDY_FORMS, parse_accept_header(accept, MIMEAccept))
    assert (chosen.name if chosen else None) == name


def test_suffixes_are_unique_and_found_in_any_case() -> None:
    assert len({form.suffix for form in STUDY_FORMS}) == len(STUDY_FORMS)
    assert by_suffix(STUDY_FORMS, "TTL") is RDF["turtle"]
    assert by_suffix(STUDY_FORMS, "csl.json") is not by_suffix(STUDY_FORMS, "json")
    assert by_suffix(STUDY_FORMS, "exe") is None


# Pictures


def test_histogram_has_a_bar_for_each_year_with_studies() -> None:
    drawn = svg.histogram([(1990, 1), (1992, 4), (1993, 0), (1999, 2)])
    root = ET.fromstring(str(drawn))
    assert (root.find("path") is not None) and root.find("path").get("d", "").count("M") == 3  # type: ignore[union-attr]
    assert svg.histogram([]) == svg.histogram([(2000, 3)]) == ""


def dots(count: int) -> list[picture.Dot]:
    ring = [
        picture.Dot(f"n{i}", (i * 7 % 10) / 10, (i * 3 % 11) / 11, f"Label {i} <b>", f"/x/{i}", i % 9)
        for i in range(count)
    ]
    return [picture.Dot("c", 0.5, 0.5, "Centre <i>", "/c", 0, centre=True), *ring]


@pytest.mark.parametrize("count", [0, 1, 2, 9, 40])
def test_labels_of_a_picture_never_cover_each_other_and_stay_inside(count: int) -> None:
    lines = [picture.Line("c", f"n{i}", "says <so>", against=i % 2 == 0) for i in range(count)]
    drawn = picture.draw(dots(count), [*lines, picture.Line("c", "gone", "x")], 'A "title" <x>')
    assert isinstance(drawn, Markup)
    root = ET.fromstring(str(drawn))
    height = float(root.get("viewBox", "").split()[3])
    columns: dict[str, list[float]] = {}
    for text in root.iter("text"):
        assert 0 < float(text.get("y", "0")) <= height
        columns.setdefault(text.get("text-anchor", ""), []).append(float(text.get("y", "0")))
    for anchor in ("start", "end"):
        heights = sorted(columns.get(anchor, []))
        assert all(b - a >= picture.GAP - 0.2 for a, b in itertools.pairwise(heights))
    assert sum(1 for p in root.iter("path") if (p.get("class") or "").startswith("edge")) == count
    assert sum(1 for p in root.iter("path") if p.get("class") == "edge neg") == (count + 1) // 2
    assert {a.get("href") for a in root.iter("a")} == {"/c", *(f"/x/{i}" for i in range(count))}


# Words


def test_texts_are_shortened_at_a_sentence_or_between_words() -> None:
    assert shortened("Short.", 20) == "Short."
    assert shortened("A first sentence ends here. Then more follows.", 30) == "A first sentence ends here."
    assert shortened("one two three four five six", 14) == "one two three …"
    assert in_words(["a", "b", "c"], "or") == "a, b or c"
    assert (in_words([]), in_words(["a"])) == ("", "a")
    assert (number(1, "study", "studies"), number(12345, "study", "studies")) == ("1 study", "12,345 studies")


@given(st.text(), st.integers(10, 60))
def test_shortened_text_keeps_to_its_limit(text: str, limit: int) -> None:
    assert len(shortened(text, limit)) <= limit + 2


def test_static_addresses_carry_the_digest_of_the_file() -> None:
    address = links.Links("/atlas").static("site.css")
    digest = hashlib.sha256((links.STATIC / "site.css").read_bytes()).hexdigest()[:12]
    assert address == f"/atlas/static/site.css?v={digest}"


def test_templates_know_nothing_of_any_disease() -> None:
    root = Path(__file__).resolve().parent.parent
    for path in [*(root / "templates").glob("*.html"), *(root / "explorer").rglob("*.py")]:
        text = path.read_text("utf-8").lower()
        for word in ("me/cfs", "encephalomyelitis", "chronic fatigue", "fukuda", "post-exertional"):
            assert word not in text, f"{path.name} speaks of {word}"
