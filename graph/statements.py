"""What the atlas states, one tie at a time: the single source of every edge in network, pictures and paths."""

from collections.abc import Iterator
from typing import NamedTuple

from entries.atlas import Atlas
from entries.study import Study
from graph.nodes import author_node, concept_node, definitions, finding_node, journal_node, study_node

CLASSES = ("design", "level", "pem", "peer-review", "review")  # relations that sort studies rather than describe them


class Statement(NamedTuple):
    """A tie from one node to another, and whose statement it is.

    ``study``: id of the study that says so; None for the hierarchy of the vocabulary. ``finding``: the number (from 1)
    of the finding that says so; None where it is not a finding's. ``direction``: that of the finding.
    """

    source: str
    target: str
    relation: str
    study: str | None = None
    finding: int | None = None
    direction: str | None = None


def study_statements(atlas: Atlas, study: Study) -> Iterator[Statement]:
    """Everything that one entry ties together, in the order of the entry."""
    node, special = study_node(study.id), definitions(atlas.vocabulary)
    for concept in dict.fromkeys(study.tags.all()):
        yield Statement(node, _concept(concept, special), "tagged", study.id)
    yield from _findings(study, node, special)
    for definition in dict.fromkeys(study.case_definition.ids):
        yield Statement(node, _concept(definition, special), "case-definition", study.id)
    for relation, target in dict.fromkeys((link.relation, link.study) for link in study.links):
        if target in atlas.studies:
            yield Statement(node, study_node(target), relation.value, study.id)
    for author in dict.fromkeys(author_node(a) for a in study.authors):
        yield Statement(node, author, "by", study.id)
    if study.journal:
        yield Statement(node, journal_node(study.journal), "in", study.id)
    status = str(atlas.badge(study).status)
    values = (study.design, study.evidence_level, status, study.peer_review, study.review.status)
    for relation_name, value in zip(CLASSES, values, strict=True):
        if value is not status or status in atlas.vocabulary:  # not every atlas has that scheme
            yield Statement(node, _concept(value, special), relation_name, study.id)


def _findings(study: Study, node: str, special: frozenset[str]) -> Iterator[Statement]:
    for number, finding in enumerate(study.findings, 1):
        claim, direction = finding_node(study.id, number), finding.direction.value if finding.direction else None
        yield Statement(node, claim, "reports", study.id, number, direction)
        for concept in dict.fromkeys(finding.concepts):
            yield Statement(claim, _concept(concept, special), "about", study.id, number, direction)


def _concept(concept_id: str, special: frozenset[str]) -> str:
    """As :func:`graph.nodes.concept_node`, for the hundreds of thousands of them in a large atlas."""
    return f"definition:{concept_id}" if concept_id in special else f"concept:{concept_id}"


def vocabulary_statements(atlas: Atlas) -> Iterator[Statement]:
    """The hierarchy of the concepts."""
    for concept in atlas.vocabulary.values():
        for parent in dict.fromkeys(concept.broader):
            if parent in atlas.vocabulary:
                source, target = (concept_node(atlas.vocabulary, i) for i in (concept.id, parent))
                yield Statement(source, target, "broader")


def direct_statements(atlas: Atlas, study: Study) -> Iterator[Statement]:
    """As :func:`study_statements` with the findings folded in: the study itself is tied to what a finding is about.

    A tag that only repeats a finding is left out.
    """
    node, said = study_node(study.id), list(study_statements(atlas, study))
    found = {s.target for s in said if s.relation == "about"}
    for statement in said:
        if statement.relation == "about":
            yield statement._replace(source=node, relation="finding")
        elif statement.relation != "reports" and not (statement.relation == "tagged" and statement.target in found):
            yield statement
