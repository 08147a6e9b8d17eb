"""Not found, but perhaps this was meant: 404s that carry what looks like it."""

from collections.abc import Iterable
from difflib import get_close_matches

from werkzeug.exceptions import NotFound

from entries.study import Study
from entries.vocabulary import Concept
from explorer.forms import Form, by_suffix
from explorer.negotiation import negotiated
from explorer.presentation import Chosen, shortened
from explorer.site import Site

LEAST = 3  # characters of an unfinished id
SUGGESTED = 4
COMPARED = 2_000  # ids that one unknown address is compared with
LONGEST = 120  # characters of an unknown id that are compared; no id is longer


class Unknown(NotFound):
    """404 with places to go instead, and words to search for."""

    def __init__(self, message: str, near: Iterable[Chosen] = (), words: str = "") -> None:
        super().__init__(message)
        self.near = tuple(near)
        self.words = words


def find_study(site: Site, study_id: str) -> Study:
    """The study. Raises Unknown (404) with those that look like it."""
    found = site.atlas.studies.get(study_id)
    if found is None:
        raise no_study(site, study_id)
    return found


def find_concept(site: Site, concept_id: str) -> Concept:
    """The concept. Raises Unknown (404) with those that look like it."""
    found = site.atlas.vocabulary.get(concept_id)
    if found is None:
        raise no_concept(site, concept_id)
    return found


def no_study(site: Site, study_id: str) -> Unknown:
    """The studies whose id looks like the unknown one, or whose PubMed number or DOI it is."""
    asked = study_id[:LONGEST]
    ids = list(site.atlas.identified(asked)) or closest(asked.lower(), site.atlas.studies)
    studies = [site.atlas.studies[i] for i in ids]
    near = [Chosen(f"{s.title} ({s.byline} {s.year})", site.links.study(s.id)) for s in studies]
    message = f"There is no study “{shortened(asked, 60)}” in this atlas."
    return Unknown(message, near, " ".join(asked.replace("-", " ").split()))


def no_concept(site: Site, concept_id: str) -> Unknown:
    """The concepts that are called so, or whose id looks like the unknown one."""
    asked = concept_id[:LONGEST]
    vocabulary = site.atlas.vocabulary
    ids = [c.id for c in vocabulary.find(asked)][:SUGGESTED] or closest(asked, vocabulary)
    near = [Chosen(vocabulary.label(i), site.links.concept(i)) for i in ids]
    message = f"There is no concept “{shortened(asked, 60)}” in this atlas."
    return Unknown(message, near, " ".join(asked.replace("-", " ").split()))


def no_form(suffix: str, forms: tuple[Form, ...], base: str) -> Unknown:
    """The forms that there are."""
    message = f"It cannot be had as “.{shortened(suffix, 20)}”."
    return Unknown(message, [Chosen(f"{f.label} ({f.suffix})", base + f.suffix) for f in forms])


def form_of(forms: tuple[Form, ...], base: str, dot: str, suffix: str) -> tuple[Form, bool]:
    """The form that the suffix behind a dot names or else the Accept header, and whether it was the header.

    Raises Unknown (404) for an unknown suffix and NoSuchForm (406).
    """
    if not dot:
        return negotiated(forms, base), True
    form = by_suffix(forms, suffix)
    if form is None:
        raise no_form(suffix, forms, base)
    return form, False


def closest(word: str, known: Iterable[str]) -> list[str]:
    """Known ids that go on where the word ends, else those that look like it.

    Those that begin alike are compared first: comparing all of a large atlas is slow.
    """
    everything = list(known)
    longer = [k for k in everything if k.startswith(word)] if len(word) >= LEAST else []
    if longer:
        return longer[:SUGGESTED]
    alike = [k for k in everything if k[:4] == word[:4]]
    found = get_close_matches(word, alike[:COMPARED], n=SUGGESTED, cutoff=0.6)
    return found or get_close_matches(word, everything[:COMPARED], n=SUGGESTED, cutoff=0.6)
