"""The ties of a picture as rows of a table: each statement with its words, quote, figures, badges and study."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from entries.study import Direction, Study
from explorer.constellation import Pair
from explorer.node_links import node_url, said_by
from explorer.presentation import DIRECTIONS, Badge, Chosen, Words
from explorer.presentation_graph import AGAINST, RELATION_WORDS
from explorer.presentation_standing import finding_badge
from explorer.presentation_study import fine_print
from explorer.site import Site
from graph.neighbourhood import label
from graph.postings import postings
from graph.statements import CLASSES, Statement

MORE_WORDS = dict(
    zip(
        CLASSES,
        ("is by design a", "has the evidence level", "counts as", "is", "is reviewed as"),
        strict=True,
    )
)


@dataclass(frozen=True, slots=True)
class Row:
    """One statement. ``number``: the pair of nodes it ties, ``first``: whether it is the first of them."""

    number: int
    first: bool
    source: Chosen
    source_node: str
    relation: str
    target: Chosen
    target_node: str
    text: str
    quote: str
    fine: tuple[str, ...]
    direction: Words | None
    badges: tuple[Badge, ...]
    study: Chosen | None


class Ties:
    """The statements between drawn nodes, grouped by the two nodes that they tie."""

    def __init__(self, site: Site, statements: Sequence[Statement], focus: str) -> None:
        """``focus``: the node whose ties come first."""
        self._site, self._labels = site, dict[str, str]()
        pairs: dict[frozenset[str], list[Statement]] = {}
        for said in sorted(statements, key=lambda s: (focus not in (s.source, s.target), s.finding is None)):
            pairs.setdefault(frozenset((said.source, said.target)), []).append(said)
        self._pairs = list(pairs.values())
        self.statements = tuple(said for ties in self._pairs for said in ties)

    def label(self, node: str) -> str:
        """What a node is called."""
        found = self._labels.get(node)
        if found is None:
            found = self._labels[node] = label(postings(self._site.atlas), node)
        return found

    def chosen(self, node: str) -> Chosen:
        """A node and its page."""
        return Chosen(self.label(node), node_url(self._site, node, self.label(node)))

    def pairs(self) -> Iterator[Pair]:
        """One line for each two nodes, however much ties them."""
        for number, ties in enumerate(self._pairs, 1):
            words = dict.fromkeys(self._says(tie) for tie in ties)
            directions = {tie.direction for tie in ties if tie.direction}
            sign = DIRECTIONS[Direction(directions.pop())].icon if len(directions) == 1 else "±" if directions else ""
            against = all(tie.direction in AGAINST or tie.relation in AGAINST for tie in ties)
            yield Pair(number, ties[0].source, ties[0].target, "; ".join(words), against, sign)

    def rows(self) -> Iterator[Row]:
        """One row for each statement, those of a pair together."""
        for number, ties in enumerate(self._pairs, 1):
            for tie in ties:
                yield self._row(number, tie, tie is ties[0])

    def _row(self, number: int, tie: Statement, first: bool) -> Row:
        study = self._site.atlas.studies.get(tie.study or "")
        finding = study.findings[tie.finding - 1] if study and tie.finding else None
        return Row(
            number=number,
            first=first,
            source=self.chosen(tie.source),
            source_node=tie.source,
            relation=_words(tie),
            target=self.chosen(tie.target),
            target_node=tie.target,
            text=finding.text if finding else "",
            quote=(finding.quote or "") if finding else "",
            fine=tuple(fine_print(finding)) if finding else (),
            direction=DIRECTIONS[Direction(tie.direction)] if tie.direction else None,
            badges=self._badges(study, tie.finding) if study else (),
            study=said_by(self._site, tie.study, tie.finding),
        )

    def _badges(self, study: Study, finding: int | None) -> tuple[Badge, ...]:
        stands = finding_badge(self._site, study, finding)
        return (*self._site.badges.evidence(study), *stands, self._site.badges.review(study))

    def _says(self, tie: Statement) -> str:
        direction = f" ({DIRECTIONS[Direction(tie.direction)].word.lower()})" if tie.direction else ""
        return f"{self.label(tie.source)} {_words(tie)} {self.label(tie.target)}{direction}"


def _words(tie: Statement) -> str:
    return RELATION_WORDS.get(tie.relation) or MORE_WORDS.get(tie.relation) or tie.relation
