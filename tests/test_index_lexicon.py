"""Words of an index: found and added without cutting the text apart, and the studies that differ from an index."""

from collections.abc import Mapping

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from entries.digests import difference
from index import lexicon
from index.lexicon import Lexicon
from index.packed import PackedTexts
from index.table import COLUMNS, FREE, Table, digests_of

WORDS = st.lists(st.text("abé~", min_size=1, max_size=4), max_size=14)


@given(WORDS, WORDS, st.integers(1, 8))
def test_words_are_found_and_added_in_order(before: list[str], more: list[str], step: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lexicon, "STEP", step)  # so that short lists have several signposts
        held = Lexicon(before)
        assert [word in held for word in ["", *before, *more]] == [False, *(w in before for w in (*before, *more))]
        assert list(held.with_words(more).words) == sorted({*before, *more})


def _table(held: Mapping[str, str]) -> Table:
    """A table of these ids with their digests, in the order given; an empty id is a free row."""
    columns = np.zeros(len(held), COLUMNS)
    ranked = sorted(i for i in held if i)
    columns["id_rank"] = [ranked.index(i) if i else FREE for i in held]
    return Table(PackedTexts.of(held), columns, digests_of(list(held.values())))


_STUDIES = st.dictionaries(st.sampled_from(["", *"abcdefg"]), st.sampled_from(["1" * 64, "2" * 64]), max_size=8)


@given(_STUDIES, _STUDIES)
def test_changes_are_told_by_id_and_digest(had: dict[str, str], now: dict[str, str]) -> None:
    now.pop("", None)
    before = {study_id: digest for study_id, digest in had.items() if study_id}
    changes = difference(_table(had).contents, now)
    assert changes.added == tuple(sorted(now.keys() - before.keys()))
    assert changes.removed == tuple(sorted(before.keys() - now.keys()))
    assert changes.changed == tuple(sorted(i for i in now.keys() & before.keys() if now[i] != before[i]))


@given(st.lists(st.text("aβ-", max_size=3), max_size=6), st.lists(st.text("aβ-", max_size=3), max_size=6))
def test_packed_texts_are_compared_whole(packed: list[str], others: list[str]) -> None:
    assert PackedTexts.of(packed).are(others) == (packed == others)
    assert PackedTexts.of(packed).are(packed)
