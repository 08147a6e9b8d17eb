"""Templates that escape as Jinja does, in a third of its time: a search page puts out fifteen hundred values.

Jinja marks each escaped value as safe, an object that is joined into the page and forgotten. Here a value put out
becomes a plain text at once.
"""

from flask.templating import Environment
from jinja2 import nodes
from jinja2.compiler import CodeGenerator, Frame
from markupsafe import Markup, escape

try:  # what ``escape`` does to a text, before it marks it
    from markupsafe import _escape_inner as escaped
except ImportError:  # another version of it
    escaped = escape


def written(value: object) -> str:
    """A value as it stands in HTML: the text of ``markupsafe.escape``."""
    if type(value) is str:
        return escaped(value)
    return value if type(value) is Markup else escape(value)


class _Code(CodeGenerator):
    """Templates in Python, their output through :func:`written` where Jinja would put it through ``escape``."""

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: CodeGenerator._FinalizeInfo) -> None:
        if frame.eval_ctx.volatile or not frame.eval_ctx.autoescape or finalize.src is not None:
            super()._output_child_pre(node, frame, finalize)
        else:
            self.write("environment.written(")


class PageEnvironment(Environment):
    """Jinja's environment of the site."""

    code_generator_class = _Code
    written = staticmethod(written)
