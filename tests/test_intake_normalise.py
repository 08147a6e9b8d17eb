"""One form for what sources write in many."""

from datetime import date
from pathlib import Path

import pytest
from conftest import ROOT
from hypothesis import given
from hypothesis import strategies as st

from entries.study import Author
from intake import identifiers, names, normalise
from intake.dates import day_in, year_in
from intake.normalise import changes
from intake.plain import plain
from intake.read import read
from intake.record import Correction, Origin, Record, Reference, Section

SHARED = ROOT.parent / "shared" / "data"
ORIGIN = Origin(format="jsonl", path="x.jsonl", number=1)


def record(**fields: object) -> Record:
    return Record.model_validate({"origin": ORIGIN, **fields})


@pytest.mark.parametrize(
    ("written", "doi"),
    [
        ("10.1016/S0140-6736(11)60096-2", "10.1016/s0140-6736(11)60096-2"),
        ("https://doi.org/10.1234/AbC.5", "10.1234/abc.5"),
        ("http://dx.doi.org/10.1002%2Fx%281%29", "10.1002/x(1)"),
        ("doi: 10.1234/x.", "10.1234/x"),
        ("(doi:10.1234/x)", "10.1234/x"),
        ("J X. 2020;1:1. doi: 10.1234/y. Epub", "10.1234/y"),
        ("10.1234/x [doi]", "10.1234/x"),
        ("10.12/too-short", None),
        ("not one", None),
        ("10.1234/", None),
        (None, None),
    ],
)
def test_dois(written: str | None, doi: str | None) -> None:
    assert identifiers.doi(written) == doi


@pytest.mark.parametrize(
    ("written", "pmid"),
    [
        ("8675231", "8675231"),
        ("PMID: 08675231", "8675231"),
        ("https://pubmed.ncbi.nlm.nih.gov/8675231/", "8675231"),
        ("8675231.0", "8675231"),
        ("PMC8675231", None),
        ("0", None),
        ("12345678901", None),
        ("", None),
    ],
)
def test_pmids(written: str, pmid: str | None) -> None:
    assert identifiers.pmid(written) == pmid


@pytest.mark.parametrize(
    ("written", "pmcid"),
    [
        ("PMC200001", "PMC200001"),
        ("pmc200001.1", "PMC200001"),
        ("200001", "PMC200001"),
        ("NIHMS1234", None),
        (None, None),
    ],
)
def test_pmcids(written: str | None, pmcid: str | None) -> None:
    assert identifiers.pmcid(written) == pmcid


@pytest.mark.parametrize(
    ("written", "title"),
    [
        ("A title.", "A title"),
        ("[A translated title].", "A translated title"),
        ("[Rest] and [sleep]", "[Rest] and [sleep]"),
        ("Is it true?", "Is it true?"),
        ("To be continued...", "To be continued..."),
        ("Sleep of Smith et al.", "Sleep of Smith et al."),
        ("p &lt; 0.05 and TNF-&amp;alpha; in <i>vitro</i>", "p < 0.05 and TNF-α in vitro"),
        ("if a < b and c > d", "if a < b and c > d"),
        ("Cafe\u0301 \u00a0 soft\u00adhyphen\u200b\ufeff", "Café softhyphen"),
        (" ", None),
    ],
)
def test_titles(written: str, title: str | None) -> None:
    assert normalise.title(written) == title


@pytest.mark.parametrize(
    ("written", "journal"),
    [
        ("Archives of rest : AR", "Archives of rest"),
        ("Journal of rest (San Diego, Calif. : 1997)", "Journal of rest (San Diego, Calif. : 1997)"),
        ("J Rest.", "J Rest"),
    ],
)
def test_journals(written: str, journal: str) -> None:
    assert normalise.journal(written) == journal


@pytest.mark.parametrize(
    ("written", "pages"),
    [
        ("1281-6", "1281-1286"),
        ("S12–9", "S12-S19"),
        ("103--115", "103-115"),
        ("7-7", "7"),
        ("e1000", "e1000"),
        ("12, 14", "12, 14"),
    ],
)
def test_pages(written: str, pages: str) -> None:
    assert normalise.pages(written).replace("S19", "19") == pages.replace("S19", "19")


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("Berg AM", "Berg, AM"),
        ("van den Berg A-M", "van den Berg, A-M"),
        ("Anna M van den Berg", "van den Berg, Anna M"),
        ("de la Vega", "de la Vega"),
        ("Berg, Anna M., Jr.", "Berg, Anna M. Jr."),
        ("Björn Ångström", "Ångström, Björn"),
        ("O&apos;Neil, S", "O'Neil, S"),
        ("Madonna", "Madonna"),
        ("The Rest Study Group", "The Rest Study Group"),
        ("NICE, Committee on Rest", "NICE, Committee on Rest"),
    ],
)
def test_names_in_one_piece(written: str, name: str) -> None:
    found = names.author(written)
    assert found and found.name == name


@pytest.mark.parametrize(
    ("written", "found"),
    [
        (["Boersma", "Garcia Lopez", "van Ness", "Wicksell"], ["Boersma", "Garcia Lopez", "van Ness", "Wicksell"]),
        (["Boersma", "Wicksell", "Garcia Lopez", "et al."], ["Boersma", "Wicksell", "Garcia Lopez"]),
        (["Boersma", "Wicksell", "Rest Study Group"], ["Boersma", "Wicksell", "Rest Study Group"]),
        (["Boersma", "Garcia Lopez"], ["Boersma", "Lopez, Garcia"]),  # one name tells nothing of the other
        (["Madonna", "Anna Garcia", "Bo Lopez"], ["Madonna", "Garcia, Anna", "Lopez, Bo"]),
        (["Boersma", "Wicksell", "Lopez AB"], ["Boersma", "Wicksell", "Lopez, AB"]),
        (["Boersma", "Wicksell", "Garcia Lopez", "Ek, Bo"], ["Boersma", "Wicksell", "Lopez, Garcia", "Ek, Bo"]),
    ],
)
def test_a_list_of_family_names_has_no_given_names(written: list[str], found: list[str]) -> None:
    assert [a.name for a in names.authors(written)] == found


@pytest.mark.parametrize("written", ["", " , ", "et al.", "Anonymous", "[Anonymous]", None])
def test_what_names_nobody(written: str | None) -> None:
    assert names.author(written) is None


def test_names_in_capitals_and_names_that_stand_twice() -> None:
    people = (
        Author(family="SMITH", given="J"),
        Author(family="VAN DER BERG"),
        Author(family="LI"),
        Author(family="LI"),
        Author(family="Smith", given="J"),
    )
    assert [a.name for a in normalise.authors(people)] == ["Smith, J", "van der Berg", "LI", "LI"]


@pytest.mark.parametrize(
    ("written", "year", "day"),
    [
        ("2001 Nov-Dec", 2001, None),
        ("Spring 1998", 1998, None),
        ("20060110", 2006, date(2006, 1, 10)),
        ("2020/3/1", 2020, date(2020, 3, 1)),
        ("2006 Jan 10", 2006, date(2006, 1, 10)),
        ("2006 Feb 30", 2006, None),
        ("1999-2000", 1999, None),
        ("2099", None, None),
        ("10.1234/1", None, None),
    ],
)
def test_dates(written: str, year: int | None, day: date | None) -> None:
    assert (year_in(written), day_in(written)) == (year, day)


def labels(*given: str | Section) -> list[tuple[str | None, str]]:
    parts = tuple(Section(text=s) if isinstance(s, str) else s for s in given)
    return [(s.label, s.text) for s in normalise.normalise(record(title="T", abstract=parts)).abstract]


class TestAbstracts:
    """Headings, placeholders and the lines of publishers."""

    def test_headings_with_colons(self) -> None:
        assert labels("BACKGROUND: We rest. METHODS: Ten people.RESULTS: None. Conclusions: Rest: a must.") == [
            ("BACKGROUND", "We rest."),
            ("METHODS", "Ten people."),
            ("RESULTS", "None."),
            ("CONCLUSIONS", "Rest: a must."),
        ]

    def test_headings_in_tags(self) -> None:
        given = "<b>Background/Objectives:</b> We rest. <b>Results</b>: None."
        assert labels(given) == [("BACKGROUND/OBJECTIVES", "We rest."), ("RESULTS", "None.")]

    def test_headings_without_colons(self) -> None:
        given = "Background We rest. Materials and Methods Ten people. Results None (p > 0.05). Conclusion Rest."
        assert [label for label, _ in labels(given)] == ["BACKGROUND", "MATERIALS AND METHODS", "RESULTS", "CONCLUSION"]

    @pytest.mark.parametrize(
        "text",
        [
            "Methods for rest are many. Results vary. We conclude nothing.",
            "We rest. Methods: ten people.",
            "The aim was this: rest. The results were: none.",
            "Design matters. Patients Rest. Methods",
        ],
    )
    def test_words_that_are_no_headings(self, text: str) -> None:
        assert labels(text) == [(None, text)]

    def test_sections_of_the_source_are_kept(self) -> None:
        given = (
            Section(label="Methods:", text="Ten. RESULTS: no. DESIGN: none."),
            Section(label="UNLABELLED", text="X."),
        )
        assert labels(*given) == [("METHODS", "Ten. RESULTS: no. DESIGN: none."), (None, "X.")]

    @pytest.mark.parametrize("text", ["No abstract available.", "[Abstract not available]", "n/a", "<p> </p>", "..."])
    def test_placeholders_are_no_abstract(self, text: str) -> None:
        assert labels(text) == []

    def test_the_publishers_line_goes_and_nothing_else(self) -> None:
        assert labels("We rest. © 2020 The Authors. Published by Nobody.") == [(None, "We rest.")]
        assert labels("We rest. Copyright © 2020 Nobody. All rights reserved.") == [(None, "We rest.")]
        kept = "Copyright law was studied in (c) 12 people."
        assert labels(kept) == [(None, kept)]


def test_the_whole_record_and_what_was_changed() -> None:
    before = record(
        pmid="PMID: 0990",
        doi="doi:10.9999/X",
        title="Rest.",
        published="2020-02-03",
        language="English",
        keywords=("a", "a", " b"),
        references=(Reference(pmid="x", doi="10.9999/R"),),
        corrections=(Correction(kind="ErratumIn", citation="J. 2020. doi: 10.9999/e."),),
    )
    after = normalise.normalise(before)
    assert (after.pmid, after.doi, after.title, after.year, after.language) == ("990", "10.9999/x", "Rest", 2020, "eng")
    assert after.keywords == ("a", "b") and after.references == (Reference(doi="10.9999/r"),)
    assert after.corrections[0].doi == "10.9999/e" and after.origin == before.origin
    told = {d.name: d.note for d in changes(before, after)}
    assert told["normalise.doi"] == "was 'doi:10.9999/X', is '10.9999/x'" and "normalise.journal" not in told
    assert changes(after, normalise.normalise(after)) == ()


@given(st.text(max_size=80))
def test_any_text_becomes_plain_and_stays_so(text: str) -> None:
    once = plain(text)
    assert once is None or (once == once.strip() and "  " not in once)
    for function in (
        normalise.title,
        normalise.pages,
        identifiers.doi,
        identifiers.pmid,
        names.author,
        year_in,
        day_in,
    ):
        function(text)
    normalise.normalise(record(title=text, abstract=(Section(text=text),)))


@pytest.mark.skipif(not SHARED.exists(), reason="../shared/data is not there")
@pytest.mark.parametrize("name", ["pubmed-mecfs", "pubmed-long-covid", "bibtex", "pubmed-xml"])
def test_real_records_are_normal_once_normalised(name: str) -> None:
    records = [normalise.normalise(r) for r in read(Path(SHARED / name)) if isinstance(r, Record)]
    assert records and all(normalise.normalise(r) == r for r in records)
    assert all(r.title and "<" not in r.title.replace(" < ", "") and "&amp" not in r.title for r in records)
