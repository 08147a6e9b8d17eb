"""What the nodes and edges of the network say: what the entries do, and how studies and their findings stand."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from entries.atlas import Atlas
from entries.study import Study
from graph.agreement import agreed
from graph.nodes import author_node, concept_node, finding_node, journal_node, study_label, study_node
from graph.standing import judged
from graph.statements import Statement

Facts = dict[str, Any]
Node = tuple[str, Facts]


class Stands(NamedTuple):
    """How a study stands among all of the atlas, and each of its findings in their order."""

    study: str
    findings: tuple[str, ...]

    @classmethod
    def of(cls, atlas: Atlas, study: Study) -> "Stands":
        """Judge a study of the atlas."""
        found = judged(atlas, study, agreed(atlas).own(study))
        return cls(found.standing.value, tuple(one.standing.value for one in found.findings))

    def behind(self, statement: Statement) -> str | None:
        """How the finding stands that a statement of the study comes from; None where it is not a finding's."""
        return self.findings[statement.finding - 1] if statement.finding else None


def edge_facts(statement: Statement, standing: str | None = None) -> Facts:
    """What an edge says of its statement; nothing that it does not know. ``standing``: of the finding it comes from."""
    facts: Facts = {"relation": statement.relation}
    if statement.study is not None:
        facts["study"] = statement.study
    if statement.finding is not None:
        facts["finding"] = statement.finding
    if statement.direction is not None:
        facts["direction"] = statement.direction
    if standing is not None:
        facts["standing"] = standing
    return facts


def concept_nodes(atlas: Atlas) -> Iterator[Node]:
    """Every concept and case definition, used or not."""
    vocabulary = atlas.vocabulary
    for concept in vocabulary.values():
        node = concept_node(vocabulary, concept.id)
        kind = node.partition(":")[0]
        yield node, {"kind": kind, "label": concept.label, "scheme": vocabulary.scheme_of(concept.id)}


def study_nodes(atlas: Atlas, study: Study) -> Iterator[Node]:
    """A study of the atlas, its findings, its authors and its journal."""
    stands = Stands.of(atlas, study)
    yield study_node(study.id), _study(atlas, study) | {"standing": stands.study}
    for number, finding in enumerate(study.findings, 1):
        facts = {"kind": "finding", "label": finding.text, "study": study.id, "finding": number}
        facts |= {"direction": finding.direction.value} if finding.direction else {}
        yield finding_node(study.id, number), facts | {"standing": stands.findings[number - 1]}
    for author in study.authors:
        yield author_node(author), {"kind": "author", "label": author.name}
    if study.journal:
        yield journal_node(study.journal), {"kind": "journal", "label": study.journal}


def _study(atlas: Atlas, study: Study) -> Facts:
    return {
        "kind": "study",
        "label": study_label(study),
        "title": study.title,
        "year": study.year,
        "level": study.evidence_level,
        "pem": str(atlas.badge(study).status),
        "design": study.design,
        "peer_review": study.peer_review,
        "review": study.review.status,
    }
