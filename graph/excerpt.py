"""A picture to take away: exactly the nodes and ties that are drawn, as networkx (GraphML, Cytoscape) and as RDF."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import networkx as nx

from entries.atlas import Atlas
from entries.study import Study
from graph.export import concept_graph, write
from graph.judgements import Judgements
from graph.namespaces import Names, term
from graph.neighbourhood import label
from graph.nodes import author_node, finding_node, finding_of, journal_node, kind_of, name_of
from graph.ontology import LABEL, A
from graph.postings import postings
from graph.rdf import standing_named_graph, study_named_graph
from graph.rdf_context import Context, slug
from graph.rdf_finding import SUBJECT
from graph.rdf_paper import author_iri
from graph.statements import Statement
from graph.terms import NamedGraph, Term, Triple

Place = tuple[int, int]


def excerpt_network(
    atlas: Atlas, nodes: Sequence[str], ties: Iterable[Statement], places: Mapping[str, Place] | None = None
) -> "nx.MultiDiGraph[str]":
    """The drawn part as a network of its own: the facts of :mod:`graph.network`, with how studies and findings stand.

    ``standing`` of an edge is that of the finding it stands for; ``x``, ``y`` are there where places are given.
    """
    network: nx.MultiDiGraph[str] = nx.MultiDiGraph(title=atlas.config.title)
    judgements = Judgements(atlas)
    for node in nodes:
        x, y = (places or {}).get(node, (None, None))
        where = {} if x is None else {"x": x, "y": y}
        stands = judgements.of_node(node)
        network.add_node(node, **_facts(atlas, node), **({"standing": stands.value} if stands else {}), **where)
    for tie in ties:
        said = {"relation": tie.relation, "study": tie.study, "finding": tie.finding, "direction": tie.direction}
        if stands := judgements.of_statement(tie.study, tie.finding):
            said["standing"] = stands.value
        key = f"{tie.relation}-{tie.finding}" if tie.finding else tie.relation
        network.add_edge(tie.source, tie.target, key=key, **{k: v for k, v in said.items() if v is not None})
    return network


def _facts(atlas: Atlas, node: str) -> dict[str, Any]:
    kind = kind_of(node)
    facts: dict[str, Any] = {"kind": kind, "label": label(postings(atlas), node)}
    if kind in ("concept", "definition"):
        return facts | {"scheme": atlas.vocabulary.scheme_of(name_of(node))}
    if kind == "finding":
        study, number = finding_of(atlas, node)
        direction = study.findings[number - 1].direction
        facts |= {"study": study.id, "finding": number}
        return facts | ({"direction": direction.value} if direction else {})
    if kind == "study":
        study = atlas.studies[name_of(node)]
        facts |= {"title": study.title, "year": study.year, "level": study.evidence_level, "design": study.design}
        facts |= {"pem": str(atlas.pem(study.id).status), "peer_review": study.peer_review}
        facts |= {"review": study.review.status}
    return facts


def write_excerpt(atlas: Atlas, nodes: Sequence[str], ties: Iterable[Statement], fmt: str) -> Iterator[bytes]:
    """The drawn part in an RDF syntax, one named graph after the other. Raises GraphError for an unknown format."""
    return write(excerpt_graphs(atlas, nodes, ties), fmt, Names(atlas.config.base_iri).prefixes())


def excerpt_graphs(atlas: Atlas, nodes: Sequence[str], ties: Iterable[Statement]) -> Iterator[NamedGraph]:
    """Of each drawn concept what it is called, of each study that is drawn or speaks what it says between drawn nodes.

    The triples are those of the whole export, under the same graph names; none is made up for the excerpt.
    """
    drawn, context = frozenset(nodes), Context.of(atlas)
    by_study: dict[str, list[Statement]] = {name_of(n).partition("/")[0]: [] for n in nodes if kind_of(n) == "study"}
    for finding in (n for n in nodes if kind_of(n) == "finding"):
        by_study.setdefault(name_of(finding).rpartition("/")[0], [])
    for tie in ties:
        if tie.study is not None:
            by_study.setdefault(tie.study, []).append(tie)
    yield from _schemes(context, atlas, [name_of(n) for n in nodes if kind_of(n) in ("concept", "definition")])
    for study_id, said in by_study.items():
        study = atlas.studies[study_id]
        whole, keep = study_named_graph(context, study), _Kept(context, study, said, drawn)
        yield NamedGraph(whole.name, tuple(triple for triple in whole.triples if keep.wants(triple)))
        stands = standing_named_graph(context, atlas, study)
        yield NamedGraph(stands.name, tuple(triple for triple in stands.triples if keep.stands(triple)))


def _schemes(context: Context, atlas: Atlas, concepts: Sequence[str]) -> Iterator[NamedGraph]:
    """What the drawn concepts are called, and which of them is broader than which; a graph a scheme."""
    plain = {A, *map(term, ("skos:inScheme", "skos:notation", "skos:prefLabel"))}
    things, by_name = {context.names.concept(i) for i in concepts}, dict[Term, list[Triple]]()
    for concept_id in concepts:
        whole = concept_graph(atlas, concept_id)
        own = (t for t in whole.triples if t[0] in things)
        kept = by_name.setdefault(whole.name, [])
        kept += (t for t in own if t[1] in plain or (t[1] == BROADER and t[2] in things))
    yield from (NamedGraph(name, tuple(triples)) for name, triples in by_name.items())


BROADER = term("skos:broader")
OF_PAPER = frozenset({A, *map(term, ("dcterms:title", "dcterms:issued", "schema:about", "schema:sameAs"))})
OF_STUDY = frozenset({A, LABEL, *map(term, ("dcterms:identifier", "schema:subjectOf"))})
OF_ENTRY = frozenset({A, *map(term, ("foaf:primaryTopic", "dcterms:license"))})


class _Kept:
    """Tells the triples of one study's graph that a picture shows from those that it does not."""

    def __init__(self, context: Context, study: Study, ties: Sequence[Statement], drawn: frozenset[str]) -> None:
        names, ev = context.names, context.ev
        told = {s.finding for s in ties if s.finding} | {
            n for n in range(1, len(study.findings) + 1) if finding_node(study.id, n) in drawn
        }
        findings = {names.part(study.id, f"finding-{n}") for n in told}
        people = {author_iri(context, study, n) for n, a in enumerate(study.authors, 1) if author_node(a) in drawn}
        journal = study.journal if study.journal and journal_node(study.journal) in drawn else None
        journals = {names.dataset_part(f"journal-{slug(journal)}")} if journal else set()
        # What each of these says of itself is kept,
        self._says = {
            names.study(study.id): OF_STUDY | {ev["evidenceLevel"], ev["pemStatus"]},
            names.part(study.id, "paper"): OF_PAPER,
            names.graph(study.id): OF_ENTRY | {ev["reviewStatus"]},
        }
        parts = {names.part(study.id, f"finding-{n}-source{part}") for n in told for part in ("", "-quote")}
        self._whole = parts | people | journals
        # and what ties any of them to something drawn.
        self._findings = findings
        self._standing, self._told = findings | {names.study(study.id)}, {ev["standing"], ev["standingReason"]}
        self._things = findings | people | journals | {_thing(context, s.target) for s in ties}

    def stands(self, triple: Triple) -> bool:
        """Whether it says how the study or a finding that is shown stands, and why."""
        return triple[0] in self._standing and triple[1] in self._told

    def wants(self, triple: Triple) -> bool:
        """Whether the picture shows it."""
        subject, predicate, value = triple
        if subject in self._whole:
            return True
        if subject in self._findings:
            return predicate != SUBJECT or value in self._things
        says = self._says.get(subject)
        return says is not None and (predicate in says or value in self._things)


def _thing(context: Context, node: str) -> Term:
    """The address of a concept, case definition or study; a person's and a journal's depend on the study."""
    names = context.names
    return names.study(name_of(node)) if kind_of(node) == "study" else names.concept(name_of(node))
