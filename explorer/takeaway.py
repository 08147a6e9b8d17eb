"""Studies and concepts in every form other than the page: one function a shape of thing."""

import json
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, time
from heapq import nlargest
from itertools import islice
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from entries import citation, store
from entries.atlas import Atlas, Selection
from entries.shelf import Shelf
from entries.study import Study
from entries.vocabulary import Concept, Scheme
from explorer.forms import NETWORKS, RDF, Form
from explorer.tables import csv_table
from graph.export import serialize_all, serialize_concept, serialize_studies, serialize_study, write
from graph.namespaces import Names
from graph.network_elements import AtlasElements
from graph.network_export import write_network
from graph.ontology import ontology_triples
from graph.rdf_context import Context
from graph.rdf_vocabulary import scheme_triples
from graph.terms import NamedGraph

BATCH = 100
FEED_ENTRIES = 50


def study_in(atlas: Atlas, study: Study, form: Form) -> bytes:
    """One study in a form of STUDY_FORMS. ``.json`` and ``.yaml`` are the entry itself, as ``data/`` holds it."""
    if form.name in RDF:
        return serialize_study(atlas, study.id, form.name)
    makers: dict[str, Callable[[], str]] = {
        "json": lambda: _json(store.plain(study)),
        "yaml": lambda: store.dump_yaml(study),
        "bibtex": lambda: citation.bibtex([study]),
        "ris": lambda: citation.ris([study]),
        "csl": lambda: _json(citation.csl(study)),
    }
    return makers[form.name]().encode()


def concept_in(atlas: Atlas, concept: Concept, form: Form) -> bytes:
    """One concept in a form of CONCEPT_FORMS."""
    if form.name in RDF:
        return serialize_concept(atlas, concept.id, form.name)
    record = concept.model_dump(mode="json", exclude_defaults=True)
    record |= {
        "scheme": atlas.vocabulary.scheme_of(concept.id),
        "narrower": list(atlas.vocabulary.narrower(concept.id)),
        "studies": list(atlas.studies_with(concept.id)),
    }
    return _json(record).encode()


def studies_in(atlas: Atlas, studies: Selection, form: Form, search: str = "") -> Iterator[bytes]:
    """Many studies in a form of RESULT_FORMS, piece by piece; ``search`` is told in the JSON."""
    return _sound(atlas, studies.ids, _studies_in(atlas, studies, form, search))


def _studies_in(atlas: Atlas, studies: Selection, form: Form, search: str) -> Iterator[bytes]:
    if form.name in RDF:
        return serialize_studies(atlas, studies.ids, form.name)
    if form in NETWORKS:
        return write_network(AtlasElements(atlas, studies.ids), form.name)
    makers: dict[str, Callable[[], Iterator[bytes]]] = {
        "csv": lambda: csv_table(atlas, studies),
        "json": lambda: _json_list(atlas, studies, search),
        "bibtex": lambda: _batches(studies, citation.bibtex),
        "ris": lambda: _batches(studies, citation.ris),
        "csl": lambda: _array(citation.csl(s) for s in studies),
    }
    return makers[form.name]()


def dataset_in(atlas: Atlas, form: Form) -> Iterator[bytes]:
    """The whole atlas in a form of DATASET_FORMS; the RDF holds vocabularies and description too."""
    if form.name in RDF:
        return _sound(atlas, atlas.studies, serialize_all(atlas, form.name))
    if form in NETWORKS:
        return _sound(atlas, atlas.studies, write_network(AtlasElements(atlas), form.name))
    return studies_in(atlas, atlas.selection(list(atlas.studies)), form)


def _sound(atlas: Atlas, ids: Iterable[str], pieces: Iterator[bytes]) -> Iterator[bytes]:
    """The pieces, before the first of which every study is held against its checksum. Raises StoreError.

    Later there is no way to tell a reader of damage but to break off. It takes about a fiftieth of what writing does.
    """
    if isinstance(atlas.studies, Shelf):
        atlas.studies.check(ids)
    yield from pieces


def scheme_in(atlas: Atlas, scheme: Scheme, form: Form) -> bytes:
    """One concept scheme with all its concepts, in an RDF form."""
    context = Context.of(atlas)
    graph = NamedGraph(context.names.scheme_graph(scheme.scheme), tuple(dict.fromkeys(scheme_triples(context, scheme))))
    return b"".join(write([graph], form.name, context.names.prefixes()))


def ontology_in(atlas: Atlas, form: Form) -> bytes:
    """The terms of this atlas' own that its RDF uses, in an RDF form."""
    names = Names(atlas.config.base_iri)
    graph = NamedGraph(names.ontology(), tuple(ontology_triples(names)))
    return b"".join(write([graph], form.name, names.prefixes()))


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"


def _batches(studies: Iterable[Study], writer: Callable[[list[Study]], str]) -> Iterator[bytes]:
    rest = iter(studies)
    while batch := list(islice(rest, BATCH)):
        yield (writer(batch).rstrip() + "\n\n").encode()


def _array(values: Iterable[Any]) -> Iterator[bytes]:
    """A JSON array, a batch of its values at a time."""
    yield b"["
    before = "\n"
    rest = iter(values)
    while batch := list(islice(rest, BATCH)):
        yield (before + ",\n".join(json.dumps(value, ensure_ascii=False) for value in batch)).encode()
        before = ",\n"
    yield b"\n]\n"


def _json_list(atlas: Atlas, studies: Selection, search: str) -> Iterator[bytes]:
    """An object that says where the studies come from; each with its address, its PEM badge and the entry itself."""
    config = atlas.config
    about = {
        "atlas": config.title,
        "versions": config.versions.model_dump(),
        "licence": config.licence,
        "search": search,
        "total": len(studies),
    }
    yield (json.dumps(about, ensure_ascii=False, indent=1)[:-2] + ',\n "studies": ').encode()
    yield from _array(_told(atlas, s) for s in studies)
    yield b"}\n"


def _told(atlas: Atlas, study: Study) -> dict[str, Any]:
    badge = atlas.badge(study)
    pem = {"status": str(badge.status), "reason": badge.reason, "conflict": badge.conflict}
    told = {"pem": pem} if badge.status in atlas.vocabulary else {}
    return {"address": f"{atlas.config.base_iri}studies/{study.id}", **told, "entry": store.plain(study)}


def feed(atlas: Atlas, ids: Iterable[str], title: str, search: str, root: str = "", note: str = "") -> bytes:
    """The entries changed last among these studies as an Atom feed (RFC 4287).

    ``search``: the address of the search below the base IRI. ``root``: what links begin with instead of the base IRI,
    where nobody can open that; identifiers stay. ``note``: what readers must know of it.
    """
    base = atlas.config.base_iri
    root, own = root or base, search.replace("studies", "studies.atom", 1)
    newest = [atlas.studies[i] for i in nlargest(FEED_ENTRIES, ids, key=lambda i: (atlas.updated(i), i))]
    moment = _moment(newest[0]) if newest else "1970-01-01T00:00:00+00:00"
    head = (
        '<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom">'
        f"<title>{_xml(title)}</title>{f'<subtitle>{_xml(note)}</subtitle>' if note else ''}<id>{_xml(base + own)}</id>"
        f"<updated>{moment}</updated>"
        f'<link rel="self" href={quoteattr(root + own)}/><link href={quoteattr(root + search)}/>'
        f"<author><name>{_xml(atlas.config.publisher)}</name></author>"
    )
    return (head + "".join(_entry(atlas, s, root) for s in newest) + "</feed>\n").encode()


def _entry(atlas: Atlas, study: Study, root: str) -> str:
    place = f"studies/{study.id}"
    return (
        f"\n<entry><title>{_xml(study.title)}</title><id>{_xml(atlas.config.base_iri + place)}</id>"
        f"<link href={quoteattr(root + place)}/>"
        f"<updated>{_moment(study)}</updated><summary>{_xml(study.summary)}</summary></entry>"
    )


def _moment(study: Study) -> str:
    return datetime.combine(study.updated, time(), UTC).isoformat()


def _xml(text: str) -> str:
    """Text for XML: markup escaped, characters that XML cannot hold left out."""
    return escape(
        "".join(c for c in text if c in "\t\n" or " " <= c <= "\ud7ff" or "\ue000" <= c <= "\ufffd" or c > "\uffff")
    )
