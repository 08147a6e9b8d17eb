"""The ways between two nodes in words: the steps of each, on whose evidence it rests, and where it leads."""

from dataclasses import dataclass
from typing import Any

from entries.study import Direction, Study
from explorer.node_links import finding_url, node_url
from explorer.presentation import DIRECTIONS, Badge, Chosen, Words
from explorer.presentation_graph import KIND_NAMES, RELATION_WORDS
from explorer.presentation_standing import finding_badge
from explorer.presentation_study import fine_print
from explorer.site import Site
from graph.judgements import Judgements
from graph.nodes import kind_of, name_of, study_label
from graph.paths import Hop, Path
from graph.standings import Standing

# How a relation reads when it is walked against its direction.
BACKWARDS = {
    "tagged": "is a tag of",
    "finding": "has a finding in",
    "case-definition": "was the case definition of",
    "by": "wrote",
    "in": "published",
    "reports": "is reported by",
    "about": "is the subject of",
    "broader": "is a broader concept than",
    "cites": "is cited by",
    "replicates": "was replicated by",
    "disputes": "is disputed by",
    "extends": "was extended by",
    "corrects": "was corrected by",
    "retracts": "was retracted by",
}


@dataclass(frozen=True, slots=True)
class HopView:
    """One step: what it says, on whose evidence, and where it leads."""

    words: str
    study: Chosen | None
    badges: tuple[Badge, ...]
    text: str
    direction: Words | None
    fine: tuple[str, ...]
    quote: str
    more: int
    standings: tuple[Standing | None, ...]  # of the finding of each statement
    target: Chosen
    kind: str


@dataclass(frozen=True, slots=True)
class Way:
    """One way: where it begins, the steps, and the studies it rests on."""

    start: Chosen
    kind: str
    hops: tuple[HopView, ...]
    studies: int


def way_of(site: Site, path: Path) -> Way:
    """A way in words, step by step."""
    hops = tuple(_hop(site, hop, name) for hop, name in zip(path.hops, path.labels[1:], strict=True))
    studies = {hop.study for hop in path.hops if hop.study}
    start = Chosen(path.labels[0], node_url(site, path.nodes[0], path.labels[0]))
    return Way(start, _kind(site, path.nodes[0]), hops, len(studies))


def _hop(site: Site, hop: Hop, name: str) -> HopView:
    first, judgements = hop.statements[0], Judgements(site.atlas)
    study = site.atlas.studies.get(first.study or "")
    finding = study.findings[first.finding - 1] if study and first.finding else None
    backwards = first.source == hop.target
    return HopView(
        words=_words(first.relation, backwards),
        study=Chosen(study_label(study), finding_url(site, study.id, first.finding)) if study else None,
        badges=_badges(site, study, first.finding) if study else (),
        text=finding.text if finding else "",
        direction=DIRECTIONS[Direction(first.direction)] if first.direction else None,
        fine=tuple(fine_print(finding)) if finding else (),
        quote=(finding.quote or "") if finding else "",
        more=len(hop.statements) - 1,
        standings=tuple(judgements.of_statement(said.study, said.finding) for said in hop.statements),
        target=Chosen(name, node_url(site, hop.target, name)),
        kind=_kind(site, hop.target),
    )


def _badges(site: Site, study: Study, finding: int | None) -> tuple[Badge, ...]:
    """What a step's evidence is worth: the study's, and how the finding stands."""
    return (*site.badges.evidence(study), *finding_badge(site, study, finding), site.badges.review(study))


def _words(relation: str, backwards: bool) -> str:
    if backwards:
        return BACKWARDS.get(relation, RELATION_WORDS.get(relation, relation))
    return RELATION_WORDS.get(relation, relation)


def _kind(site: Site, node: str) -> str:
    """What a node is, in a word: of a concept, its scheme."""
    vocabulary = site.atlas.vocabulary
    if kind_of(node) == "concept":
        return vocabulary.schemes[vocabulary.scheme_of(name_of(node))].label
    return KIND_NAMES[kind_of(node)][0].capitalize()


def as_data(way: Way, path: Path, base: str) -> dict[str, Any]:
    """The same as plain data, every statement of every step included; ``base``: the base of identifiers."""
    hops = [
        {
            "from": hop.source,
            "to": hop.target,
            "says": view.words,
            "study": hop.study,
            "address": f"{base}studies/{hop.study}" if hop.study else None,
            "text": view.text or None,
            "quote": view.quote or None,
            "details": list(view.fine),
            "badges": [badge.text for badge in view.badges],
            "statements": [
                {**s._asdict(), "standing": how} for s, how in zip(hop.statements, view.standings, strict=True)
            ],
        }
        for hop, view in zip(path.hops, way.hops, strict=True)
    ]
    return {"nodes": list(path.nodes), "labels": list(path.labels), "cost": path.cost, "hops": hops}
