"""What a search found on one day, as a link or a file that can later be compared with what it finds then.

A link holds no names: each study is a key of 8 bytes, five of them the digest of its id and three that of its content.
Up to LISTED studies are listed key by key; of larger results the link holds a sketch of fixed size, from which some
hundred differences can be read, and a digest that shows any other. The file holds ids and digests.
"""

import base64
import binascii
import json
import struct
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any

from entries.errors import EvidenceError
from explorer.sketch import CELL, Sketch

LISTED = 400  # studies whose keys a link lists: 4,300 characters
CELLS = 285  # of the sketch in a link to more: 5,400 characters
LONGEST = 9_000  # characters of a digest that are read at all
ID_BYTES, CONTENT_BYTES = 5, 3
FILE_DIGITS = 16  # of each content digest in a file
KIND = "result snapshot"
_HEAD = struct.Struct("<B6sI8s")  # form, seal, number of studies, digest of all keys
_LIST, _SKETCH = 1, 2

Digests = Mapping[str, str]  # content digest (hex) by study id
Args = Sequence[tuple[str, str]]


class SnapshotUnreadable(EvidenceError):
    """A link or file that is no snapshot, or not a whole one."""


@dataclass(frozen=True, slots=True)
class Difference:
    """What became of a result set. All but ``lost`` are ids of studies of the atlas.

    ``added``: found now only. ``changed``: found both times, with other content. ``gone``: found then only, and still
    the atlas. ``lost``: found then, no more in the atlas; ``nameless`` counts those of a link, which has no names.
    ``complete`` is False where a link can only say that something differs.
    """

    then: int
    now: int
    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()
    nameless: int = 0
    complete: bool = True

    @property
    def same(self) -> bool:
        """Whether nothing differs."""
        return self.complete and not (self.added or self.changed or self.gone or self.lost or self.nameless)


def key_of(study_id: str, digest: str) -> int:
    """The 64 bits that stand for a study in a link."""
    name = sha256(study_id.encode()).digest()[:ID_BYTES]
    return int.from_bytes(name + bytes.fromhex(digest[: 2 * CONTENT_BYTES]), "big")


def packed(ids: Iterable[str], digests: Digests, args: Args, on: date) -> str:
    """The digest that a link carries: base64url, at most LONGEST characters. ``args``: the search's own arguments."""
    keys = sorted(key_of(i, digests[i]) for i in ids)
    form = _LIST if len(keys) <= LISTED else _SKETCH
    body = _listed(keys) if form == _LIST else Sketch.of(keys, CELLS).to_bytes()
    summed = _summed(keys)
    seal = _seal(form, len(keys), summed, body, args, on)
    head = _HEAD.pack(form, seal, len(keys), summed)
    return base64.urlsafe_b64encode(head + body).decode().rstrip("=")


def compared(text: str, on: date, args: Args, ids: Sequence[str], digests: Digests) -> Difference:
    """What became of the results that a link was made of. ``ids``: what is found now; ``digests``: the whole atlas'.

    Raises SnapshotUnreadable, which says what is wrong with the link.
    """
    form, count, summed, body = _unpacked(text, on, args)
    now = {key_of(i, digests[i]): i for i in ids}
    if form == _LIST:
        then = set(_numbers(body))
        only_then, only_now = then - now.keys(), now.keys() - then
    else:
        found = Sketch.from_bytes(body).difference(now)
        if found is None or _summed(sorted((now.keys() - found[1]) | found[0])) != summed:
            return Difference(count, len(ids), complete=False)
        only_then, only_now = found
    return _named(only_then, [now[key] for key in only_now], count, ids, digests)


def _named(only_then: set[int], new: list[str], count: int, ids: Sequence[str], digests: Digests) -> Difference:
    """Names to the keys that differ, where the atlas has them."""
    names = {key >> 8 * CONTENT_BYTES for key in only_then}
    fresh = {key_of(i, digests[i]) >> 8 * CONTENT_BYTES: i for i in new}
    changed = {name for name in names if name in fresh}
    missing = names - changed
    others = {key_of(i, d) >> 8 * CONTENT_BYTES: i for i, d in digests.items()} if missing else {}
    return Difference(
        count,
        len(ids),
        added=tuple(sorted(i for name, i in fresh.items() if name not in changed)),
        changed=tuple(sorted(fresh[name] for name in changed)),
        gone=tuple(sorted(others[name] for name in missing if name in others)),
        nameless=sum(1 for name in missing if name not in others),
    )


def file_of(ids: Sequence[str], digests: Digests, about: Mapping[str, Any]) -> bytes:
    """The snapshot as a JSON file; ``about`` tells the search, the day and the atlas."""
    studies = [[i, digests[i][:FILE_DIGITS]] for i in ids]
    return (json.dumps({"kind": KIND, **about, "studies": studies}, ensure_ascii=False) + "\n").encode()


@dataclass(frozen=True, slots=True)
class SnapshotFile:
    """A file read back: the search's arguments, the day, the atlas, content digests (16 digits) by study id."""

    args: tuple[tuple[str, str], ...]
    on: str
    base_iri: str
    studies: Mapping[str, str]

    @classmethod
    def read(cls, data: bytes) -> "SnapshotFile":
        """Read a file. Raises SnapshotUnreadable."""
        try:
            values = json.loads(data)
            if not isinstance(values, dict) or values.get("kind") != KIND:
                raise SnapshotUnreadable("This file is no snapshot of a search.")
            studies = {str(i): str(digest) for i, digest in values["studies"]}
            if any(len(digest) != FILE_DIGITS for digest in studies.values()):
                raise ValueError("a digest is too short")
            args = tuple((str(key), str(value)) for key, value in values["search"])
            return cls(args, str(values["on"])[:10], str(values["atlas"]["base_iri"]), studies)
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise SnapshotUnreadable("This file is damaged: it is not what the atlas wrote.") from error

    def compared(self, ids: Sequence[str], digests: Digests) -> Difference:
        """What became of the results. Everything has its name."""
        then, now = self.studies, set(ids)
        return Difference(
            len(then),
            len(ids),
            added=tuple(sorted(now - then.keys())),
            changed=tuple(sorted(i for i in now & then.keys() if not digests[i].startswith(then[i]))),
            gone=tuple(sorted(i for i in then.keys() - now if i in digests)),
            lost=tuple(sorted(i for i in then if i not in digests)),
        )


def _unpacked(text: str, on: date, args: Args) -> tuple[int, int, bytes, bytes]:
    """(form, number of studies, digest of all keys, list or sketch). Raises SnapshotUnreadable."""
    try:
        data = base64.b64decode(text[:LONGEST] + "=" * (-len(text[:LONGEST]) % 4), b"-_", validate=True)
        form, seal, count, summed = _HEAD.unpack_from(data)
    except (ValueError, binascii.Error, struct.error) as error:
        raise SnapshotUnreadable("The digest in this link cannot be read: part of it is missing.") from error
    body = data[_HEAD.size :]
    sizes = {_LIST: 8 * count, _SKETCH: CELLS * CELL.itemsize}
    if len(body) != sizes.get(form) or seal != _seal(form, count, summed, body, args, on):
        raise SnapshotUnreadable(
            "This link was cut or changed on its way: its digest does not fit its search and its day."
        )
    return form, count, summed, body


def _seal(form: int, count: int, summed: bytes, body: bytes, args: Args, on: date) -> bytes:
    """Ties a digest to its search and day, against slips; it is no signature."""
    told = json.dumps([form, count, on.isoformat(), sorted(args)]).encode()
    return sha256(told + summed + body).digest()[:6]


def _listed(keys: Sequence[int]) -> bytes:
    return b"".join(key.to_bytes(8, "big") for key in keys)


def _numbers(body: bytes) -> list[int]:
    return [int.from_bytes(body[at : at + 8], "big") for at in range(0, len(body), 8)]


def _summed(keys: Sequence[int]) -> bytes:
    return sha256(_listed(keys)).digest()[:8]
