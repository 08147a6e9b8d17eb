"""How a study and its findings stand among the others, in a graph of its own: a rule says it, and no person.

The entry's own graph holds what the entry says. This one holds what follows from it and from other entries, so that an
entry can be replaced, signed and reviewed whatever becomes of the others.
"""

from collections.abc import Iterable, Iterator, Mapping

from entries.atlas import Atlas
from entries.study import NoticeKind, Study
from graph.agreement import Own, Subject, View, agreed
from graph.finding_standing import FindingJudged, Ground
from graph.namespaces import term
from graph.ontology import A
from graph.rdf_context import Context
from graph.rdf_finding import SUBJECT
from graph.rdf_provenance import agent_triples
from graph.standing import judged
from graph.standings import RULE, VERSION, Standing
from graph.terms import Term, Triple, iri, text

FROM = term("prov:wasDerivedFrom")


def standing_triples(context: Context, atlas: Atlas, study: Study) -> Iterator[Triple]:
    """The standing of a study of the atlas, what it was derived from and by which rule; what its findings may decide.

    It names the groups of findings that are compared, not their members: so it stays as it is when one joins them and
    nothing follows from it.
    """
    own = agreed(atlas).own(study)
    found, grounds, findings = judged(atlas, study, own)
    names, node, rule = context.names, context.names.standing(study.id), context.agent(RULE, VERSION)
    yield names.study(study.id), context.ev["standing"], context.ev[found]
    yield node, A, context.ev["StandingAssessment"]
    yield node, A, term("prov:Entity")
    yield node, term("schema:about"), names.study(study.id)
    yield node, term("dcterms:license"), iri(context.config.licence)
    yield node, term("biolink:agent_type"), text("automated_agent")
    yield node, term("prov:wasAttributedTo"), rule
    yield from agent_triples(rule, RULE, VERSION)
    for ground in grounds:
        if ground.view is None:  # the others are reasons of findings
            yield node, context.ev["standingReason"], context.words(_sentence(ground))
    yield from ((node, FROM, source) for source in _sources(context, study, found, grounds))
    for sentence in _summary(findings):
        yield node, context.ev["standingReason"], context.words(sentence)
    yield from _findings(context, study, findings)
    if found is not Standing.RETRACTED:
        yield from _groups(context, study, own)


def _findings(context: Context, study: Study, findings: Iterable[FindingJudged]) -> Iterator[Triple]:
    """How each finding stands, and why, where anything speaks for or against it."""
    for one in findings:
        node = context.names.part(study.id, f"finding-{one.number}")
        yield node, context.ev["standing"], context.ev[one.standing]
        for ground in one.grounds:
            yield node, context.ev["standingReason"], context.words(_sentence(ground))


def _summary(findings: Iterable[FindingJudged]) -> Iterator[str]:
    """Which findings it follows from, of those that others bear on: ``Contested: finding 1, 3.``"""
    told: dict[Standing, list[str]] = {}
    for one in findings:
        if one.grounds:
            told.setdefault(one.standing, []).append(str(one.number))
    for standing, numbers in sorted(told.items()):
        again = ", found again once" if standing is Standing.PRELIMINARY else ""
        yield f"{standing.capitalize()}{again}: finding {', '.join(numbers)}."


def _sentence(ground: Ground) -> str:
    """A reason in words; of studies that agree or differ it says as much as the rule asks."""
    words = ground.words[:1].upper() + ground.words[1:]
    if ground.view:
        return f"{words}, by {'at least two other studies' if ground.same and ground.enough else 'another study'}."
    return f"{words}: {', '.join(ground.studies)}." if ground.studies else f"{words}."


def _sources(context: Context, study: Study, found: Standing, grounds: Iterable[Ground]) -> Iterable[Term]:
    """What the standing was derived from: this entry, those whose links decide, notices, groups of findings."""
    names = context.names
    sources = [names.graph(study.id)]
    for ground in grounds:
        sources += map(names.graph, ground.studies)
        if ground.view:
            sources.append(_group(context, ground.view.subject))
    if found is Standing.RETRACTED:
        numbered = enumerate(study.notices, 1)
        sources += (names.part(study.id, f"notice-{n}") for n, one in numbered if one.kind is NoticeKind.RETRACTED)
    return dict.fromkeys(sources)


def _groups(context: Context, study: Study, compared: Mapping[View, Own]) -> Iterator[Triple]:
    """Which findings of the study are compared with those of others on the same concepts."""
    for (subject, _), own in compared.items():
        group = _group(context, subject)
        yield group, A, context.ev["FindingGroup"]
        yield group, A, term("prov:Collection")
        for concept in sorted(subject):
            yield group, SUBJECT, context.names.concept(concept)
        for number in own.findings:
            yield group, term("prov:hadMember"), context.names.part(study.id, f"finding-{number}")


def _group(context: Context, subject: Subject) -> Term:
    """The findings of all studies on these concepts together; ids have no dot, so that it parts them."""
    return context.names.dataset_part(f"findings-{'.'.join(sorted(subject))}")
