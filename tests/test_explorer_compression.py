"""What travels compressed says the same, and what is made piece by piece is never held whole."""

import gzip
from collections.abc import Iterator

import pytest
from flask import Flask, Response
from hypothesis import given
from hypothesis import strategies as st

from explorer import compression
from explorer.compression import compress, packed, squeezed

GZIP = {"Accept-Encoding": "gzip"}


@given(st.lists(st.binary(max_size=3_000), max_size=20))
def test_pieces_read_back_as_themselves(pieces: list[bytes]) -> None:
    assert gzip.decompress(b"".join(squeezed(pieces))) == b"".join(pieces)


@given(st.binary(max_size=5_000))
def test_a_whole_reads_back_as_itself_always_the_same(data: bytes) -> None:
    assert gzip.decompress(packed(data)) == data
    assert packed(data) == packed(data)


def test_without_the_fast_library_zlib_does_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compression, "igzip", None)
    assert gzip.decompress(packed(b"pain " * 1_000)) == b"pain " * 1_000


def test_a_part_is_handed_on_before_the_last_is_made() -> None:
    made = []

    def lines() -> Iterator[bytes]:
        for number in range(200_000):
            made.append(number)
            yield b"%d,%d\n" % (number, number * 7_919)

    next(packed := squeezed(lines()))
    assert len(made) < 100_000
    next(packed)  # gzip's header came first
    assert len(made) < 200_000


@pytest.fixture
def app() -> Flask:
    app = Flask(__name__)
    compress(app)

    @app.get("/pieces")
    def pieces() -> Response:
        return Response((b"%d\n" % n for n in range(5_000)), content_type="text/csv")

    @app.get("/small")
    def small() -> Response:
        return Response("few", content_type="text/csv")

    return app


def test_a_stream_stays_one(app: Flask) -> None:
    plain, packed = (app.test_client().get("/pieces", headers=headers) for headers in ({}, GZIP))
    assert packed.headers["Content-Encoding"] == "gzip" and "Content-Length" not in packed.headers
    assert gzip.decompress(packed.data) == plain.data
    assert len(packed.data) < len(plain.data)
    head = app.test_client().head("/pieces", headers=GZIP)
    assert (head.status_code, head.data) == (200, b"")


def test_what_is_small_stays_as_it_is(app: Flask) -> None:
    assert "Content-Encoding" not in app.test_client().get("/small", headers=GZIP).headers
