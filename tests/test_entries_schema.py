"""The committed JSON Schemas are those of the models, and say what the models say."""

import json
from pathlib import Path

import pytest
from conftest import ROOT

from entries.schema import SCHEMAS, json_schema, schema_bytes, write_schemas
from entries.study import Study


@pytest.mark.parametrize("name", SCHEMAS)
def test_the_committed_schema_is_current(name: str) -> None:
    mend = "run: python -m entries.schema data"
    assert (ROOT / "data" / name).read_bytes() == schema_bytes(name), mend


def test_schemas_refuse_unknown_fields_everywhere() -> None:
    for name, model in SCHEMAS.items():
        schema = json_schema(model)
        parts = [schema, *schema.get("$defs", {}).values()]
        loose = [p.get("title") for p in parts if "properties" in p and p.get("additionalProperties") is not False]
        assert loose == [], name


def test_the_schema_names_every_field_and_what_is_required() -> None:
    schema = json_schema(Study)
    assert list(schema["properties"]) == list(Study.model_fields)
    assert schema["required"] == [name for name, field in Study.model_fields.items() if field.is_required()]


def test_writing_them_all(tmp_path: Path) -> None:
    write_schemas(tmp_path)
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted(SCHEMAS)
    for name in SCHEMAS:
        assert json.loads((tmp_path / name).read_bytes())["$schema"].endswith("2020-12/schema")
