"""How Whoosh stores our documents: terms with packed positions, whole values, and one record of numbers a document.

Whoosh's own field types analyse text, word by word, in Python; ours take terms that were analysed already. The classes
are named in Whoosh's table of contents, so renaming them needs a new format version.
"""

from array import array
from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from whoosh.codec.whoosh3 import W3Codec
from whoosh.columns import FixedBytesColumn
from whoosh.fields import COLUMN, FieldType, Schema
from whoosh.formats import Format

from index.analysis import GAP
from index.documents import Document
from index.fields import KEYWORD_FIELDS, TEXT_FIELDS, Facet

RECORD = "record"
RECORD_TYPE = np.dtype([("row", "<i4"), ("lengths", "<u4", (len(TEXT_FIELDS),))])
POSITION_TYPE = np.dtype("=u4")

Posting = tuple[bytes, int, float, bytes]  # term, frequency, weight, value


class Codec(W3Codec):
    """Whoosh's own codec, with longer blocks, and without lengths of fields: ours are in the record.

    Where a field has no lengths, Whoosh asks the disk for them once for each posting, which takes half of its time.
    """

    length_stats = False

    def __init__(self) -> None:
        super().__init__(blocklimit=512, compression=1)


class Packed(Format):
    """A posting's value is bytes that only we read: positions as native unsigned integers of four bytes."""

    textual = False


class Bare(Packed):
    """A posting without a value. Whoosh must know it: it keeps no empty values, and would miss them in a merge."""

    posting_size = 0


class TermsField(FieldType):
    """A text field. Indexes a string of terms between blanks; :data:`GAP` takes a position and is no term."""

    def __init__(self) -> None:
        super().__init__(Packed(), None)

    def index(self, value: str, **_: object) -> Iterator[Posting]:
        """One posting for each different term."""
        places: dict[str, array[int]] = {}
        for position, term in enumerate(value.split()):
            if term not in places:
                places[term] = array("I")
            places[term].append(position)
        places.pop(GAP, None)
        for term, positions in places.items():
            yield term.encode(), len(positions), float(len(positions)), positions.tobytes()


class ValuesField(FieldType):
    """A field of whole values: facets, identifiers. Indexes a sequence of strings."""

    def __init__(self) -> None:
        super().__init__(Bare(), None)

    def index(self, value: Iterable[str], **_: object) -> Iterator[Posting]:
        """One posting for each value."""
        for one in value:
            yield one.encode(), 1, 1.0, b""


def schema(facets: Iterable[Facet]) -> Schema:
    """The schema of an index with these facets."""
    fields: dict[str, FieldType] = {field.name: TermsField() for field in TEXT_FIELDS}
    fields |= {name: ValuesField() for name in KEYWORD_FIELDS}
    fields |= {facet.field: ValuesField() for facet in facets}
    return Schema(**fields, **{RECORD: COLUMN(FixedBytesColumn(RECORD_TYPE.itemsize))})


def record(document: Document) -> bytes:
    """A document's numbers: its row in the table, and the lengths of its text fields in terms."""
    lengths = [_length(document.texts.get(field.name, "")) for field in TEXT_FIELDS]
    return np.array([(document.row, lengths)], RECORD_TYPE).tobytes()


def _length(terms: str) -> int:
    return len(terms.split()) - terms.split().count(GAP) if terms else 0


def records(column: Sequence[bytes]) -> np.ndarray:
    """The records of a column as one array."""
    return np.frombuffer(b"".join(column), RECORD_TYPE)
