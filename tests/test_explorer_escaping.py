"""What templates put out is escaped exactly as Jinja escapes it."""

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import StrictUndefined, UndefinedError
from markupsafe import Markup, escape

from explorer import escaping
from explorer.escaping import PageEnvironment, written

TEMPLATE = """{% macro row(v) %}<li title="{{ v }}">{{ v }}</li>{% endmacro %}
{% block main %}{{ value }}{% set kept %}<b>{{ value }}</b>{% endset %}{{ kept }}{{ row(value) }}{% endblock %}
{{ "a" ~ value }}{{ value|upper }}{{ value|safe }}{% autoescape false %}{{ value }}{% endautoescape %}"""


class Formatted:
    """Brings its own HTML."""

    def __html__(self) -> str:
        return "<i>own</i>"


def environments() -> tuple[Flask, Flask]:
    plain, ours = Flask("plain"), Flask("ours")
    ours.jinja_environment = PageEnvironment
    for app in (plain, ours):
        app.jinja_env.undefined = StrictUndefined
        app.jinja_env.autoescape = True
    return plain, ours


PLAIN, OURS = (app.jinja_env.from_string(TEMPLATE) for app in environments())
VALUES = st.one_of(st.text(), st.sampled_from(list("<>&\"'")), st.integers(), st.none(), st.booleans(), st.floats())


@given(VALUES)
def test_values_come_out_as_ever(value: object) -> None:
    assert written(value) == escape(value)
    assert OURS.render(value=value) == PLAIN.render(value=value)


@pytest.mark.parametrize("value", [Markup("<b>&amp;</b>"), Formatted(), ("<", ">"), ["'"], {"<": 1}])
def test_what_is_safe_stays_and_what_is_no_text_is_escaped(value: object) -> None:
    assert written(value) == escape(value)
    assert OURS.render(value=value) == PLAIN.render(value=value)


def test_what_is_not_defined_is_still_an_error() -> None:
    with pytest.raises(UndefinedError):
        OURS.render()


def test_templates_are_compiled_to_the_short_way() -> None:
    _, ours = environments()
    code = ours.jinja_env.compile(TEMPLATE, raw=True)
    assert "environment.written(" in code


def test_without_what_markupsafe_keeps_to_itself_the_text_is_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(escaping, "escaped", escape)
    assert written("<a & 'b'>") == escape("<a & 'b'>")
