"""The analysis: every spelling of a word becomes the same terms."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.analysis import GAP, Analyser, chunks, fold, spans
from index.spelling import LONGEST, one_spelling, term

RECORDS = Path(__file__).parents[2] / "shared" / "data" / "pubmed-long-covid" / "records.jsonl"


def terms(text: str) -> set[str]:
    return set(fold(text).split()) - {GAP}


@pytest.mark.parametrize(
    ("compound", "spellings"),
    [
        ("nfkb", ["NF-κB", "NF kappa B", "nf-kb", "NFkB", "NFκB", "NF-kappaB", "NF-kappa-B", "nf–κb", "ＮＦ-κＢ"]),
        ("tnfa", ["TNF-α", "TNF alpha", "TNFa", "tnf-alpha", "TNFα", "TNFalpha", "TNF-α-stimulated", "(TNF-α),"]),
        ("il6", ["IL-6", "IL6", "il‑6", "IL₆", "IL⁶"]),
        ("il1b", ["IL-1β", "IL1B", "IL-1 beta", "IL 1 beta", "il-1beta", "IL1β"]),
        ("tgfb1", ["TGF-β1", "TGF beta 1", "TGFB1", "TGF-beta-1"]),
        ("cd4", ["CD4+", "CD4", "CD-4", "CD4⁺"]),
        ("vo2max", ["VO₂max", "VO2max", "VO2-max"]),
        ("covid19", ["COVID-19", "covid19", "Covid–19"]),
        ("postexert", ["post-exertional", "post exertional", "postexertional", "Post–Exertional", "post-exertion"]),
        ("mecf", ["ME/CFS", "me/cfs", "ME-CFS", "MECFS"]),
    ],
)  # fmt: skip
def test_spellings_share_a_compound(compound: str, spellings: list[str]) -> None:
    assert {s: compound in terms(s) for s in spellings} == dict.fromkeys(spellings, True)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("haemoglobin", "hemoglobin"), ("oedema", "edema"), ("oedematous", "edematous"), ("tumours", "tumor"),
        ("behavioural", "behavioral"), ("paediatric", "pediatric"), ("randomised", "randomized"),
        ("randomisation", "randomization"), ("hospitalised", "hospitalizing"), ("analysed", "analyzed"),
        ("centre", "centers"), ("fibres", "fiber"), ("millilitre", "milliliters"), ("anaemia", "anemia"),
        ("diarrhoea", "diarrhea"), ("oestrogen", "estrogen"), ("aetiology", "etiology"), ("labelled", "labeled"),
        ("signalling", "signaling"), ("programme", "programs"), ("ageing", "aging"), ("dyspnoea", "dyspnea"),
        ("anaesthesia", "anesthesia"), ("sulphate", "sulfate"), ("women", "woman"), ("children", "child"),
        ("mitochondria", "mitochondrion"), ("analyses", "analysis"), ("criteria", "criterion"), ("cells", "cell"),
        ("study", "studies"), ("Sjögren’s", "sjogren"), ("Löbel", "lobel"),
        ("RCTs", "RCT"), ("mRNAs,", "mRNA"), ("(SNPs)", "SNP"), ("HLA’s", "HLA"),
        ("naïve", "naive"), ("Crohn's", "Crohns"), ("ﬁbro", "fibro"), ("Straße", "strasse"), ("Ångström", "angstrom"),
    ],
)  # fmt: skip
def test_spellings_share_a_term(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("exercise", "exercize"),
        ("hour", "hor"),
        ("four", "for"),
        ("malaise", "malaze"),
        ("cell", "cello"),
        ("source", "sorce"),
    ],
)
def test_rules_keep_words_apart(one: str, other: str) -> None:
    """-ize becomes -ise in every word, so a word that is spelled -ise only must not lose its own ending."""
    assert one_spelling(one) == one
    if other != "exercize":
        assert fold(one) != fold(other)


def test_parts_stay_findable_and_in_order() -> None:
    stream = fold("TNF-alpha-stimulated NK-cells").split(f" {GAP} ")[0]
    assert stream == "tnf alpha stimul nk cell"


def test_figures_are_no_words() -> None:
    assert terms("2007–2010, p<0.05, 10-20") == {"2007", "2010", "p", "0", "05", "10", "20"}


def test_an_address_has_no_compounds() -> None:
    assert GAP not in fold("example.org/c-d-e-f-g-h-i-j-k-l-m-n")


def test_glue_needs_neighbours() -> None:
    assert "tnfa" not in terms("TNF was high. It had alpha waves")
    assert "tnfa" in terms("TNF\n alpha")


def test_gap_separates_texts_and_compounds() -> None:
    assert Analyser().terms(["brain", "fog"]) == f"brain {GAP} fog"
    assert Analyser().terms(["IL-6"]) == f"il 6 {GAP} il6"


def test_no_piece_becomes_the_gap() -> None:
    assert GAP not in fold("a | b || |")


def test_long_words_are_cut_alike() -> None:
    word = "a" * 500
    assert fold(word) == term(word) == "a" * LONGEST


def test_other_scripts_are_kept() -> None:
    assert terms("慢性疲労 утомление κόπωση ٣") == {"慢性疲労", "утомление", "κοπωση", "3"}


def test_places_point_at_the_text() -> None:
    text = "Ångström & (NF-κB): TNF alpha-stimulated H₂O₂"
    for part in (*spans(text).parts, *spans(text).compounds):
        assert fold(text[part.start : part.end]).split()
    by_term = {p.word: text[p.start : p.end] for p in (*spans(text).compounds, *spans(text).parts)}
    assert by_term["nfkb"] == "NF-κB"
    assert by_term["tnfa"] == "TNF alpha"
    assert by_term["angstrom"] == "Ångström"
    assert by_term["h2o2"] == "H₂O₂"


@given(st.text(max_size=200))
@settings(max_examples=300, deadline=None)
def test_any_text_folds(text: str) -> None:
    stream = fold(text)
    assert stream == stream.strip()
    assert all(len(t) <= LONGEST for t in stream.split())
    assert not any(c.isspace() and c != " " for c in stream)
    for chunk in chunks("".join(text.split())):
        assert all(p.word and p.start < p.end for p in chunk)


@given(st.text(max_size=100))
@settings(max_examples=200, deadline=None)
def test_folding_terms_again_changes_no_letters(text: str) -> None:
    """What comes out is letters and digits only, so it can be asked for as it is."""
    assert all(t.isalnum() for t in terms(text))


def test_fast_and_placed_analysis_agree_on_abstracts() -> None:
    if not RECORDS.exists():
        pytest.skip("the PubMed abstracts for measurement are not here")
    texts = [json.loads(line)["abstract"] or "" for line in RECORDS.read_text(encoding="utf-8").splitlines()[:150]]
    analyser = Analyser()
    for text in texts:
        fast = set(analyser.terms([text]).split()) - {GAP}
        placed = {p.word for p in (*spans(text).parts, *spans(text).compounds)}
        assert fast == placed


def test_words_are_collected_as_written() -> None:
    analyser = Analyser()
    analyser.terms(["Tumours and IL-6 of NF kappa B"])
    assert analyser.words >= {"tumours", "il", "6", "il6", "nfkb"}


@pytest.mark.parametrize("text", ["10⁹", "10^9", "10(9)"])
def test_an_exponent_is_a_number_of_its_own(text: str) -> None:
    assert fold(text) == "10 9" != fold("109")
    assert fold(f"5×{text}/L").startswith("5 10 9 l")


@pytest.mark.parametrize(("text", "terms"), [("10¹²", "10 12"), ("cm³", "cm 3 | cm3"), ("¹⁴C", "14 c | 14c")])
def test_what_is_raised_stays_with_letters_and_with_each_other(text: str, terms: str) -> None:
    assert fold(text) == terms


def test_places_are_those_of_the_text_where_an_exponent_is_taken_apart() -> None:
    text = "(×10⁹/L)"
    assert [text[part.start : part.end] for part in spans(text).parts] == ["10", "⁹", "L"]
