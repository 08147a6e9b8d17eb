"""Which studies may stand otherwise after some were changed: few, since most of what changes decides nothing.

restood(was, now, difference(was.digests, now.digests))
"""

from collections.abc import Iterable, Iterator

from entries.atlas import Atlas
from entries.digests import Difference
from entries.study import Relation, Study
from graph.agreement import View, agreed
from graph.balance import is_retracted
from graph.finding_standing import agreeing


def restood(was: Atlas, now: Atlas, changes: Difference) -> tuple[str, ...]:
    """Studies of ``now``, those that were changed apart, of which :func:`graph.rdf_standing.standing_triples` may
    give something else than in ``was``, which has the same configuration and vocabulary. ``changes``: between the two.

    They are linked to a study that was changed, or that is retracted now and was not, or the other way round; or they
    found something on the very concepts that such a study did, and it tips the scales for a finding of theirs.
    """
    changed = {*changes.fresh, *changes.stale}
    versions = [*was.passing(changes.stale), *now.passing(changes.fresh)]
    turned = [i for i in _retracting(versions) - changed if _turned(was, now, i)]
    versions += now.passing(turned)
    found = {*turned, *now.linking({*changed, *turned})}
    found.update(link.study for study in versions for link in study.links)
    for view in _views(now, versions):
        found.update(_tipped(was, now, view))
    return tuple(sorted(i for i in found - changed if i in now.studies))


def _retracting(studies: Iterable[Study]) -> set[str]:
    """What these studies say that they retract."""
    return {link.study for study in studies for link in study.links if link.relation is Relation.RETRACTS}


def _turned(was: Atlas, now: Atlas, study_id: str) -> bool:
    there = study_id in was.studies and study_id in now.studies
    return there and is_retracted(was, study_id) != is_retracted(now, study_id)


def _views(atlas: Atlas, studies: Iterable[Study]) -> set[View]:
    agreement = agreed(atlas)  # what a view is hangs on configuration and vocabulary alone
    return {view for study in studies for view in agreement.views(study)}


def _tipped(was: Atlas, now: Atlas, view: View) -> Iterator[str]:
    """The studies for which others agree or differ in a view as they did not before."""
    before, after = agreed(was).tally(view), agreed(now).tally(view)
    tipped = {verdict for verdict in after if agreeing(before, verdict) != agreeing(after, verdict)}
    if tipped:
        yield from (said.study for said in agreed(now).saying(view) if said.verdict in tipped)
