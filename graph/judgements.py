"""How the studies and findings of a picture stand: each study is judged once, however many of its findings are shown.

judgements = Judgements(atlas)
judgements.of("see-1996-alpha-interferon"), judgements.of("see-1996-alpha-interferon", 1)
"""

from entries.atlas import Atlas
from graph.agreement import agreed
from graph.nodes import finding_of, kind_of, name_of
from graph.standing import Judgement, judged
from graph.standings import Standing


class Judgements:
    """The standings of some studies of an atlas and of their findings, without the reasons."""

    def __init__(self, atlas: Atlas) -> None:
        self._atlas = atlas
        self._made: dict[str, Judgement] = {}

    def of(self, study_id: str, finding: int | None = None) -> Standing:
        """How a study stands, or one of its findings, counted from 1. Raises KeyError for an unknown study."""
        found = self._made.get(study_id)
        if found is None:
            study = self._atlas.studies[study_id]
            found = self._made[study_id] = judged(self._atlas, study, agreed(self._atlas).own(study))
        return found.standing if finding is None else found.findings[finding - 1].standing

    def of_statement(self, study_id: str | None, finding: int | None) -> Standing | None:
        """How the finding (from 1) stands that a statement comes from; None of a statement that is not a finding's."""
        return self.of(study_id, finding) if study_id and finding else None

    def of_node(self, node: str) -> Standing | None:
        """How a study's or finding's node stands; None of any other, which has no standing."""
        if kind_of(node) == "study":
            return self.of(name_of(node))
        if kind_of(node) == "finding":
            study, number = finding_of(self._atlas, node)
            return self.of(study.id, number)
        return None
