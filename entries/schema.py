"""JSON Schema of the data files, for editors and for people who check entries with other tools.

``python -m entries.schema data`` writes the files; a test fails when they are not current.
"""

import json
import sys
from pathlib import Path
from typing import Any

from entries.config import AtlasConfig
from entries.model import Model
from entries.store import write_atomic
from entries.study import Study
from entries.vocabulary import Scheme

SCHEMAS: dict[str, type[Model]] = {
    "study.schema.json": Study,
    "vocabulary.schema.json": Scheme,
    "atlas.schema.json": AtlasConfig,
}


def json_schema(model: type[Model]) -> dict[str, Any]:
    """The model's JSON Schema (draft 2020-12)."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **model.model_json_schema()}


def schema_bytes(name: str) -> bytes:
    """The file ``name`` as it ought to be. Raises KeyError for a name that is not in SCHEMAS."""
    return (json.dumps(json_schema(SCHEMAS[name]), indent=1, ensure_ascii=False) + "\n").encode()


def write_schemas(folder: Path) -> None:
    """Write every schema into ``folder``, each atomically. Raises StoreError."""
    for name in SCHEMAS:
        write_atomic(folder / name, schema_bytes(name))


if __name__ == "__main__":
    write_schemas(Path(sys.argv[1] if len(sys.argv) > 1 else "data"))
