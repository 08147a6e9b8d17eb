"""Highlights: what was found, marked in its own text, and never a tag but ``<mark>``."""

import html
import re

import pytest
from bounded import at_most
from hypothesis import given, settings
from hypothesis import strategies as st
from index_fixtures import WORDS, atlas, study, tagged

from entries.glance import Glance
from index.expand import expand
from index.highlight import LONGEST, Highlighting
from index.lexicon import Lexicon
from index.parse import QuerySchema, parse

WHOLE = atlas()
SCHEMA = QuerySchema(WHOLE)
LEXICON = Lexicon(["fatigue", "fatigued", "pain", "painful", "exertional", "nfkb"])


def highlights(text: str, **fields: object) -> dict[str, str]:
    tree, _ = expand(parse(text, SCHEMA).query, LEXICON)
    one = study("one-study", **fields)
    return dict(Highlighting(atlas(one)).of(tree).of(Glance.of(one), most=20))


def in_summary(text: str, summary: str) -> str:
    return highlights(text, summary=summary).get("summary", "")


@pytest.mark.parametrize(
    ("query", "text", "marked"),
    [
        (
            "fatigue",
            "Fatigue, fatigued; (fatigue).",
            "<mark>Fatigue</mark>, <mark>fatigued</mark>; (<mark>fatigue</mark>).",
        ),
        (
            "NF-κB",
            "The NFkB and nf-kb of NF kappa B",
            "The <mark>NFkB</mark> and <mark>nf-kb</mark> of <mark>NF kappa B</mark>",
        ),
        ("nfkb", "Raised NF-κB.", "Raised <mark>NF-κB</mark>."),
        ("TNF alpha", "TNF-α-stimulated", "<mark>TNF-α</mark>-stimulated"),
        ("il-6", "IL‑6 and IL6", "<mark>IL‑6</mark> and <mark>IL6</mark>"),
        ("angstrom", "Ångström’s unit", "<mark>Ångström’s</mark> unit"),
        ("kappa", "NF-κB", "NF-<mark>κ</mark>B"),
        ('"brain fog"', "Fog, brain. Brain fog in the brain.", "Fog, brain. <mark>Brain fog</mark> in the brain."),
        ("tumor", "Tumours", "<mark>Tumours</mark>"),
        ("painful*", "pain and painful", "<mark>pain</mark> and <mark>painful</mark>"),
        ("fatgue~", "fatigue", "<mark>fatigue</mark>"),
        ("pain NOT fatigue", "pain, fatigue", "<mark>pain</mark>, fatigue"),
        ("pain OR fatigue", "pain & fatigue", "<mark>pain</mark> &amp; <mark>fatigue</mark>"),
        (
            "post-exertional",
            "post exertional, postexertional",
            "<mark>post exertional</mark>, <mark>postexertional</mark>",
        ),
        ("pain", "no such word", ""),
        ("title:pain", "pain", ""),
        ("summary:pain", "pain", "<mark>pain</mark>"),
        ("VO2max", "VO₂max", "<mark>VO₂max</mark>"),
        ('"pain fatigue"~4', "fatigue with pain", "<mark>fatigue with pain</mark>"),
    ],
)
def test_marks(query: str, text: str, marked: str) -> None:
    assert in_summary(query, text) == marked


def test_nothing_is_marked_without_words() -> None:
    for query in ("", "*", "year:2000", "symptom:pain", "NOT pain"):
        assert highlights(query, summary="pain") == {}


def test_fields() -> None:
    found = highlights(
        "pain",
        title="Pain",
        summary="pain",
        findings=[{"text": "no"}, {"text": "pain and pain"}, {"text": "pain"}],
        conclusions=["a", "pain b"],
        why_it_matters="why pain",
        does_not_prove="not pain",
        questions=["whose pain?"],
        journal="Journal of Pain",
        authors=[{"family": "Pain", "given": "A"}, {"family": "Doe"}],
        **tagged(["myalgia", "headache"]),
    )
    assert found == {
        "title": "<mark>Pain</mark>",
        "findings": "<mark>pain</mark> and <mark>pain</mark>",
        "summary": "<mark>pain</mark>",
        "concepts": "Myalgia (Muscle <mark>pain</mark>)",
        "conclusions": "<mark>pain</mark> b",
        "why_it_matters": "why <mark>pain</mark>",
        "does_not_prove": "not <mark>pain</mark>",
        "questions": "whose <mark>pain</mark>?",
        "authors": "<mark>Pain</mark>, A",
        "journal": "Journal of <mark>Pain</mark>",
    }


def test_the_title_and_the_three_most_telling_fields() -> None:
    tree = parse("pain", SCHEMA).query
    one = study("one", title="Pain", summary="pain", conclusions=["pain"], does_not_prove="pain", journal="Pain")
    assert list(Highlighting(WHOLE).of(tree).of(Glance.of(one))) == [
        "title",
        "summary",
        "conclusions",
        "does_not_prove",
    ]


def test_the_name_that_found_a_concept_is_shown() -> None:
    found = highlights("brain fog", **tagged(["cognitive-dysfunction"]))
    assert found["concepts"] == "Cognitive dysfunction (<mark>brain</mark> <mark>fog</mark>)"


def test_long_texts_are_cut_around_the_finds() -> None:
    text = " ".join(["before"] * 200 + ["pain", "and", "fatigue"] + ["after"] * 200)
    part = in_summary("pain fatigue", text)
    assert "<mark>pain</mark> and <mark>fatigue</mark>" in part
    assert part.startswith("… ")
    assert part.endswith(" …")
    assert len(part) < LONGEST + 100
    first = in_summary("pain", "pain " + "word " * 200)
    assert first.startswith("<mark>pain</mark>")
    last = in_summary("pain", "word " * 200 + "pain")
    assert last.endswith("<mark>pain</mark>")


def test_markup_in_every_field_is_escaped() -> None:
    evil = "<script>alert('pain')</script> & <mark>pain</mark>\"'"
    found = highlights(
        "pain alert script",
        title=evil,
        summary=evil,
        findings=[{"text": evil}],
        conclusions=[evil],
        why_it_matters=evil,
        does_not_prove=evil,
        questions=[evil],
        journal=evil,
        authors=[{"literal": evil}],
    )
    assert len(found) == 9
    for marked in found.values():
        assert set(re.findall(r"<[^>]*>", marked)) == {"<mark>", "</mark>"}
        assert html.unescape(re.sub(r"</?mark>", "", marked)) == evil


@given(
    st.lists(st.sampled_from([*WORDS, "<b>", "&", "“x”", "NF", "kappa", "B", "é", "α"]), max_size=60),
    st.lists(st.sampled_from([*WORDS, '"pain fatigue"', "NF kappa B", "<b>", "pain*"]), min_size=1, max_size=4),
)
@settings(max_examples=150, deadline=None)
def test_marks_are_the_text_and_balanced(words: list[str], query: list[str]) -> None:
    text = " ".join(words) or "x"
    marked = in_summary(" ".join(query), text)
    if not marked:
        return
    assert re.fullmatch(r"(?:[^<>]|<mark>[^<>]+</mark>)*", marked)
    plain = html.unescape(re.sub(r"</?mark>", "", marked)).removeprefix("… ").removesuffix(" …")
    assert plain in text


def test_a_page_of_highlights_takes_little_time() -> None:
    tree, _ = expand(parse('fatigue pain "killer function" NF-κB', SCHEMA).query, LEXICON)
    some = [s for s in WHOLE.studies.values() if s.id.startswith("made")][:10]
    highlighting = Highlighting(WHOLE)
    with at_most(2):
        for _ in range(5):
            highlighter = highlighting.of(tree)
            for one in some:
                highlighter.of(Glance.of(one))
