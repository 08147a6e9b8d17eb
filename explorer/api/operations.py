"""Every operation of the API, in the order in which the documentation tells of them."""

from itertools import islice

from entries.model import CONCEPT_ID_PATTERN, FACET_PATTERN, STUDY_ID_PATTERN
from explorer.api import (
    changes,
    concept,
    concept_map,
    connections,
    crossed,
    dataset,
    facet,
    search,
    side_by_side,
    study,
    words,
)
from explorer.api.operation import Args, Example, Operation
from explorer.site import Site
from index.query import SearchRequest

# What a part of a path can be: (description, pattern).
NAMED = {
    "study": ("A study's id.", STUDY_ID_PATTERN),
    "concept": ("A concept's id.", CONCEPT_ID_PATTERN),
    "scheme": ("A scheme's id.", CONCEPT_ID_PATTERN),
    "facet": ("A facet's name.", FACET_PATTERN),
}
STUDY, CONCEPT, SCHEME, FACET = {"id": "study"}, {"id": "concept"}, {"id": "scheme"}, {"facet": "facet"}


def _plain(site: Site) -> Example:
    return Example({}, [])


def _topic(site: Site) -> str:
    """The concept that most findings are about; else one that studies have, or any."""
    subjects = site.overview.subjects
    return max(subjects, key=lambda i: subjects[i], default="") or next(iter([*_top(site), *site.atlas.vocabulary]))


def _study(site: Site) -> Example:
    """A study with the topic."""
    found = [*site.atlas.studies_with(_topic(site))[:1], *site.atlas.studies]
    return Example({"id": next(iter(found), "some-study")}, [])


def _why(site: Site) -> Example:
    return Example(_study(site).named, _words(site))


def _words(site: Site) -> Args:
    """The name of the topic: what is tagged so is found by it."""
    return [("q", site.atlas.vocabulary.label(_topic(site)).lower())]


def _search(site: Site) -> Example:
    return Example({}, [*_words(site), ("size", "5")])


def _by_words(site: Site) -> Example:
    return Example({}, _words(site))


def _begun(site: Site) -> Example:
    return Example({}, [("q", _words(site)[0][1][:5])])


def _misspelt(site: Site) -> Example:
    """The longest word of the topic's name with a letter twice."""
    word = max(_words(site)[0][1].replace("-", " ").split(), key=len)
    half = len(word) // 2
    return Example({}, [("q", word[:half] + word[half - 1 :])])


def _facet(site: Site) -> Example:
    return Example({"facet": site.atlas.config.facets[0].name}, _words(site))


def _top(site: Site) -> list[str]:
    """Ids of the concepts that most studies have, of each scheme that studies are tagged with."""
    return [start.top[0][0].id for start in site.overview.starts]


def _concept(site: Site) -> Example:
    return Example({"id": _topic(site)}, [])


def _by_name(site: Site) -> Example:
    return Example({}, _words(site))


def _scheme(site: Site) -> Example:
    return Example({"id": site.atlas.config.tags[0]}, [])


def _ends(site: Site) -> Example:
    """The topic and a study that has it; or whatever two there are."""
    ends = dict.fromkeys([_study(site).named["id"], _topic(site), *site.atlas.studies])
    return Example({}, list(zip(("from", "to"), ends, strict=False)))


def _two(site: Site) -> Example:
    searches = [text for _, text in _words(site)] + ["?"]
    return Example({}, list(zip("ab", searches, strict=True)))


def _beside(site: Site) -> Example:
    """A study with the topic, and another: one that has it, too, where there is one."""
    found = dict.fromkeys([*site.atlas.studies_with(_topic(site))[:2], *islice(site.atlas.studies, 2)])
    return Example({}, [("s", study_id) for study_id in [*found, "some-study", "another-study"][:2]])


def _since(site: Site) -> Example:
    """A snapshot of one study as it is now."""
    words = f"id:{_study(site).named['id']}"
    on, digest = changes.taken(site, SearchRequest(text=words))
    return Example({}, [("q", words), ("on", on.isoformat()), ("of", digest)])


OPERATIONS: tuple[Operation, ...] = (
    Operation("search", "/search", "Search", "Search the studies", search.SearchAnswer, search.search, _search,
              searches=True),
    Operation("studies", "/studies", "Search", "Every study found, streamed", search.StudiesAnswer, search.studies,
              _by_words, searches=True),
    Operation("facet", "/facets/{facet}", "Search", "One facet in full", facet.FacetAnswer, facet.facet, _facet,
              facet.FacetAsked, True, FACET),
    Operation("complete", "/complete", "Search", "Complete what is typed", words.CompleteAnswer, words.complete,
              _begun, words.CompleteAsked),
    Operation("suggest", "/suggest", "Search", "Did you mean", words.SuggestAnswer, words.suggest, _misspelt,
              words.SuggestAsked),
    Operation("loosen", "/loosen", "Search", "What to give up to find more", words.LoosenAnswer, words.loosen,
              _by_words, searches=True),
    Operation("snapshot", "/snapshot", "Search", "Keep a result set", changes.SnapshotAnswer, changes.snapshot,
              _by_words, searches=True),
    Operation("changes", "/changes", "Search", "What changed since", changes.ChangesAnswer, changes.changes, _since,
              changes.ChangesAsked, True),
    Operation("compare", "/compare", "Search", "Searches beside each other", changes.CompareAnswer, changes.compare,
              _two, changes.CompareAsked),
    Operation("study", "/studies/{id}", "Studies", "One study", study.StudyAnswer, study.study, _study, named=STUDY),
    Operation("explain", "/studies/{id}/explain", "Studies", "Why a study is found", words.ExplainAnswer,
              words.explain, _why, searches=True, named=STUDY),
    Operation("studyNeighbourhood", "/studies/{id}/neighbourhood", "Studies", "What is connected with a study",
              connections.NeighbourhoodAnswer, connections.study_neighbourhood, _study,
              connections.NeighbourhoodAsked, named=STUDY),
    Operation("compareStudies", "/compare/studies", "Studies", "Studies side by side", side_by_side.SideBySideAnswer,
              side_by_side.side_by_side, _beside, side_by_side.BesideAsked, may_lack=True),
    Operation("retractions", "/retractions", "Studies", "Papers retracted or in doubt", dataset.RetractionsAnswer,
              dataset.retractions, _plain),
    Operation("schemes", "/schemes", "Concepts", "All schemes", concept.SchemesAnswer, concept.schemes, _plain),
    Operation("scheme", "/schemes/{id}", "Concepts", "One scheme", concept.SchemeAnswer, concept.scheme, _scheme,
              named=SCHEME),
    Operation("concepts", "/concepts", "Concepts", "Concepts by name", concept.ConceptsAnswer, concept.concepts,
              _by_name, concept.ConceptsAsked),
    Operation("concept", "/concepts/{id}", "Concepts", "One concept", concept.ConceptAnswer, concept.concept,
              _concept, named=CONCEPT),
    Operation("conceptBalance", "/concepts/{id}/balance", "Concepts", "What studies found on a concept",
              concept.ConceptBalanceAnswer, concept.concept_balance, _concept, concept.BalanceAsked, named=CONCEPT),
    Operation("conceptNeighbourhood", "/concepts/{id}/neighbourhood", "Concepts",
              "What is connected with a concept", connections.NeighbourhoodAnswer,
              connections.concept_neighbourhood, _concept, connections.NeighbourhoodAsked, named=CONCEPT),
    Operation("paths", "/paths", "Evidence", "How two things are connected", connections.WaysAnswer,
              connections.paths, _ends, connections.WaysAsked, may_lack=True),
    Operation("grid", "/grid", "Evidence", "Two schemes crossed", crossed.GridAnswer, crossed.grid, _plain,
              crossed.GridAsked, may_lack=True),
    Operation("balance", "/balance", "Evidence", "For and against, concept by concept", crossed.BalanceAnswer,
              crossed.balance, _plain, crossed.BalanceAsked, may_lack=True),
    Operation("map", "/map", "Evidence", "The overview map", concept_map.MapAnswer, concept_map.concept_map, _plain),
    Operation("dataset", "", "Atlas", "The atlas", dataset.DatasetAnswer, dataset.dataset, _plain),
    Operation("pipeline", "/pipeline", "Atlas", "How entries are made", dataset.PipelineAnswer, dataset.pipeline,
              _plain),
)  # fmt: skip
