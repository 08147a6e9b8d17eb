"""The other formats: what each field becomes, which reader a file gets, and what is told of broken records."""

import gzip
import json
import tracemalloc
from datetime import date
from pathlib import Path

import pytest
from conftest import ROOT
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from intake.normalise import normalise
from intake.read import read
from intake.record import ReadProblem, Record
from intake.source import MAX_RECORD

DATA = ROOT / "tests" / "data" / "intake"
SHARED = ROOT.parent / "shared" / "data"


def parted(path: Path) -> tuple[list[Record], list[ReadProblem]]:
    found = list(read(path))
    return [r for r in found if isinstance(r, Record)], [r for r in found if isinstance(r, ReadProblem)]


def written(folder: Path, content: str | bytes, name: str = "given.dat") -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def test_medline() -> None:
    (trial, short), problems = parted(DATA / "records.nbib")
    assert not problems and trial.origin.format == "medline"
    assert (trial.pmid, trial.pmcid, trial.doi) == ("990000011", "PMC9900011", "10.9999/nbib.11")
    assert trial.title == "A trial of nothing in people who were invented: a long title that goes on in the next line."
    assert [a.name for a in trial.authors] == ["de la Vega, Ana", "Wüst, Rob C I", "Invented Study Group"]
    assert trial.authors[0].orcid == "0000-0002-1825-0097"
    assert (trial.year, trial.published, trial.pages) == (2006, date(2005, 12, 23), "10-19")
    assert trial.mesh == ("Hand Strength", "Humans") and trial.keywords == ("fatigue",)
    assert trial.abstract[0].text == "BACKGROUND: Nothing was tried before. RESULTS: It did not help."
    assert [(c.kind, c.pmid) for c in trial.corrections] == [("CommentIn", "990000012"), ("RetractionIn", "990000013")]
    assert ([a.name for a in short.authors], short.year) == (["Berg, AM"], 1998)


def test_ris() -> None:
    (first, endless, last), problems = parted(DATA / "references.ris")
    assert not problems and first.origin.format == "ris"
    assert [a.name for a in first.authors] == ["Berg, Anna M.", "van den Broek, Jan Jr."]
    assert (first.title, first.journal) == ("Resting before invented exercise", "Journal of Invented Medicine")
    assert (first.year, first.published, first.pages) == (2001, date(2001, 3, 4), "11-19")
    assert first.abstract[0].text == "First line of it and its second line."
    assert (first.volume, first.issue, first.keywords) == ("7", "1", ("rest", "exercise"))
    assert (endless.title, endless.year, endless.pages) == ("The reference without an end tag", 1999, "5-9")
    assert [a.name for a in endless.authors] == ["Loner, L."]
    assert (last.title, last.year, last.authors, last.origin.number) == ("The last one", None, (), 3)


def test_bibtex() -> None:
    records, problems = parted(DATA / "library.bib")
    first, second, last = records
    assert [a.name for a in first.authors] == ["Fløge, Øystein", "van der Voört, Jan", "Invented Study Group"]
    assert first.title == "The CD4 count at 10^9 cells: 80–90% of nothing"
    assert (first.journal, first.year, first.pages) == ("Journal of Invented Medicine", 2001, "103–115")
    assert (first.doi, first.pmid) == ("10.9999/bib_1", "990000021")
    assert first.keywords == ("rest", "exercise", "pacing")
    assert second.title == "Another paper under the same key"
    assert (last.title, last.published) == ("In quotation marks", date(2005, 6, 7))
    assert [p.number for p in problems] == [2, 4]
    assert "Broken2002" in problems[0].reason and "Twice2004" in problems[1].reason
    assert all(p.mend for p in problems)


def test_bibtex_strings_are_known_in_later_pieces(tmp_path: Path) -> None:
    entries = "".join(
        f"@article{{k{n}, title = {{T{n}}}, journal = jim, note = {{{'x' * 900}}}}}\n" for n in range(400)
    )
    records, problems = parted(written(tmp_path, "@string{jim = {J}}\n" + entries))
    assert [r.title for r in records] == [f"T{n}" for n in range(400)] and not problems
    assert {r.journal for r in records} == {"J"}


def test_csl() -> None:
    (first, preprint, last), (problem,) = parted(DATA / "items.json")
    assert [a.name for a in first.authors] == ["van den Berg, Anna", "Invented Study Group", "Loner, L"]
    assert first.authors[0].orcid == "0000-0002-1825-0097"
    assert (first.published, first.volume, first.pmid) == (date(2011, 4, 2), "4", "990000031")
    assert preprint.publication_types == ("Preprint",) and preprint.year == 2012
    assert (problem.number, last.origin.number, last.year) == (3, 4, 2013)


def test_json_lines() -> None:
    (first, bare), problems = parted(DATA / "lines.jsonl")
    assert [a.name for a in first.authors] == ["van den Berg, Anna M", "D'Amario, D", "de la Vega"]
    assert (first.published, first.keywords) == (date(2024, 12, 24), ("a", "b"))
    assert (bare.pmid, bare.title, bare.year) == ("990000043", None, 2020)
    assert [(s.label, s.text) for s in bare.abstract] == [("METHODS", "Done.")]
    assert [a.name for a in bare.authors] == ["Berg, A", "Loner, L"]
    assert [p.number for p in problems] == [2, 3, 5]


def test_the_summaries_of_esummary(tmp_path: Path) -> None:
    item = {
        "uid": "990000051", "title": "A summary.", "pubdate": "2026 Jan", "epubdate": "2025 Nov 22", "lang": ["eng"],
        "fulljournalname": "J", "authors": [{"name": "Berg AM", "authtype": "Author"}], "pubtype": ["Review"],
        "articleids": [{"idtype": "doi", "value": "10.9999/s"}],
    }  # fmt: skip
    answer = {
        "header": {},
        "result": {"uids": ["1", "2"], "1": item, "2": {"uid": "2", "error": "cannot get", "articleids": []}},
    }
    (record,), (problem,) = parted(written(tmp_path, json.dumps(answer)))
    assert (record.pmid, record.doi, record.year) == ("990000051", "10.9999/s", 2026)
    assert record.published == date(2025, 11, 22) and record.authors[0].name == "Berg, AM"
    assert problem.number == 2 and "cannot get" in problem.reason


@pytest.mark.parametrize("name", ["records.nbib", "references.ris", "library.bib", "items.json", "lines.jsonl"])
class TestEveryFormat:
    """What holds of all of them."""

    def test_is_known_by_content_whatever_the_name_and_packing(self, tmp_path: Path, name: str) -> None:
        data = (DATA / name).read_bytes()
        plain = parted(written(tmp_path, data, "x.xml"))
        for packed in (gzip.compress(data), b"\xef\xbb\xbf" + data):
            again = parted(written(tmp_path, packed, "x.xml"))
            assert again == plain and plain[0]

    def test_a_foreign_byte_spoils_its_record_only(self, tmp_path: Path, name: str) -> None:
        data = (DATA / name).read_bytes()
        place = max(data.find(mark) for mark in (b"long title", b"Loner, L.", b"Another", b"last", b"first line"))
        records, problems = parted(written(tmp_path, data[:place] + b"\xfc" + data[place:]))
        before = parted(DATA / name)
        assert len(problems) >= len(before[1]) + 1
        assert len(records) >= len(before[0]) - 1

    @pytest.mark.parametrize("cut", [0.25, 0.5, 0.75])
    def test_a_truncated_file_raises_nothing(self, tmp_path: Path, name: str, cut: float) -> None:
        data = (DATA / name).read_bytes()
        found = list(read(written(tmp_path, data[: int(len(data) * cut)])))
        assert found and all(isinstance(one, Record | ReadProblem) for one in found)
        packed = gzip.compress(data)
        assert any(isinstance(one, ReadProblem) for one in read(written(tmp_path, packed[: len(packed) // 2])))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "empty"),
        ("\n\n  \n", "empty"),
        ("Dear colleague,\nplease find attached", "no known format"),
        ("[" * 100_000, "nested too deeply"),
        ('{"a":' * 100_000, "nested too deeply"),
        ('[{"title": "x"} {"title": "y"}]', "comma"),
        ("TY  - JOUR\nnothing\n", ""),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "no known format"),
    ],
)
def test_what_is_no_record_is_told(tmp_path: Path, content: str | bytes, said: str) -> None:
    found = list(read(written(tmp_path, content)))
    assert found
    assert not said or any(isinstance(one, ReadProblem) and said in one.reason and one.mend for one in found)


def test_a_missing_file_and_a_folder(tmp_path: Path) -> None:
    (problem,) = read(tmp_path / "absent.xml")
    assert isinstance(problem, ReadProblem) and "cannot be read" in problem.reason
    written(tmp_path, '{"title": "b"}\n', "b.jsonl")
    written(tmp_path, '{"title": "a"}\n', "a.jsonl")
    assert [r.title for r in parted(tmp_path)[0]] == ["a", "b"]


def test_a_line_without_end_is_given_up(tmp_path: Path) -> None:
    path = tmp_path / "endless.gz"
    with gzip.open(path, "wb", compresslevel=1) as file:
        file.write(b'{"title": "')
        for _ in range(MAX_RECORD // 1024**2 + 1):
            file.write(b"x" * 1024**2)
    (problem,) = read(path)
    assert isinstance(problem, ReadProblem) and "32 MB" in problem.reason


@pytest.mark.parametrize(
    ("line", "frame"),
    [
        ('{{"title": "T{n}", "abstract": "{x}"}}\n', "{}"),
        ("PMID- {n}\nTI  - {x}\n\n", "{}"),
        ("TY  - JOUR\nTI  - {x}\nER  - \n", "{}"),
        ("@article{{k{n}, title = {{{x}}}}}\n", "{}"),
        ('{{"title": "T{n}", "issued": null, "abstract": "{x}"}},', "[{}0]"),
    ],
)
def test_a_file_is_never_held_whole(tmp_path: Path, line: str, frame: str) -> None:
    path = written(tmp_path, frame.replace("{}", "".join(line.format(n=n, x="word " * 3000) for n in range(1, 601))))
    assert path.stat().st_size > 9_000_000
    tracemalloc.start()
    assert sum(isinstance(r, Record) for r in read(path)) == 600
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 6_000_000


@pytest.mark.skipif(not SHARED.exists(), reason="../shared/data is not there")
class TestRealFiles:
    """Counts that the files are known to have."""

    @pytest.mark.parametrize(
        ("name", "count"),
        [
            ("pubmed-mecfs", 72),
            ("pubmed-long-covid", 671),
            ("bibtex", 245),
            ("cfs-homonym", 40),
            ("pubmed-xml/restoration_pubmed.nbib", 104),
        ],
    )
    def test_are_read_to_the_end(self, name: str, count: int) -> None:
        records, problems = parted(SHARED / name)
        assert (len(records), problems) == (count, [])
        assert all(r.title and r.year for r in records)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    name=st.sampled_from(
        ["articles.xml", "records.nbib", "references.ris", "library.bib", "items.json", "lines.jsonl"]
    ),
    changes=st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 60), st.binary(max_size=8)), max_size=4),
    packed=st.booleans(),
)
def test_no_damage_makes_the_readers_raise(
    tmp_path: Path, name: str, changes: list[tuple[int, int, bytes]], packed: bool
) -> None:
    data = (DATA / name).read_bytes()
    data = gzip.compress(data) if packed else data
    for place, gone, new in changes:
        place %= len(data) + 1
        data = data[:place] + new + data[place + gone :]
    for one in read(written(tmp_path, data)):
        assert isinstance(one, ReadProblem) or normalise(one).origin == one.origin
