"""Terms as text: whatever a person types becomes a valid literal or a valid address."""

from datetime import date
from urllib.parse import unquote

import graph_samples as samples
import pyoxigraph as ox
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from rdflib import Literal, URIRef

from entries.addresses import doi_url
from graph.namespaces import REGISTRIES, Names, expand, term
from graph.rdf_context import Context, slug
from graph.suggest import similar
from graph.terms import clean, day, integer, iri, parse_line, parts, text, to_rdflib, year

ANY_TEXT = st.text(st.characters(codec=None), max_size=60)  # lone surrogates too


def parsed(line: str) -> ox.Quad:
    [quad] = ox.parse(line.encode(), format=ox.RdfFormat.N_QUADS)
    return quad


@given(ANY_TEXT)
@example(samples.HOSTILE)
@example(samples.CONTROLS)
@example('" <http://a> .')
@example("\ud800")
def test_any_text_is_a_valid_literal_in_every_reader(value: str) -> None:
    for term_, language in ((text(value), None), (text(value, "en"), "en")):
        for line in (f"<http://a> <http://b> {term_} .\n", f"<http://a> <http://b> {term_} <http://g> .\n"):
            literal = parsed(line).object
            assert (literal.value, literal.language) == (clean(value), language)
            assert parse_line(line)[2] == term_
        assert parts(term_) == (clean(value), language, None)
        assert to_rdflib(term_) == Literal(clean(value), lang=language)


@given(ANY_TEXT)
@example("a[b]c#d#e%zz%41")
@example("\ue000\ufffe\U0010ffff")
def test_any_text_in_an_address_is_a_valid_address(value: str) -> None:
    address = doi_url(clean(value))
    assert parsed(f"{iri(address)} <http://b> <http://c> .\n").subject.value == address
    assert address.isascii()
    for base in ("http://a/", "https://[::1]:8000/", "http://a/x#"):
        assert parsed(f"{iri(base + value)} <http://b> <http://c> .\n")


def test_sound_addresses_stay_as_they_are() -> None:
    for address in ("https://[::1]/a?b=c#d", "http://a/%41", "https://example.org/é#ü", "mailto:a@b.org", "urn:x:y"):
        assert iri(address) == f"<{address}>"


@given(ANY_TEXT)
def test_slugs_make_addresses(value: str) -> None:
    made = slug(value)
    assert made
    assert "--" not in made
    address = parsed(f"{iri('http://a/' + made)} <http://b> <http://c> .\n").subject.value
    assert unquote(address) == "http://a/" + made


def test_typed_literals() -> None:
    assert to_rdflib(integer(30)) == Literal(30)
    assert to_rdflib(day(date(2026, 4, 8))) == Literal(date(2026, 4, 8))
    assert parts(year(1996)) == ("1996", None, "http://www.w3.org/2001/XMLSchema#gYear")
    with pytest.raises(ValueError, match="not a literal"):
        parts("<http://a>")


def test_other_writers_escapes_are_understood() -> None:
    assert parts(r'"\u00e9\U0001F600\b\f\\u0041"')[0] == "é😀\b\f\\u0041"


def test_registries() -> None:
    assert expand("HP:0012378") == "http://purl.obolibrary.org/obo/HP_0012378"
    assert expand("mesh:D015673") == "http://id.nlm.nih.gov/mesh/D015673"
    assert expand("NOBODY:1") is None
    assert expand("HP:") is None
    assert expand("plain") is None
    for prefix in REGISTRIES:
        address = expand(f"{prefix}:1")
        assert address is not None
        assert parsed(f"{iri(address)} <http://b> <http://c> .\n").subject.value == address


def test_names_are_below_the_base() -> None:
    names = Names("https://x.test/atlas/")
    assert names.study("a-1") == "<https://x.test/atlas/studies/a-1>"
    assert names.graph("a-1") == "<https://x.test/atlas/studies/a-1#graph>"
    assert names.ev("finding") == "<https://x.test/atlas/ns#finding>"
    assert term("skos:Concept") == "<http://www.w3.org/2004/02/skos/core#Concept>"
    assert to_rdflib(names.dataset()) == URIRef("https://x.test/atlas/dataset")
    with pytest.raises(KeyError):
        term("nobody:x")


@pytest.mark.parametrize(
    ("configured", "written"), [("en", "en"), ("pt-BR", "pt-br"), ("en-notalanguagesubtag", "en"), ("de-x-", "de")]
)
def test_only_languages_that_rdf_can_carry(configured: str, written: str) -> None:
    settings = samples.config().model_copy(update={"language": configured})
    context = Context(Names(samples.BASE), None, settings, samples.vocabulary())  # type: ignore[arg-type]
    assert parsed(f"<http://a> <http://b> {context.words('x')} .\n").object.language == written


def test_suggestions() -> None:
    known = [f"author{i}-study" for i in range(2000)] + ["see-1996-alpha-interferon"]
    assert similar("see-1996-alfa-interferon", known)[0] == "see-1996-alpha-interferon"
    assert similar("zzzzzz", known) == ()
    assert similar("", known) == ()
    assert similar("x" * 100_000, known) == ()
