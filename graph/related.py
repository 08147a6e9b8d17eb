"""Studies related to a study, and why: what they share, the rarer the weightier."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from heapq import nsmallest

import networkx as nx
import numpy as np

from entries.atlas import Atlas
from entries.study import Study
from graph.network import atlas_of
from graph.nodes import author_node, concept_node, kind_of, name_of, unknown_entry
from graph.postings import METHODS, Postings, postings

LINK = 8.0  # a link says more than any shared concept can: a concept of one study in 3,000 weighs 8
SHARES = {METHODS: 0.0, "author": 0.5}  # a shared weakness makes nothing related, a shared author a little
GATHERED = 5_000  # entries of lists, rarest things first, that candidates come from; what is common only adds
SCORED = 100  # candidates that are scored in full
NAMED = 3  # shared things named in a reason
# How the other study stands to this one, by the relation of a link and who made it.
LINKED = {
    "cites": ("cites this study", "cited by this study"),
    "replicates": ("replicates this study", "replicated by this study"),
    "disputes": ("disputes this study", "disputed by this study"),
    "extends": ("extends this study", "extended by this study"),
    "corrects": ("corrects this study", "corrected by this study"),
    "retracts": ("retracts this study", "retracted by this study"),
}


@dataclass(frozen=True, slots=True)
class Related:
    """A related study: its score (higher is closer), the ids of the concepts shared, weightiest first, and why."""

    study_id: str
    score: float
    shared: tuple[str, ...]
    reason: str


def related(source: Atlas | nx.MultiDiGraph, study_id: str, limit: int = 6) -> tuple[Related, ...]:
    """The studies closest to one, closest first. ``source``: an atlas, or its network. Raises UnknownNode."""
    atlas = atlas_of(source)
    if study_id not in atlas.studies:
        raise unknown_entry(atlas, f"study:{study_id}")
    study, lists = atlas.studies[study_id], postings(atlas)
    weights, links = _weights(lists, _things(atlas, study)), _links(atlas, study)
    scored = _scores(lists, weights, links, _candidates(lists, weights, links, lists.number[study_id]))
    best = nsmallest(limit, scored, key=lambda n: (-scored[n], n))
    return tuple(_related(lists, weights, links, n, scored[n]) for n in best if scored[n] > 0)


def _things(atlas: Atlas, study: Study) -> Iterator[str]:
    """Nodes that two studies can have in common: concepts, case definitions, authors."""
    for concept in dict.fromkeys((*study.tags.all(), *study.finding_concepts, *study.case_definition.ids)):
        yield concept_node(atlas.vocabulary, concept)
    yield from dict.fromkeys(author_node(author) for author in study.authors)


def _weights(lists: Postings, nodes: Iterable[str]) -> dict[str, float]:
    """What sharing each node is worth, weightiest first; what is worth nothing is left out."""
    vocabulary = lists.atlas.vocabulary
    found = {}
    for node in nodes:
        group = vocabulary.scheme_of(name_of(node)) if kind_of(node) == "concept" else kind_of(node)
        found[node] = round(lists.weight(node) * SHARES.get(group, 1.0), 9)
    worth = ((node, weight) for node, weight in found.items() if weight > 0)
    return dict(sorted(worth, key=lambda item: (-item[1], item[0])))


def _links(atlas: Atlas, study: Study) -> dict[int, str]:
    """Number of a linked study -> how it stands to this one."""
    number, found = postings(atlas).number, {}
    for link in reversed(study.links):
        if link.study in number:
            found[number[link.study]] = LINKED[link.relation][1]
    for other, link in reversed(atlas.links_to(study.id)):
        if other in number:
            found[number[other]] = LINKED[link.relation][0]
    return found


def _candidates(lists: Postings, weights: dict[str, float], links: dict[int, str], own: int) -> list[int]:
    """Numbers of the studies worth scoring: all that are linked, and those that share most of what is rare."""
    gathered, worths = [_numbers([*links])], [LINK]
    left = GATHERED
    for node, worth in weights.items():
        gathered.append(_numbers(lists.of(node)[: max(left, 0)]))
        worths.append(worth)
        left -= len(lists.of(node))
    numbers, first, places = np.unique(np.concatenate(gathered), return_index=True, return_inverse=True)
    partial = np.bincount(places, np.repeat(worths, [len(some) for some in gathered]))
    best: list[int] = numbers[np.lexsort((first, -partial))].tolist()  # of equals the one met first
    return [n for n in best[: SCORED + 1] if n != own][:SCORED]


def _numbers(found: Sequence[int]) -> np.ndarray:
    """A list of studies as an array, ascending; it shares the memory of the list."""
    return np.asarray(found, np.uint32)


def _scores(
    lists: Postings, weights: dict[str, float], links: dict[int, str], candidates: Sequence[int]
) -> dict[int, float]:
    """What each candidate shares with the study is worth, and its link."""
    numbers: np.ndarray = np.array(candidates, np.uint32)
    scores: np.ndarray = np.zeros(len(numbers))
    for node, worth in weights.items():
        having = _numbers(lists.of(node))  # not empty: what no study has is worth nothing
        at = np.minimum(np.searchsorted(having, numbers), len(having) - 1)
        scores += worth * (having[at] == numbers)
    pairs = zip(candidates, scores.tolist(), strict=True)
    return {n: round(score + (LINK if n in links else 0.0), 6) for n, score in pairs}


def _shared(lists: Postings, weights: dict[str, float], number: int) -> list[str]:
    """What the study with this number has of these nodes, weightiest first."""
    return [node for node in weights if lists.has(node, number)]


def _related(lists: Postings, weights: dict[str, float], links: dict[int, str], number: int, score: float) -> Related:
    shared = _shared(lists, weights, number)
    concepts = [node for node in shared if kind_of(node) != "author"]
    authors = [lists.names[node].partition(",")[0] for node in shared if kind_of(node) == "author"]
    reasons = [links[number]] if number in links else []
    if concepts:
        reasons.append("shares " + _listed([lists.atlas.vocabulary.label(name_of(node)) for node in concepts]))
    if authors:
        reasons.append(f"same author{'s' if len(authors) > 1 else ''}: {_listed(authors)}")
    return Related(lists.studies[number], score, tuple(name_of(node) for node in concepts), "; ".join(reasons))


def _listed(names: list[str]) -> str:
    """``a``, ``a and b``, ``a, b and c``, ``a, b, c and 2 more``."""
    if len(names) > NAMED:
        names = [*names[:NAMED], f"{len(names) - NAMED} more"]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
