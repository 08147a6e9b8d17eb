"""``atlas.yaml``: without it nothing works, so its mistakes are one readable error; a bad facet is left out."""

from pathlib import Path

import pytest
from atlas_folders import edit, told
from pydantic import ValidationError

from entries.atlas import Atlas
from entries.config import SOURCES, AtlasConfig, FacetConfig
from entries.errors import AtlasError


def test_no_folder_and_a_file_instead_of_one(folder: Path) -> None:
    for path in (folder / "none", folder / "atlas.yaml"):
        with pytest.raises(AtlasError, match="there is no such folder; name the folder that holds"):
            Atlas.load(path)


def test_an_empty_folder_and_a_missing_configuration(tmp_path: Path, folder: Path) -> None:
    (tmp_path / "empty").mkdir()
    (folder / "atlas.yaml").unlink()
    for path in (tmp_path / "empty", folder):
        with pytest.raises(AtlasError, match=r"atlas\.yaml: there is no atlas\.yaml; `evidence new` makes an atlas"):
            Atlas.load(path)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("title:", "titel:", "unknown field 'titel'; did you mean 'title'?"),
        ("title: M", "title: [M", "atlas.yaml:"),
        ("base_iri: https://", "base_iri: www.", "write an address that begins with https://"),
        ("licence: https", "licence: javascript", "write an address that begins with https://"),
        ("order: name", "order: size", "use one of 'scheme', 'count' or 'name'"),
        ("name: flag", "name: Method Flag", "use lower-case letters, digits and underscores"),
        ("tags: [symptom, method-flag]", "tags: []", "'tags' is an empty list; give at least one"),
        ("versions: {atlas", "versions: {atlass", "did you mean 'atlas'?"),
    ],
)
def test_a_broken_configuration_is_one_readable_error(folder: Path, old: str, new: str, said: str) -> None:
    line = edit(folder / "atlas.yaml", old, new)
    with pytest.raises(AtlasError) as caught:
        Atlas.load(folder)
    assert said in str(caught.value)
    assert any(f"{folder / 'atlas.yaml'}:{n}:" in str(caught.value) for n in (line, line + 1))


def test_an_unreadable_configuration(folder: Path) -> None:
    (folder / "atlas.yaml").write_bytes(b"title: \xe9")
    with pytest.raises(AtlasError, match=r"atlas\.yaml:1: byte 0xe9 is not UTF-8; save"):
        Atlas.load(folder)


@pytest.mark.parametrize(
    ("old", "new", "reason", "mend"),
    [
        ("source: evidence_level", "source: evidence_lvel", "unknown source 'evidence_lvel'", "'evidence_level'?"),
        ("source: tags.symptom", "source: tags.phenotype", "unknown source 'tags.phenotype'", ""),
        ("name: level", "name: pem", "the facet name 'pem' stands twice", "its own"),
        ("name: level", "name: page", "has a meaning of its own in the address", "choose another"),
    ],
)
def test_a_facet_that_cannot_be_is_left_out(folder: Path, old: str, new: str, reason: str, mend: str) -> None:
    line = edit(folder / "atlas.yaml", old, new)
    (problem,) = told(folder, reason)
    assert (problem.line, mend in problem.mend) == (line, True)
    atlas = Atlas.load(folder)
    assert len(atlas.config.facets) == 6
    assert all(facet.scheme or facet.name == "journal" for facet in atlas.config.facets)
    assert len(atlas.studies) == 3


def test_every_source_knows_its_scheme() -> None:
    for source, scheme in SOURCES.items():
        assert FacetConfig(name="x", label="X", source=source).scheme == scheme
    assert FacetConfig(name="x", label="X", source="tags.symptom").scheme == "symptom"


def test_bounds_are_ascending_numbers_of_participants() -> None:
    def made(**more: object) -> FacetConfig:
        return FacetConfig.model_validate({"name": "x", "label": "X", "source": "size", **more})

    assert made().bounds == ()
    assert made(bounds=[10, 100]).bounds == (10, 100)
    for bounds in ([100, 10], [10, 10], [0, 10], [-5]):
        with pytest.raises(ValidationError):
            made(bounds=bounds)
    with pytest.raises(ValidationError, match="only a facet with the source 'size'"):
        made(source="journal", bounds=[10])


def test_designs_held_apart_are_designs(folder: Path) -> None:
    design = Atlas.load(folder).vocabulary.of_scheme("study-design")[0].id
    edit(folder / "atlas.yaml", "tags:", f"comparing: {{apart: [{design}, no-such-design]}}\ntags:")
    (problem,) = told(folder, "'no-such-design' is no study design")
    assert problem.line
    assert problem.mend


def test_an_unknown_source_is_told_with_the_known_ones(folder: Path) -> None:
    edit(folder / "atlas.yaml", "source: journal", "source: sizes")
    (problem,) = told(folder, "unknown source 'sizes'")
    assert "did you mean 'size'" in problem.mend
    assert all(source in problem.mend for source in (*SOURCES, "tags.symptom", "tags.method-flag"))


@pytest.mark.parametrize("given", ["hello@x.example", "mailto:hello@x.example"])
def test_a_contact_is_as_people_read_it(migraine: Atlas, given: str) -> None:
    plain = migraine.config.model_dump(mode="json")
    assert AtlasConfig.model_validate({**plain, "contact": given}).contact == "hello@x.example"


def test_the_base_address_ends_with_a_slash(migraine: Atlas) -> None:
    plain = migraine.config.model_dump(mode="json")
    for given in ("https://x.example/atlas", "https://x.example/atlas/"):
        assert AtlasConfig.model_validate({**plain, "base_iri": given}).base_iri == "https://x.example/atlas/"
    for given in (
        "x.example",
        "ftp://x.example/",
        "https://x.example/a b",
        'https://x.example/"',
        "javascript:alert(1)",
    ):
        with pytest.raises(ValidationError):
            AtlasConfig.model_validate({**plain, "base_iri": given})
