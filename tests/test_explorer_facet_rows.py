"""The values of a facet as HTML: what is chosen, left out, empty or narrower says so, and nothing breaks out."""

from explorer.facet_rows import rows
from explorer.presentation_facets import FacetValue

PAIN = FacetValue("pain", "symptom-pain", "Pain", 1234, False, False, "?symptom=pain&q=a", "?not.symptom=pain")


def test_a_value_selects_itself_or_leaves_itself_out() -> None:
    assert rows([PAIN]) == (
        '<ul><li><a href="?symptom=pain&amp;q=a" id="f-symptom-pain" rel="nofollow">Pain <b>1,234</b></a>'
        '<a class="x" href="?not.symptom=pain" rel="nofollow" aria-label="not Pain: leave it out">not</a></li></ul>'
    )


def test_what_is_chosen_can_be_taken_away() -> None:
    html = rows([PAIN._replace(selected=True)])
    assert '<li data-on><a href="?symptom=pain&amp;q=a" id="f-symptom-pain" rel="nofollow" aria-current="true">' in html
    assert 'Pain<span class="vh"> (chosen, take away)</span> <b>' in html and 'class="x"' in html


def test_what_is_left_out_can_be_taken_back_and_not_left_out_again() -> None:
    html = rows([PAIN._replace(excluded=True)])
    assert "<li data-off>" in html and " (left out, take back)</span>" in html and 'class="x"' not in html


def test_a_chosen_value_without_studies_is_dimmed() -> None:
    assert "<li data-on data-none>" in rows([PAIN._replace(selected=True, count=0)])


def test_narrower_values_are_folded_below() -> None:
    ache = PAIN._replace(value="ache", key="symptom-ache", label="Ache")
    html = rows([PAIN._replace(below=(ache,), open=True)], tree=True)
    assert html.count('<ul class="tree-of">') == 2
    assert '<details class="below" id="below-symptom-pain" open><summary><span class="vh">1 narrower than Pain<' in html
    assert ">Ache <b>" in html and "</a></li></ul></details></li></ul>" in html


def test_nothing_breaks_out_of_a_name() -> None:
    evil = PAIN._replace(label='"><script>', key='x"', toggle_url='?a="<', exclude_url="?'>")
    html = rows([evil._replace(below=(evil,))])
    assert "<script" not in html and html.count("&#34;&gt;&lt;script&gt;") == 5 and 'f-x"' not in html
