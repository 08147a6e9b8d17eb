"""What links the two ends of a question about paths, as the rows of a table."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from explorer.presentation import Chosen
from explorer.remains import Count
from explorer.site import Site
from graph.between import Link, between
from graph.evidence import Evidence


@dataclass(frozen=True, slots=True)
class LinkRow:
    """A concept that studies of both ends name, its kind, and the studies on either side and in both."""

    id: str
    concept: Chosen
    kind: str
    first: Count
    second: Count
    both: Count


def link_rows(
    site: Site, start: str, end: str, schemes: Sequence[str], evidence: Evidence, found: bool
) -> tuple[LinkRow, ...]:
    """The rows, those of most studies first; none where an end is unknown (``found`` is False) or both are the same."""
    if not found or start == end:
        return ()
    every = {link.concept: link for link in between(site.atlas, start, end, schemes, evidence.without("dropped"))}
    kept = between(site.atlas, start, end, schemes, evidence) if evidence.dropped else tuple(every.values())
    return tuple(_row(site, link, every[link.concept]) for link in kept)


def _row(site: Site, kept: Link, every: Link) -> LinkRow:
    vocabulary = site.atlas.vocabulary
    counts = (Count(*pair) for pair in zip(kept[1:], every[1:], strict=True))
    label = vocabulary.schemes[vocabulary.scheme_of(kept.concept)].label
    chosen = Chosen(vocabulary.label(kept.concept), site.links.concept(kept.concept))
    return LinkRow(kept.concept, chosen, label, *counts)


def as_data(rows: Sequence[LinkRow]) -> list[dict[str, Any]]:
    """The rows as plain data."""
    return [
        {
            "concept": row.id,
            "label": row.concept.label,
            "studies": {"from": row.first.kept, "to": row.second.kept, "both": row.both.kept},
        }
        for row in rows
    ]
