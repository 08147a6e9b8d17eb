"""Atlases for the tests of the graph: a small one made by hand, a hostile one, and seeded ones of any size."""

import random
from datetime import date
from typing import Any

from entries.atlas import Atlas
from entries.config import AtlasConfig
from entries.study import NoticeKind, Relation, Study
from entries.vocabulary import Scheme, Vocabulary

BASE = "https://atlas.test/"
HOSTILE = "\"</script><b>&amp;\\u0041\\ 'x'\r\n\t\r\u2028 é漢字😀 <http://a b> ]]> }} . @en ^^<x>"
CONTROLS = "a\x00b\x1bc\x0bd\x7fe\ufffef"  # the models refuse these; the graph must not depend on that


def config(**changes: Any) -> AtlasConfig:
    """A configuration with the facets that matter here."""
    fields: dict[str, Any] = {
        "title": "Test atlas",
        "description": "An atlas for tests.",
        "disease": {"label": "ME/CFS", "name": "Myalgic encephalomyelitis", "exact_match": ["MONDO:0005404", "XX:1"]},
        "base_iri": BASE,
        "publisher": "Testers",
        "licence": "https://creativecommons.org/licenses/by/4.0/",
        "licence_label": "CC BY 4.0",
        "versions": {"atlas": "0.1", "generator": "v1", "scanner": "none", "policy": "v0.1"},
        "tags": ["symptom", "biomarker", "method-flag"],
        "facets": [{"name": "pem", "label": "PEM", "source": "pem"}],
        "comparing": {
            "apart": ["review-article"],
            "against": [{"kind": "time", "words": ["before"]}, {"kind": "people", "words": ["controls", "healthy"]}],
        },
    }
    return AtlasConfig.model_validate(fields | changes)


def _concept(concept_id: str, label: str, **more: Any) -> dict[str, Any]:
    return {"id": concept_id, "label": label, "plain": f"{label} in plain words", "definition": f"{label}."} | more


SCHEMES: dict[str, list[dict[str, Any]]] = {
    "symptom": [
        _concept("pain", "Pain", exact_match=["HP:0012531", "MESH:D010146"]),
        _concept("headache", "Headache", broader=["pain"], synonyms=["Cephalalgia", "Headache", "head ache"]),
        _concept("fatigue", "Fatigue", exact_match=["UNKNOWN:123"]),
        _concept("orthostatic-intolerance", "Orthostatic intolerance"),
    ],
    "biomarker": [
        _concept("cytokines", "Cytokines"),
        _concept("il-6", "IL-6", broader=["cytokines"], synonyms=["Interleukin 6"]),
        _concept("nf-kb", "NF-κB", synonyms=["NF kappa B"]),
        _concept("nk-cell-function", "NK cell function", synonyms=["NKCC"], note="Several assays exist."),
        _concept("cortisol", "Cortisol"),
    ],
    "method-flag": [_concept("small-sample", "Small sample"), _concept("no-control-group", "No control group")],
    "study-design": [
        _concept("randomised-controlled-trial", "Randomised controlled trial", schema_type="MedicalTrial"),
        _concept("case-control", "Case-control", schema_type="MedicalObservationalStudy"),
        _concept("review-article", "Review"),
    ],
    "evidence-level": [_concept(f"E{i}", f"Level {i}") for i in range(4)],
    "peer-review": [_concept("peer-reviewed", "Peer-reviewed"), _concept("preprint", "Preprint")],
    "review-status": [_concept("machine-draft", "Machine draft"), _concept("reviewed-by-expert", "Expert review")],
    "pem-status": [_concept(f"pem-{s}", f"PEM {s}") for s in ("required", "not-required", "unclear")],
    "case-definition": [
        _concept("fukuda-1994", "Fukuda (1994)", year=1994, pem="optional", source="Fukuda K, et al. 1994."),
        _concept("ccc-2003", "Canadian Consensus (2003)", year=2003, pem="required", source="Carruthers B. 2003."),
    ],
}


def vocabulary(schemes: dict[str, list[dict[str, Any]]] | None = None) -> Vocabulary:
    """The schemes above, or others, as a vocabulary."""
    made = [
        {"scheme": name, "label": name.title(), "plural": name.title() + "s", "definition": name, "concepts": concepts}
        for name, concepts in (schemes or SCHEMES).items()
    ]
    return Vocabulary(Scheme.model_validate(scheme) for scheme in made)


def study(study_id: str, **changes: Any) -> Study:
    """A study with every required field; the changes come on top."""
    fields: dict[str, Any] = {
        "id": study_id,
        "title": f"Title of {study_id}",
        "authors": [{"family": "Maes", "given": "Michael"}],
        "journal": "Neuro Endocrinology Letters",
        "year": 2007,
        "design": "case-control",
        "peer_review": "peer-reviewed",
        "evidence_level": "E2",
        "summary": "What was done.",
        "does_not_prove": "That it causes anything.",
        "provenance": {"source": "pubmed", "generator": "v1", "policy": "v0.1", "drafted": date(2026, 4, 8)},
        "updated": date(2026, 4, 8),
    }
    return Study.model_validate(fields | changes)


def rich() -> Study:
    """A study that uses every field."""
    return study(
        "see-1996-alpha-interferon",
        title="alpha-Interferon treatment",
        authors=[
            {"family": "See", "given": "D M", "orcid": "0000-0002-1825-0097"},
            {"family": "Tilles", "given": "J G"},
            {"literal": "The Trial Group"},
        ],
        journal="Immunological Investigations",
        year=1996,
        volume="25",
        issue="1-2",
        pages="153-64",
        pmid="8675231",
        pmcid="PMC123",
        doi="10.1002/(SICI)1097<153::AID-1>3.0.CO;2-#?%",
        design="randomised-controlled-trial",
        participants={
            "patients": 30,
            "controls": 0,
            "note": "Three left.",
            "groups": [{"label": "Interferon", "n": 15}, {"label": "Placebo", "n": 15}],
        },
        case_definition={"all": ["fukuda-1994", "ccc-2003"], "quote": "met both definitions"},
        pem={"stated": "absent", "quote": "PEM was not asked for"},
        tags={"symptom": ["fatigue", "headache"], "biomarker": ["nk-cell-function"], "method-flag": ["small-sample"]},
        why_it_matters="It may help some.",
        findings=[
            {
                "text": "NK cell function rose.",
                "concepts": ["nk-cell-function", "il-6"],
                "direction": "increased",
                "comparison": "placebo",
                "statistic": "p=0.02",
                "basis": "quoted",
                "quote": "increased in the treated group",
                "location": "Results",
            },
            {"text": "Nothing else.", "direction": "no-difference", "basis": "computed"},
            {"text": "A bare claim."},
        ],
        conclusions=["It works in seven."],
        questions=["Does it last?", "In whom?"],
        links=[
            {"relation": "disputes", "study": "maes-2007-not-mind", "note": "on the mechanism"},
            {"relation": "cites", "study": "maes-2007-not-mind"},
        ],
        review={
            "status": "reviewed-by-expert",
            "fields": {"summary": {"status": "reviewed-by-expert", "by": "A. Reviewer", "on": date(2026, 5, 1)}},
            "history": [
                {"on": date(2026, 5, 1), "by": "A. Reviewer", "status": "reviewed-by-expert", "note": "Checked."},
                {"on": date(2026, 5, 2), "by": "A. Reviewer"},
            ],
        },
        provenance={
            "source": "pubmed",
            "record": "8675231",
            "generator": "v1",
            "scanner": "v1.4",
            "policy": "v0.1",
            "drafted": date(2026, 4, 8),
        },
    )


def maes() -> Study:
    """A plainer study that shares a concept with :func:`rich`."""
    return study(
        "maes-2007-not-mind",
        pmid="17693979",
        tags={"symptom": ["fatigue", "pain"], "biomarker": ["nf-kb"], "method-flag": ["small-sample"]},
        findings=[
            {"text": "NF-κB is up.", "concepts": ["nf-kb"], "direction": "increased", "statistic": "F=19.4, p=0.0002"},
            {"text": "It goes with fatigue.", "concepts": ["nf-kb", "fatigue"], "direction": "associated"},
        ],
    )


def hostile() -> Study:
    """A study with an evil text in every field that takes free text."""
    return study(
        "hostile-2020-script",
        title=HOSTILE,
        authors=[{"family": HOSTILE, "given": HOSTILE}, {"literal": HOSTILE}],
        journal=HOSTILE,
        volume=HOSTILE,
        pages=HOSTILE,
        doi='10.1234/<script>"{}|\\^`%é',
        participants={"note": HOSTILE, "groups": [{"label": HOSTILE, "n": 1}]},
        case_definition={"any": ["fukuda-1994"], "quote": HOSTILE},
        pem={"stated": "required", "quote": HOSTILE},
        tags={"symptom": ["pain"], "biomarker": ["nf-kb"]},
        summary=HOSTILE,
        why_it_matters=HOSTILE,
        findings=[
            {"text": HOSTILE, "comparison": HOSTILE, "statistic": HOSTILE, "quote": HOSTILE, "location": HOSTILE}
        ],
        conclusions=[HOSTILE],
        questions=[HOSTILE],
        does_not_prove=HOSTILE,
        links=[{"relation": "retracts", "study": "maes-2007-not-mind", "note": HOSTILE}],
        review={
            "status": "reviewed-by-expert",
            "fields": {HOSTILE: {"status": "reviewed-by-expert", "by": HOSTILE}},
            "history": [{"on": date(2026, 5, 1), "by": HOSTILE, "note": HOSTILE}],
        },
        provenance={"source": HOSTILE, "record": HOSTILE, "generator": HOSTILE, "policy": HOSTILE},
    )


def small() -> Atlas:
    """Three studies: rich, plain and hostile."""
    return Atlas.of(config(), vocabulary(), [rich(), maes(), hostile()])


def noticed() -> Atlas:
    """What the small atlas lacks: notices of every kind on a paper, and links of every relation between two studies."""
    notices = [{"kind": kind, "citation": f"Elsewhere: {kind}", "pmid": f"10{n}", "doi": f"10.1234/{n}"}
               for n, kind in enumerate(NoticeKind)]  # fmt: skip
    links = [{"relation": relation, "study": "noticed"} for relation in Relation]
    bare = {"kind": NoticeKind.RETRACTED}  # nobody recorded where
    return Atlas.of(config(), vocabulary(), [study("noticed", notices=[*notices, bare]), study("other", links=links)])


def empty() -> Atlas:
    """No study at all."""
    return Atlas.of(config(), vocabulary(), [])


def generated(n: int, seed: int = 1) -> Atlas:
    """``n`` studies with concepts drawn as they are in life: a few everywhere, most of them rarely."""
    rng = random.Random(seed)
    schemes = dict(SCHEMES)
    schemes["symptom"] = [_concept(f"symptom-{i}", f"Symptom {i}") for i in range(60)]
    schemes["biomarker"] = [_concept(f"marker-{i}", f"Marker {i}") for i in range(120)]
    schemes["method-flag"] = [_concept(f"flag-{i}", f"Flag {i}") for i in range(25)]
    return Atlas.of(config(), vocabulary(schemes), [_generated(rng, i, n) for i in range(n)])


def _draw(rng: random.Random, prefix: str, size: int, most: int) -> list[str]:
    """Up to ``most`` different ids, low numbers much likelier than high ones."""
    picked = {int(size * rng.random() ** 2.5) for _ in range(rng.randint(1, most))}
    return [f"{prefix}-{i}" for i in sorted(picked)]


_DIRECTIONS = ["increased", "decreased", "no-difference", "associated", "not-associated", "mixed"]


def _generated(rng: random.Random, number: int, n: int) -> Study:
    markers, symptoms = _draw(rng, "marker", 120, 4), _draw(rng, "symptom", 60, 6)
    names = [int(n * rng.random() ** 1.5) for _ in range(rng.randint(1, 6))]
    words = [
        "lorem",
        "ipsum",
        "dolor",
        "sit",
        "amet",
        "consectetur",
        "adipiscing",
        "elit",
        "sed",
        "do",
        "eiusmod",
        "tempor",
    ]
    findings = [
        {
            "text": " ".join(rng.choices(words, k=20)),
            "concepts": [rng.choice(markers), rng.choice(symptoms)][: rng.randint(1, 2)],
            "direction": rng.choice(_DIRECTIONS),
            "comparison": "healthy controls",
            "statistic": f"p={rng.random():.3f}",
        }
        for _ in range(rng.randint(1, 6))
    ]
    return study(
        f"author{number}-study",
        title=" ".join(rng.choices(words, k=12)),
        authors=[{"family": f"Family{i}", "given": "A B"} for i in dict.fromkeys(names)],
        journal=f"Journal {int(300 * rng.random() ** 2)}",
        year=rng.randint(1986, 2026),
        pmid=str(1_000_000 + number),
        doi=f"10.1000/x.{number}",
        design=rng.choice([c["id"] for c in SCHEMES["study-design"]]),
        evidence_level=f"E{rng.randint(0, 3)}",
        participants={"patients": rng.randint(5, 500), "controls": rng.randint(5, 500)},
        case_definition={"any": rng.choice([[], ["fukuda-1994"], ["ccc-2003"], ["fukuda-1994", "ccc-2003"]])},
        tags={"symptom": symptoms, "biomarker": markers, "method-flag": _draw(rng, "flag", 25, 3)},
        summary=" ".join(rng.choices(words, k=60)),
        why_it_matters=" ".join(rng.choices(words, k=40)),
        findings=findings,
        conclusions=[" ".join(rng.choices(words, k=20)) for _ in range(3)],
        questions=[" ".join(rng.choices(words, k=15)) for _ in range(2)],
        links=[{"relation": "cites", "study": f"author{rng.randrange(n)}-study"} for _ in range(rng.randint(0, 2))],
    )
