"""The network as a search for paths walks it: who is next to whom, and what a step costs, on numbers instead of names.

A *place* is a study's number; or how many studies there are plus a node's code (see :mod:`graph.lists`). Then follow
the concepts that no study has, and last the two ends, for where these are findings: no other way leads through one.
"""

from bisect import bisect_left
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from entries.kept import Kept
from graph.evidence import Evidence
from graph.lists import LINKED
from graph.nodes import KINDS, concept_node, finding_of, kind_of, name_of, study_node
from graph.postings import LEVELS, METHODS, Postings
from graph.statements import study_statements

Places = np.ndarray
SILENT = (METHODS, "study-design", LEVELS, "pem-status", "peer-review", "review-status")
EXPANDED = 300  # studies of a node between the ends that are looked at, strongest evidence first
ABOVE = 1.0  # a step to a broader or narrower concept costs so much more: no study says it
HEADING = 0.5  # a concept with narrower ones is general: passing it says less
LEVEL_COST = 0.02  # a step of evidence level decides between ways that are otherwise equal
_PLANS: "Kept[Postings, _Plan]" = Kept(lambda lists: _planned(lists))


class Ground:
    """One question's network. ``through``: kinds and schemes that may stand between; ``evidence``: studies that count.

    Raises GraphError for an unknown level or status.
    """

    def __init__(self, lists: Postings, ends: tuple[str, str], through: Collection[str], evidence: Evidence) -> None:
        self._lists, self._plan = lists, _PLANS.of(lists)
        self._studies, self._first_finding = len(lists.studies), len(self._plan.prices)
        self._findings = {end: self._first_finding + n for n, end in enumerate(ends) if kind_of(end) == "finding"}
        self.size = self._first_finding + len(ends)
        self.ends = tuple(self.place(end) for end in ends)
        self._names = dict(zip(self.ends, ends, strict=True))
        self._counting = _mask(evidence.bits(lists), self._studies) if evidence else np.ones(self._studies, bool)
        self._open = self._may_pass(frozenset(through))
        self._prices: np.ndarray = np.append(self._plan.prices, np.zeros(len(ends)))
        self._prices[list(self.ends)] = 0.0

    def place(self, node: str) -> int:
        """The place of a node that is there."""
        if node in self._findings:
            return self._findings[node]
        if kind_of(node) == "study":
            return self._lists.number[name_of(node)]
        code = self._lists.code(node)
        return self._plan.alone[node] if code is None else self._studies + code

    def node(self, place: int) -> str:
        """The node at a place."""
        if place in self._names:
            return self._names[place]
        if place < self._studies:
            return study_node(self._lists.studies[place])
        code = place - self._studies
        return (
            self._lists.nodes[code]
            if code < len(self._lists.nodes)
            else self._plan.names[code - len(self._lists.nodes)]
        )

    def is_study(self, place: int) -> bool:
        """Whether a study is at this place."""
        return place < self._studies

    def around_studies(self, numbers: Sequence[int]) -> tuple[Places, np.ndarray, Places]:
        """As :meth:`around`, of several studies at once; with the study that each neighbour is next to."""
        near, whose = self._of_studies(np.asarray(numbers, np.int64))
        stepped = self._open[near]
        near, whose = near[stepped], whose[stepped]
        return near, (self._prices[whose] + self._prices[near]) / 2, whose

    def around(self, place: int) -> tuple[Places, np.ndarray]:
        """Places next to one that may be stepped on, and what each step costs: half of what passing each of them does.

        An end that is a study which does not count has none.
        """
        if self.is_study(place):
            return self.around_studies([place])[:2]
        if place < self._first_finding:
            near, above = self._of_node(place)
        else:
            near, above = self._of_finding(place), 0
        costs = (self._prices[place] + self._prices[near]) / 2
        costs[len(near) - above :] += ABOVE
        stepped = self._open[near]
        return near[stepped], costs[stepped]

    def _of_studies(self, numbers: Places) -> tuple[Places, Places]:
        """(place, number of the study that it is next to): what studies that count name, and who links to them."""
        numbers = numbers[self._counting[numbers]]
        named, whose = _gathered(self._plan.named, numbers)
        linking, linked = _gathered(self._plan.linking, numbers)
        ends = [(place, self._study_of(end)) for end, place in self._findings.items()]
        own = [(place, number) for place, number in ends if number in numbers]
        findings, reporting = (np.asarray([pair[n] for pair in own], np.int64) for n in (0, 1))
        return np.concatenate((named, linking, findings)), np.concatenate((whose, linked, reporting))

    def _study_of(self, finding: str) -> int:
        return self._lists.number[finding_of(self._lists.atlas, finding)[0].id]

    def _of_node(self, place: int) -> tuple[Places, int]:
        """Studies that count: all of an end's, else the first of them; then as many concepts above and below."""
        code = place - self._studies
        held = self._lists.coded(code) if code < len(self._lists.nodes) else b""
        numbers = np.frombuffer(held, np.uint32).astype(np.int64)
        counting = numbers[self._counting[numbers]]
        if place not in self.ends:
            counting = counting[:EXPANDED]
        node = self.node(place)
        ties = self._lists.hierarchy.get(node, ())
        kin = [self.place(s.source if s.target == node else s.target) for s in ties]
        return np.append(counting, np.asarray(kin, np.int64)), len(kin)

    def _of_finding(self, place: int) -> Places:
        """Its study, and what it is about."""
        node = self._names[place]
        study, _ = finding_of(self._lists.atlas, node)
        number = self._lists.number[study.id]
        if not self._counting[number]:
            return _NOWHERE
        about = (s.target for s in study_statements(self._lists.atlas, study) if s.source == node)
        return np.asarray([number, *map(self.place, about)], np.int64)

    def _may_pass(self, through: frozenset[str]) -> np.ndarray:
        """Whether each place may be stepped on: an end, or of a kind or scheme that may stand between."""
        lists, vocabulary = self._lists, self._lists.atlas.vocabulary
        passing: np.ndarray = np.zeros(self.size, bool)
        passing[: self._studies] = "study" in through
        for kind in through & frozenset(KINDS):
            passing[self._studies + bisect_left(lists.nodes, f"{kind}:") : self._studies + _end(lists, kind)] = True
            passing[[place for node, place in self._plan.alone.items() if kind_of(node) == kind]] = True
        concepts = (name_of(end) for end in self._names.values() if kind_of(end) == "concept")
        below = [i for concept in concepts for i in vocabulary.descendants(concept)]
        passing[[self.place(f"concept:{i}") for i in below]] = True  # a heading is reached by any concept below it
        for scheme in through & frozenset(vocabulary.schemes):
            passing[[self.place(concept_node(vocabulary, c.id)) for c in vocabulary.of_scheme(scheme)]] = True
        for scheme in SILENT:  # these sort studies or say how they were done: a way through them tells nothing
            passing[[self.place(node) for node in lists.concepts.get(scheme, ())]] = False
        passing[list(self.ends)] = True
        passing[: self._studies] &= self._counting
        return passing


_NOWHERE: Places = np.zeros(0, np.int64)


def _end(lists: Postings, kind: str) -> int:
    """Where the nodes of a kind end among all in alphabetical order."""
    return bisect_left(lists.nodes, f"{kind};")


def _mask(bits: int, size: int) -> np.ndarray:
    octets = np.frombuffer(bits.to_bytes(size // 8 + 1, "little"), np.uint8)
    return np.unpackbits(octets, bitorder="little")[:size].astype(bool)


@dataclass(frozen=True, slots=True)
class _Plan:
    """What does not depend on the question: what it costs to pass each place, and the concepts that no study has."""

    prices: np.ndarray
    names: tuple[str, ...]
    alone: Mapping[str, int]
    named: "_Rows"  # by study: the places that its entry names
    linking: "_Rows"  # by study: the studies that link to it


def _planned(lists: Postings) -> _Plan:
    vocabulary, first = lists.atlas.vocabulary, len(lists.studies) + len(lists.nodes)
    names = tuple(node for c in vocabulary if (node := concept_node(vocabulary, c)) not in lists)
    alone = {node: first + n for n, node in enumerate(names)}
    return _Plan(_prices(lists, alone), names, alone, *_ties(lists))


def _prices(lists: Postings, alone: Mapping[str, int]) -> np.ndarray:
    vocabulary = lists.atlas.vocabulary
    levels = np.frombuffer(lists.columns["levels"], np.uint8).astype(float)
    levels = np.minimum(levels, len(vocabulary.of_scheme(LEVELS)))
    counts = np.diff(np.frombuffer(lists.columns["starts"], np.uint32).astype(float))
    prices: np.ndarray = np.concatenate((LEVEL_COST * levels, np.log10(np.maximum(counts, 1.0)), np.zeros(len(alone))))
    for concept in vocabulary:
        if vocabulary.narrower(concept):
            node = concept_node(vocabulary, concept)
            code = lists.code(node)
            prices[alone[node] if code is None else len(lists.studies) + code] += HEADING
    return prices + 1.0


class _Rows(NamedTuple):
    """Lists of places, one after the other: ``places[starts[n] : starts[n + 1]]`` is the list of study ``n``."""

    starts: np.ndarray
    places: Places


def _ties(lists: Postings) -> tuple[_Rows, _Rows]:
    """What each study names, and which studies link to it."""
    size = len(lists.studies)
    starts = np.frombuffer(lists.columns["tied_starts"], np.uint32).astype(np.int64)
    tied = np.frombuffer(lists.columns["tied"], np.uint32).astype(np.int64)
    linked = tied >= LINKED
    sources = np.repeat(np.arange(size), np.diff(starts))[linked]
    targets = tied[linked] - LINKED
    by_target = np.argsort(targets, kind="stable")
    ends: np.ndarray = np.append(0, np.cumsum(np.bincount(targets, minlength=size)))
    places = np.where(linked, tied - LINKED, tied + size)
    return _Rows(starts, places), _Rows(ends, sources[by_target])


def _gathered(rows: _Rows, numbers: Places) -> tuple[Places, Places]:
    """The lists of these studies joined, and for each entry the study whose it is."""
    starts, lengths = rows.starts[numbers], rows.starts[numbers + 1] - rows.starts[numbers]
    before = np.cumsum(lengths) - lengths
    return rows.places[np.repeat(starts - before, lengths) + np.arange(lengths.sum())], np.repeat(numbers, lengths)
