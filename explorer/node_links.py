"""Where a node of the network is to be read about, and what an edge says."""

from explorer.presentation import Chosen
from explorer.site import Site
from graph.nodes import kind_of, name_of, study_label


def node_url(site: Site, node: str, label: str) -> str:
    """The page of a study, finding or concept; of an author or a journal, called ``label``, a search for it."""
    kind, name = kind_of(node), name_of(node)
    if kind == "study":
        return site.links.study(name)
    if kind == "finding":
        study_id, _, number = name.rpartition("/")
        return finding_url(site, study_id, int(number))
    if kind in ("author", "journal"):
        return site.links.search([named_in(kind, label)])
    return site.links.concept(name)


def finding_url(site: Site, study_id: str, finding: int | None) -> str:
    """The page of a study, at a finding (from 1) where one is meant."""
    return site.links.study(study_id) + (f"#finding-{finding}" if finding else "")


def said_by(site: Site, study_id: str | None, finding: int | None) -> Chosen | None:
    """The study that says so, at the finding where it is one's; None for the vocabulary's own hierarchy."""
    study = site.atlas.studies.get(study_id or "")
    if study is None:
        return None
    words = f"{study_label(study)}, finding {finding}" if finding else study_label(study)
    return Chosen(words, finding_url(site, study.id, finding))


def named_in(field: str, label: str) -> tuple[str, str]:
    """The argument of a search for studies with this very author or journal."""
    words = label.replace('"', " ")
    return "q", f'{field}:"{words}"'
