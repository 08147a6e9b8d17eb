"""For and against: one verdict a study, counted by PEM status, drawn and listed alike."""

import itertools
import re
import xml.etree.ElementTree as ET
from collections import Counter

import graph_samples as samples
import pytest

from entries.atlas import Atlas
from entries.study import Direction
from explorer import balance_picture
from explorer.balance_picture import Bar, Group
from graph.balance import VERDICTS, balance, verdict
from graph.errors import UnknownNode

UP, DOWN, SAME, MIXED = Direction.INCREASED, Direction.DECREASED, Direction.NO_DIFFERENCE, Direction.MIXED
WITH, WITHOUT = Direction.ASSOCIATED, Direction.NOT_ASSOCIATED


@pytest.mark.parametrize(
    ("directions", "expected"),
    [
        ([UP], "increased"),
        ([UP, UP], "increased"),
        ([UP, None], "increased"),
        ([UP, WITH], "increased"),
        ([SAME, WITHOUT, WITH], "no-difference"),
        ([UP, DOWN], "mixed"),
        ([UP, SAME], "mixed"),
        ([WITH, WITHOUT], "mixed"),
        ([MIXED, UP], "mixed"),
        ([WITHOUT], "not-associated"),
        ([None], "none"),
        ([], "none"),
    ],
)
def test_one_verdict_a_study(directions: list[Direction | None], expected: str) -> None:
    for order in itertools.permutations(directions):
        assert verdict(order) == expected


def found(*directions: str, on: str = "cortisol") -> list[dict[str, object]]:
    return [{"text": f"{on} {d}", "concepts": [on], "direction": d} for d in directions]


def atlas() -> Atlas:
    strict = {"case_definition": {"any": ["ccc-2003"]}}
    return Atlas.of(
        samples.config(),
        samples.vocabulary(),
        [
            samples.study("up", findings=found("increased"), participants={"patients": 10, "controls": 5}, **strict),
            samples.study("down-a", findings=found("decreased"), evidence_level="E0", **strict),
            samples.study("down-b", findings=found("decreased", "associated")),
            samples.study("both", findings=found("decreased", "increased")),
            samples.study("gone", findings=found("increased")),
            samples.study("notice", links=[{"relation": "retracts", "study": "gone"}]),
            samples.study("tag-only", tags={"biomarker": ["cortisol"]}),
            samples.study("below", findings=found("increased", on="il-6")),
        ],
    )


def test_counts_by_pem_status_leave_retracted_and_mere_tags_out() -> None:
    weighed = balance(atlas(), "cortisol")
    assert weighed.counts() == {"increased": 1, "decreased": 2, "mixed": 1}
    assert weighed.counts("pem-required") == {"increased": 1, "decreased": 1}
    assert weighed.counts("pem-not-required") == {}
    assert weighed.counts("pem-unclear") == {"decreased": 1, "mixed": 1}
    assert {s.study: s.retracted for s in weighed.studies if s.retracted} == {"gone": True}
    assert weighed.studies[0].study == "down-a", "strongest evidence first"
    assert {s.study: s.size for s in weighed.studies}["up"] == 15


def test_narrower_concepts_count_for_the_broader() -> None:
    assert balance(atlas(), "cytokines").counts() == {"increased": 1}
    assert len(balance(atlas(), "nf-kb").studies) == 0
    with pytest.raises(UnknownNode):
        balance(atlas(), "nothing")


def test_counts_are_those_of_a_plain_count() -> None:
    made = samples.generated(300)
    for concept in [c for c in made.vocabulary if c.startswith(("marker", "symptom"))][:40]:
        plain: Counter[str] = Counter()
        for study in made.studies.values():
            directions = [f.direction for f in study.findings if concept in f.concepts]
            if directions:
                plain[verdict(directions)] += 1
        weighed = balance(made, concept)
        assert weighed.counts() == {v: plain[v] for v in VERDICTS if plain[v]}
        statuses = {s.pem for s in weighed.studies}
        assert sum((Counter(weighed.counts(s)) for s in statuses), Counter()) == plain


# The picture


def drawn(*bars: Bar) -> ET.Element:
    return ET.fromstring(str(balance_picture.draw([Group("Heading & <more>", bars)], 'A "title"')))


def bar(verdict: str, size: int | None = 10, label: str = "A <b> & c") -> Bar:
    return Bar(label, "E2", "/studies/x?a=1&b=2", verdict, verdict, "±", size)


def spans(svg: ET.Element) -> list[tuple[float, float]]:
    """Where the shape of each study begins, and how wide it is."""
    found = []
    for line in svg.iter("a"):
        drawn = " ".join(path.get("d", "") for path in line.iter("path"))
        places = [float(x) for x in re.findall(r"[MLH]([-\d.]+)", drawn)]
        found.append((min(places), max(places) - min(places)))
    return found


def test_bars_stand_on_their_side_and_grow_with_the_people() -> None:
    svg = drawn(bar("decreased", 100), bar("increased", 25), bar("mixed", 4), bar("increased", None))
    left, right, even, untold = spans(svg)
    middle = balance_picture.MIDDLE
    assert left[0] + left[1] == pytest.approx(middle, abs=0.2)
    assert right[0] == pytest.approx(middle)
    assert even[0] + even[1] / 2 == pytest.approx(middle, abs=0.2)
    assert left[1] == pytest.approx(2 * right[1])
    assert untold[1] == balance_picture.LEAST
    assert "n not told" in "".join(svg.itertext())


def test_nothing_leaves_the_picture_and_markup_stays_text() -> None:
    svg = drawn(bar("decreased", 10**9, "x" * 300), bar("increased", 10**9), bar("mixed", 0))
    for box in (e for e in svg.iter() if e.get("width")):
        assert float(box.get("x", 0)) >= 0
        assert float(box.get("x", 0)) + float(box.get("width", 0)) <= balance_picture.WIDTH
    assert all(start >= 0 and start + width <= balance_picture.WIDTH for start, width in spans(svg))
    assert "A <b> & c" in "".join(svg.itertext())
    assert balance_picture.draw([], "t") == ""
