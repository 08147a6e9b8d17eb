"""Nodes of the network: their ids (``<kind>:<name>``), what they are called, and how to find one."""

from itertools import chain

from entries.atlas import Atlas
from entries.study import Author, Study
from entries.vocabulary import Vocabulary
from graph.errors import UnknownNode
from graph.rdf_context import slug
from graph.suggest import similar

KINDS = ("study", "finding", "concept", "definition", "author", "journal")
CASE_DEFINITIONS = "case-definition"


def kind_of(node: str) -> str:
    """``study``, ``finding``, ``concept``, ``definition``, ``author`` or ``journal``."""
    return node.partition(":")[0]


def name_of(node: str) -> str:
    """What stands behind the kind: a study's or concept's id, ``<study>/<number>`` of a finding."""
    return node.partition(":")[2]


def study_node(study_id: str) -> str:
    """``study:see-1996-alpha-interferon``."""
    return f"study:{study_id}"


def finding_node(study_id: str, number: int) -> str:
    """``finding:see-1996-alpha-interferon/1``; numbers begin at 1."""
    return f"finding:{study_id}/{number}"


def concept_node(vocabulary: Vocabulary, concept_id: str) -> str:
    """``concept:pain``; a case definition is a kind of its own: ``definition:fukuda-1994``."""
    return f"definition:{concept_id}" if concept_id in definitions(vocabulary) else f"concept:{concept_id}"


def definitions(vocabulary: Vocabulary) -> frozenset[str]:
    """Ids of the case definitions."""
    return frozenset(concept.id for concept in vocabulary.of_scheme(CASE_DEFINITIONS))


def author_node(author: Author) -> str:
    """By ORCID where there is one, else by the name as written.

    ``Maes, M`` and ``Maes, Michael`` stay two nodes, and two people called ``Wang, Y`` are one: names cannot tell.
    """
    return f"author:{author.orcid or slug(author.name)}"


def journal_node(journal: str) -> str:
    """``journal:neuro-endocrinology-letters``, however it is capitalised."""
    return f"journal:{slug(journal)}"


def study_label(study: Study) -> str:
    """``See & Tilles (1996)``."""
    return f"{study.byline} ({study.year})"


def finding_of(atlas: Atlas, node: str) -> tuple[Study, int]:
    """The study and the number of a finding node. Raises UnknownNode."""
    study_id, _, number = name_of(node).rpartition("/")
    study = atlas.studies.get(study_id)
    if study is None or not (number.isascii() and number.isdigit()) or not 1 <= int(number) <= len(study.findings):
        raise UnknownNode(node, [study_node(study_id)] if study else ())
    return study, int(number)


def resolve_entry(atlas: Atlas, name: str) -> str | None:
    """The node of a study, finding, concept or case definition by node id, id, label or synonym; None if there is none.

    A term of several concepts means the first of them; ``concept:`` before a case definition is forgiven.
    """
    kind, _, rest = name.partition(":")
    if kind == "finding":
        return finding_node(*_numbered(finding_of(atlas, name)))
    wanted = rest if kind in ("study", "concept", "definition") else name
    if kind != "study" and wanted in atlas.vocabulary:
        return concept_node(atlas.vocabulary, wanted)
    if kind not in ("concept", "definition") and wanted in atlas.studies:
        return study_node(wanted)
    found = atlas.vocabulary.find(wanted) if kind != "study" else ()
    return concept_node(atlas.vocabulary, found[0].id) if found else None


def _numbered(found: tuple[Study, int]) -> tuple[str, int]:
    return found[0].id, found[1]


def unknown_entry(atlas: Atlas, name: str) -> UnknownNode:
    """The error for a name that nothing has, with the ids of what looks like it."""
    kind, _, rest = name.partition(":")
    labels = {concept.label: concept.id for concept in atlas.vocabulary.values()}
    found = similar(rest if kind in KINDS else name, chain(atlas.vocabulary, atlas.studies, labels))
    return UnknownNode(name, tuple(dict.fromkeys(labels.get(word, word) for word in found)))
