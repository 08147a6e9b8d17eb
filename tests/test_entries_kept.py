"""What is kept of an object is made once, may be given, and goes with the object."""

import gc

from entries.kept import Kept


class Thing:
    """Something that can be referred to weakly."""


def test_made_once_for_each_and_gone_with_it() -> None:
    made: list[int] = []

    def make(thing: Thing) -> list[int]:
        made.append(id(thing))
        return []

    kept: Kept[Thing, list[int]] = Kept(make)
    one, other = Thing(), Thing()
    assert kept.of(one) is kept.of(one), "what is empty is kept, too"
    assert kept.of(other) is not kept.of(one)
    assert made == [id(one), id(other)]
    del one
    gc.collect()
    assert list(kept) == [other]


def test_what_is_given_is_not_made() -> None:
    kept: Kept[Thing, str] = Kept(lambda thing: "made")
    thing = Thing()
    kept[thing] = "given"
    assert kept.of(thing) == "given"
    assert kept.of(Thing()) == "made"
