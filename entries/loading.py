"""Reads a data folder into an :class:`~entries.atlas.Atlas`, collecting every problem on the way."""

import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from entries import checks, store
from entries.atlas import Atlas
from entries.checks import Sourced
from entries.config import AtlasConfig
from entries.errors import AtlasError, StoreError
from entries.model import Model
from entries.problems import Problem, of_validation
from entries.study import Study
from entries.vocabulary import Scheme, Vocabulary
from entries.yamlio import Document, YamlError

M = TypeVar("M", bound=Model)
CONFIG = "atlas.yaml"


def load(folder: Path, jsonl: Sequence[Path] = ()) -> Atlas:
    """The atlas in ``folder``. Raises AtlasError where there is no folder or no usable ``atlas.yaml``."""
    if not folder.is_dir():
        raise AtlasError(f"{folder}: there is no such folder; name the folder that holds {CONFIG} with --data")
    problems: list[Problem] = []
    config, document = _config(folder / CONFIG)
    schemes = list(_read_all(sorted(folder.glob("vocabulary/*.yaml")), Scheme, problems))
    vocabulary = Vocabulary(s.item for s in schemes)
    problems += checks.check_config(config, vocabulary, folder / CONFIG, document)
    problems += checks.check_schemes(schemes)
    problems += _repeated_schemes(schemes)
    sources = list(_studies(folder, jsonl, problems))
    if not sources and not problems:
        mend = "add one study a file, as docs/entries.md shows"
        problems.append(Problem(folder / "studies", 1, "there are no studies yet", mend, "warning"))
    return Atlas(config, vocabulary, _sound(sources, config, vocabulary, problems), problems)


def _config(path: Path) -> tuple[AtlasConfig, Document]:
    if not path.is_file():
        raise AtlasError(f"{path}: there is no {CONFIG}; copy one from the shipped atlas and change it to suit yours")
    try:
        document = store.read_yaml(path)
        return AtlasConfig.model_validate(document.value), document
    except YamlError as error:
        raise AtlasError(f"{path}:{error.line}: {error.reason}; {error.mend}") from error
    except StoreError as error:
        raise AtlasError(str(error)) from error
    except ValidationError as error:
        found = of_validation(error, AtlasConfig, path, document)
        raise AtlasError("\n".join(map(str, found))) from error


def _read_all(paths: Iterable[Path], model: type[M], problems: list[Problem]) -> Iterator[Sourced[M]]:
    """Every file that holds a sound model; what is wrong with the others goes to ``problems``."""
    for path in paths:
        study_id = path.stem if model is Study else None
        try:
            document = store.read_yaml(path)
            yield Sourced(model.model_validate(document.value), path, document.line)
        except YamlError as error:
            problems.append(Problem(path, error.line, error.reason, error.mend, study_id=study_id))
        except StoreError as error:
            problems.append(Problem(path, 1, str(error), "make the file readable", study_id=study_id))
        except ValidationError as error:
            problems += of_validation(error, model, path, document, study_id)


def _repeated_schemes(schemes: Iterable[Sourced[Scheme]]) -> Iterator[Problem]:
    seen: dict[str, Path] = {}
    for source in schemes:
        first = seen.setdefault(source.item.scheme, source.path)
        if first != source.path:
            reason = f"the scheme '{source.item.scheme}' is already in {first.name}"
            yield source.problem(("scheme",), reason, "join the two files")


def _studies(folder: Path, jsonl: Sequence[Path], problems: list[Problem]) -> Iterator[Sourced[Study]]:
    paths = sorted(folder.glob("studies/*.yaml"))
    problems += _misnamed(folder)
    for source in _read_all(paths, Study, problems):
        if source.path.stem != source.item.id:
            reason = f"the id is '{source.item.id}' but the file is named '{source.path.name}'"
            mend = f"rename the file to '{source.item.id}.yaml', or change the id"
            problems.append(source.problem(("id",), reason, mend, warning=True, study_id=source.item.id))
        yield source
    for path in (*sorted(folder.glob("studies/*.jsonl")), *jsonl):
        yield from _read_lines(path, problems)


def _misnamed(folder: Path) -> Iterator[Problem]:
    for path in sorted((folder / "studies").glob("*")):
        if path.suffix == ".yml":
            yield Problem(path, 1, "files that end in .yml are not read", "rename it to end in .yaml")


def _read_lines(path: Path, problems: list[Problem]) -> Iterator[Sourced[Study]]:
    try:
        for number, line in store.read_jsonl(path):
            place = _Place(number)
            try:
                yield Sourced(Study.model_validate_json(line), path, place.line)
            except ValidationError as error:
                problems += of_validation(error, Study, path, place, _id_in(line))
    except StoreError as error:
        problems.append(Problem(path, 1, str(error), "make the file readable"))


class _Place(Document):
    """In a ``.jsonl`` file every part of an entry is on the same line."""

    def __init__(self, number: int) -> None:
        super().__init__(None, {(): number})


def _id_in(line: bytes) -> str | None:
    try:
        value: Any = json.loads(line)
    except ValueError:
        return None
    return value.get("id") if isinstance(value, dict) and isinstance(value.get("id"), str) else None


def _sound(
    sources: list[Sourced[Study]], config: AtlasConfig, vocabulary: Vocabulary, problems: list[Problem]
) -> list[Study]:
    """The entries that can be served; of a dangling link only the link is left out."""
    repeated = list(checks.check_unique(sources))
    problems += [problem for _, problem in repeated]
    refused = {id(source) for source, _ in repeated}
    for source in sources:
        found = list(checks.check_study(source, config, vocabulary))
        problems += found
        if found:
            refused.add(id(source))
    known = {source.item.id: source.item for source in sources}
    studies = []
    for source in sources:
        dangling = dict(checks.check_links(source, known))
        problems += dangling.values()
        if id(source) not in refused:
            studies.append(_without_links(source.item, set(dangling)))
    return _closed(studies)


def _without_links(study: Study, indexes: set[int]) -> Study:
    if not indexes:
        return study
    return study.model_copy(update={"links": tuple(k for i, k in enumerate(study.links) if i not in indexes)})


def _closed(studies: list[Study]) -> list[Study]:
    """Drop links to entries that were refused: their problem is told already."""
    served = {study.id for study in studies}
    return [_without_links(s, {i for i, k in enumerate(s.links) if k.study not in served}) for s in studies]
