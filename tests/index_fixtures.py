"""A small atlas for the tests of the index: its own vocabulary, and studies that hold what is hard to search for.

The first studies are written by hand (Greek letters, spellings, hyphens, markup, odd names, missing parts); the others
are drawn from the same words with a fixed seed. None of them is a real study.
"""

import random
from datetime import date
from functools import lru_cache
from typing import Any

from entries.atlas import Atlas
from entries.config import AtlasConfig
from entries.study import Direction, Study
from entries.vocabulary import Concept, Scheme, Vocabulary

GENERATED = 60


def _concept(concept_id: str, label: str, *synonyms: str, broader: str = "", **more: Any) -> Concept:
    parents = (broader,) if broader else ()
    plain = more.pop("plain", label)
    return Concept(
        id=concept_id, label=label, plain=plain, definition=f"{label}.", synonyms=synonyms, broader=parents, **more
    )  # fmt: skip


def _scheme(scheme: str, label: str, *concepts: Concept) -> Scheme:
    return Scheme(scheme=scheme, label=label, plural=f"{label}s", definition=f"{label}.", concepts=concepts)


@lru_cache(maxsize=1)
def vocabulary() -> Vocabulary:
    return Vocabulary(
        [
            _scheme(
                "symptom",
                "Symptom",
                _concept("pain", "Pain"),
                _concept("headache", "Headache", "cephalalgia", broader="pain"),
                _concept("migraine", "Migraine", broader="headache"),
                _concept("myalgia", "Myalgia", broader="pain", plain="Muscle pain"),
                _concept("fatigue", "Fatigue", "tiredness"),
                _concept("cognitive-dysfunction", "Cognitive dysfunction", "brain fog", "cognitive impairment"),
                _concept(
                    "post-exertional-malaise", "Post-exertional malaise", "PEM", "crash", plain="Crash after effort"
                ),
                _concept("orthostatic-intolerance", "Orthostatic intolerance", "dizziness on standing"),
                _concept("unused-symptom", "Unused symptom"),
            ),
            _scheme(
                "biomarker",
                "Biomarker",
                _concept("immune-marker", "Immune marker"),
                _concept("cytokine", "Cytokines", broader="immune-marker"),
                _concept("tnf-alpha", "TNF-α", "tumour necrosis factor alpha", broader="cytokine"),
                _concept("il-6", "IL-6", "interleukin 6", broader="cytokine"),
                _concept("nk-cell-function", "NK cell function", "NK cytotoxicity", broader="immune-marker"),
                _concept("lactate", "Lactate", "lactic acid"),
            ),
            _scheme(
                "method-flag",
                "Method flag",
                _concept("small-sample", "Small sample"),
                _concept("no-control-group", "No control group", "uncontrolled"),
                _concept("pem-not-defined", "PEM not defined"),
            ),
            _scheme(
                "study-design",
                "Study design",
                _concept("trial", "Trial"),
                _concept("randomised-controlled-trial", "Randomised controlled trial", "RCT", broader="trial"),
                _concept("case-control", "Case-control study"),
                _concept("cohort", "Cohort study"),
                _concept("review", "Review"),
            ),
            _scheme("evidence-level", "Evidence level", *(_concept(f"E{i}", f"Level {i}") for i in range(4))),
            _scheme(
                "peer-review",
                "Peer review",
                _concept("peer-reviewed", "Peer-reviewed"),
                _concept("preprint", "Preprint"),
            ),
            _scheme(
                "review-status",
                "Review status",
                _concept("machine-draft", "Machine draft"),
                _concept("checked", "Checked"),
            ),
            _scheme(
                "pem-status",
                "PEM status",
                _concept("pem-required", "PEM required"),
                _concept("pem-not-required", "PEM not required"),
                _concept("pem-unclear", "PEM unclear"),
            ),
            _scheme(
                "case-definition",
                "Case definition",
                _concept("ccc-2003", "Canadian Consensus Criteria 2003", "CCC", pem="required", year=2003),
                _concept("fukuda-1994", "Fukuda 1994", "CDC 1994", pem="optional", year=1994),
                _concept("oxford-1991", "Oxford 1991", pem="absent", year=1991),
            ),
        ]
    )


@lru_cache(maxsize=1)
def config() -> AtlasConfig:
    facet = [
        ("pem", "Post-exertional malaise", "pem", "scheme"),
        ("level", "Evidence level", "evidence_level", "scheme"),
        ("design", "Study design", "design", "count"),
        ("symptom", "Symptom", "tags.symptom", "count"),
        ("biomarker", "Biomarker", "tags.biomarker", "name"),
        ("flag", "Method flag", "tags.method-flag", "count"),
        ("definition", "Case definition", "case_definition", "count"),
        ("review", "Review status", "review", "scheme"),
        ("peer", "Peer review", "peer_review", "scheme"),
        ("journal", "Journal", "journal", "count"),
        ("author", "Author", "authors", "count"),
        ("participants", "Participants", "size", "scheme"),
        ("controls", "Controls", "controls", "scheme"),
        ("direction", "Direction of findings", "direction", "scheme"),
        ("claim", "Finding and its direction", "claim", "count"),
    ]
    return AtlasConfig.model_validate(
        {
            "title": "Test atlas",
            "description": "For tests.",
            "disease": {"label": "ME/CFS", "name": "Myalgic encephalomyelitis / chronic fatigue syndrome"},
            "base_iri": "https://example.org/",
            "publisher": "Nobody",
            "licence": "https://creativecommons.org/licenses/by/4.0/",
            "licence_label": "CC BY 4.0",
            "versions": {"atlas": "0", "generator": "v0", "scanner": "none", "policy": "v0"},
            "tags": ["symptom", "biomarker", "method-flag"],
            "facets": [dict(zip(("name", "label", "source", "order"), row, strict=True)) for row in facet],
        }
    )


def study(study_id: str, **fields: Any) -> Study:
    """A study with what every study needs, and ``fields`` over it."""
    base: dict[str, Any] = {
        "id": study_id,
        "title": f"Title of {study_id}",
        "authors": [{"family": "Doe", "given": "J"}],
        "year": 2000,
        "design": "case-control",
        "peer_review": "peer-reviewed",
        "evidence_level": "E2",
        "summary": "A summary.",
        "does_not_prove": "It does not prove a cause.",
        "provenance": {"source": "test"},
        "updated": date(2026, 1, 1).isoformat(),
    }
    return Study.model_validate(base | fields)


def tagged(
    symptom: list[str] | None = None, biomarker: list[str] | None = None, flag: list[str] | None = None
) -> dict[str, Any]:
    tags = {"symptom": symptom, "biomarker": biomarker, "method-flag": flag}
    return {"tags": {scheme: ids for scheme, ids in tags.items() if ids}}


SPELLINGS = (
    study(
        "spell-2001-nf-greek",
        title="NF-κB in white blood cells",
        summary="Production of NF-κB was raised by TNF-α and by IL-6.",
        year=2001,
        pmid="11111111",
        doi="10.1000/spell.1",
        **tagged(["fatigue"], ["tnf-alpha", "il-6"], ["small-sample"]),
    ),
    study(
        "spell-2002-nf-spaced", summary="NF kappa B and TNF alpha, and IL 6, were measured.", year=2002, pmid="11111112"
    ),
    study("spell-2003-nf-short", summary="The factors nf-kb, TNFa and IL6 in haemoglobin-rich samples.", year=2003),
    study("spell-2004-nf-joined", summary="NFkB, tnf-alpha, il-6 and oedema; CD4+ T-cells; VO₂max.", year=2004),
    study("spell-2005-nf-name", summary="NFkappaB after TNFalpha; hemoglobin, edema, CD4 cells, VO2max.", year=2005),
    study("spell-2006-pem-hyphen", summary="Post-exertional malaise after randomised paediatric trials.", year=2006),
    study("spell-2007-pem-blank", summary="Post exertional malaise after randomized pediatric trials.", year=2007),
    study("spell-2008-pem-joined", summary="Postexertional malaise; tumours and behaviour in centres.", year=2008),
    study("spell-2009-american", summary="A tumor, behavior in a center, analyses of mitochondria.", year=2009),
    study("spell-2010-plural", summary="One analysis of a mitochondrion in one woman, and her children.", year=2010),
    study("spell-2011-signs", summary="CO₂, H₂O₂ and Ca²⁺ influx; β₂-adrenergic blockers; SARS-CoV-2.", year=2011),
    study("spell-2012-figures", summary="CO2, H2O2 and Ca2+ influx; beta-2 adrenergic; SARS CoV-2.", year=2012),
    study(
        "spell-2013-british",
        summary="Diarrhoea, leukaemia, ischaemic; oestrogen, orthopaedic randomisation; naïve T-cells.",
        year=2013,
    ),
    study(
        "spell-2014-american",
        summary="Diarrhea, leukemia, ischemic; estrogens, orthopedic randomization; naive T cells.",
        year=2014,
    ),
)
ODD = (
    study(
        "odd-1996-markup",
        title="<script>alert('x')</script> & <b>fatigue</b>",
        authors=[{"family": "<i>Doe</i>", "given": "A & B"}, {"literal": "Group <3"}],
        journal="Journal of <em>Tags</em>",
        summary="<script>fatigue</script>",
        why_it_matters="<img src=x onerror=fatigue>",
        conclusions=["fatigue </mark><mark>"],
        findings=[{"text": "fatigue <svg/onload=1>", "concepts": ["fatigue"]}],
        does_not_prove="fatigue & <u>nothing</u>",
        year=1996,
        **tagged(["fatigue"]),
    ),
    study(
        "odd-1986-group",
        title="Ångström, naïve façade: Löbel and O’Neill on Sjögren’s",
        authors=[{"literal": "The Löbel Group"}],
        year=1986,
        design="review",
        evidence_level="E3",
        participants={"patients": 12, "controls": 10},
    ),
    study(
        "odd-1750-first", title="Of tiredness", year=1750, evidence_level="E3", design="review", peer_review="preprint"
    ),
    study(
        "odd-2011-doi",
        title="A study with a difficult DOI",
        doi="10.1016/S0140-6736(96)91208-6",
        pmid="7",
        pmcid="PMC77",
        year=2011,
        authors=[{"family": "van der Meer-Smith", "given": "Jos"}],
    ),
    study(
        "odd-2012-definition", year=2012, case_definition={"all": ["ccc-2003", "fukuda-1994"]}, **tagged(["migraine"])
    ),
    study("odd-2013-either", year=2013, case_definition={"any": ["ccc-2003", "fukuda-1994"]}, **tagged(["headache"])),
    study("odd-2014-oxford", year=2014, case_definition={"any": ["oxford-1991"]}, **tagged(["myalgia"])),
    study(
        "odd-2015-trial",
        year=2015,
        design="randomised-controlled-trial",
        evidence_level="E0",
        participants={"total": 500},
    ),
    study("odd-2016-brain", year=2016, **tagged(["cognitive-dysfunction"])),
    study("odd-2017-same-title", title="One title", year=2017),
    study("odd-2018-same-title", title="One title", year=2017),
    study("odd-2019-one-word", title="Zymurgy", summary="x", year=2019, participants={"patients": 0}),
)
_WORDS = """
fatigue pain cells immune cytokine NF-κB TNF-α IL-6 lactate sleep brain patients controls increased decreased trial
post-exertional malaise cohort women exercise muscle oxygen mitochondria behaviour severity symptoms blood natural
killer function placebo randomised orthostatic heart rate memory attention serum cortisol gut
"""
WORDS = _WORDS.split()


def _generated(number: int, rng: random.Random) -> Study:
    def words(least: int, most: int) -> str:
        return " ".join(rng.choices(WORDS, k=rng.randint(least, most)))

    def some(scheme: str, most: int) -> list[str]:
        ids = [c.id for c in vocabulary().of_scheme(scheme) if c.id != "unused-symptom"]
        return rng.sample(ids, rng.randint(0, most))

    return study(
        f"made-{1985 + number % 35}-{number:03d}",
        title=words(3, 8).capitalize(),
        authors=[
            {"family": rng.choice(["Maes", "See", "Tilles", "Jason", "Löbel"]), "given": rng.choice("ABC")}
            for _ in "ab"
        ],
        journal=rng.choice(["Annals of Tests", "Journal of Fatigue", "Neuro endocrinology letters"]),
        year=1985 + rng.randint(0, 35),
        pmid=str(20_000_000 + number),
        doi=f"10.5555/made.{number}",
        design=rng.choice(["case-control", "cohort", "review", "randomised-controlled-trial", "trial"]),
        evidence_level=rng.choice(["E0", "E1", "E2", "E3"]),
        peer_review=rng.choice(["peer-reviewed", "preprint"]),
        participants={"patients": rng.choice([None, rng.randint(5, 400)]), "controls": rng.choice([None, 20])},
        case_definition={rng.choice(["any", "all"]): some("case-definition", 2)},
        summary=words(10, 60),
        why_it_matters=words(5, 20),
        findings=[
            {"text": words(6, 20), "concepts": some("biomarker", 1), "direction": rng.choice([None, *Direction])}
            for _ in range(rng.randint(0, 4))
        ],
        conclusions=[words(5, 15)],
        does_not_prove=words(5, 20),
        **tagged(some("symptom", 3), some("biomarker", 2), some("method-flag", 2)),
    )


@lru_cache(maxsize=4)
def studies(seed: int = 7) -> tuple[Study, ...]:
    rng = random.Random(seed)
    return (*SPELLINGS, *ODD, *(_generated(number, rng) for number in range(GENERATED)))


def atlas(*more: Study) -> Atlas:
    """The atlas of all studies of this module, and ``more`` (which replace those with the same id)."""
    merged = {s.id: s for s in (*studies(), *more)}
    return Atlas.of(config(), vocabulary(), merged.values())
