"""Arguments in addresses: written as Python's own library writes them, in less time."""

from urllib.parse import parse_qsl
from urllib.parse import urlencode as by_the_library

from hypothesis import given
from hypothesis import strategies as st

from explorer.links import LONGEST, urlencode

TEXTS = st.text(max_size=2 * LONGEST).filter(lambda text: text.isprintable())


@given(st.lists(st.tuples(TEXTS, TEXTS), max_size=5))
def test_arguments_are_written_as_everywhere(args: list[tuple[str, str]]) -> None:
    written = urlencode(args)
    assert written == by_the_library(args)
    assert parse_qsl(written, keep_blank_values=True) == args


def test_long_texts_are_written_too() -> None:
    assert urlencode([("q", "a b" * LONGEST)]) == "q=" + "a+b" * LONGEST
    assert urlencode([]) == ""
