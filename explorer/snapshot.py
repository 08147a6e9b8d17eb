"""The atlas as one build saw it: what the site serves, whatever happens to the files in ``data/`` meanwhile."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from entries import collector
from entries.atlas import Atlas
from entries.config import AtlasConfig
from entries.errors import EvidenceError
from entries.store import read_jsonl, write_atomic, write_jsonl
from entries.study import Study
from entries.vocabulary import Scheme, Vocabulary

FRAME = "frame.json"
STUDIES = "studies.jsonl"


class SnapshotUnusable(EvidenceError):
    """A build's copy of the atlas is missing or damaged."""


def write(folder: Path, atlas: Atlas) -> None:
    """Write configuration, vocabulary and studies into ``folder``. Raises StoreError."""
    frame = {
        "config": atlas.config.model_dump(mode="json"),
        "schemes": [s.model_dump(mode="json", exclude_defaults=True) for s in atlas.vocabulary.schemes.values()],
    }
    write_atomic(folder / FRAME, json.dumps(frame, ensure_ascii=False).encode())
    write_jsonl(folder / STUDIES, atlas.studies.values())


@collector.paused()
def read(folder: Path) -> Atlas:
    """The atlas that :func:`write` wrote. Raises SnapshotUnusable."""
    try:
        frame: dict[str, Any] = json.loads((folder / FRAME).read_bytes())
        config = AtlasConfig.model_validate(frame["config"])
        vocabulary = Vocabulary(Scheme.model_validate(s) for s in frame["schemes"])
        return Atlas.of(config, vocabulary, _studies(folder))
    except (OSError, ValueError, KeyError, EvidenceError) as error:
        raise SnapshotUnusable(f"{folder}: this build is damaged ({error}); run `evidence build --full`") from error


def _studies(folder: Path) -> Iterator[Study]:
    for number, line in read_jsonl(folder / STUDIES):
        try:
            yield Study.model_validate_json(line)
        except ValidationError as error:
            raise ValueError(f"{STUDIES}, line {number}: {error.error_count()} wrong fields") from error
