"""The studies that an address asks to see side by side: by id, PubMed number, DOI or address, as people paste them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from entries.study import Study
from explorer.near import closest
from explorer.presentation import Chosen, number, shortened
from explorer.site import Site
from index.direct import identifiers
from index.query import SearchRequest, clean

NAME = "s"  # in addresses
LEAST, MOST = 2, 4  # studies side by side
READ = 20  # arguments of an address that are looked at
LONGEST = 1_000  # characters of one of them
SUGGESTED = 4


@dataclass(frozen=True, slots=True)
class Unfound:
    """What was asked for and is not here, and studies that may be meant; ``url`` of these is their id."""

    asked: str
    near: tuple[Chosen, ...]


@dataclass(frozen=True, slots=True)
class AskedStudies:
    """The studies in the order in which they were asked for, and what of the address could not be used, in words."""

    studies: tuple[Study, ...]
    messages: tuple[str, ...]
    unfound: tuple[Unfound, ...]

    @property
    def ids(self) -> tuple[str, ...]:
        """Their ids."""
        return tuple(study.id for study in self.studies)

    @property
    def are_enough(self) -> bool:
        """Whether there is anything to compare."""
        return len(self.studies) >= LEAST


def asked_studies(site: Site, given: Sequence[str]) -> AskedStudies:
    """Look up what was written. Never raises: what cannot be used is told."""
    found: dict[str, None] = {}
    unfound: list[Unfound] = []
    messages: list[str] = []
    written = [text for text in (clean(one).strip()[:LONGEST] for one in given[:READ]) if text]
    for text in written:
        study_id = _study_of(site, text)
        if study_id is None:
            unfound.append(Unfound(shortened(text, 60), tuple(_near(site, text)) if len(unfound) < MOST else ()))
        elif study_id in found:
            title = shortened(site.atlas.heading(study_id).title, 80)
            messages.append(f"“{title}” was named more than once. It stands here once.")
        found.update({study_id: None} if study_id else {})
    left_out = [*found][MOST:]
    if left_out or len(given) > READ:
        beyond = len(left_out) + max(0, len(given) - READ)
        messages.append(f"At most {MOST} studies stand side by side: {number(beyond, 'was', 'were')} left out.")
    return AskedStudies(
        tuple(site.atlas.studies[i] for i in [*found][:MOST]), tuple(dict.fromkeys(messages)), tuple(unfound)
    )


def _study_of(site: Site, text: str) -> str | None:
    """The id of the study that a text names."""
    _, is_address, rest = text.rpartition("/studies/")
    name = rest.split("?")[0].split("#")[0].split("/")[0].split(".")[0] if is_address else text
    if name in site.atlas.studies:
        return name
    for field, value in identifiers(text):
        if field == "id" and value in site.atlas.studies:
            return value
        if field != "id" and (ids := site.atlas.identified(value)):
            return ids[0]
    return None


def _near(site: Site, text: str) -> Iterator[Chosen]:
    """Studies whose id looks like it, else those found by its words."""
    name = text.rpartition("/")[2].lower()
    ids = closest(name, site.atlas.studies) if " " not in text else []
    if not ids:
        ids = [hit.id for hit in site.engine.search(SearchRequest(text=text.replace("-", " "))).hits[:SUGGESTED]]
    for study_id in ids:
        title, byline, year = site.atlas.heading(study_id)
        yield Chosen(f"{shortened(title, 120)} ({byline} {year})", study_id)
