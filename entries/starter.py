"""An atlas to begin with, on a disease of one's own: every file that it needs, and no study.

write(Path("my-atlas"), Beginning(disease="Fibromyalgia"))

The texts lie in ``starter/`` of the shipped data, with ``@name@`` where something is to be filled in; ``@name_yaml@``
is the same between YAML's quotation marks. A line that begins with ``@if-criterion@`` stands only in an atlas with a
criterion of its own that patients must meet, one with ``@if-no-criterion@`` only in the others. No study is invented:
what nobody found could be searched, cited and taken away like anything else.
"""

import os
import re
import shutil
import tempfile
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from entries.atlas import Atlas
from entries.config import CRITERION
from entries.errors import StoreError
from entries.shipped import shipped_data
from entries.store import read_yaml

STARTER, SHARED = "starter", "shared.yaml"
_NAMES = {"gitignore": ".gitignore"}  # files that begin with a dot are no package data
_FIELD = re.compile(r"@([a-z_]+)@")
_CONCEPT = re.compile(r"^  - id: (\S+)\n", re.MULTILINE)
_ONLY = {"@if-criterion@": True, "@if-no-criterion@": False}


@dataclass(frozen=True)
class Beginning:
    """What a new atlas is about. ``needs``: what patients must have to take part; None: there is no such criterion.

    Texts stand on one line each. ``base_iri`` is empty where the atlas has no address yet: a reserved one is taken.
    """

    disease: str
    title: str = ""
    base_iri: str = ""
    needs: str | None = None

    @cached_property
    def fields(self) -> Mapping[str, str]:
        """What is filled in, by name."""
        title = self.title or f"{self.disease[:1].upper()}{self.disease[1:]} Evidence"
        needs = f"{self.needs[:1].upper()}{self.needs[1:]}" if self.needs else ""
        plain = {
            "title": title,
            "disease": self.disease,
            "description": f"Published studies on {self.disease}: what was done, what was found, "
            "and what each study does not prove.",
            "base_iri": self.base_iri or f"https://{_slug(self.disease)}.example.org/",
            "publisher": f"The contributors of {title}",
            "scanner": _scanner(),
            "query": _query(self.disease),
            "name_pattern": named(self.disease),
            "group_pattern": named(self.disease, r"(?: \((?-i:[A-Z][A-Za-z/-]{1,9})\))?"),
            "needs": needs,
            "needs_plural": f"{needs}: required or not",
            "needs_required": f"{needs}: required",
            "needs_not_required": f"{needs}: not required",
            "needs_unclear": f"{needs}: unclear",
            "needs_definition": f"Whether people had to have it to take part as patients: {needs}. It does not say "
            "whether a study looked at it.",
            "needs_pattern": named(needs),
        }
        return plain | {f"{name}_yaml": quoted(text) for name, text in plain.items()}

    def files(self) -> Iterator[tuple[str, str]]:
        """(path inside the atlas, text) of every file."""
        source = shipped_data() / STARTER
        for path in sorted(p for p in source.rglob("*") if p.is_file()):
            inside = path.relative_to(source)
            if inside.as_posix() != SHARED and (self.needs or path.stem != CRITERION):
                yield _NAMES.get(inside.as_posix(), inside.as_posix()), self._filled(path.read_text("utf-8"))
        for scheme, left_out in read_yaml(source / SHARED).value.items():
            text = (shipped_data() / "vocabulary" / f"{scheme}.yaml").read_text("utf-8")
            yield f"vocabulary/{scheme}.yaml", without(text, frozenset(left_out))

    def _filled(self, text: str) -> str:
        return _FIELD.sub(lambda m: self.fields[m[1]], "".join(self._lines(text)))

    def _lines(self, text: str) -> Iterator[str]:
        """The lines that stand in this atlas, without the marks that say so."""
        for line in text.splitlines(keepends=True):
            mark = next((m for m in _ONLY if line.startswith(m)), "")
            if not mark or _ONLY[mark] == bool(self.needs):
                yield line.removeprefix(mark)


def write(folder: Path, beginning: Beginning) -> Atlas:
    """Write a new atlas, whole or not at all: beside its place, checked, then renamed. Returns it.

    Raises StoreError where the folder holds something already, or cannot be written.
    """
    place = _free(folder)
    beside = None
    try:
        beside = Path(tempfile.mkdtemp(prefix=f".{place.name}.", suffix=".tmp", dir=place.parent))
        for inside, text in beginning.files():
            _write(beside / inside, text)
        (beside / "studies").mkdir()
        _write(beside / "studies" / ".gitkeep", "")
        made = Atlas.load(beside)
        if made.errors:
            raise StoreError(f"{folder}: the new atlas would not be sound: {made.errors[0]}")
        beside.chmod(0o777 & ~_umask())
        beside.replace(place)
    except BaseException as error:  # an interrupt, too, must leave nothing behind
        if beside:
            shutil.rmtree(beside, ignore_errors=True)
        if not isinstance(error, OSError):
            raise
        raise StoreError(f"{folder}: cannot be written: {error.strerror or error}; nothing was made") from error
    return made


def _free(folder: Path) -> Path:
    """Where the atlas is to lie. Raises StoreError where it cannot."""
    place = folder.resolve()
    if place.exists() and not place.is_dir():
        raise StoreError(f"{folder}: is a file; name a folder that is not there yet")
    if place.is_dir() and any(place.iterdir()):
        raise StoreError(
            f"{folder}: holds something already, and nothing is overwritten; name a folder that is not there yet"
        )
    if place == Path.cwd():
        raise StoreError(f"{folder}: is the folder that you are in; go up with `cd ..` and name it from there")
    if not place.parent.is_dir():
        raise StoreError(f"{folder}: there is no folder {folder.parent}; make it first, or choose another place")
    return place


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write(text)


def _umask() -> int:
    """The permissions that new files do not get; there is no way to ask but to set it."""
    now = os.umask(0o022)
    os.umask(now)
    return now


def without(text: str, left_out: frozenset[str]) -> str:
    """A vocabulary file without these concepts, everything else as it stands in it, comments too."""
    head, *parts = _CONCEPT.split(text)
    kept = (f"  - id: {i}\n{body}" for i, body in zip(parts[::2], parts[1::2], strict=True) if i not in left_out)
    return head + "".join(kept)


def quoted(text: str) -> str:
    """A text of one line as YAML, between single quotation marks."""
    return "'" + text.replace("'", "''") + "'"


def named(name: str, more: str = "") -> str:
    """A regular expression for a name of one or more words, whatever stands between them."""
    words = "[ -]+".join(
        re.escape(w).replace("'", "['’]?").replace("’", "['’]?") for w in re.split(r"[\s-]+", name) if w
    )
    begins = r"\b" if name[:1].isalnum() else ""
    return begins + words + (r"\b" if name[-1:].isalnum() else "") + more


def _query(disease: str) -> str:
    said = disease.replace('"', " ")
    return f'"{said}"[MeSH Terms] OR "{said}"[Title/Abstract]'


def _slug(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60].strip("-") or "atlas"


def _scanner() -> str:
    return str(read_yaml(shipped_data() / "policy" / "wording.yaml").value["version"])
