"""The atlas as one build saw it: what the site serves, whatever happens to the files in ``data/`` meanwhile."""

import json
from pathlib import Path
from typing import Any

from entries.atlas import Atlas
from entries.config import AtlasConfig
from entries.errors import EvidenceError, StoreError
from entries.shelf import Shelf
from entries.store import write_atomic
from entries.vocabulary import Scheme, Vocabulary

FRAME = "frame.json"


class SnapshotUnusable(EvidenceError):
    """A build's copy of the atlas is missing or damaged."""


def write(folder: Path, atlas: Atlas) -> None:
    """Write configuration, vocabulary and studies into ``folder``. Raises StoreError."""
    frame = {
        "config": atlas.config.model_dump(mode="json"),
        "schemes": [s.model_dump(mode="json", exclude_defaults=True) for s in atlas.vocabulary.schemes.values()],
    }
    write_atomic(folder / FRAME, json.dumps(frame, ensure_ascii=False).encode())
    atlas.shelve(folder)


def read(folder: Path) -> Atlas:
    """The atlas that :func:`write` wrote; its studies stay on disk. Raises SnapshotUnusable."""
    try:
        frame: dict[str, Any] = json.loads((folder / FRAME).read_bytes())
        config = AtlasConfig.model_validate(frame["config"])
        vocabulary = Vocabulary(Scheme.model_validate(s) for s in frame["schemes"])
        return Atlas.of(config, vocabulary, Shelf.open(folder))
    except StoreError as error:
        raise SnapshotUnusable(str(error)) from error
    except (OSError, ValueError, KeyError, EvidenceError) as error:
        raise SnapshotUnusable(f"{folder}: this build is damaged ({error}); run `evidence build --full`") from error
