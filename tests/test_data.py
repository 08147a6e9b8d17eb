"""Data is tested like code: each entry and concept is checked by itself, and a failure says how to mend it."""

import csv
import gzip
import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest
from conftest import ROOT

from entries import store
from entries.atlas import Atlas
from entries.study import Study
from entries.vocabulary import Concept, normalise
from entries.yamlio import parse

DATA = ROOT / "data"
VOCAB = ROOT.parent / "shared" / "data" / "vocab"
CHECK = "run `evidence check` to see it again after the mend"
STUDY_FILES = sorted((DATA / "studies").glob("*.yaml"))
WITHOUT_FINDINGS = {"correction", "protocol"}
LEAST = {"symptom": 45, "biomarker": 90, "method-flag": 20, "intervention": 10, "phenotype": 5, "study-design": 10}
PAGE_TEXTS = ("summary", "why_it_matters", "does_not_prove")


@cache
def atlas() -> Atlas:
    return Atlas.load(DATA)


def concepts() -> list[tuple[str, Concept]]:
    vocabulary = atlas().vocabulary
    return [(scheme, concept) for scheme in vocabulary.schemes for concept in vocabulary.of_scheme(scheme)]


def of_file(path: Path) -> Study:
    """The entry in a file; a file that holds none fails with its problems."""
    told = [str(p) for p in atlas().problems if p.path == path]
    assert path.stem in atlas().studies, "\n".join([*told, CHECK])
    return atlas().studies[path.stem]


def test_the_atlas_as_a_whole_has_no_problem() -> None:
    assert [str(p) for p in atlas().problems] == [], CHECK


def test_there_is_enough_of_everything() -> None:
    found = {name: len(scheme.concepts) for name, scheme in atlas().vocabulary.schemes.items()}
    short = {name: (found.get(name, 0), least) for name, least in LEAST.items() if found.get(name, 0) < least}
    assert short == {}, "add concepts to data/vocabulary (there are, there should be)"
    assert len(atlas().studies) >= 20, "add studies to data/studies"


def test_every_facet_has_values_to_choose_from() -> None:
    for facet in atlas().config.facets:
        assert facet.scheme is None or atlas().vocabulary.of_scheme(facet.scheme), facet.name


@pytest.mark.parametrize("path", STUDY_FILES, ids=lambda p: p.stem)
class TestEntry:
    """Each file of ``data/studies``."""

    def test_no_problem(self, path: Path) -> None:
        assert [str(p) for p in atlas().problems if p.path == path] == [], CHECK

    def test_a_machine_draft_that_nobody_has_reviewed(self, path: Path) -> None:
        review = of_file(path).review
        mend = f"{path}: set `review: {{status: machine-draft}}` and take out `history` and `fields`"
        assert (review.status, review.history, dict(review.fields)) == ("machine-draft", (), {}), mend

    def test_survives_being_written(self, path: Path) -> None:
        study = of_file(path)
        assert Study.model_validate(parse(store.dump_yaml(study)).value) == study

    def test_named_after_author_year_and_title(self, path: Path) -> None:
        study = of_file(path)
        name, _, words = study.id.partition(f"-{study.year}-")
        mend = f"{path}: name it <first-author>-<year>-<two-title-words>.yaml, and give it that id"
        assert words, mend
        assert normalise(name) == normalise(study.authors[0].short if study.authors[0].family else name), mend
        assert all(normalise(word)[:5] in normalise(study.title) for word in words.split("-")), mend

    def test_says_what_a_study_page_needs(self, path: Path) -> None:
        study = of_file(path)
        needed = ["pmid", "why_it_matters", "questions"]
        if study.design not in WITHOUT_FINDINGS:
            needed += ["findings", "conclusions"]
        for field in needed:
            assert getattr(study, field), f"{path}: add `{field}`"
        assert study.tags.all(), f"{path}: add `tags`"
        assert study.provenance.drafted and study.provenance.drafted <= study.updated, f"{path}: correct `updated`"
        assert not study.title.endswith("."), f"{path}: take the full stop out of `title`"

    def test_texts_are_sentences(self, path: Path) -> None:
        study = of_file(path)
        for field in PAGE_TEXTS:
            assert (getattr(study, field) or ".")[-1] in ".?!”", f"{path}: end `{field}` with a full stop"
        for text in (*study.conclusions, *study.questions, *(f.text for f in study.findings)):
            assert text[-1] in ".?!”", f"{path}: end {text!r} with a full stop"
            assert text[0] == text[0].upper() or not text[0].isalpha(), f"{path}: begin {text!r} with a capital"

    def test_has_a_badge_with_a_reason(self, path: Path) -> None:
        badge = atlas().pem(of_file(path).id)
        assert badge.reason.endswith(".")
        assert badge.conflict is None, f"{path}: the paper's statement contradicts its definition; check `pem`"


class TestTheTwoSeeds:
    """The two entries that the first issue describes."""

    def test_maes_2007(self) -> None:
        study = atlas().studies["maes-2007-nuclear-factor"]
        assert (study.pmid, study.participants.patients) == ("17693979", 18)
        assert atlas().pem(study.id).status == "pem-unclear"
        assert {f.statistic for f in study.findings if f.statistic} >= {"F=19.4, p=0.0002", "F=14.0, p=0.0009"}

    def test_see_1996(self) -> None:
        study = atlas().studies["see-1996-alpha-interferon"]
        assert (study.pmid, study.doi) == ("8675231", "10.3109/08820139609059298")
        assert study.participants.size == 30


@pytest.mark.parametrize(("scheme", "concept"), [pytest.param(s, c, id=f"{s}/{c.id}") for s, c in concepts()])
def test_concept(scheme: str, concept: Concept) -> None:
    place = f"data/vocabulary/{scheme}.yaml, {concept.id}: "
    assert concept.definition[-1] in ".)”" and len(concept.definition) >= 12, place + "write a definition in a sentence"
    assert len(set(concept.synonyms)) == len(concept.synonyms), place + "a synonym stands twice"
    assert concept.label not in concept.synonyms, place + "the label is no synonym of itself"
    assert all(normalise(t) for t in (concept.label, concept.plain, *concept.synonyms)), place + "a term has no letters"
    if scheme == "case-definition":
        assert concept.year and concept.pem and concept.source, place + "add year, pem and source"
    kinds = (None, "MedicalStudy", "MedicalTrial", "MedicalObservationalStudy")
    assert concept.schema_type in kinds, place + "schema.org has no such kind of study"


@pytest.mark.parametrize("scheme", ["symptom", "biomarker"])
def test_large_schemes_are_hierarchies(scheme: str) -> None:
    vocabulary = atlas().vocabulary
    tops = [c.id for c in vocabulary.of_scheme(scheme) if not c.broader]
    alone = [top for top in tops if not vocabulary.narrower(top)]
    assert alone == [], f"give these a broader concept in data/vocabulary/{scheme}.yaml"
    assert len(tops) <= 30


def test_an_identifier_elsewhere_means_one_concept() -> None:
    counted = Counter(curie for _, concept in concepts() for curie in concept.exact_match)
    twice = {curie for curie, n in counted.items() if n > 1}
    assert twice == set(), "an exact match is one concept's; take it from the others"


def test_hypotension_is_not_orthostatic_intolerance() -> None:
    wrong = [c.id for _, c in concepts() if "HP:0001278" in c.exact_match and "hypotension" not in normalise(c.label)]
    assert wrong == [], "HP:0001278 is orthostatic hypotension"


@cache
def known_identifiers() -> dict[str, set[str]]:
    """Identifiers of the vocabularies that are at hand, by prefix; obsolete ones left out."""
    found: dict[str, set[str]] = {}
    for name, prefix in (("hpo", "HP"), ("symp", "SYMP"), ("eco", "ECO"), ("stato", "STATO")):
        with gzip.open(VOCAB / f"{name}.tsv.gz", "rt", encoding="utf-8") as file:
            rows = csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
            found[prefix] = {row[0] for row in rows if not row[1].lower().startswith("obsolete")}
    with gzip.open(VOCAB / "mesh_descriptors.csv.gz", "rt", encoding="utf-8") as file:
        found["MESH"] = {"MESH:" + row[0].rpartition("/")[2] for row in csv.reader(file)}
    return found


@pytest.mark.skipif(not VOCAB.is_dir(), reason="no ../shared/data/vocab to compare with")
def test_every_exact_match_exists() -> None:
    known = known_identifiers()
    curies = [(c.id, curie) for _, c in concepts() for curie in c.exact_match]
    checked = [(i, curie) for i, curie in curies if curie.partition(":")[0] in known and not curie.startswith("MESH:C")]
    assert len(checked) > 200
    wrong = [pair for pair in checked if pair[1] not in known[pair[1].partition(":")[0]]]
    assert wrong == [], "no such identifier; correct or remove these `exact_match`"


def test_symptoms_and_diseases_are_matched_to_what_others_call_them() -> None:
    matched: dict[str, set[str]] = {}
    for scheme, concept in concepts():
        matched.setdefault(scheme, set()).update(curie.partition(":")[0] for curie in concept.exact_match)
    assert matched["symptom"] >= {"HP", "MESH"}
    assert matched["phenotype"] >= {"HP", "MESH", "MONDO"}
    assert matched["biomarker"] >= {"MESH"}
    assert matched["intervention"] >= {"MESH"}


def test_identifiers_are_written_as_their_owners_write_them() -> None:
    shapes = {
        "HP": r"\d{7}",
        "MESH": r"[DC]\d{6,9}",
        "MONDO": r"\d{7}",
        "UNIPROT": r"[OPQ]\d[A-Z0-9]{3}\d|[A-NR-Z]\d(?:[A-Z][A-Z0-9]{2}\d){1,2}",
        "SYMP": r"\d{7}",
        "ECO": r"\d{7}",
        "STATO": r"\d{7}",
    }
    for _, concept in concepts():
        for curie in concept.exact_match:
            prefix, _, local = curie.partition(":")
            assert re.fullmatch(shapes.get(prefix, "never"), local), f"{concept.id}: {curie}"
