"""The shipped entries against the abstracts that they were drafted from: numbers, quotes, and whose words they are."""

import json
import re
from decimal import Decimal
from functools import cache

import pytest
from conftest import ROOT

from entries.atlas import Atlas
from entries.study import Basis, Study

RECORDS = ROOT.parent / "shared" / "data" / "pubmed-mecfs" / "records.jsonl"
pytestmark = pytest.mark.skipif(
    not RECORDS.is_file(), reason="the abstracts to compare with are not at hand (../shared/data/pubmed-mecfs)"
)
COPIED = 8  # words in a row that nobody writes twice by accident
STUDY_IDS = sorted(path.stem for path in (ROOT / "data" / "studies").glob("*.yaml"))

_ONES = """zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
seventeen eighteen nineteen"""
_TEN_NAMES = "twenty thirty forty fifty sixty seventy eighty ninety"
_WORDS = {word: n for n, word in enumerate(_ONES.split())}
_TENS = {word: 10 * n for n, word in enumerate(_TEN_NAMES.split(), 2)}
_NUMBER = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?|\.\d+")
_TAG = re.compile(r"</?(?:sup|sub|i|b|em|strong)>")
_SUM = re.compile(r"\d[\d,]*(?: [a-z]+)?(?: \+ \d[\d,]*(?: [a-z]+)?)+")  # "250 patients + 54 controls"
# A digit that belongs to a name (IL-6, CD4, p50, SF-36) is no figure of the study.
_FIGURE = re.compile(r"(?<![\w.])(?<![A-Za-zα-ω][-‐–/])(?:" + _NUMBER.pattern + r")(?![\w]*[A-Za-z])")


@cache
def abstracts() -> dict[str, str]:
    """Title and abstract by PMID."""
    with RECORDS.open(encoding="utf-8") as lines:
        records = [json.loads(line) for line in lines]
    return {str(r["pmid"]): _TAG.sub("", f"{r['title']} {r.get('abstract') or ''}") for r in records}


def source(study: Study) -> str:
    if study.pmid not in abstracts():
        pytest.skip(f"the abstract of {study.id} is not among those at hand")
    return abstracts()[study.pmid]


def numbers(text: str, pattern: re.Pattern[str] = _NUMBER) -> set[Decimal]:
    return {Decimal(found.replace(",", "")).normalize() for found in pattern.findall(text)}


def spelled_out(text: str) -> set[Decimal]:
    """Numbers written as words: ``seven``, ``twenty-four``."""
    found = set()
    for tens, ones in re.findall(rf"\b({'|'.join(_TENS)})(?:[- ]({'|'.join(_WORDS)}))?\b", text.lower()):
        found.add(_TENS[tens] + _WORDS.get(ones, 0))
    return {
        Decimal(n).normalize() for n in found | {_WORDS[w] for w in re.findall(r"[a-z]+", text.lower()) if w in _WORDS}
    }


def sums(text: str, known: set[Decimal]) -> set[Decimal]:
    """Results of the sums that a text shows, as in ``24 + 25 + 24``, where every part is known."""
    parts = [numbers_in_order(found) for found in _SUM.findall(text)]
    return {Decimal(sum(p)).normalize() for p in parts if known.issuperset(p)}


def numbers_in_order(text: str) -> list[Decimal]:
    return [Decimal(found.replace(",", "")).normalize() for found in _NUMBER.findall(text)]


def counts(study: Study) -> set[Decimal]:
    """How many people took part, in all and in each group."""
    people = study.participants
    given = (people.patients, people.controls, people.total, *(group.n for group in people.groups))
    return {Decimal(n).normalize() for n in given if n is not None}


def words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", text.lower())


def runs(text: str) -> set[tuple[str, ...]]:
    found = words(text)
    return {tuple(found[i : i + COPIED]) for i in range(len(found) - COPIED + 1)}


def texts(study: Study) -> dict[str, str]:
    """Everything that ought to be in our own words, without what stands between quotation marks."""
    own = {name: getattr(study, name) or "" for name in ("summary", "why_it_matters", "does_not_prove")}
    for name in ("conclusions", "questions"):
        own |= {f"{name}.{i}": text for i, text in enumerate(getattr(study, name))}
    for i, finding in enumerate(study.findings):
        own |= {f"findings.{i}.text": finding.text, f"findings.{i}.comparison": finding.comparison or ""}
    return {name: re.sub(r"[“\"][^”\"]*[”\"]", " . ", text) for name, text in own.items()}


def figures(study: Study) -> dict[str, str]:
    """Everything that holds figures of the study, but for what was computed from them."""
    held = {name: getattr(study, name) or "" for name in ("summary", "why_it_matters", "does_not_prove")}
    held["participants.note"] = study.participants.note or ""
    held |= {f"conclusions.{i}": text for i, text in enumerate(study.conclusions)}
    for i, finding in enumerate(study.findings):
        if finding.basis is not Basis.COMPUTED:
            held |= {f"findings.{i}.text": finding.text, f"findings.{i}.statistic": finding.statistic or ""}
    return held


@pytest.mark.parametrize("study_id", STUDY_IDS)
class TestEntry:
    """Each entry whose abstract is at hand."""

    def test_every_figure_stands_in_the_abstract(self, shipped: Atlas, study_id: str) -> None:
        study = shipped.studies[study_id]
        known = numbers(source(study)) | spelled_out(source(study))
        years = {Decimal(shipped.vocabulary[d].year or 0) for d in study.case_definition.ids}
        found = {name: numbers(text, _FIGURE) - known - years for name, text in figures(study).items()}
        one = {Decimal(1)} if study.design == "case-report" else set()
        found["participants"] = counts(study) - known - sums(study.participants.note or "", known) - one
        wrong = {name: sorted(map(str, ns)) for name, ns in found.items() if ns}
        assert wrong == {}, (
            f"data/studies/{study_id}.yaml: correct these, say `basis: computed`, or show the sum in the note"
        )

    def test_every_quote_is_verbatim(self, shipped: Atlas, study_id: str) -> None:
        study = shipped.studies[study_id]
        said = " ".join(source(study).split())
        quotes = [study.pem.quote, study.case_definition.quote, *(f.quote for f in study.findings)]
        parts = [part.strip() for quote in quotes if quote for part in re.split(r"\s*(?:…|\[…\]|\.\.\.)\s*", quote)]
        wrong = [part for part in parts if " ".join(part.split()) not in said]
        assert wrong == [], f"data/studies/{study_id}.yaml: quote the abstract word for word"

    def test_our_own_words(self, shipped: Atlas, study_id: str) -> None:
        study = shipped.studies[study_id]
        theirs = runs(source(study))
        copied = {name: [" ".join(run) for run in runs(text) & theirs] for name, text in texts(study).items()}
        wrong = {name: found for name, found in copied.items() if found}
        assert wrong == {}, f"data/studies/{study_id}.yaml: say this in other words, or quote it"

    def test_paper_and_record_agree(self, shipped: Atlas, study_id: str) -> None:
        study = shipped.studies[study_id]
        record = source(study)
        assert words(record)[: len(words(study.title))] == words(study.title), f"data/studies/{study_id}.yaml: `title`"
        assert study.provenance.record == study.pmid, f"data/studies/{study_id}.yaml: `provenance.record`"


def test_figures_are_found_and_names_are_not() -> None:
    text = "IL-6 and CD4 rose by 1,234.5 (p=.043, n=7; 95% CI 0.10-2) in COVID-19 with SF-36 on 3 days, 50mg"
    assert numbers(text, _FIGURE) == {Decimal(n).normalize() for n in ("1234.5", ".043", "7", "95", "0.1", "2", "3")}
    assert spelled_out("Twenty-four of sixty, seven none") == {Decimal(n).normalize() for n in (24, 60, 7, 4)}


def test_shown_sums_are_added_up_from_known_figures() -> None:
    known = {Decimal(n).normalize() for n in (250, 54, 24, 25, 309692)}
    assert sums("Total: 250 patients + 54 controls; 24 + 25 + 24", known) == {Decimal(n).normalize() for n in (304, 73)}
    assert sums("309,692 + 309,692", known) == {Decimal(619384).normalize()}
    assert sums("250 + 55", known) == set()


def test_copied_words_are_found() -> None:
    theirs = "Cells of the patients made far more of the protein than cells of controls did."
    assert runs("we saw that cells of the patients made far more of the protein") & runs(theirs)
    assert not runs("The patients' cells made more protein") & runs(theirs)


def test_the_abstracts_of_most_entries_are_at_hand(shipped: Atlas) -> None:
    assert sum(study.pmid in abstracts() for study in shipped.studies.values()) >= 18
