"""Years and days as sources write them: ``2001 Nov-Dec``, ``Spring 1998``, ``20060110``, ``2020/3/1``."""

import re
from datetime import date

from entries.study import FIRST_YEAR

_YEAR = re.compile(r"(?<![0-9])(1[789][0-9]{2}|20[0-9]{2})(?![0-9])")
_COMPACT = re.compile(r"(1[789][0-9]{2}|20[0-9]{2})([01][0-9])([0-3][0-9])")
_WRITTEN = re.compile(r"([0-9]{4})[-/. ]+([0-9]{1,2}|[A-Za-z]{3,9})\.?[-/. ]+([0-9]{1,2})(?![0-9-])")
_MONTHS = {name: n for n, name in enumerate(re.findall("...", "janfebmaraprmayjunjulaugsepoctnovdec"), 1)}


def year_in(text: object) -> int | None:
    """The first year that ``text`` names; None where it names none that a publication can have."""
    written = str(text).strip() if text is not None else ""
    if packed := _COMPACT.fullmatch(written):
        written = packed[1]
    found = _YEAR.search(written)
    year = int(found[1]) if found else None
    return year if year is not None and FIRST_YEAR <= year <= date.today().year + 1 else None


def day_of(year: object, month: object, day: object) -> date | None:
    """The day that three written parts name (a month by number or English name); None unless all three are there."""
    try:
        return date(int(str(year)), _month(str(month)), int(str(day)))
    except ValueError:
        return None


def day_in(text: object) -> date | None:
    """The day that a text such as ``2006 Jan 10``, ``20060110`` or ``2020/3/1`` names; None where it names none."""
    written = str(text).strip() if text is not None else ""
    found = _COMPACT.fullmatch(written) or _WRITTEN.match(written)
    return day_of(*found.groups()) if found else None


def _month(written: str) -> int:
    return _MONTHS.get(written[:3].lower()) or int(written)
