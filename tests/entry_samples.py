"""Entries for tests: the least one, a full one, and arbitrary ones."""

import string
from datetime import date
from typing import Any

from hypothesis import strategies as st

from entries.study import Basis, Direction, Relation, Study

# Texts that a YAML reader likes to take for something else.
TRICKY = [
    "no", "Yes", "off", "1:30", "010", "0o17", "0x1F", "1_000", "1e3", ".5", "+1",
    "~", "null", "NULL", "=", "<<", "- x",
    "-", "a: b", "a:", ":x", "#x", "x #y", "? x", "[x", "{x}", "&a", "*a", "!t", "%d", "@x", "`x`", "|", ">",
    "'q", '"q"',
    "2026-04-08", "2026-04-08 10:00:00", "...", "---", "--- x", "é", "NF-κB", "TNF-α ↑", "🧠 fog",
    "a\nb", "a\n\nb", "a\n b",
    "tab\tin", "back\\slash", "line\u2028sep", "\u00a0x", "x\u0085y", "\ufeffx", "p<0.05", "<script>alert(1)</script>",
    "x" * 150, "long " * 40 + "end", "long: " * 40 + "end", "κβ " * 60 + "τ", "a\r\nb", "Ω\n" * 3 + "z",
]  # fmt: skip

LEAST: dict[str, Any] = {
    "id": "ames-2001-light",
    "title": "Light and headache",
    "authors": [{"family": "Ames", "given": "Ada"}],
    "year": 2001,
    "design": "case-control",
    "peer_review": "peer-reviewed",
    "evidence_level": "E2",
    "summary": "What was done.",
    "does_not_prove": "Anything.",
    "provenance": {"source": "invented"},
    "updated": "2026-04-08",
}


def study(**changes: Any) -> Study:
    """The least entry with these fields changed or added."""
    return Study.model_validate({**LEAST, **changes})


def texts(longest: int = 300) -> st.SearchStrategy[str]:
    """Any text that a field takes: trimmed, not empty, without control characters."""
    allowed = st.characters(exclude_categories=("Cs", "Cc", "Cn"))
    free = st.text(allowed, min_size=1, max_size=longest).map(str.strip).filter(bool)
    return st.one_of(st.sampled_from([t.strip() for t in TRICKY if t.strip()]), free)


concept_ids = st.sampled_from(
    ["pain", "no", "on", "1", "010", "E2", "1e3", "null", "NULL", "y", "0x1F", "small-sample"]
)
study_ids = st.text(string.ascii_lowercase + string.digits, min_size=1, max_size=9)
days = st.dates(date(1990, 1, 1), date(2026, 1, 1))


def _optional(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | strategy


def _lists(strategy: st.SearchStrategy[Any], least: int = 0) -> st.SearchStrategy[Any]:
    return st.lists(strategy, min_size=least, max_size=3)


_people = st.fixed_dictionaries({"family": texts(20), "given": _optional(texts(20))})
_findings = st.fixed_dictionaries(
    {
        "text": texts(),
        "concepts": _lists(concept_ids),
        "direction": _optional(st.sampled_from(list(Direction))),
        "statistic": _optional(texts(40)),
        "basis": st.sampled_from(list(Basis)),
        "quote": texts(40),
    }
)
_uses = st.one_of(
    st.fixed_dictionaries({"any": _lists(concept_ids), "quote": _optional(texts(40))}),
    st.fixed_dictionaries({"all": _lists(concept_ids)}),
)


def studies() -> st.SearchStrategy[Study]:
    """Arbitrary entries: any texts, any of the fields there or not."""
    counts = _optional(st.integers(0, 10**9))
    return st.builds(
        study,
        id=study_ids,
        title=texts(),
        authors=_lists(_people | st.fixed_dictionaries({"literal": texts(20)}), least=1),
        journal=_optional(texts(40)),
        year=st.integers(1750, 2026),
        volume=_optional(texts(5)),
        pmid=_optional(st.integers(1, 999_999_999).map(str)),
        participants=st.fixed_dictionaries({"patients": counts, "total": counts, "note": _optional(texts(40))}),
        case_definition=_uses,
        pem=st.just({}) | st.fixed_dictionaries({"stated": st.just("required"), "quote": texts(40)}),
        tags=st.dictionaries(concept_ids, _lists(concept_ids), max_size=3),
        summary=texts(),
        why_it_matters=_optional(texts()),
        findings=_lists(_findings),
        conclusions=_lists(texts()),
        does_not_prove=texts(),
        links=_lists(st.fixed_dictionaries({"relation": st.sampled_from(list(Relation)), "study": study_ids})),
        review=st.fixed_dictionaries(
            {
                "fields": st.dictionaries(
                    texts(9), st.fixed_dictionaries({"status": concept_ids, "on": _optional(days)}), max_size=2
                ),
                "history": _lists(st.fixed_dictionaries({"on": days, "by": texts(20)})),
            }
        ),
        updated=days,
    )
