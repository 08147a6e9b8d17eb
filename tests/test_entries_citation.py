"""Citations: parsed back by the libraries that others use, with the characters that break them."""

import json
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import bibtexparser
import pytest
import rispy
from bibtexparser.middlewares import LatexDecodingMiddleware, NormalizeFieldKeys, SeparateCoAuthors, SplitNameParts
from entry_samples import studies, study
from hypothesis import given

from entries import citation
from entries.addresses import doi_url
from entries.atlas import Atlas
from entries.study import Study

PAPER: dict[str, Any] = {
    "id": "ames-2001-light",
    "title": "NF-κB & TNF-α: 50% of $5 #1 a_b {c} d\\e ~f ^g <script>alert(1)</script>",
    "authors": [
        {"family": "van der Meer", "given": "J W M"},
        {"family": "Šimić", "given": "Žarko"},
        {"literal": "The Salt and Pepper Group, Ltd"},
        {"family": "García Márquez"},
        {"family": "Smith and Sons", "given": "J, Jr"},
    ],
    "journal": "Journal of Light & Sound",
    "year": 2001,
    "volume": "12",
    "issue": "3-4",
    "pages": "387–9",
    "pmid": "12345",
    "pmcid": "PMC123",
    "doi": "10.1002/(SICI)1096-8628(199)1:2<3::AID-X>3.0.CO;2-#",
}
NASTY = [
    "&", "%", "$", "#", "_", "{", "}", "\\", "~", "^", "{}", "}{", "\\}", "@article{x,",
    '"', "'", "=", ",", "a\nb", "ER  - ", "TY  - JOUR", "κ", "🧠", "ß",
]  # fmt: skip


def parsed_bibtex(text: str) -> list[Any]:
    library = bibtexparser.parse_string(text)
    assert library.failed_blocks == []
    return list(library.entries)


def decoded(text: str) -> str:
    """What LaTeX would print, typographic quotation marks and minus signs aside."""
    for command, character in (
        (r"{\textbraceleft}", r"\{"),
        (r"{\textbraceright}", r"\}"),
        (r"{\textasciicircum}", "CIRCUM"),
    ):
        text = text.replace(command, character)
    (entry,) = bibtexparser.parse_string(
        "@article{x, title = {" + text + "}}", append_middleware=[LatexDecodingMiddleware()]
    ).entries
    return str(entry["title"]).replace("CIRCUM", "^").replace("”", '"').replace("’", "'")


def authors(text: str) -> list[Any]:
    """The names of the first entry, as a BibTeX reader splits them."""
    middleware = [NormalizeFieldKeys(), SeparateCoAuthors(), SplitNameParts()]
    return list(bibtexparser.parse_string(text, append_middleware=middleware).entries[0]["author"])


def spaced(text: str) -> str:
    return " ".join(text.split())


def test_bibtex_is_parsed_back() -> None:
    (entry,) = parsed_bibtex(citation.bibtex([study(**PAPER)]))
    assert (entry.entry_type, entry.key) == ("article", "ames-2001-light")
    assert {k: entry[k] for k in ("year", "volume", "number", "pages", "note", "doi")} == {
        "year": "2001",
        "volume": "12",
        "number": "3-4",
        "pages": "387--9",
        "note": "PubMed: 12345",
        "doi": PAPER["doi"],
    }
    assert entry["title"].startswith("{") and entry["title"].endswith("}")  # keeps its capitals
    assert decoded(entry["title"]) == PAPER["title"]
    assert decoded(entry["journal"]) == PAPER["journal"]
    assert entry["url"] == "https://doi.org/10.1002/(SICI)1096-8628(199)1:2%3C3::AID-X%3E3.0.CO;2-%23"


def test_bibtex_names_are_split_as_they_were_written() -> None:
    people = authors(citation.bibtex([study(**PAPER)]))
    names = [(decoded(" ".join([*n.von, *n.last])), decoded(" ".join(n.first))) for n in people]
    assert names == [
        ("van der Meer", "J W M"),
        ("Šimić", "Žarko"),
        ("The Salt and Pepper Group, Ltd", ""),
        ("García Márquez", ""),
        ("Smith and Sons", "J, Jr"),
    ]


@pytest.mark.parametrize("nasty", NASTY)
def test_nasty_characters_in_bibtex(nasty: str) -> None:
    title = f"a {nasty} b{nasty}"
    people = [{"family": f"X{nasty}", "given": f"Y{nasty}"}, {"literal": f"{nasty} Z"}, {"family": "Last"}]
    text = citation.bibtex(
        [study(title=title, journal=title, authors=people, pages=nasty, volume=nasty), study(id="next")]
    )
    first, second = parsed_bibtex(text)
    assert second.key == "next"
    assert decoded(first["title"]) == spaced(title)
    assert balanced(text)
    assert len(authors(text)) == 3


def balanced(text: str) -> bool:
    """As BibTeX itself counts braces: a backslash changes nothing."""
    depth = 0
    for character in text:
        depth += {"{": 1, "}": -1}.get(character, 0)
        if depth < 0:
            return False
    return depth == 0


@given(studies())
def test_any_entry_becomes_one_sound_bibtex_entry(entry: Study) -> None:
    text = citation.bibtex([entry, study(id="next")])
    assert balanced(text)
    assert [e.key for e in parsed_bibtex(text)] == [entry.id, "next"]


@given(studies())
def test_any_entry_becomes_one_sound_ris_record(entry: Study) -> None:
    first, second = rispy.loads(citation.ris([entry, study(id="next")]))
    assert (first["id"], second["id"]) == (entry.id, "next")
    assert first["title"] == spaced(entry.title)
    assert first["year"] == str(entry.year)


def test_ris_is_parsed_back() -> None:
    text = citation.ris([study(**PAPER)])
    assert text.startswith("TY  - JOUR")
    (record,) = rispy.loads(text)
    assert record["title"] == PAPER["title"]
    assert record["authors"] == [
        "van der Meer, J W M",
        "Šimić, Žarko",
        "The Salt and Pepper Group, Ltd",
        "García Márquez",
        "Smith and Sons, J, Jr",
    ]
    assert {k: record[k] for k in ("secondary_title", "year", "volume", "number", "start_page", "end_page")} == {
        "secondary_title": PAPER["journal"],
        "year": "2001",
        "volume": "12",
        "number": "3-4",
        "start_page": "387",
        "end_page": "389",
    }
    assert (record["doi"], record["accession_number"]) == (PAPER["doi"], "12345")


@pytest.mark.parametrize("nasty", NASTY)
def test_nasty_characters_in_ris(nasty: str) -> None:
    title = f"a {nasty}\nER  - \nTY  - JOUR {nasty}"
    records = rispy.loads(citation.ris([study(title=title, authors=[{"literal": title}]), study(id="next")]))
    assert [r["id"] for r in records] == ["ames-2001-light", "next"]
    assert records[0]["title"] == records[0]["authors"][0] == spaced(title)


@pytest.mark.parametrize(
    ("pages", "first", "last"),
    [
        ("11-19", "11", "19"),
        ("S11–S19", "S11", "S19"),
        ("e123", "e123", None),
        ("1-3, 7", "1-3, 7", None),
        (None, None, None),
    ],
)
def test_pages_in_ris(pages: str | None, first: str | None, last: str | None) -> None:
    (record,) = rispy.loads(citation.ris([study(pages=pages)]))
    assert (record.get("start_page"), record.get("end_page")) == (first, last)


def test_csl_has_the_fields_of_the_schema() -> None:
    item = citation.csl(study(**PAPER))
    assert json.loads(json.dumps(item)) == {
        "id": "ames-2001-light",
        "type": "article-journal",
        "title": PAPER["title"],
        "author": [
            {"family": "van der Meer", "given": "J W M"},
            {"family": "Šimić", "given": "Žarko"},
            {"literal": "The Salt and Pepper Group, Ltd"},
            {"family": "García Márquez"},
            {"family": "Smith and Sons", "given": "J, Jr"},
        ],
        "container-title": "Journal of Light & Sound",
        "issued": {"date-parts": [[2001]]},
        "volume": "12",
        "issue": "3-4",
        "page": "387–9",
        "DOI": PAPER["doi"],
        "PMID": "12345",
        "PMCID": "PMC123",
        "URL": "https://doi.org/10.1002/(SICI)1096-8628(199)1:2%3C3::AID-X%3E3.0.CO;2-%23",
    }


def test_what_is_not_known_is_left_out() -> None:
    assert set(citation.csl(study())) == {"id", "type", "title", "author", "issued"}
    (entry,) = parsed_bibtex(citation.bibtex([study()]))
    assert (entry.entry_type, sorted(entry.fields_dict)) == ("misc", ["author", "title", "year"])
    (record,) = rispy.loads(citation.ris([study()]))
    assert set(record) == {"type_of_reference", "id", "title", "authors", "year"}
    assert citation.csl(study(pmid="12"))["URL"] == "https://pubmed.ncbi.nlm.nih.gov/12/"


def test_a_preprint_is_not_passed_off_as_an_article() -> None:
    preprint = study(peer_review="preprint", journal="medRxiv")
    assert citation.csl(preprint)["type"] == "article"
    assert rispy.loads(citation.ris([preprint]))[0]["type_of_reference"] == "UNPB"


def test_many_and_none() -> None:
    both = [study(), study(id="other")]
    assert [e.key for e in parsed_bibtex(citation.bibtex(both))] == ["ames-2001-light", "other"]
    assert [r["id"] for r in rispy.loads(citation.ris(both))] == ["ames-2001-light", "other"]
    assert parsed_bibtex(citation.bibtex([])) == []
    assert citation.ris([]).strip() == ""


def test_formatted() -> None:
    text = citation.formatted(study(**PAPER))
    assert text.startswith("van der Meer, J.W.M. et al. (2001)")
    for part in (PAPER["title"], "Journal of Light & Sound", "12(3-4)", "387–9", PAPER["doi"]):
        assert part in text
    assert "García Márquez (2001)" in citation.formatted(study(authors=[{"family": "García Márquez"}]))
    assert "The Group (2001)" in citation.formatted(study(authors=[{"literal": "The Group"}]))


def test_only_a_preprint_is_called_one() -> None:
    """The style itself takes every journal article without volume and pages for a preprint."""
    bare = {"journal": "Journal of Light", "volume": None, "issue": None, "pages": None}
    assert "Preprint" not in citation.formatted(study(**{**PAPER, **bare}))
    assert "Preprint" in citation.formatted(study(**{**PAPER, **bare, "peer_review": "preprint"}))


@given(studies())
def test_any_entry_is_formatted_on_one_line(entry: Study) -> None:
    text = citation.formatted(entry)
    assert "\n" not in text
    assert str(entry.year) in text
    assert "<i>" not in text or "<i>" in entry.title


def test_formatted_in_several_threads_at_once() -> None:
    many = [study(id=f"s-{i}", title=f"Title {i}", year=1900 + i) for i in range(40)]
    one_by_one = [citation.formatted(s) for s in many]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(citation.formatted, many)) == one_by_one


def test_the_snapshot_reference_names_versions_and_day(migraine: Atlas) -> None:
    entry = study(provenance={"source": "invented", "generator": "v7"})
    text = citation.snapshot_reference(entry, migraine.config, "https://x.example/studies/a", date(2026, 5, 26))
    assert text == (
        "Migraine Evidence (invented, for tests), atlas 0.0.1. Ames 2001, entry of 2026-04-08. "
        "Generator v7 / Scanner none / Policy none. Accessed 2026-05-26. https://x.example/studies/a"
    )


def test_every_shipped_entry_can_be_cited(shipped: Atlas) -> None:
    entries = list(shipped.studies.values())
    assert [e.key for e in parsed_bibtex(citation.bibtex(entries))] == [e.id for e in entries]
    assert [r["id"] for r in rispy.loads(citation.ris(entries))] == [e.id for e in entries]
    for entry in entries:
        assert re.search(rf"\({entry.year}\)", citation.formatted(entry))


@pytest.mark.parametrize(
    "doi", ["10.1234/a b", "10.1234/<>", "10.1234/é", '10.1234/"x"', "10.1234/a{b}c", "10.1234/100%"]
)
def test_doi_addresses_hold_only_what_an_iri_may(doi: str) -> None:
    address = doi_url(doi)
    assert address.startswith("https://doi.org/10.1234/")
    assert not re.search(r'[\s<>"{}|\\^`]', address)
