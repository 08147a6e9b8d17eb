"""Reads a data folder into an :class:`~entries.atlas.Atlas`, collecting every problem on the way."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from pydantic import ValidationError

from entries import checks, collector, store
from entries.atlas import Atlas
from entries.checks import Sourced
from entries.config import AtlasConfig
from entries.errors import AtlasError, StoreError
from entries.loaded import Loaded
from entries.packed import Packed
from entries.problems import Problem, of_validation, unreadable
from entries.shipped import CONFIG
from entries.sources import READ, Listing, Told, not_read
from entries.study_files import Reader, nothing_yet, sound
from entries.vocabulary import Scheme, Vocabulary
from entries.yamlio import Document, YamlError


@collector.paused()
def load(folder: Path, jsonl: Sequence[Path] = ()) -> Atlas:
    """The atlas in ``folder``. Raises AtlasError where there is no folder or no usable ``atlas.yaml``."""
    return loaded(folder, Listing(folder / "studies", jsonl)).atlas


@collector.paused()
def loaded(folder: Path, listing: Listing) -> Loaded:
    """The atlas in ``folder``, its studies read from these files, and what is to be remembered of them.

    Raises AtlasError where there is no folder or no usable ``atlas.yaml``.
    """
    if not folder.is_dir():
        raise AtlasError(f"{folder}: there is no such folder; name the folder that holds {CONFIG} with --data")
    problems: list[Problem] = []
    config, document = _config(folder / CONFIG)
    schemes = list(_schemes(folder / "vocabulary", problems))
    vocabulary = Vocabulary(s.item for s in schemes)
    problems += checks.check_needed(config, vocabulary, folder / CONFIG, document)
    problems += checks.check_comparing(config, vocabulary, folder / CONFIG, document)
    unusable = dict(checks.check_facets(config, folder / CONFIG, document))
    problems += unusable.values()
    facets = tuple(f for i, f in enumerate(config.facets) if i not in unusable)
    frame = [(p.path.relative_to(folder).as_posix(), Told.of(p)) for p in problems if p.severity == "warning"]
    reader = Reader(listing, config, vocabulary)
    entries = [entry for number in range(len(listing)) for entry in reader.checked(number)]
    problems += not_read(listing.folder, READ, listing.others)
    problems += reader.told(range(len(listing)))
    if not entries and not any(p.study_id for p in problems):
        problems.append(nothing_yet(listing))
    records = sound(entries, problems)
    problems.sort(key=lambda p: (p.path, p.line))
    atlas = Atlas(config.model_copy(update={"facets": facets}), vocabulary, Packed(records), problems)
    origins = {entry.id: (entry.file, entry.record.digest) for entry in reversed(entries)}  # of several the first
    return Loaded(atlas, listing, reader.digests, origins, frame)


def _config(path: Path) -> tuple[AtlasConfig, Document]:
    if not path.is_file():
        raise AtlasError(f"{path}: there is no {CONFIG}; `evidence new` makes an atlas to begin with")
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


def _schemes(folder: Path, problems: list[Problem]) -> Iterator[Sourced[Scheme]]:
    """The vocabulary files, each scheme once."""
    problems += not_read(folder, (".yaml",), (path.name for path in _files(folder, "*")))
    seen: dict[str, Sourced[Scheme]] = {}
    for source in _read_all(_files(folder, "*.yaml"), problems):
        first = seen.setdefault(source.item.scheme, source)
        if first is not source:
            reason = f"the scheme '{source.item.scheme}' is already in {first.path.name}"
            problems.append(source.problem(("scheme",), reason, "join the two files"))
    problems += checks.check_schemes(seen.values())
    yield from seen.values()


def _read_all(paths: Iterable[Path], problems: list[Problem]) -> Iterator[Sourced[Scheme]]:
    """Every file that holds a sound scheme; what is wrong with the others goes to ``problems``."""
    for path in paths:
        try:
            document = store.read_yaml(path)
            yield Sourced(Scheme.model_validate(document.value), path, document.line)
        except YamlError as error:
            problems.append(Problem(path, error.line, error.reason, error.mend))
        except StoreError as error:
            problems.append(unreadable(path, error))
        except ValidationError as error:
            problems += of_validation(error, Scheme, path, document)


def _files(folder: Path, pattern: str) -> list[Path]:
    """The files of that pattern by name; hidden ones are an editor's or the system's, and not ours."""
    return sorted(path for path in folder.glob(pattern) if not path.name.startswith("."))
