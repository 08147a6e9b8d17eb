"""Findings: one node a claim, with direction, figures and the words of the paper that it rests on."""

from collections.abc import Iterator

from entries.study import Finding, Study
from graph.namespaces import term
from graph.ontology import A
from graph.rdf_context import Context
from graph.terms import Term, Triple, integer, text

SUBJECT = term("dcterms:subject")
SELECTOR = term("oa:hasSelector")


def finding_triples(context: Context, study: Study) -> Iterator[Triple]:
    """All findings of a study; ``#finding-1`` is the first."""
    for number, finding in enumerate(study.findings, 1):
        node = context.names.part(study.id, f"finding-{number}")
        yield context.names.study(study.id), context.ev["finding"], node
        yield from _finding(context, study, node, finding, number)


def _finding(context: Context, study: Study, node: Term, finding: Finding, number: int) -> Iterator[Triple]:
    ev = context.ev
    yield node, A, ev["Finding"]
    yield node, A, term("schema:Claim")
    yield node, term("schema:position"), integer(number)
    yield node, term("schema:text"), context.words(finding.text)
    for concept in dict.fromkeys(finding.concepts):
        yield node, SUBJECT, context.names.concept(concept)
    if finding.direction:
        yield node, ev["direction"], ev[finding.direction]
    if finding.comparison:
        yield node, ev["comparison"], context.words(finding.comparison)
    if finding.statistic:
        yield node, ev["statistic"], text(finding.statistic)
    yield node, ev["basis"], ev[finding.basis]
    if finding.quote or finding.location:
        source = f"finding-{number}-source"
        yield node, ev["source"], context.names.part(study.id, source)
        yield from passage(context, study, source, finding.quote, finding.location)


def passage(
    context: Context, study: Study, name: str, quote: str | None, location: str | None = None
) -> Iterator[Triple]:
    """A place in the paper as the Web Annotation model has it: a resource with a selector that holds the quote."""
    here = context.names.part(study.id, name)
    yield here, A, term("oa:SpecificResource")
    yield here, term("oa:hasSource"), context.names.part(study.id, "paper")
    if location:
        yield here, context.ev["location"], text(location)
    if quote:
        selector = context.names.part(study.id, f"{name}-quote")
        yield here, SELECTOR, selector
        yield selector, A, term("oa:TextQuoteSelector")
        yield selector, term("oa:exact"), text(quote)
