"""Pages as a test reads them: fetched, parsed, their words in one line."""

from flask.testing import FlaskClient
from lxml import html as lxml_html


def seen(client: FlaskClient, address: str) -> lxml_html.HtmlElement:
    """The parsed page at an address, which must answer with 200."""
    response = client.get(address)
    assert response.status_code == 200, response.text
    return lxml_html.fromstring(response.text)


def words(element: lxml_html.HtmlElement) -> str:
    """The text of an element, its white space made single blanks."""
    return " ".join(" ".join(element.itertext()).split())
