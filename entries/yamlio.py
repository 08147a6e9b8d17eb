"""YAML in and out, without guessing and without surprises.

Scalars stay the strings that the author typed (``no``, ``1:30``, ``010``); only ``null``, ``~`` and an empty
value become None. The models give every field its type. Aliases are refused: an entry needs none, and a few
lines of them can expand to gigabytes. Tags (``!!int``) are refused, too, rather than dropped without a word.
Nodes are walked by our own code, so that every value has a line.
"""

import io
import re
from collections.abc import Iterator
from datetime import date
from enum import Enum
from functools import lru_cache
from typing import Any

import yaml

from entries.errors import StoreError
from entries.text import character, forbidden_at

MAX_BYTES = 1_000_000  # a rich entry is 5 KB; a file of vocabulary 200 KB
MAX_DEPTH = 30
_BASE_LOADER: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
_BASE_DUMPER: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
_NULLS = {"", "~", "null", "Null", "NULL"}

Location = tuple[str | int, ...]


class YamlError(StoreError):
    """Not YAML that an atlas can use. ``line`` counts from 1; ``mend`` says what to change."""

    def __init__(self, reason: str, line: int = 1, mend: str = "correct the YAML at this line") -> None:
        super().__init__(f"line {line}: {reason}; {mend}")
        self.reason, self.line, self.mend = reason, line, mend


class Document:
    """Plain values of one YAML document, and the line on which each of them begins."""

    def __init__(self, value: Any, lines: dict[Location, int]) -> None:
        self.value = value
        self.lines = lines

    def line(self, location: Location) -> int:
        """Line (from 1) of the value at ``location``, or of the nearest value that holds it."""
        while location and location not in self.lines:
            location = location[:-1]
        return self.lines.get(location, 1)


def decode(data: bytes) -> str:
    """UTF-8 text of a file. Raises YamlError where it is too large, not UTF-8, or holds control characters."""
    if len(data) > MAX_BYTES:
        raise YamlError(
            f"the file has more than the {MAX_BYTES:,} bytes that one file may have",
            mend="split it, or move bulk data to a .jsonl file",
        )
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise YamlError(
            f"byte 0x{data[error.start]:02x} is not UTF-8", line, "save the file with the encoding UTF-8"
        ) from None


def parse(text: str) -> Document:
    """Parse one YAML document. Raises YamlError with line and mend."""
    if (index := forbidden_at(text)) is not None:
        line = text.count("\n", 0, index) + 1
        raise YamlError(f"the control character {character(text, index)} is not allowed", line, "delete it")
    lines: dict[Location, int] = {}
    try:
        return Document(_Builder(lines).build(yaml.parse(text, Loader=_BASE_LOADER)), lines)
    except yaml.MarkedYAMLError as error:
        raise _from_yaml(error, text) from None


class _Builder:
    """Builds plain values out of parser events, one by one: an alias is refused before it could expand."""

    def __init__(self, lines: dict[Location, int]) -> None:
        self._lines = lines

    def build(self, events: Iterator[Any]) -> Any:
        value, documents = None, 0
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    raise YamlError("a second document begins", _line(event), "keep one document in a file")
            elif isinstance(event, yaml.NodeEvent):
                value = self._node(event, events, ())
        return value

    def _node(self, event: Any, events: Iterator[Any], location: Location) -> Any:
        _check(event, len(location))
        self._lines.setdefault(location, _line(event))
        if isinstance(event, yaml.ScalarEvent):
            return None if not event.style and event.value in _NULLS else event.value
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(events, location)
        return self._mapping(events, location)

    def _sequence(self, events: Iterator[Any], location: Location) -> list[Any]:
        values: list[Any] = []
        while not isinstance(event := next(events), yaml.SequenceEndEvent):
            values.append(self._node(event, events, (*location, len(values))))
        return values

    def _mapping(self, events: Iterator[Any], location: Location) -> dict[str, Any]:
        values: dict[str, Any] = {}
        while not isinstance(event := next(events), yaml.MappingEndEvent):
            key = self._key(event, values)
            self._lines[(*location, key)] = _line(event)
            values[key] = self._node(next(events), events, (*location, key))
        return values

    def _key(self, event: Any, values: dict[str, Any]) -> str:
        _check(event, 0)
        if not isinstance(event, yaml.ScalarEvent):
            raise YamlError("a key must be a plain word", _line(event))
        if event.value in values:
            raise YamlError(f"the key '{event.value}' stands twice", _line(event), "keep one of the two")
        return str(event.value)


def _line(event: Any) -> int:
    return int(event.start_mark.line) + 1


def _check(event: Any, depth: int) -> None:
    if depth > MAX_DEPTH:
        raise YamlError(f"nested more than {MAX_DEPTH} deep", _line(event), "flatten it")
    if event.anchor:
        raise YamlError(
            "anchors and aliases (& and *) are not used in an atlas",
            _line(event),
            "write the value out, or put quotation marks around a text that begins with & or *",
        )
    if event.tag:
        raise YamlError(
            f"the tag {event.tag.replace('tag:yaml.org,2002:', '!!')} is not used in an atlas",
            _line(event),
            "delete it, or put quotation marks around a text that begins with !",
        )


def _from_yaml(error: yaml.MarkedYAMLError, text: str) -> YamlError:
    """The parser's error with our mend: it stopped at ``problem``; what it could not finish began at ``context``."""
    reason = " ".join(part for part in (error.context, error.problem) if part) or "not valid YAML"
    mark = error.problem_mark or error.context_mark
    line = mark.line + 1 if mark else 1
    begun = error.context_mark
    if begun and begun.line + 1 != line:
        reason += f" (it begins on line {begun.line + 1})"
    return YamlError(reason, line, _mend(reason, text.splitlines()[line - 1 : line], mark))


def _mend(reason: str, lines: list[str], mark: Any) -> str:
    line = lines[0] if lines else ""
    if "\t" in line[: len(line) - len(line.lstrip())]:
        return "indent with spaces instead of a tab"
    if mark and line[mark.column : mark.column + 1] in ("@", "`", "%"):
        return f"put quotation marks around a text that begins with {line[mark.column]}"
    if "mapping values" in reason:
        return "put quotation marks around a text that holds a colon, or correct the indentation"
    return "look for a missing quotation mark or bracket, a colon in a text, or wrong indentation just above"


class _Dumper(_BASE_DUMPER):
    """Told what to write event by event; PyYAML's own way, by nodes, takes twice as long."""


_Dumper.add_representer(date, lambda d, v: d.represent_scalar("tag:yaml.org,2002:timestamp", v.isoformat()))
_SHORT = 40  # letters of what is worth to be kept
_TEXT = "tag:yaml.org,2002:str"
_MAPPING, _MAPPING_END = yaml.MappingStartEvent(None, None, implicit=True, flow_style=False), yaml.MappingEndEvent()
_SEQUENCE, _SEQUENCE_END = yaml.SequenceStartEvent(None, None, implicit=True, flow_style=False), yaml.SequenceEndEvent()
_GUESSED = re.compile(
    r"^(?:[-+.]?[\d_.,:eExXoO+-]+[a-fA-F\d]*|0[xX][\da-fA-F_]+|[-+]?\.(?:inf|nan)|\d{4}-\d\d?-\d\d?.*"
    r"|y|n|yes|no|on|off|true|false|null|~|=|<<)?$",
    re.IGNORECASE,
)


def dump(value: Any) -> str:
    """YAML text of plain values, 110 columns, keys in the given order; :func:`parse` gives the same back."""
    text = io.StringIO()
    dumper = _Dumper(text, allow_unicode=True, width=110)
    try:
        dumper.open()
        dumper.emit(yaml.DocumentStartEvent(explicit=False))
        _write(dumper, value)
        dumper.emit(yaml.DocumentEndEvent(explicit=False))
        dumper.close()
    finally:
        dumper.dispose()
    return text.getvalue()


def _write(dumper: _Dumper, value: Any) -> None:
    """A value in block style; empty lists and mappings as ``[]`` and ``{}``."""
    if isinstance(value, Enum):
        value = value.value
    if isinstance(value, str):
        dumper.emit(_kept(value) if len(value) <= _SHORT else _string(value))
    elif isinstance(value, dict):
        dumper.emit(_MAPPING)
        for key, item in value.items():
            _write(dumper, key)
            _write(dumper, item)
        dumper.emit(_MAPPING_END)
    elif isinstance(value, list | tuple):
        dumper.emit(_SEQUENCE)
        for item in value:
            _write(dumper, item)
        dumper.emit(_SEQUENCE_END)
    else:
        node = dumper.represent_data(value)
        dumper.emit(yaml.ScalarEvent(None, node.tag, (_read_as(node.value) == node.tag, False), node.value))


@lru_cache(maxsize=4096)
def _kept(value: str) -> yaml.ScalarEvent:
    """The same for keys, ids and other words that entries say again and again."""
    return _string(value)


def _string(value: str) -> yaml.ScalarEvent:
    """In quotation marks where a reader might guess, folded where it is long."""
    if _GUESSED.match(value):
        return yaml.ScalarEvent(None, _TEXT, (False, True), value, style='"')
    foldable = len(value) > 100 and "\n" not in value and value.isprintable() and "  " not in value
    return yaml.ScalarEvent(None, _TEXT, (_read_as(value) == _TEXT, True), value, style=">" if foldable else None)


def _read_as(value: str) -> str:
    """The tag that a reader gives to a value without quotation marks."""
    resolvers = _Dumper.yaml_implicit_resolvers.get(value[:1], ())
    return next((tag for tag, pattern in resolvers if pattern.match(value)), _TEXT)
