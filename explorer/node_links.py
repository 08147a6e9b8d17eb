"""Where a node of the network is to be read about."""

from explorer.site import Site
from graph.nodes import kind_of, name_of


def node_url(site: Site, node: str, label: str) -> str:
    """The page of a study, finding or concept; of an author or a journal, called ``label``, a search for it."""
    kind, name = kind_of(node), name_of(node)
    if kind == "study":
        return site.links.study(name)
    if kind == "finding":
        study_id, _, number = name.rpartition("/")
        return f"{site.links.study(study_id)}#finding-{number}"
    if kind in ("author", "journal"):
        return site.links.search([named_in(kind, label)])
    return site.links.concept(name)


def named_in(field: str, label: str) -> tuple[str, str]:
    """The argument of a search for studies with this very author or journal."""
    words = label.replace('"', " ")
    return "q", f'{field}:"{words}"'
