"""The forms in which a picture can be had: drawn, as a network for programs, as RDF, and as the table."""

from collections.abc import Callable, Iterable, Iterator

import networkx as nx

from explorer.constellation import standalone
from explorer.drawing import Drawing
from explorer.forms import CSV, NETWORKS, RDF, Form
from explorer.site import Site
from explorer.tables import table_of
from graph.excerpt import excerpt_network, write_excerpt
from graph.network_elements import NetworkElements
from graph.network_export import write_network

SVG = Form("svg", ".svg", "image/svg+xml", "SVG")
FORMS = (SVG, *NETWORKS, CSV, *RDF.values())
COLUMNS = (
    "from", "from_label", "relation", "to", "to_label", "direction", "finding", "quote", "statistic", "study",
    "study_title", "year", "evidence_level", "pem", "standing", "review", "address",
)  # fmt: skip


def picture_in(drawing: Drawing, form: Form, address: str) -> Iterable[bytes]:
    """A picture in a form of FORMS, piece by piece: exactly what is drawn. ``address``: where it is shown."""
    if form.name in RDF:
        return write_excerpt(drawing.site.atlas, drawing.nodes, drawing.ties.statements, form.name)
    if form in NETWORKS:
        return write_network(NetworkElements(_network(drawing)), form.name)
    makers: dict[str, Callable[[], Iterable[bytes]]] = {
        "svg": lambda: _encoded(_svg(drawing, address)),
        "csv": lambda: [table_of(_table(drawing))],
    }
    return makers[form.name]()


def shown_at(site: Site, address: str) -> str:
    """The whole address of a page of ours, for a file that leaves the site."""
    return site.atlas.config.base_iri + address.removeprefix(f"{site.links.root}/")


def _encoded(pieces: Iterable[str]) -> Iterator[bytes]:
    return (piece.encode() for piece in pieces)


def _svg(drawing: Drawing, address: str) -> Iterator[str]:
    config = drawing.site.atlas.config
    about = f"{config.title}, atlas {config.versions.atlas}, {config.licence_label}. {address}"
    return standalone(drawing.stars, drawing.pairs, drawing.counted, about)


def _network(drawing: Drawing) -> "nx.MultiDiGraph[str]":
    return excerpt_network(drawing.site.atlas, drawing.nodes, drawing.ties.statements, drawing.places)


def _table(drawing: Drawing) -> Iterator[tuple[object, ...]]:
    """The table of the page, a statement a row."""
    atlas = drawing.site.atlas
    yield COLUMNS
    for tie in drawing.ties.statements:
        study = atlas.studies.get(tie.study or "")
        finding = study.findings[tie.finding - 1] if study and tie.finding else None
        said = (finding.text, finding.quote, finding.statistic) if finding else ("", "", "")
        whose: tuple[object, ...] = ("",) * 8
        if study:
            pem, where = atlas.pem(study.id).status, f"{atlas.config.base_iri}studies/{study.id}"
            standing = drawing.judgements.of(study.id, tie.finding)
            told = (study.id, study.title, study.year, study.evidence_level, pem)
            whose = (*told, standing, study.review.status, where)
        ends = (tie.source, drawing.ties.label(tie.source), tie.relation, tie.target, drawing.ties.label(tie.target))
        yield (*ends, tie.direction or "", *said, *whose)
