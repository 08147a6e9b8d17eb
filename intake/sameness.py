"""Whether two records are one study: rules with reasons, the first that holds decides.

Rules that part come before rules that join. A rule gives its id, a verdict and the words for a person.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from intake.likeness import Likeness, alike, same_journal
from intake.record import Confidence

Verdict = Literal["same", "preprint", "different", "conflict"]
VERY_ALIKE, ALIKE, RELATED, UNLIKE = 0.93, 0.80, 0.60, 0.45
YEARS_TO_PRINT = 4  # between a preprint and its journal version


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a rule says of two records. ``conflict`` are two that share an identifier and little else."""

    verdict: Verdict
    rule: str
    reason: str
    confidence: Confidence = "certain"


@dataclass(frozen=True, slots=True)
class Pair:
    """Two records and what the rules ask of both, worked out once."""

    one: Likeness
    other: Likeness
    title: float
    same_first: bool
    authors: float
    years: int | None
    same_place: bool
    other_place: bool

    def shares(self, name: str) -> bool:
        """Whether both have this identifier, and the same one."""
        mine: str | None = getattr(self.one, name)
        return mine is not None and mine == getattr(self.other, name)

    def differs(self, name: str) -> bool:
        """Whether both have this field, and not the same."""
        mine, theirs = getattr(self.one, name), getattr(self.other, name)
        return bool(mine and theirs and mine != theirs)


def judge(one: Likeness, other: Likeness) -> Judgement | None:
    """What the first rule that holds says; None where no rule holds, so the two stay apart without a word."""
    if not _comparable(one, other):
        return None
    pair = _pair(one, other)
    return next((judgement for rule in RULES if (judgement := rule(pair)) is not None), None)


def _comparable(one: Likeness, other: Likeness) -> bool:
    """Whether any rule could join the two, told by what is cheap to compare; most pairs that share a key end here."""
    if one.preprint != other.preprint or (one.pmid and one.pmid == other.pmid) or (one.doi and one.doi == other.doi):
        return True
    if one.pmcid and one.pmcid == other.pmcid:
        return True
    return alike(one.trigrams, other.trigrams) >= UNLIKE


def _pair(one: Likeness, other: Likeness) -> Pair:
    volume_and_page = bool(one.page) and one.page == other.page and (not one.volume or one.volume == other.volume)
    journal = same_journal(one.journal, other.journal)
    parted = [
        bool(one.journal and other.journal) and not journal,
        bool(one.volume and other.volume) and one.volume != other.volume,
        bool(one.page and other.page) and one.page != other.page,
    ]
    return Pair(
        one=one,
        other=other,
        title=1.0 if one.title and one.title == other.title else alike(one.trigrams, other.trigrams),
        same_first=_same_person(one.families, other.families),
        authors=alike(frozenset(one.families), frozenset(other.families)),
        years=abs(one.year - other.year) if one.year and other.year else None,
        same_place=volume_and_page and (journal or not one.journal or not other.journal),
        other_place=sum(parted) >= 2,
    )


def _same_person(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether the first authors have one name, or one has it with a part more (``van der berg``, ``berg``)."""
    if not one or not other:
        return False
    return one[0] == other[0] or (len(one[0]) > 3 < len(other[0]) and (one[0] in other[0] or other[0] in one[0]))


def _by_version(pair: Pair) -> Judgement | None:
    """PubMed itself says that one is an update of the other."""
    named = pair.one.versions & {pair.other.pmid, pair.other.doi} or pair.other.versions & {pair.one.pmid, pair.one.doi}
    if named and pair.one.preprint != pair.other.preprint:
        return Judgement("preprint", "version-named", "PubMed names one as a version of the other")
    return None


def _notice(pair: Pair) -> Judgement | None:
    """A correction, a comment or a reply is not the paper that it speaks of."""
    if pair.one.notice != pair.other.notice and not pair.shares("pmid"):
        return Judgement("different", "notice", "one is a notice or letter about the other")
    return None


def _identifier(pair: Pair) -> Judgement | None:
    """One PMID, PMCID or DOI, and titles that do not speak against it."""
    for name in ("pmid", "pmcid", "doi"):
        if not pair.shares(name):
            continue
        if pair.title >= RELATED or not pair.one.title or not pair.other.title:
            return Judgement("same", f"same-{name}", f"both have the {name.upper()} {getattr(pair.one, name)}")
        if name != "doi" and pair.title >= UNLIKE and pair.same_first:
            return Judgement("same", f"same-{name}", f"both have the {name.upper()} and first author", "likely")
        reason = f"both have the {name.upper()} {getattr(pair.one, name)}, but their titles differ"
        return Judgement("conflict", f"{name}-conflict", reason, "unsure")
    return None


def _preprint(pair: Pair) -> Judgement | None:
    """A preprint and its journal version: the title, or what the abstracts say, and most of the authors."""
    if pair.one.preprint == pair.other.preprint or (pair.years or 0) > YEARS_TO_PRINT or pair.authors < 0.5:
        return None
    abstracts = alike(pair.one.abstract, pair.other.abstract)
    if pair.title >= ALIKE or (pair.title >= RELATED and abstracts >= 0.6) or (abstracts >= 0.8 and pair.same_first):
        sure: Confidence = "certain" if pair.title >= VERY_ALIKE else "likely"
        reason = f"a preprint and a paper with like titles ({pair.title:.2f}) and authors ({pair.authors:.2f})"
        return Judgement("preprint", "preprint-and-paper", reason, sure)
    return None


def _parted(pair: Pair) -> Judgement | None:
    """What keeps two papers with like titles apart."""
    if pair.differs("pmid"):
        return Judgement("different", "other-pmid", "PubMed has a record for each")
    if pair.one.numbers != pair.other.numbers and not pair.same_place and not _near(pair):
        return Judgement("different", "other-number", "their titles differ in a number")
    if pair.differs("doi") and not (pair.title >= VERY_ALIKE and pair.same_place):
        return Judgement("different", "other-doi", "each has a DOI of its own")
    return None


def _near(pair: Pair) -> bool:
    """Whether abstracts and authors leave no doubt, however the titles are spelled."""
    return alike(pair.one.abstract, pair.other.abstract) >= 0.9 and pair.authors >= 0.6


def _same_title(pair: Pair) -> Judgement | None:
    """The same words by the same people in the same years, and nothing that says they stand in two places."""
    if pair.title < VERY_ALIKE or (pair.years or 0) > 1 or len(pair.one.title) < 4:
        return None
    known = bool(pair.one.families and pair.other.families)
    if known and not (pair.same_first or pair.authors >= 0.5):
        return None
    if pair.other_place:
        return Judgement("different", "other-place", "same title, but in another journal, volume or page")
    if not known and not pair.same_place and pair.title < 1:
        return None
    return Judgement("same", "same-title", f"titles ({pair.title:.2f}), authors and year agree")


def _same_place(pair: Pair) -> Judgement | None:
    """The same page of the same volume, and a title that was written in another way."""
    if pair.same_place and pair.title >= UNLIKE and (pair.years or 0) <= 1 and (pair.same_first or pair.title >= ALIKE):
        return Judgement("same", "same-place", f"volume and page agree, titles nearly ({pair.title:.2f})", "likely")
    return None


def _same_abstract(pair: Pair) -> Judgement | None:
    """A title that was written in another way, and abstracts that say the same."""
    abstracts = alike(pair.one.abstract, pair.other.abstract)
    long = min(len(pair.one.abstract), len(pair.other.abstract)) >= 40
    near = abstracts >= 0.9 and pair.title >= UNLIKE
    if long and near and pair.authors >= 0.5 and (pair.years or 0) <= 1 and not pair.other_place:
        return Judgement("same", "same-abstract", f"abstracts ({abstracts:.2f}), authors and year agree", "likely")
    return None


RULES: tuple[Callable[[Pair], Judgement | None], ...] = (
    _by_version,
    _notice,
    _identifier,
    _preprint,
    _parted,
    _same_title,
    _same_place,
    _same_abstract,
)
