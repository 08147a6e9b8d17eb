"""The hits of a search page as HTML: everything is said, in its order, and nothing breaks out."""

from lxml import html as lxml_html
from markupsafe import Markup
from page_reading import words

from explorer.presentation import Badge
from explorer.presentation_search import Result
from explorer.result_rows import hits

HIT = Result(
    url="/studies/gout-1900",
    title=Markup("Gout &amp; <mark>toes</mark>"),
    byline="See & Tilles",
    journal="Journal of Gout",
    year=1900,
    badges=(Badge("E1 Trial", "level lv4", "The strongest"), Badge("Draft", "quiet", "By a machine")),
    snippets=(("Finding", Markup("<mark>Toes</mark> hurt")),),
    summary="",
    caveat="That toes matter.",
    why_url="/studies/gout-1900/why?q=toes&page=2",
)


def read(*results: Result) -> lxml_html.HtmlElement:
    return lxml_html.fromstring(f"<ol>{hits(results)}</ol>")


def test_a_hit_says_what_it_is_what_was_found_and_what_it_does_not_prove() -> None:
    item = read(HIT)[0]
    assert words(item.xpath(".//h3")[0]) == "Gout & toes"
    assert item.xpath(".//h3/a/mark/text()") == ["toes"]
    assert words(item.xpath(".//p[@class='by']")[0]) == "See & Tilles · Journal of Gout · 1900"
    assert item.xpath(".//li[@class='b level lv4']/@title") == ["The strongest"]
    assert [words(li) for li in item.xpath(".//ul[@class='badges']/li")] == ["E1 Trial", "Draft"]
    assert [words(p) for p in item.xpath(".//p[@class='say']")] == ["Finding: Toes hurt"]
    assert words(item.xpath(".//p[@class='caveat']")[0]) == "Does not prove: That toes matter."
    assert item.xpath(".//p[contains(@class, 'like')]/a/@href") == ["/studies/gout-1900#together"]
    assert item.xpath(".//details/@data-why") == ["/studies/gout-1900/why?q=toes&page=2"]


def test_what_there_is_not_leaves_no_trace() -> None:
    item = read(HIT._replace(journal="", why_url="", snippets=(), summary="All of it."))[0]
    assert words(item.xpath(".//p[@class='by']")[0]) == "See & Tilles · 1900"
    assert [words(p) for p in item.xpath(".//p[@class='say']")] == ["All of it."]
    assert not item.xpath(".//details")
    assert len(read(HIT, HIT)) == 2
    assert hits(()) == ""


def test_nothing_breaks_out_of_a_hit() -> None:
    evil = '"><script>alert(1)</script>'
    badge = Badge(evil, evil, evil)
    hit = Result(evil, evil, evil, evil, 1900, (badge,), ((evil, Markup("found")),), evil, evil, evil)
    assert "<script" not in hits([hit])
    assert read(hit)[0].xpath(".//h3/a/@href") == [evil]
