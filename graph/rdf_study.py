"""The study: what was done, on whom, what came of it, and how it stands to other studies."""

from collections.abc import Iterator

from entries.policy import pem_badge
from entries.study import Relation, Study
from graph.namespaces import term
from graph.ontology import LABEL, A
from graph.rdf_context import Context
from graph.rdf_finding import SUBJECT, passage
from graph.terms import Triple, integer, text

STUDY = "schema:MedicalStudy"
CITO = {
    Relation.CITES: term("cito:cites"),
    Relation.REPLICATES: term("cito:confirms"),
    Relation.DISPUTES: term("cito:disputes"),
    Relation.EXTENDS: term("cito:extends"),
    Relation.CORRECTS: term("cito:corrects"),
    Relation.RETRACTS: term("cito:retracts"),
}


def study_node_triples(context: Context, study: Study) -> Iterator[Triple]:
    """The study itself without paper, findings and provenance."""
    names, node = context.names, context.names.study(study.id)
    for kind in dict.fromkeys((_schema_class(context, study), term(STUDY))):
        yield node, A, kind
    yield node, LABEL, text(study.title)
    yield node, term("dcterms:identifier"), text(study.id)
    yield node, term("schema:subjectOf"), names.part(study.id, "paper")
    yield node, term("schema:healthCondition"), names.dataset_part("condition")
    yield node, context.ev["design"], names.concept(study.design)
    yield node, context.ev["evidenceLevel"], names.concept(study.evidence_level)
    yield from _inclusion(context, study)
    yield from _pem(context, study)
    yield from _participants(context, study)
    for concept in dict.fromkeys(study.tags.all()):
        yield node, SUBJECT, names.concept(concept)
    yield from _texts(context, study)
    yield from _links(context, study)


def _schema_class(context: Context, study: Study) -> str:
    design = context.vocabulary.get(study.design)
    return term(f"schema:{design.schema_type}") if design and design.schema_type else term(STUDY)


def _inclusion(context: Context, study: Study) -> Iterator[Triple]:
    node, use = context.names.study(study.id), study.case_definition
    combined = context.ev["metAllOf" if use.all else "metAnyOf"]
    for definition in dict.fromkeys(use.ids):
        concept = context.names.concept(definition)
        yield node, context.ev["caseDefinition"], concept
        yield node, combined, concept
    if use.quote:
        yield node, context.ev["inclusionSource"], context.names.part(study.id, "inclusion")
        yield from passage(context, study, "inclusion", use.quote)


def _pem(context: Context, study: Study) -> Iterator[Triple]:
    node, ev, badge = context.names.study(study.id), context.ev, pem_badge(study, context.vocabulary)
    if badge.status in context.vocabulary:  # an atlas without such a criterion has nothing to say of it
        yield node, ev["pemStatus"], context.names.concept(badge.status)
        yield node, ev["pemReason"], context.words(badge.reason)
    if badge.conflict:
        yield node, ev["pemConflict"], context.words(badge.conflict)
    if study.pem.stated:
        yield node, ev["pemStated"], text(study.pem.stated)
    if study.pem.quote:
        yield node, ev["pemSource"], context.names.part(study.id, "pem")
        yield from passage(context, study, "pem", study.pem.quote)


def _participants(context: Context, study: Study) -> Iterator[Triple]:
    node, ev, people = context.names.study(study.id), context.ev, study.participants
    for name, count in (("patients", people.patients), ("controls", people.controls), ("participants", people.size)):
        if count is not None:
            yield node, ev[name], integer(count)
    if people.note:
        yield node, ev["participantsNote"], context.words(people.note)
    for number, group in enumerate(people.groups, 1):
        arm = context.names.part(study.id, f"group-{number}")
        yield node, ev["group"], arm
        yield arm, A, ev["Group"]
        yield arm, LABEL, context.words(group.label)
        yield arm, ev["size"], integer(group.n)


def _texts(context: Context, study: Study) -> Iterator[Triple]:
    node, ev = context.names.study(study.id), context.ev
    yield node, term("schema:description"), context.words(study.summary)
    if study.why_it_matters:
        yield node, ev["whyItMatters"], context.words(study.why_it_matters)
    for conclusion in dict.fromkeys(study.conclusions):
        yield node, ev["conclusion"], context.words(conclusion)
    for question in dict.fromkeys(study.questions):
        yield node, ev["openQuestion"], context.words(question)
    yield node, ev["doesNotProve"], context.words(study.does_not_prove)


def _links(context: Context, study: Study) -> Iterator[Triple]:
    """Each link as one CiTO triple; a link with a note also as a citation that can carry it."""
    node = context.names.study(study.id)
    for link in dict.fromkeys(study.links):
        yield node, CITO[link.relation], context.names.study(link.study)
    for number, link in enumerate(study.links, 1):
        if link.note:
            citation = context.names.part(study.id, f"link-{number}")
            yield citation, A, term("cito:Citation")
            yield citation, term("cito:hasCitingEntity"), node
            yield citation, term("cito:hasCitedEntity"), context.names.study(link.study)
            yield citation, term("cito:hasCitationCharacterization"), CITO[link.relation]
            yield citation, term("rdfs:comment"), context.words(link.note)
