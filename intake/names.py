"""Names of authors, from the forms that sources write: ``Van den Berg, Anna M``, ``Berg AM``, ``Anna van den Berg``."""

import re
from collections.abc import Iterable

from entries.model import ORCID_PATTERN
from entries.study import Author
from intake.plain import plain

# Words between given and family name that belong to the family name.
PARTICLES = frozenset(
    re.split(
        " ",
        "af al ap av ben bin da dal dalla de degli dei del dela della den der des di dos du el la las le los st ter "
        "ten van vande vanden vander vom von y zu zum zur 't",
    )
)
_SUFFIX = re.compile(r"(?:Jr|Sr|[IVX]{1,4}|[1-4](?:st|nd|rd|th))\.?", re.IGNORECASE)
_ORCID = re.compile(r"([0-9]{4})-?([0-9]{4})-?([0-9]{4})-?([0-9]{3}[0-9Xx])")
_INITIALS = re.compile(r"(?:[A-ZÀ-ÖØ-Þ]\.?[ -]?){1,4}")
_GROUP = re.compile(
    r"\b(?:group|consortium|collaborati(?:on|ve)|committee|investigators|network|society|association|"
    r"initiative|team|task force|institute|cent(?:er|re)|university|hospital|foundation|working party|study)\b",
    re.IGNORECASE,
)
_PLACEHOLDERS = frozenset({"et al", "et al.", "others", "anonymous", "[anonymous]", "no authors listed", "na", "n/a"})
LONGEST = 1_000  # what a name may have in an entry
NameFields = dict[str, str | None]


def person_fields(
    family: str | None, given: str | None, suffix: str | None = None, orcid: str | None = None
) -> NameFields | None:
    """A person's fields by the parts of the name; None without a family name. A suffix stands behind the given name."""
    family, given = plain(family), plain(given)
    if not family:
        return None
    if suffix and (tail := plain(suffix)):
        given = f"{given} {tail}" if given else tail
    return {"family": family[:LONGEST], "given": given[:LONGEST] if given else None, "orcid": orcid}


def group_fields(name: str | None) -> NameFields | None:
    """The fields of a group of authors by its name; None without one."""
    written = (plain(name) or "").rstrip(" .,;")
    return {"literal": written[:LONGEST]} if written else None


def person(family: str | None, given: str | None, suffix: str | None = None, orcid: str | None = None) -> Author | None:
    """A person, as :func:`person_fields` says."""
    fields = person_fields(family, given, suffix, orcid)
    return Author.model_validate(fields) if fields else None


def group(name: str | None) -> Author | None:
    """A group of authors, as :func:`group_fields` says."""
    fields = group_fields(name)
    return Author.model_validate(fields) if fields else None


def orcid(written: str | None) -> str | None:
    """The bare ORCID in a text such as an address; None where there is none."""
    found = _ORCID.search(written or "")
    known = "-".join(found.groups()).upper() if found else None
    return known if known and re.fullmatch(ORCID_PATTERN, known) else None


def author(written: str | None, family_only: bool = False) -> Author | None:
    """A name in one piece, however ordered; None where it names nobody (``et al.``, ``Anonymous``).

    ``family_only``: it stands among names without a given name (:func:`family_names_only`), and has none either.
    """
    name = (plain(written) or "").strip(" ,;")
    if not name or name.lower() in _PLACEHOLDERS:
        return None
    if "," in name and not _GROUP.search(name):
        family, *rest = (part.strip() for part in name.split(","))
        suffix = next((part for part in rest if _SUFFIX.fullmatch(part)), None)
        given = " ".join(part for part in rest if part and part != suffix)
        return person(family, given or None, suffix) or group(name)
    if _GROUP.search(name):
        return group(name)
    return person(name, None) if family_only else _unpunctuated(name.split())


def authors(written: Iterable[object]) -> tuple[Author, ...]:
    """The authors that a list of names in one piece gives; what is no text is passed over."""
    names = [name for name in written if isinstance(name, str)]
    alone = family_names_only(names)
    return tuple(a for name in names if (a := author(name, alone)) is not None)


def family_names_only(names: Iterable[str]) -> bool:
    """Whether a list gives family names alone: ``Boersma; Garcia Lopez; Wicksell``.

    By itself ``Garcia Lopez`` could be a given and a family name. Where two names or more and most of the list have one
    word (or ``van`` and one), and none has initials or a comma, it is not: who writes given names writes everybody's.
    """
    people = [name for one in names if (name := (plain(one) or "").strip(" ;")) and not _no_person(name)]
    single = sum(all(word in PARTICLES for word in name.split()[:-1]) for name in people)
    return single > max(1, len(people) / 2) and not any(
        "," in name or (_INITIALS.fullmatch(last := name.split()[-1]) and last.isupper() and " " in name)
        for name in people
    )


def _no_person(name: str) -> bool:
    return name.lower() in _PLACEHOLDERS or _GROUP.search(name) is not None


def _unpunctuated(words: list[str]) -> Author | None:
    """``Berg AM`` has its family name first, ``Anna M van den Berg`` last; one word is a family name."""
    suffix = words.pop() if len(words) > 2 and _SUFFIX.fullmatch(words[-1]) and len(words[-1]) > 1 else None
    start = len(words)
    while start > 1 and words[start - 1].isupper() and _INITIALS.fullmatch(words[start - 1]):
        start -= 1
    if start < len(words):
        return person(" ".join(words[:start]), " ".join(words[start:]), suffix)
    start -= 1
    while start > 1 and words[start - 1].lower() in PARTICLES:
        start -= 1
    if all(word.lower() in PARTICLES for word in words[:start]):  # de la Vega
        start = 0
    return person(" ".join(words[start:]), " ".join(words[:start]) or None, suffix)
