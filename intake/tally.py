"""How many, stage by stage: what a run counted on its way, for the report that a person reads."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

STAGES = ("read", "normalise", "relevance", "deduplicate", "classify", "draft", "scan", "lineage", "publish")
Counts = Mapping[str, Mapping[str, int]]  # stage -> what -> how many


@dataclass(slots=True)
class Tally:
    """Counts that grow while records go through the stages."""

    _counts: dict[str, Counter[str]] = field(default_factory=lambda: {stage: Counter() for stage in STAGES})

    def add(self, stage: str, **counted: int) -> None:
        """So many more of each. Raises KeyError for a stage that is none of STAGES."""
        counts = self._counts[stage]
        for what, number in counted.items():
            counts[what] += number

    def stages(self) -> Counts:
        """Everything that was counted, in the order of STAGES."""
        return {stage: dict(counts) for stage, counts in self._counts.items()}
