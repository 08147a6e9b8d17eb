"""How entries are made, stage by stage, as one object: what each reads and writes, its version, its last counts."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from explorer.imported import ImportReport
from explorer.site import Site
from intake.tally import STAGES


@dataclass(frozen=True, slots=True)
class StageView:
    """One stage. ``version`` names what it was made by; ``counts`` are those of the last import, empty without one."""

    name: str
    label: str
    does: str
    reads: str
    writes: str
    version: str
    counts: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class PipelinePage:
    """Everything that ``pipeline.html`` shows."""

    stages: tuple[StageView, ...]
    report: ImportReport | None
    fates: tuple[tuple[str, int], ...]
    versions: tuple[tuple[str, str], ...]
    json_url: str


# stage -> (what it does, what it reads, what it writes, the versions that it depends on)
_TOLD: dict[str, tuple[str, str, str, tuple[str, ...]]] = {
    "read": ("Takes records out of files; what cannot be read is told", "files of records", "records", ("generator",)),
    "normalise": (
        "Brings titles, names, dates, identifiers and sections into one form",
        "a record",
        "the record, and each change",
        ("generator",),
    ),
    "relevance": (
        "Asks whether the record is about the disease",
        "title, abstract, headings",
        "yes or no, with the words",
        ("policy",),
    ),
    "deduplicate": (
        "Finds records of one study, and studies that the atlas has",
        "records, the atlas",
        "one record a study",
        ("generator",),
    ),
    "classify": (
        "Decides on design, people, numbers, criteria, concepts, flags and level",
        "a record",
        "decisions, each with the words that it rests on",
        ("policy",),
    ),
    "draft": ("Puts the decisions into sentences of the atlas", "decisions", "an entry", ("generator", "policy")),
    "scan": ("Looks for wording that must not be published", "an entry, the record's text", "findings", ("scanner",)),
    "lineage": (
        "Links studies by reference lists, corrections and retractions",
        "records, the atlas",
        "links and notices",
        ("generator",),
    ),
    "publish": ("Writes each accepted entry as a file, for a person to read", "entries", "files", ("generator",)),
}


def pipeline_page(site: Site, report: ImportReport | None) -> PipelinePage:
    """The stages by the versions of the last import, or by those of the atlas where there was none."""
    versions = (report.versions if report else site.atlas.config.versions).model_dump()
    stages = tuple(_stage(name, versions, report) for name in STAGES)
    fates = tuple((fate, count) for fate, count in report.fates.items() if count) if report else ()
    told = tuple((name, versions[name]) for name in ("generator", "policy", "scanner"))
    return PipelinePage(stages, report, fates, told, site.links.pipeline(".json"))


def _stage(name: str, versions: Mapping[str, str], report: ImportReport | None) -> StageView:
    does, reads, writes, made = _TOLD[name]
    counts = report.stages.get(name, {}) if report else {}
    version = ", ".join(f"{part} {versions[part]}" for part in made)
    return StageView(name, name.capitalize(), does, reads, writes, version, tuple(counts.items()))


def as_data(page: PipelinePage) -> dict[str, Any]:
    """The same as JSON values; ``last_import`` is null where there was none."""
    stages = [
        {
            "stage": s.name,
            "does": s.does,
            "reads": s.reads,
            "writes": s.writes,
            "version": s.version,
            "counts": dict(s.counts),
        }
        for s in page.stages
    ]
    return {
        "versions": dict(page.versions),
        "stages": stages,
        "last_import": page.report.model_dump(mode="json") if page.report else None,
    }
