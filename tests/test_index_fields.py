"""Fields and facets of a study."""

import pytest
from index_fixtures import atlas, config, study, tagged

from index.analysis import GAP, fold
from index.documents import Documents
from index.fields import concept_names, facet_values, facets, keywords, text_concepts, texts
from index.tabling import TableMaker
from index.whoosh_fields import RECORD_TYPE, record, records

WHOLE = atlas(
    study(
        "one",
        title="T",
        pmid="123",
        pmcid="PMC9",
        doi="10.1000/AbC",
        journal="J",
        findings=[
            {
                "text": "F",
                "statistic": "p=0.5",
                "comparison": "C",
                "concepts": ["tnf-alpha"],
                "direction": "decreased",
            },
            {"text": "G", "basis": "quoted", "quote": "Q"},
        ],
        case_definition={"all": ["ccc-2003", "fukuda-1994"], "quote": "DQ"},
        participants={"patients": 3, "groups": [{"label": "arm", "n": 3}], "note": "PN"},
        questions=["?q"],
        links=[{"relation": "cites", "study": "odd-2019-one-word", "note": "LN"}],
        **tagged(["migraine", "fatigue"], ["lactate"]),
    )
)  # fmt: skip
ONE = WHOLE.studies["one"]
ROWS = TableMaker(WHOLE, list(WHOLE.studies)).rows
FACETS = {f.name: f for f in facets(config())}


@pytest.mark.parametrize(
    ("facet", "values"),
    [
        ("symptom", {"migraine", "headache", "pain", "fatigue"}),
        ("biomarker", {"lactate", "tnf-alpha", "cytokine", "immune-marker"}),
        ("flag", set()),
        ("definition", {"ccc-2003", "fukuda-1994"}),
        ("pem", {"pem-required"}),
        ("level", {"E2"}),
        ("design", {"case-control"}),
        ("peer", {"peer-reviewed"}),
        ("review", {"machine-draft"}),
        ("journal", {"J"}),
        ("author", {"Doe, J"}),
        ("participants", {"0-19"}),
        ("controls", {"unknown"}),
        ("direction", {"decreased"}),
        ("claim", {"tnf-alpha:decreased", "cytokine:decreased", "immune-marker:decreased"}),
    ],
)
def test_facet_values(facet: str, values: set[str]) -> None:
    found = facet_values(WHOLE, ONE, FACETS[facet])
    assert set(found) == values
    assert len(found) == len(values)


def test_facets_count_the_studies_that_the_atlas_gives_a_concept() -> None:
    for concept in ("pain", "cytokine", "trial", "immune-marker"):
        scheme = WHOLE.vocabulary.scheme_of(concept)
        facet = next(f for f in FACETS.values() if f.scheme == scheme)
        having = [i for i, s in WHOLE.studies.items() if concept in facet_values(WHOLE, s, facet)]
        assert tuple(sorted(having)) == WHOLE.studies_with(concept)


def test_every_text_of_a_study_is_searched() -> None:
    found = texts(ONE)
    assert found["findings"] == ["F", "C", "p=0.5", "G"]
    assert set(found["other"]) == {ONE.does_not_prove, "?q", "Q", "DQ", "PN", "arm", "LN"}
    assert found["ids"] == ["one", "123", "PMC9", ONE.doi]
    assert keywords(ONE)["doi"] == "10.1000/abc"
    assert keywords(ONE)["pmcid"] == "pmc9"


def test_statuses_are_no_words() -> None:
    assert set(text_concepts(WHOLE, ONE)) == {
        "migraine", "fatigue", "lactate", "tnf-alpha", "ccc-2003", "fukuda-1994", "case-control"
    }  # fmt: skip


def test_documents_hold_the_values_and_names_of_every_study() -> None:
    maker = Documents(WHOLE, ROWS)
    for one in WHOLE.studies.values():
        document = maker.of(one)
        for facet in FACETS.values():
            assert sorted(document.facets[facet.field]) == sorted(facet_values(WHOLE, one, facet))
        names = [n for c in text_concepts(WHOLE, one) for n in concept_names(WHOLE.vocabulary, c)]
        assert set(document.texts["concepts"].split()) - {GAP} == set(fold(" ; ".join(names)).split()) - {GAP}


def test_documents() -> None:
    document = Documents(WHOLE, ROWS).of(ONE)
    assert document.texts["findings"] == f"f {GAP} c {GAP} p 0 5 {GAP} g"
    assert "cephalalgia" not in document.texts["concepts"]
    assert "tumor necrosi factor alpha" in document.texts["concepts"]
    assert document.facets["facet_symptom"] == ("migraine", "headache", "pain", "fatigue")
    assert document.row == ROWS["one"]


def test_records_survive_their_bytes() -> None:
    document = Documents(WHOLE, ROWS).of(ONE)
    stored = records([record(document)])
    assert stored.dtype == RECORD_TYPE
    assert stored["row"][0] == document.row
    lengths = dict(zip(("title", "findings"), stored["lengths"][0], strict=False))
    assert lengths == {"title": 1, "findings": 6}
