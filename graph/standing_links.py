"""What studies say of each other by their links, as far as it bears on how one of them stands."""

from collections.abc import Iterator

from entries.atlas import Atlas
from entries.study import Finding, Relation, Study
from graph.balance import is_retracted
from graph.postings import LEVELS


class Linked:
    """What others say of one study of the atlas, in ids of studies; retracted ones have no say, nor has itself.

    ``retracting``: they retract it; ``disputing``: they dispute it; ``agreeing``: they replicate it, or it them.
    """

    def __init__(self, atlas: Atlas, study: Study) -> None:
        self._atlas, self._study = atlas, study
        self.retracting = tuple(i for i, link in atlas.links_to(study.id) if link.relation is Relation.RETRACTS)
        self.disputing = self._saying(Relation.DISPUTES)
        own = (link.study for link in study.links if link.relation is Relation.REPLICATES)
        confirmed = (i for i in own if i in atlas.studies and i != study.id and not is_retracted(atlas, i))
        self.agreeing = tuple(dict.fromkeys((*self._saying(Relation.REPLICATES), *confirmed)))

    def _saying(self, relation: Relation) -> tuple[str, ...]:
        others = (i for i, link in self._atlas.links_to(self._study.id) if link.relation is relation)
        return tuple(dict.fromkeys(i for i in others if i != self._study.id and not is_retracted(self._atlas, i)))

    @property
    def are_there(self) -> bool:
        """Whether anybody disputes or replicates it, or it anybody."""
        return bool(self.disputing or self.agreeing)

    def stronger(self, others: tuple[str, ...]) -> tuple[str, ...]:
        """Those of a stronger evidence level than this study."""
        rank = {c.id: n for n, c in enumerate(self._atlas.vocabulary.of_scheme(LEVELS))}
        own = rank.get(self._study.evidence_level, len(rank))
        return tuple(i for i in others if rank.get(self._atlas.studies[i].evidence_level, len(rank)) < own)

    def on(self, finding: Finding, others: tuple[str, ...]) -> Iterator[Study]:
        """Those whose entry, in tags or findings, names every concept that the finding is about."""
        wanted = set(finding.concepts)
        for other in map(self._atlas.studies.__getitem__, others if wanted else ()):
            if wanted <= {*other.tags.all(), *other.finding_concepts}:
                yield other
