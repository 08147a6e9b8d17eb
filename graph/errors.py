"""What can go wrong with the graph, each with its mend in the message."""

from collections.abc import Sequence

from entries.errors import EvidenceError


class GraphError(EvidenceError):
    """The family of everything that this floor raises."""


class GraphUnusable(GraphError):
    """The graph store is missing, half written, damaged or made by somebody else."""


class GraphBuildError(GraphError):
    """The graph store could not be written; the one that was there is untouched."""


class QueryRefused(GraphError):
    """A SPARQL query that is not read-only, reaches outside the dataset, or cannot be parsed."""


class QueryLimit(GraphError):
    """A SPARQL query needed more time, rows, bytes or memory than it may have."""


class QueryFailed(GraphError):
    """The query engine could not answer although the query was allowed."""


class UnknownNode(GraphError):
    """No such node in the network; ``suggestions`` are node ids that look like it."""

    def __init__(self, name: str, suggestions: Sequence[str] = ()) -> None:
        self.name = name
        self.suggestions = tuple(suggestions)
        hint = f"; did you mean {' or '.join(self.suggestions)}?" if self.suggestions else ""
        super().__init__(f"there is no study, concept or other node '{name[:100]}' in this atlas{hint}")


class NoPath(GraphError):
    """Two nodes that nothing connects within the limits given.

    ``opens``: what would open a way, alternatives, each one or more of: ``level`` and ``pem`` of the evidence given up,
    or a kind that may stand between.
    """

    def __init__(self, message: str, opens: Sequence[tuple[str, ...]] = ()) -> None:
        self.opens = tuple(opens)
        super().__init__(message)
