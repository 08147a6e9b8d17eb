"""What changed since a snapshot, under the switch "what remains": the differences on studies that count.

A snapshot taken while the switch is on leaves out what is set aside as a filter of its search, so that it shows the
same whoever opens it. One that was taken of all studies can be looked at under the switch later: whether a study counts
then goes by its entry as it is now, since a link holds nothing of the entry as it was.
"""

from dataclasses import dataclass, replace

from explorer.narrowing import narrowed
from explorer.result_snapshot import Difference
from explorer.site import Site
from index.query import SearchRequest


@dataclass(frozen=True, slots=True)
class Counted:
    """The differences to show, and on how many studies more that are set aside. ``every``: all differences."""

    shown: Difference
    every: Difference
    aside: int = 0


def counted(site: Site, wanted: SearchRequest, difference: Difference) -> Counted:
    """The differences in what ``wanted`` finds, on the studies that count.

    Nothing is set aside where the search itself leaves the same studies out: one that it lost by that is a difference.
    """
    if narrowed(site, wanted) == wanted:
        return Counted(difference, difference)
    kinds = (difference.added, difference.changed, difference.gone)
    added, changed, gone = (site.remains.kept(ids) for ids in kinds)
    aside = sum(map(len, kinds)) - len(added) - len(changed) - len(gone)
    return Counted(replace(difference, added=added, changed=changed, gone=gone), difference, aside)
