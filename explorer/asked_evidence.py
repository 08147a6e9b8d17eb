"""The bar for evidence as an address has it: ``level=E1&pem=required``, read with patience, offered as choices."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from explorer.presentation import LEVELS, PEM, shortened
from explorer.site import Site
from graph.evidence import Evidence
from graph.nodes import CASE_DEFINITIONS
from graph.postings import postings


class Option(NamedTuple):
    """One value of a form's field."""

    value: str
    label: str
    selected: bool


@dataclass(frozen=True, slots=True)
class AskedEvidence:
    """What an address asks of the evidence, as choices of a form, and what could not be used."""

    evidence: Evidence
    levels: tuple[Option, ...]
    statuses: tuple[Option, ...]
    status_label: str
    messages: tuple[str, ...]
    remains: list[tuple[str, str]]
    definitions: tuple[Option, ...] = ()

    @property
    def args(self) -> list[tuple[str, str]]:
        """The arguments of an address that asks the same."""
        pairs = (("level", self.evidence.level), ("pem", self.evidence.pem and _short(self.evidence.pem)))
        alone = [("without", self.evidence.alone)] if self.evidence.alone else []
        return [(name, value) for name, value in pairs if value] + alone + self.remains


def asked_evidence(site: Site, level: str, pem: str, without: str = "") -> AskedEvidence:
    """Read ``level`` (an evidence level's id) and ``pem`` (``required`` or the whole id); unknown ones are told.

    ``without``: the case definition whose cohorts are set aside where it is their only one. What the switch "what
    remains" sets aside is below the bar, too.
    """
    vocabulary, messages = site.atlas.vocabulary, []
    levels, statuses = vocabulary.of_scheme(LEVELS), vocabulary.of_scheme(PEM)
    by_level = {concept.id.lower(): concept.id for concept in levels}
    by_status = {name.lower(): concept.id for concept in statuses for name in (concept.id, _short(concept.id))}
    definitions = {c.id: c for c in vocabulary.of_scheme(CASE_DEFINITIONS)}
    alone = without.strip().lower() if without.strip().lower() in definitions else None
    status = by_status.get(pem.strip().lower())
    evidence = Evidence(by_level.get(level.strip().lower()), status, site.remains.dropped, alone)
    if without.strip() and not alone:
        messages.append(f"“{shortened(without, 40)}” is no case definition and was left out.")
    if level.strip() and not evidence.level:
        messages.append(f"“{shortened(level, 40)}” is no evidence level and was left out.")
    if pem.strip() and not evidence.pem:
        messages.append(f"“{shortened(pem, 40)}” is none of {_list(_short(c.id) for c in statuses)} and was left out.")
    weakest = [
        Option(c.id, f"{c.id} {c.label}" + (" or stronger" if n else ""), c.id == evidence.level)
        for n, c in enumerate(levels)
    ]
    named = [Option(_short(c.id), f"{c.label} only", c.id == evidence.pem) for c in statuses]
    label = vocabulary.schemes[PEM].label if PEM in vocabulary.schemes else ""
    cohorts = tuple(Option(c.id, c.label, c.id == alone) for c in definitions.values())
    return AskedEvidence(evidence, tuple(weakest), tuple(named), label, tuple(messages), site.remains.args, cohorts)


def search_arguments(site: Site, evidence: Evidence) -> list[tuple[str, str]] | None:
    """Search arguments for the studies that clear the bar; None where the search has no facet for it."""
    facets = {"level": site.facet_of(LEVELS), "pem": site.facet_of(PEM), "dropped": site.facet_of(PEM), "alone": None}
    if any(facets[part] is None for part in evidence.parts):
        return None
    args: list[tuple[str, str]] = []
    if evidence.level is not None:
        args += [(str(facets["level"]), level) for level in evidence.levels(postings(site.atlas))]
    if evidence.pem is not None:
        args.append((str(facets["pem"]), evidence.pem))
    return args + (site.remains.args if evidence.dropped else [])


def _short(status: str) -> str:
    return status.removeprefix("pem-")


def _list(words: Iterable[str]) -> str:
    return ", ".join(words)
