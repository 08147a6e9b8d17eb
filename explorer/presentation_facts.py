"""What a study's page says beside the text: participants, provenance, history."""

from collections.abc import Iterator

from entries.study import Participants, Study
from explorer.site import Site

SOURCES = {"pubmed": "PubMed", "europepmc": "Europe PMC", "crossref": "Crossref"}  # as they write themselves


def facts(site: Site, study: Study) -> Iterator[tuple[str, str, str]]:
    """(label, text, address or "") of the metadata, in reading order."""
    vocabulary, made = site.atlas.vocabulary, study.provenance
    for scheme, concept_id in (
        ("study-design", study.design),
        ("evidence-level", study.evidence_level),
        ("peer-review", study.peer_review),
        ("review-status", study.review.status),
    ):
        concept = vocabulary.get(concept_id)
        text = f"{site.badges.of_concept(concept_id).text}: {_lower(concept.plain)}" if concept else concept_id
        yield vocabulary.schemes[scheme].label, text, site.links.concept(concept_id)
    yield "Participants", participants(study.participants), ""
    yield "Entry drafted from", f"{SOURCES.get(made.source, made.source)} {made.record or ''}".strip(), ""
    versions = [("generator", made.generator), ("scanner", made.scanner), ("policy", made.policy)]
    yield "Versions used", ", ".join(f"{name} {v}" for name, v in versions if v) or "not recorded", ""
    if made.drafted:
        yield "Drafted", made.drafted.isoformat(), ""
    yield "Last updated", study.updated.isoformat(), ""
    yield "Name in this atlas", study.id, ""


def _lower(text: str) -> str:
    """The first letter small, unless the word is an abbreviation."""
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


def participants(people: Participants) -> str:
    """``30 patients, 20 controls``; says so where the source does not."""
    parts = [
        f"{count:,} {word}"
        for count, word in ((people.patients, "patients"), (people.controls, "controls"))
        if count is not None
    ]
    counted = sum(count or 0 for count in (people.patients, people.controls))
    if people.total is not None and people.total != counted:
        parts.append(f"{people.total:,} in all")
    groups = "; ".join(f"{group.label}: {group.n:,}" for group in people.groups)
    said = ", ".join(parts) or ("" if groups else "not stated in the source read")
    said = f"{said} ({groups})" if said and groups else said or groups
    return f"{said}. {people.note}" if people.note else said


def history(site: Site, study: Study) -> Iterator[tuple[str, str]]:
    """(day, what happened) of every review step, then of every field looked at."""
    label = site.atlas.vocabulary.label
    for event in study.review.history:
        status = f", {_lower(label(event.status))}" if event.status else ""
        note = f": {event.note}" if event.note else ""
        yield event.on.isoformat(), f"{event.by}{status}{note}"
    for name, field in study.review.fields.items():
        by = f" by {field.by}" if field.by else ""
        yield (field.on.isoformat() if field.on else ""), f"{name}: {_lower(label(field.status))}{by}"
