"""Who or what made the entry, in which version, from what, under which licence, and who has looked at it since."""

from collections.abc import Iterator

from entries.study import ReviewEvent, Study
from graph.namespaces import term
from graph.ontology import A
from graph.rdf_context import Context, slug
from graph.terms import Term, Triple, day, iri, text

DATE = term("dcterms:date")
WITH = term("prov:wasAssociatedWith")
STATUS = "reviewStatus"
NO_VERSION = "none"  # what an entry or atlas.yaml says of a program that was not in use


def provenance_triples(context: Context, study: Study) -> Iterator[Triple]:
    """The named graph as a thing: what it is about, its licence, its making and its reviews."""
    names, graph = context.names, context.names.graph(study.id)
    yield graph, A, context.ev["Entry"]
    yield graph, A, term("prov:Entity")
    yield graph, term("foaf:primaryTopic"), names.study(study.id)
    yield graph, term("void:inDataset"), names.dataset()
    yield graph, term("dcterms:license"), iri(context.config.licence)
    yield graph, term("dcterms:modified"), day(study.updated)
    yield graph, term("dcterms:source"), text(study.provenance.source)
    if study.provenance.record:
        yield graph, context.ev["sourceRecord"], text(study.provenance.record)
    yield graph, term("biolink:agent_type"), text(agent_type(study))
    yield graph, context.ev[STATUS], names.concept(study.review.status)
    yield from _draft(context, study, graph)
    yield from _history(context, study, graph)
    yield from _fields(context, study, graph)


def agent_type(study: Study) -> str:
    """Biolink's word for who stands behind the entry: a program, a program checked by people, people, or unknown."""
    if study.provenance.generator:
        return "manual_validation_of_automated_agent" if study.review.history else "automated_agent"
    return "manual_agent" if study.review.history else "not_provided"


def _draft(context: Context, study: Study, graph: Term) -> Iterator[Triple]:
    provenance, activity = study.provenance, context.names.part(study.id, "draft")
    yield graph, term("prov:wasGeneratedBy"), activity
    yield activity, A, term("prov:Activity")
    yield activity, term("prov:used"), context.names.part(study.id, "paper")
    if provenance.drafted:
        yield activity, DATE, day(provenance.drafted)
    for role, version in (("generator", provenance.generator), ("scanner", provenance.scanner)):
        if version and version != NO_VERSION:
            agent = context.agent(role, version)
            yield activity, WITH, agent
            yield from agent_triples(agent, role, version)
    if provenance.policy:
        policy = context.agent("policy", provenance.policy)
        yield activity, term("prov:used"), policy
        yield policy, A, term("prov:Entity")
        yield policy, term("schema:name"), text(f"policy {provenance.policy}")


def agent_triples(agent: Term, role: str, version: str) -> Iterator[Triple]:
    """A program in one version."""
    yield agent, A, term("prov:SoftwareAgent")
    yield agent, term("schema:name"), text(role)
    yield agent, term("schema:softwareVersion"), text(version)


def _history(context: Context, study: Study, graph: Term) -> Iterator[Triple]:
    for number, event in enumerate(study.review.history, 1):
        activity = context.names.part(study.id, f"review-{number}")
        yield graph, term("prov:wasInfluencedBy"), activity
        yield from _event(context, activity, graph, event)


def _event(context: Context, activity: Term, graph: Term, event: ReviewEvent) -> Iterator[Triple]:
    yield activity, A, term("prov:Activity")
    yield activity, DATE, day(event.on)
    yield activity, term("prov:used"), graph
    yield from _by(context, activity, event.by)
    if event.status:
        yield activity, context.ev[STATUS], context.names.concept(event.status)
    if event.note:
        yield activity, term("rdfs:comment"), context.words(event.note)


def _by(context: Context, activity: Term, name: str) -> Iterator[Triple]:
    person = context.names.dataset_part(f"person-{slug(name)}")
    yield activity, WITH, person
    yield person, A, term("prov:Person")
    yield person, term("foaf:name"), text(name)


def _fields(context: Context, study: Study, graph: Term) -> Iterator[Triple]:
    for name, review in study.review.fields.items():
        node = context.names.part(study.id, f"field-{slug(name)}")
        yield graph, context.ev["fieldReview"], node
        yield node, A, context.ev["FieldReview"]
        yield node, A, term("prov:Activity")
        yield node, context.ev["field"], text(name)
        yield node, context.ev[STATUS], context.names.concept(review.status)
        if review.on:
            yield node, DATE, day(review.on)
        if review.by:
            yield from _by(context, node, review.by)
