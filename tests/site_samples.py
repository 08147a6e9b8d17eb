"""An invented atlas for the tests of the site: small, with a retraction, a conflict, and markup in every text."""

from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

import networkx as nx

from entries.atlas import Atlas
from entries.config import AtlasConfig
from entries.study import Study
from entries.vocabulary import Scheme, Vocabulary
from graph.network import build_network
from graph.store import GraphStore
from index import engine as index_engine

BASE = "https://gout.example.org/"
MARKUP = "<script>alert('x')</script>\"'&amp;<img src=x onerror=alert(1)>"
FACETS = [
    ("pem", "Flare criterion", "pem", "scheme"),
    ("level", "Evidence level", "evidence_level", "scheme"),
    ("design", "Study design", "design", "count"),
    ("symptom", "Symptom", "tags.symptom", "count"),
    ("biomarker", "Biomarker", "tags.biomarker", "count"),
    ("definition", "Case definition", "case_definition", "count"),
    ("flag", "Method flag", "tags.method-flag", "count"),
    ("journal", "Journal", "journal", "name"),
    ("review", "Review status", "review", "scheme"),
]


def config(**changes: Any) -> AtlasConfig:
    """An atlas on another disease than the shipped one: nothing on a page may know better."""
    fields: dict[str, Any] = {
        "title": "Gout Atlas",
        "description": "Invented studies on gout. What they found is invented, too.",
        "disease": {"label": "Gout", "name": "Gouty arthritis", "exact_match": ["MONDO:0005393"]},
        "base_iri": BASE,
        "publisher": "The Gout Atlas testers",
        "licence": "https://creativecommons.org/licenses/by/4.0/",
        "licence_label": "CC BY 4.0",
        "versions": {"atlas": "9.8.7", "generator": "g-2", "scanner": "s-3", "policy": "p-4"},
        "tags": ["symptom", "biomarker", "method-flag"],
        "facets": [dict(zip(("name", "label", "source", "order"), f, strict=True)) for f in FACETS],
    }
    return AtlasConfig.model_validate(fields | changes)


def _concept(concept_id: str, label: str, **more: Any) -> dict[str, Any]:
    plain = f"{label}, plainly"
    return {"id": concept_id, "label": label, "plain": plain, "definition": f"What {label} is."} | more


def _many(prefix: str, label: str, count: int) -> list[dict[str, Any]]:
    return [_concept(f"{prefix}-{n}", f"{label} {n}") for n in range(1, count + 1)]


SCHEMES: dict[str, tuple[str, str, list[dict[str, Any]]]] = {
    "symptom": (
        "Symptom",
        "Symptoms",
        [
            _concept("pain", "Pain", exact_match=["HP:0012531", "XX:1"], synonyms=["ache", "soreness"]),
            _concept("toe-pain", "Toe pain", broader=["pain"], synonyms=["podagra"]),
            _concept("fever", "Fever"),
            _concept("swelling", "Swelling", note="Of a joint."),
        ],
    ),
    "biomarker": (
        "Biomarker",
        "Biomarkers",
        [
            _concept("uric-acid", "Uric acid", synonyms=["urate"]),
            _concept("il-1b", "IL-1β"),
            *_many("marker", "Marker", 60),
        ],
    ),
    "method-flag": ("Method flag", "Method flags", [_concept("small-sample", "Small sample")]),
    "study-design": (
        "Study design",
        "Study designs",
        [_concept("trial", "Trial", schema_type="MedicalTrial"), _concept("case-control", "Case-control study")],
    ),
    "evidence-level": ("Evidence level", "Evidence levels", [_concept(f"E{n}", f"Step {n}") for n in range(4)]),
    "peer-review": ("Peer review", "Peer-review statuses", [_concept("peer-reviewed", "Peer-reviewed")]),
    "review-status": (
        "Review status",
        "Review statuses",
        [_concept("machine-draft", "Machine draft"), _concept("reviewed", "Reviewed")],
    ),
    "pem-status": (
        "Flare criterion",
        "Flare criteria",
        [
            _concept("pem-required", "Flare required"),
            _concept("pem-not-required", "Flare not required"),
            _concept("pem-unclear", "Flare unclear"),
        ],
    ),
    "case-definition": (
        "Case definition",
        "Case definitions",
        [
            _concept("acr-1977", "ACR (1977)", year=1977, pem="required", source="Wallace SL. 1977."),
            _concept("rome-1963", "Rome (1963)", year=1963, pem="optional", source="Kellgren JH. 1963."),
        ],
    ),
}


def vocabulary() -> Vocabulary:
    """The schemes above; one concept's texts are markup."""
    schemes = []
    for name, (label, plural, concepts) in SCHEMES.items():
        extra = []
        if name == "symptom":
            extra = [
                {
                    "id": "markup",
                    "label": MARKUP,
                    "plain": MARKUP,
                    "definition": MARKUP,
                    "synonyms": [MARKUP],
                    "note": MARKUP,
                }
            ]
        schemes.append(
            Scheme.model_validate(
                {
                    "scheme": name,
                    "label": label,
                    "plural": plural,
                    "definition": f"All {plural}.",
                    "concepts": concepts + extra,
                }
            )
        )
    return Vocabulary(schemes)


def entry(study_id: str, **changes: Any) -> Study:
    """A sound study; ``changes`` replace its fields."""
    fields: dict[str, Any] = {
        "id": study_id,
        "title": f"Gout study {study_id}",
        "authors": [{"family": "Adams", "given": "Ann"}, {"family": "Brown"}],
        "journal": "Journal of Gout",
        "year": 2001,
        "design": "case-control",
        "peer_review": "peer-reviewed",
        "evidence_level": "E2",
        "tags": {"symptom": ["pain"]},
        "summary": "People with gout were compared with people without it.",
        "does_not_prove": "That gout causes anything.",
        "provenance": {"source": "invented", "generator": "g-2", "drafted": "2026-01-01"},
        "updated": "2026-01-02",
    }
    return Study.model_validate(fields | changes)


def studies(count: int = 30) -> list[Study]:
    """Six studies that each show something, and ``count`` alike."""
    told = [
        _urate(),
        _trial(),
        _hostile(),
        entry("clark-1999-withdrawn-work", title="A withdrawn work on urate", year=1999, evidence_level="E3"),
        entry(
            "davis-2000-retraction-note",
            title="Retraction of a work on urate",
            year=2000,
            links=[{"relation": "retracts", "study": "clark-1999-withdrawn-work", "note": "Data were made up."}],
        ),
        entry(
            "evans-2010-conflicted-criteria",
            year=2010,
            case_definition={"any": ["acr-1977"]},
            pem={"stated": "optional", "quote": "a flare was not needed"},
        ),
    ]
    first = date(2020, 1, 1)
    alike = [
        entry(
            f"series-{1980 + n % 40}-number-{n}",
            title=f"Series study number {n}",
            year=1980 + n % 40,
            tags={"symptom": ["fever"], "biomarker": [f"marker-{n % 60 + 1}", "uric-acid"]},
            participants={"patients": 10 + n},
            updated=(first + timedelta(days=n)).isoformat(),
        )
        for n in range(count)
    ]
    return told + alike


def _urate() -> Study:
    return entry(
        "adams-2005-urate-rises",
        title="Urate rises before the toe hurts",
        year=2005,
        pmid="900000042",
        doi="10.5555/gout.<1>",
        participants={"patients": 20, "controls": 21},
        case_definition={"any": ["acr-1977"]},
        tags={"symptom": ["toe-pain", "swelling"], "biomarker": ["uric-acid"], "method-flag": ["small-sample"]},
        why_it_matters="It shows what comes first.",
        findings=[
            {
                "text": "Urate was higher in patients.",
                "concepts": ["uric-acid"],
                "direction": "increased",
                "comparison": "healthy controls",
                "statistic": "t=3.2, p=0.002",
                "basis": "quoted",
                "quote": "urate was higher",
                "location": "abstract",
            },
            {"text": "Pain went with urate.", "concepts": ["uric-acid", "toe-pain"], "direction": "associated"},
        ],
        conclusions=["Urate may come first."],
        questions=["Does it always?"],
        does_not_prove="That lowering urate helps anybody.",
    )


def _trial() -> Study:
    return entry(
        "brown-2012-nothing-helps",
        title="A trial of nothing for the toe",
        year=2012,
        design="trial",
        evidence_level="E1",
        case_definition={"any": ["rome-1963"]},
        tags={"symptom": ["toe-pain"], "biomarker": ["uric-acid"]},
        findings=[{"text": "Urate did not change.", "concepts": ["uric-acid"], "direction": "no-difference"}],
        links=[
            {"relation": "corrects", "study": "evans-2010-conflicted-criteria", "note": "A table."},
            {"relation": "extends", "study": "adams-2005-urate-rises"},
        ],
        review={"status": "reviewed", "history": [{"on": "2026-02-03", "by": "C. Urator", "status": "reviewed"}]},
    )


def _hostile() -> Study:
    """Markup in every text, and cells that a spreadsheet would compute."""
    return entry(
        "mallory-2020-markup-everywhere",
        title=f"=cmd|' /C calc'!A0 {MARKUP}",
        authors=[{"family": MARKUP, "given": MARKUP}, {"literal": MARKUP}],
        journal=MARKUP,
        year=2020,
        volume=MARKUP,
        participants={"patients": 1, "groups": [{"label": MARKUP, "n": 1}], "note": MARKUP},
        pem={"stated": "absent", "quote": MARKUP},
        case_definition={"any": ["acr-1977"], "quote": MARKUP},
        tags={"symptom": ["markup"]},
        summary=MARKUP,
        why_it_matters=MARKUP,
        findings=[
            {
                "text": MARKUP,
                "concepts": ["markup"],
                "direction": "mixed",
                "comparison": MARKUP,
                "statistic": MARKUP,
                "basis": "quoted",
                "quote": MARKUP,
                "location": MARKUP,
            }
        ],
        conclusions=[MARKUP],
        questions=[MARKUP],
        does_not_prove=MARKUP,
        links=[{"relation": "disputes", "study": "adams-2005-urate-rises", "note": MARKUP}],
        provenance={"source": MARKUP, "record": MARKUP, "generator": MARKUP},
    )


def atlas(count: int = 30) -> Atlas:
    """The whole of it."""
    return Atlas.of(config(), vocabulary(), studies(count))


class SampleBuild:
    """An atlas with its index and graph in a folder, as :class:`explorer.instance.Instance` offers them."""

    def __init__(self, made_of: Atlas, folder: Path, engine: str = "tantivy") -> None:
        self.atlas = made_of
        index_engine.build(made_of, folder / "index", engine)
        self.engine = index_engine.open_index(folder / "index", made_of)
        self.graph_store = GraphStore.build(made_of, folder / "graph")
        self.built = datetime(2026, 4, 8, 12, 0, tzinfo=UTC)

    @cached_property
    def network(self) -> nx.MultiDiGraph:
        """The networkx view."""
        return build_network(self.atlas)

    def fresh(self) -> "SampleBuild":
        """Always this one."""
        return self
