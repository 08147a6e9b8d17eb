"""The network as it grows on demand: who is next to a node under filters, how many, and what ties what is drawn.

    near = FilteredNetwork(atlas, Filters(Evidence(pem="pem-required")))
    near.counts("concept:fatigue")                      # {"study": 41, "symptom": 2}: before anything is drawn
    near.expand("concept:fatigue", drawn=[], most=12)   # the first twelve of them
    near.ties({"concept:fatigue", "study:see-1996-alpha-interferon"})

Neighbours come in groups: ``study``, the schemes of concepts (``symptom`` ...), ``definition``, ``author``, ``journal``
and ``finding``. A study is tied straight to what its findings are about, unless the finding itself is drawn.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import chain, islice, zip_longest

from entries.atlas import Atlas
from entries.study import Direction
from entries.vocabulary import Vocabulary
from graph.balance import is_retracted
from graph.directions import verdict
from graph.filters import Filters
from graph.nodes import finding_node, finding_of, kind_of, name_of, study_node
from graph.postings import Postings, postings
from graph.statements import CLASSES, Statement, direct_statements, study_statements

STEP = 12  # nodes that one step adds
LISTED = 40  # neighbours of a group that are listed at most
COUNTED = 8  # "tied to so many of what is drawn" is told apart up to this number
OTHERS = ("definition", "author", "journal", "finding")
NO_FILTERS = Filters()


def group_of(vocabulary: Vocabulary, node: str) -> str:
    """What a node counts under: of a concept its scheme, else its kind."""
    kind = kind_of(node)
    return vocabulary.scheme_of(name_of(node)) if kind == "concept" else kind


def groups(atlas: Atlas) -> tuple[str, ...]:
    """Every group that an atlas can have neighbours of: studies, the schemes that they are tagged with, the others."""
    return ("study", *(name for name in atlas.config.tags if name in atlas.vocabulary.schemes), *OTHERS)


class FilteredNetwork:
    """The neighbours of any node, as far as the filters let them through. Raises GraphError for unknown filters."""

    def __init__(self, atlas: Atlas, filters: Filters = NO_FILTERS) -> None:
        self._lists: Postings = postings(atlas)
        self._atlas, self._filters = atlas, filters
        self._passing = filters.bits(self._lists)
        # One octet of eight studies: looking one up must not shift an integer of a hundred thousand bits.
        size = len(self._lists.studies) // 8 + 1
        self._octets = None if self._passing is None else self._passing.to_bytes(size, "little")
        # Schemes that sort studies and that none is tagged with (design, level, PEM status ...) describe no neighbour.
        self._sorting = frozenset(atlas.vocabulary.schemes) - frozenset(atlas.config.tags)
        self._told_by: dict[str, Mapping[str, str]] = {}
        self._bits: dict[str, int] = {}

    def passes(self, node: str) -> bool:
        """Whether the filters let a node through: any that is no study (or finding of one) does."""
        if self._octets is None or kind_of(node) not in ("study", "finding"):
            return True
        number = self._lists.number[name_of(node).partition("/")[0]]
        return bool(self._octets[number >> 3] >> (number & 7) & 1)

    def counts(self, node: str) -> Mapping[str, int]:
        """How many neighbours of each group a node has; groups without any are left out."""
        found = Counter(group_of(self._atlas.vocabulary, other) for other in self._told(node))
        if kind_of(node) not in ("study", "finding"):
            found["study"] = self._studies_of(node).bit_count()
        return {group: count for group, count in found.items() if count}

    def neighbours(self, node: str, group: str, without: Collection[str] = (), most: int = LISTED) -> tuple[str, ...]:
        """The first neighbours of a group but ``without``: strongest evidence first, findings before tags."""
        return tuple(islice((other for other in self._around(node, group) if other not in without), most))

    def expand(
        self, node: str, drawn: Collection[str], wanted: Collection[str] | None = None, most: int = STEP
    ) -> tuple[str, ...]:
        """What one step from a node adds: up to ``most`` new neighbours of the groups wanted (None: all of them).

        In rounds, one of each group a round, so that no group crowds out the others.
        """
        offered = [g for g in groups(self._atlas) if wanted is None or g in wanted]
        offered += [g for g in self.counts(node) if g not in offered and wanted is not None and g in wanted]
        rounds = zip_longest(*(self.neighbours(node, group, drawn, most) for group in offered))
        return tuple(islice((other for one in rounds for other in one if other is not None), most))

    def shared(self, drawn: Collection[str], wanted: Collection[str], most: int = STEP) -> tuple[str, ...]:
        """New nodes of the groups wanted that are tied to at least two drawn ones: to most of them first.

        Among those tied to as many, the rarer one comes first, so that generic hubs do not crowd out what says more.
        """
        found = [*self._shared_studies(drawn)] if "study" in wanted else []
        counted = Counter(other for node in drawn if kind_of(node) == "study" for other in self._told(node))
        vocabulary = self._atlas.vocabulary
        for node, count in counted.items():
            if count > 1 and node not in drawn and group_of(vocabulary, node) in wanted and kind_of(node) != "study":
                found.append((count, len(self._lists.of(node)), node))
        return tuple(node for _, _, node in sorted(found, key=lambda f: (-f[0], f[1], f[2]))[:most])

    def ties(self, drawn: Collection[str]) -> tuple[Statement, ...]:
        """Every statement between two drawn nodes that the filters let through, studies' own first."""
        known = frozenset(drawn)
        told = dict.fromkeys(name_of(n).partition("/")[0] for n in drawn if kind_of(n) in ("study", "finding"))
        own = chain.from_iterable(self._said(study_id, known) for study_id in told)
        above = chain.from_iterable(self._lists.hierarchy.get(node, ()) for node in drawn)
        between = (s for s in chain(own, above) if s.source in known and s.target in known and s.source != s.target)
        return tuple(dict.fromkeys(between))

    def _said(self, study_id: str, drawn: frozenset[str]) -> Iterator[Statement]:
        """What a study states; of a finding that is drawn the finding, else the study in its place."""
        if not self.passes(study_node(study_id)):
            return
        study = self._atlas.studies[study_id]
        open_findings = {n for n in range(1, len(study.findings) + 1) if finding_node(study.id, n) in drawn}
        if open_findings:
            told: Iterable[Statement] = (s for s in study_statements(self._atlas, study) if s.finding in open_findings)
            told = chain(told, (s for s in direct_statements(self._atlas, study) if s.finding not in open_findings))
        else:
            told = direct_statements(self._atlas, study)
        yield from (s for s in told if self._goes(study.id, s.target) and self.passes(s.target))

    def _goes(self, study_id: str, target: str) -> bool:
        """Whether a study's verdict on a concept is one that is asked for; anything but a concept always does."""
        if not self._filters.directions or kind_of(target) != "concept":
            return True
        return self._verdicts_of(study_id).get(name_of(target)) in self._filters.directions

    def _verdicts_of(self, study_id: str) -> Mapping[str, str]:
        """A study's verdict on everything that its findings are about, and on what is broader; kept once asked for.

        The same as the columns behind ``graph.verdicts`` say, which are quicker for all studies of one concept.
        """
        found = self._told_by.get(study_id)
        if found is None:
            given: dict[str, list[Direction | None]] = {}
            if not is_retracted(self._atlas, study_id):
                for finding in self._atlas.studies[study_id].findings:
                    known = [c for c in finding.concepts if c in self._atlas.vocabulary]
                    for concept in self._atlas.vocabulary.closure(known):
                        given.setdefault(concept, []).append(finding.direction)
            found = self._told_by[study_id] = {concept: verdict(directions) for concept, directions in given.items()}
        return found

    def _studies_of(self, node: str) -> int:
        """The studies that have a node that is no study, as bits."""
        found = self._bits.get(node)
        if found is None:
            found = self._lists.bits(node)
            if self._passing is not None:
                found &= self._passing
            if self._filters.directions and kind_of(node) == "concept":
                found &= self._filters.bits_on(self._lists, name_of(node)) or 0
            self._bits[node] = found
        return found

    def _around(self, node: str, group: str) -> Iterator[str]:
        if group == "study" and kind_of(node) not in ("study", "finding"):
            return (study_node(self._lists.studies[n]) for n in ascending(self._studies_of(node)))
        vocabulary = self._atlas.vocabulary
        told = self._in_order(node) if kind_of(node) == "study" else self._told(node)
        return (other for other in dict.fromkeys(told) if group_of(vocabulary, other) == group)

    def _told(self, node: str) -> Iterator[str]:
        """The neighbours that are not found in a list of studies, each once."""
        kind = kind_of(node)
        if kind == "study":
            yield from self._about(name_of(node))
        elif kind == "finding":
            yield from self._of_finding(node)
        else:
            for s in dict.fromkeys(self._lists.hierarchy.get(node, ())):
                yield s.source if s.target == node else s.target

    def _of_finding(self, node: str) -> Iterator[str]:
        study, number = finding_of(self._atlas, node)
        if self.passes(node):
            yield study_node(study.id)
            told = (s for s in study_statements(self._atlas, study) if s.relation == "about" and s.finding == number)
            yield from (s.target for s in told if self._goes(study.id, s.target))

    def _about(self, study_id: str) -> Iterator[str]:
        """Everything next to a study but what only sorts it, in no order that matters."""
        if self.passes(study_node(study_id)):
            linked = (study_node(other) for other, _ in self._atlas.links_to(study_id))
            for other in dict.fromkeys(chain(self._lists.tied(study_id), linked)):
                if kind_of(other) == "concept" and group_of(self._atlas.vocabulary, other) in self._sorting:
                    continue
                if self._goes(study_id, other) and self.passes(other) and other != study_node(study_id):
                    yield other
            findings = self._atlas.studies[study_id].findings
            yield from (finding_node(study_id, n) for n in range(1, len(findings) + 1))

    def _in_order(self, node: str) -> Iterator[str]:
        """The neighbours of a study as its entry has them, what its findings are about before other tags."""
        study_id = name_of(node)
        near = dict.fromkeys(self._about(study_id))
        statements = (
            s for s in direct_statements(self._atlas, self._atlas.studies[study_id]) if s.relation not in CLASSES
        )
        ranked = sorted(statements, key=lambda s: s.relation == "tagged")
        yield from dict.fromkeys(chain((s.target for s in ranked if s.target in near), near))

    def _shared_studies(self, drawn: Collection[str]) -> Iterator[tuple[int, int, str]]:
        """(drawn nodes it is tied to, its number, node) of the studies tied to most; all are counted at once."""
        by_count = [0] * COUNTED
        for node in drawn:
            if kind_of(node) not in ("study", "finding"):
                mask = self._studies_of(node)
                for n in range(COUNTED - 1, 0, -1):
                    by_count[n] |= by_count[n - 1] & mask
                by_count[0] |= mask
        numbers = self._lists.number
        taken = sum(1 << numbers[name_of(node)] for node in drawn if kind_of(node) == "study")
        left = STEP
        for n in range(COUNTED - 1, 0, -1):
            for number in islice(ascending(by_count[n] & ~taken), left):
                taken |= 1 << number
                left -= 1
                yield n + 1, number, study_node(self._lists.studies[number])


def ascending(bits: int) -> Iterator[int]:
    """The numbers of the bits that are set, smallest first, each found when it is asked for."""
    while bits:
        low = bits & -bits
        yield low.bit_length() - 1
        bits ^= low
