"""Our own terms, for what no borrowed vocabulary says. The RDF uses no term of ours that is not in this table.

Addresses are ``<base>ns#<name>``. The table is also published as RDF (:func:`ontology_triples`) and is what
``docs/rdf.md`` is checked against.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from entries.study import Basis, Direction
from graph.namespaces import Names, term
from graph.standings import MEANINGS
from graph.terms import Term, Triple, text

A = term("rdf:type")
LABEL = term("rdfs:label")
COMMENT = term("rdfs:comment")

CLASSES = {
    "Finding": "One claim of a study: what was seen, in which direction, against what, on what basis.",
    "Entry": "The description of one study in the atlas: a named graph with a licence, a history and reviewers.",
    "CaseDefinition": "Published criteria for who counts as a patient.",
    "Notice": "What was published about a paper after it: a retraction, an expression of concern, a correction.",
    "Group": "One arm or cohort of a study.",
    "FieldReview": "That somebody looked at one field of an entry, with what outcome.",
    "Direction": "Which way a finding points, relative to its comparison.",
    "Basis": "What the wording of a finding rests on.",
    "Standing": "How a study or a finding stands among the others. It is no evidence level.",
    "StandingAssessment": "That a rule in a version, and no person, gave a study and its findings their standing.",
    "FindingGroup": "Findings of any studies that compared something on the very same concepts together.",
}

OBJECT_PROPERTIES = {
    "design": "The study's design, a concept of the scheme study-design.",
    "evidenceLevel": "The strength of the evidence, E0 (strongest) to E3 (preliminary).",
    "peerReview": "Whether the paper passed peer review.",
    "pemStatus": "Whether the criterion of the scheme pem-status was required for inclusion; derived.",
    "caseDefinition": "A definition that the study names for inclusion, however several are combined.",
    "metAnyOf": "Patients met at least one of these definitions.",
    "metAllOf": "Patients met every one of these definitions.",
    "inclusionSource": "Where the paper says which case definition it used.",
    "pemSource": "Where the paper states whether it required the criterion of the scheme pem-status.",
    "group": "An arm or cohort of the study.",
    "finding": "A finding of the study.",
    "direction": "Which way the finding points.",
    "basis": "Whether the finding is quoted, computed from the paper's figures, or stated in our words.",
    "source": "The place in the paper that the finding rests on, with its quote where there is one.",
    "notice": "A notice on the paper, of which the atlas need hold no entry.",
    "reviewStatus": "How far people have reviewed this; machine draft where nobody has.",
    "fieldReview": "The review of one field of the entry.",
    "standing": "How the study or finding stands: derived from links between studies and directions, never entered.",
    "studyClass": "The schema.org class of studies of this design.",
}

DATA_PROPERTIES = {
    "pemReason": "Why the study has its pem-status.",
    "pemConflict": "What speaks against the pem-status: the paper's statement and its case definition disagree.",
    "pemStated": "What the paper itself states of the criterion of the scheme pem-status: required, optional, absent.",
    "pemRule": "How a case definition treats the criterion of pem-status: required, optional, absent or ambiguous.",
    "patients": "Number of patients.",
    "controls": "Number of controls.",
    "participants": "Number of participants in all.",
    "participantsNote": "What else must be known about the numbers of participants.",
    "size": "Number of people in a group.",
    "whyItMatters": "Why the study matters, in plain language.",
    "doesNotProve": "What the study does not show, although it might be read so.",
    "conclusion": "What the authors concluded.",
    "openQuestion": "What stays open after the study.",
    "comparison": "Against whom or what the finding was made.",
    "statistic": "The figures behind the finding as the paper gives them.",
    "location": "Where in the paper: a section, a table, a figure.",
    "noticeKind": "What a notice says: retracted, partly-retracted, concern, corrected or earlier-version.",
    "field": "Name of the field of the entry.",
    "sourceRecord": "Identifier of the bibliographic record that the entry was drafted from.",
    "plainLabel": "The label in plain language.",
    "pluralLabel": "The label for several.",
    "standingReason": "What the standing of a study or finding was derived from, in words.",
}

SUB_PROPERTIES = {"metAnyOf": "caseDefinition", "metAllOf": "caseDefinition"}

STUDY, PAPER, CONCEPT = "schema:MedicalStudy", "schema:MedicalScholarlyArticle", "skos:Concept"
PASSAGE, WORDS, STRING, NUMBER = "oa:SpecificResource", "rdf:langString", "xsd:string", "xsd:integer"

# What has a property: only where it holds of all data, so that nothing wrong is inferred. An entry has a review
# status, and so has each review; a study has a standing, and so has each finding: these properties have no domain.
DOMAINS: dict[str, tuple[str, ...]] = {
    STUDY: (
        *("design", "evidenceLevel", "pemStatus", "pemReason", "pemConflict", "pemStated", "pemSource", "finding"),
        *("caseDefinition", "metAnyOf", "metAllOf", "inclusionSource", "patients", "controls", "participants"),
        *("participantsNote", "group", "whyItMatters", "doesNotProve", "conclusion", "openQuestion"),
    ),
    PAPER: ("peerReview", "notice"),
    CONCEPT: ("plainLabel", "studyClass"),
    PASSAGE: ("location",),
    "skos:ConceptScheme": ("pluralLabel",),
    "ev:Finding": ("direction", "basis", "source", "comparison", "statistic"),
    "ev:Entry": ("fieldReview", "sourceRecord"),
    "ev:CaseDefinition": ("pemRule",),
    "ev:Notice": ("noticeKind",),
    "ev:Group": ("size",),
    "ev:FieldReview": ("field",),
}
# What a property leads to. The class that ``studyClass`` names is schema.org's, and is not described here.
RANGES: dict[str, tuple[str, ...]] = {
    CONCEPT: ("design", "evidenceLevel", "peerReview", "pemStatus", "reviewStatus"),
    "ev:CaseDefinition": ("caseDefinition", "metAnyOf", "metAllOf"),
    PASSAGE: ("inclusionSource", "pemSource", "source"),
    "ev:Group": ("group",),
    "ev:Finding": ("finding",),
    "ev:Direction": ("direction",),
    "ev:Basis": ("basis",),
    "ev:Standing": ("standing",),
    "ev:Notice": ("notice",),
    "ev:FieldReview": ("fieldReview",),
    NUMBER: ("patients", "controls", "participants", "size"),
    STRING: ("pemStated", "pemRule", "statistic", "location", "noticeKind", "field", "sourceRecord"),
    WORDS: (
        *("pemReason", "pemConflict", "participantsNote", "whyItMatters", "doesNotProve", "conclusion"),
        *("openQuestion", "comparison", "plainLabel", "pluralLabel", "standingReason"),
    ),
}

DIRECTIONS: dict[str, str] = {
    Direction.INCREASED: "Higher, more or more frequent than in the comparison.",
    Direction.DECREASED: "Lower, less or less frequent than in the comparison.",
    Direction.NO_DIFFERENCE: "No difference was found. It does not show that there is none.",
    Direction.ASSOCIATED: "The two go together. It says nothing of cause.",
    Direction.NOT_ASSOCIATED: "No association was found.",
    Direction.MIXED: "Different directions in parts of the study.",
}
BASES: dict[str, str] = {
    Basis.QUOTED: "In the paper's own words, which are given.",
    Basis.COMPUTED: "Our arithmetic on figures that the paper gives.",
    Basis.STATED: "The paper says so; here it is in our words.",
}
STANDINGS: dict[str, str] = {standing.value: meaning for standing, meaning in MEANINGS.items()}
INDIVIDUALS: dict[str, Mapping[str, str]] = {"Direction": DIRECTIONS, "Basis": BASES, "Standing": STANDINGS}
SCHEMES = {"standings": "How studies and findings stand, as a rule derives it from links and directions."}
KINDS = {"rdfs:Class": CLASSES, "owl:ObjectProperty": OBJECT_PROPERTIES, "owl:DatatypeProperty": DATA_PROPERTIES}
NAMES = (*CLASSES, *OBJECT_PROPERTIES, *DATA_PROPERTIES, *DIRECTIONS, *BASES, *STANDINGS, *SCHEMES)


@dataclass(frozen=True)
class Ontology:
    """Terms of ours by name: ``ontology["finding"]``. Raises KeyError for a name that is not declared above."""

    names: Names
    terms: Mapping[str, Term]

    @classmethod
    def of(cls, names: Names) -> "Ontology":
        """The ontology below one base IRI."""
        return cls(names, {str(name): names.ev(name) for name in NAMES})

    def __getitem__(self, name: str) -> Term:
        return self.terms[name]


def ontology_triples(names: Names) -> Iterator[Triple]:
    """The ontology described: classes, properties with domain and range, individuals; all labelled in English."""
    ev = Ontology.of(names)
    here = names.ontology()
    yield here, A, term("owl:Ontology")
    yield here, LABEL, text("Terms of the evidence explorer", "en")
    for kind, comments in KINDS.items():
        for name, comment in comments.items():
            yield from _declared(ev, name, term(kind), comment)
    for name, parent in SUB_PROPERTIES.items():
        yield ev[name], term("rdfs:subPropertyOf"), ev[parent]
    for property_, table in (("rdfs:domain", DOMAINS), ("rdfs:range", RANGES)):
        for class_, properties in table.items():
            own = class_.removeprefix("ev:")
            for name in properties:
                yield ev[name], term(property_), term(class_) if own == class_ else ev[own]
    for class_name, individuals in INDIVIDUALS.items():
        for name, comment in individuals.items():
            yield from _declared(ev, name, ev[class_name], comment)
    yield from _standings(ev)


def _standings(ev: Ontology) -> Iterator[Triple]:
    """The standings are concepts, so that they can be listed and matched as those of the vocabularies are."""
    ((name, comment),) = SCHEMES.items()
    scheme = ev[name]
    yield from _declared(ev, name, term("skos:ConceptScheme"), comment)
    yield scheme, term("skos:prefLabel"), text("Standing", "en")
    yield scheme, term("skos:definition"), text(comment, "en")
    for standing, meaning in STANDINGS.items():
        yield scheme, term("skos:hasTopConcept"), ev[standing]
        yield ev[standing], A, term("skos:Concept")
        yield ev[standing], term("skos:inScheme"), scheme
        yield ev[standing], term("skos:topConceptOf"), scheme
        yield ev[standing], term("skos:notation"), text(standing)
        yield ev[standing], term("skos:prefLabel"), text(_words(standing).capitalize(), "en")
        yield ev[standing], term("skos:definition"), text(meaning, "en")


def _declared(ev: Ontology, name: str, kind: Term, comment: str) -> Iterator[Triple]:
    yield ev[name], A, kind
    yield ev[name], LABEL, text(_words(name), "en")
    yield ev[name], COMMENT, text(comment, "en")
    yield ev[name], term("rdfs:isDefinedBy"), ev.names.ontology()


def _words(name: str) -> str:
    """``evidenceLevel`` and ``no-difference`` as words; class names keep one capital."""
    spaced = "".join(f" {c.lower()}" if c.isupper() else c for c in name.replace("-", " ")).strip()
    return spaced.capitalize() if name[0].isupper() else spaced
