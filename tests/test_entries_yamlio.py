"""YAML in and out: nothing guessed, everything bounded, every mistake told with its line and mend."""

import time
import tracemalloc

import pytest
import yaml
from entry_samples import TRICKY, texts
from hypothesis import given
from hypothesis import strategies as st

from entries import yamlio
from entries.yamlio import MAX_BYTES, YamlError, decode, dump, parse


def refused(text: str) -> YamlError:
    with pytest.raises(YamlError) as caught:
        parse(text)
    assert caught.value.reason and caught.value.mend
    assert f"line {caught.value.line}" in str(caught.value)
    return caught.value


@pytest.mark.parametrize(
    "scalar", ["no", "1:30", "010", "0x1F", "1e3", "1.10", "2026-04-08", "true", ".inf", "=", "<<"]
)
def test_scalars_stay_what_the_author_typed(scalar: str) -> None:
    assert parse(f"a: {scalar}").value == {"a": scalar}


@pytest.mark.parametrize("scalar", ["", "~", "null", "Null", "NULL"])
def test_only_unquoted_nulls_are_none(scalar: str) -> None:
    assert parse(f"a: {scalar}").value == {"a": None}
    assert parse(f"a: '{scalar}'").value == {"a": scalar}


@pytest.mark.parametrize("text", TRICKY)
def test_tricky_texts_survive(text: str) -> None:
    for value in (text, [text], {"k": text}, {text: text}, {"a": [{"b": text}, text]}):
        assert parse(dump(value)).value == value


@pytest.mark.parametrize("text", TRICKY)
def test_other_yaml_readers_see_the_same_text(text: str) -> None:
    assert yaml.safe_load(dump({"k": [text]})) == {"k": [text]}


_values = st.recursive(
    st.none() | texts(), lambda v: st.lists(v, max_size=4) | st.dictionaries(texts(20), v, max_size=4), max_leaves=12
)


@given(_values)
def test_dump_and_parse_are_each_others_inverse(value: object) -> None:
    assert parse(dump(value)).value == value


@given(st.text(max_size=200))
def test_any_text_is_parsed_or_refused_with_a_line(text: str) -> None:
    try:
        parse(text)
    except YamlError as error:
        assert 1 <= error.line <= len(text) + 2


@given(st.binary(max_size=200))
def test_any_bytes_are_decoded_or_refused(data: bytes) -> None:
    try:
        decode(data)
    except YamlError as error:
        assert "UTF-8" in str(error)


def test_lines_of_values_and_of_what_is_not_there() -> None:
    document = parse("a: 1\nb:\n  - x\n  - c: 2\n    d: 3\n")
    assert document.line(("a",)) == 1
    assert document.line(("b", 0)) == 3
    assert document.line(("b", 1, "d")) == 5
    assert document.line(("b", 1, "missing")) == 4
    assert document.line(("nowhere",)) == 1


def test_crlf_and_byte_order_mark() -> None:
    document = parse(decode(b"\xef\xbb\xbfa: 1\r\nb: |\r\n  x\r\n  y\r\n"))
    assert document.value == {"a": "1", "b": "x\ny\n"}
    assert document.line(("b",)) == 2


def test_empty_and_comment_only() -> None:
    assert parse("").value is None
    assert parse("# nothing\n").value is None


def test_not_utf8_names_byte_and_line() -> None:
    with pytest.raises(YamlError, match=r"line 2: byte 0xe9 is not UTF-8; save the file with the encoding UTF-8"):
        decode(b"a: 1\nb: Andr" + b"\xe9")
    with pytest.raises(YamlError, match="not UTF-8"):
        decode("a: 1".encode("utf-16"))


@pytest.mark.parametrize("character", ["\x00", "\x01", "\x07", "\x1b", "\x7f", "\ufffe", "\ud800"])
def test_control_characters_name_their_line(character: str) -> None:
    error = refused(f"α: α\nβ: x{character}y\n")
    assert error.line == 2
    assert f"U+{ord(character):04X}" in error.reason


@pytest.mark.parametrize(
    ("text", "line", "reason", "mend"),
    [
        ("a: 1\nb: x: y\n", 2, "mapping values", "quotation marks around a text that holds a colon"),
        ("a: 1\n\tb: 2\n", 2, "", "spaces instead of a tab"),
        ("a: 1\nb: 'x\nc: 2\n", 4, "begins on line 2", "missing quotation mark"),
        ("a: [1,\n  2\nb: 3\n", 3, "begins on line 1", "bracket"),
        ("a: @x", 1, "", "quotation marks around a text that begins with @"),
        ("a: 1\na: 2\n", 2, "the key 'a' stands twice", "keep one"),
        ("a: 1\n---\nb: 2\n", 2, "a second document", "keep one document"),
        ("? [a]\n: b", 1, "a key must be a plain word", ""),
        ("a: 1\nb: !!python/object/apply:os.system [ls]", 2, "!!python/object/apply:os.system", "delete it"),
        ("a: !!int 3", 1, "!!int", "delete it"),
        ("a: !x", 1, "!x", "quotation marks around a text that begins with !"),
        ("a: &x 1", 1, "anchors and aliases", "write the value out"),
        ("a: *x", 1, "anchors and aliases", "quotation marks"),
        ("a: 1\nb: {<<: *x}", 2, "anchors and aliases", ""),
    ],
)
def test_a_mistake_is_told_with_line_reason_and_mend(text: str, line: int, reason: str, mend: str) -> None:
    error = refused(text)
    assert (error.line, reason in error.reason, mend in error.mend) == (line, True, True), str(error)


def test_python_tags_run_nothing(tmp_path) -> None:
    target = tmp_path / "made"
    refused(f"a: !!python/object/apply:os.mkdir ['{target}']")
    assert not target.exists()


_BOMB = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n" + "\n".join(
    f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]" for i in range(1, 12)
)


@pytest.mark.parametrize(
    "text",
    [
        _BOMB,
        "a: &a [*a, *a]",
        "&a {k: *a}",
        "[" * 200_000,
        "{a: " * 100_000,
        "- " * 200_000,
        "\n".join(" " * i + "a:" for i in range(1_200)),
        "? " * 200_000,
    ],
    ids=["billion laughs", "itself", "own value", "flow lists", "flow maps", "block lists", "block maps", "keys"],
)
def test_bombs_are_refused_at_once(text: str) -> None:
    tracemalloc.start()
    started = time.process_time()
    refused(text)
    seconds, peak = time.process_time() - started, tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert seconds < 5
    assert peak < 5_000_000 + 4 * len(text)


def test_five_megabytes_are_refused_unread() -> None:
    with pytest.raises(YamlError, match=r"more than the 1,000,000 bytes.*\.jsonl"):
        decode(b"a" * (MAX_BYTES + 1))


def test_the_pure_python_loader_agrees(monkeypatch: pytest.MonkeyPatch) -> None:
    text = dump({"k": TRICKY, "n": None, "d": {"e": [{}, [], {"f": "g"}]}})
    with_c = parse(text)
    monkeypatch.setattr(yamlio, "_BASE_LOADER", yaml.BaseLoader)
    in_python = parse(text)
    assert in_python.value == with_c.value
    assert in_python.line(("d",)) == with_c.line(("d",))
    assert refused("a: 1\nb: x: y").line == 2
    refused("[" * 5_000)
