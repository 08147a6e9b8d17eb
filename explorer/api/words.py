"""Around the words of a search: what to complete them to, other spellings, what to give up, why a study is found."""

from pydantic import Field

from explorer.api.operation import Asked
from explorer.api.searched import SearchTold
from explorer.api.shape import Count, Parameters, Shape, StudyBrief
from explorer.near import find_study
from index.borrowed import in_ours
from index.query import MOST_CHARACTERS, SearchRequest, clean
from index.results import CompletionKind, LooseningKind

MOST_COMPLETIONS = 50
LONGEST = 200  # characters that are completed


class CompleteAsked(Parameters):
    """What somebody has typed so far."""

    q: str = Field("", max_length=MOST_CHARACTERS)
    """The text so far; its first 200 characters are read."""
    limit: int = Field(8, ge=1, le=MOST_COMPLETIONS)
    """How many completions at most."""


class CompletionTold(Shape):
    """What the text can be completed to."""

    kind: CompletionKind
    label: str
    detail: str
    """What tells it apart: a concept's scheme with the synonym that was meant; a title's authors and year."""
    value: str
    """The id of the concept or study, or the name."""
    count: Count
    """Studies that have it."""
    args: tuple[tuple[str, str], ...]
    """Arguments of the search that it leads to."""
    url: str
    """The page that it leads to: a title's study, else the search."""


class CompleteAnswer(Shape):
    """Completions, best first."""

    q: str
    completions: tuple[CompletionTold, ...]


class SuggestAsked(Parameters):
    """Words whose spelling is in doubt."""

    q: str = Field(max_length=MOST_CHARACTERS)
    """The words of a search."""


class SuggestAnswer(Shape):
    """Another spelling."""

    q: str
    suggestion: str | None
    """The text with words that the atlas has; null where there is nothing to mend."""
    studies: Count | None
    """Studies that the suggestion finds; null without one."""
    search: SearchTold | None
    """The search for it; null without one."""
    borrowed: tuple[SearchTold, ...]
    """What the text would be in this language, where it seems to be written for another search box (PubMed's tags,
    `since 2020`); the closest first."""


class LooseningTold(Shape):
    """Something to give up, and what that gives."""

    kind: LooseningKind
    label: str
    """What is taken away; of a `field`, the word that is then searched in every field."""
    count: Count
    """Studies found without it."""
    search: SearchTold


class LoosenAnswer(Shape):
    """Ways to find more, those that give most first."""

    total: Count
    """Studies that the search itself finds."""
    loosenings: tuple[LooseningTold, ...]
    messages: tuple[str, ...]
    search: SearchTold


class WordTold(Shape):
    """A word, and the forms of it that were found."""

    asked: str
    found: tuple[str, ...]
    count: Count
    """How often any of the forms stands there."""


class FieldTold(Shape):
    """What was found in one field."""

    field: str
    label: str
    words: tuple[WordTold, ...]
    share: float = Field(ge=0, le=1)
    """Its share of the study's score; values bring none."""


class ExplainAnswer(Shape):
    """Why a study is among the results of a search."""

    study: StudyBrief
    found: bool
    """Whether the search finds the study at all."""
    fields: tuple[FieldTold, ...]
    messages: tuple[str, ...]
    search: SearchTold


def complete(asked: Asked[CompleteAsked]) -> CompleteAnswer:
    """What a search can be completed to while it is typed: concepts by any of their names, authors, journals, titles.
    Every word of the text may be unfinished."""
    site, text = asked.site, asked.own.q[:LONGEST]
    found = site.engine.complete(text, asked.own.limit) if text else ()
    told = (
        CompletionTold(
            kind=one.kind,
            label=one.label,
            detail=one.detail,
            value=one.value,
            count=one.count,
            args=one.args,
            url=site.links.study(one.study) if one.study else site.links.search(list(one.args)),
        )
        for one in found
    )
    return CompleteAnswer(q=text, completions=tuple(told))


def suggest(asked: Asked[SuggestAsked]) -> SuggestAnswer:
    """Another spelling of the words, out of words that the atlas has: "did you mean"."""
    site, text = asked.site, asked.own.q
    mended = site.engine.suggest(text)
    ours = tuple(SearchTold.of(site, SearchRequest(text=written)) for written in in_ours(clean(text)))
    if mended is None:
        return SuggestAnswer(q=text, suggestion=None, studies=None, search=None, borrowed=ours)
    wanted = SearchRequest(text=mended)
    told = SearchTold.of(site, wanted)
    return SuggestAnswer(q=text, suggestion=mended, studies=site.engine.count(wanted), search=told, borrowed=ours)


def loosen(asked: Asked[Parameters]) -> LoosenAnswer:
    """What to take away from a search to find more: a word, a value of a facet, the years, a field; each with the
    number of studies that it gives."""
    site, wanted = asked.site, asked.search.with_page(1)
    ways = (
        LooseningTold(kind=way.kind, label=way.label, count=way.count, search=SearchTold.of(site, way.request))
        for way in site.engine.loosen(wanted)
    )
    return LoosenAnswer(
        total=site.engine.count(wanted),
        loosenings=tuple(ways),
        messages=asked.search.messages,
        search=SearchTold.of(site, wanted),
    )


def explain(asked: Asked[Parameters]) -> ExplainAnswer:
    """Why a study is among the results of a search: the words found in each of its fields, in which forms, and the
    share of the score that each field brings."""
    site, wanted = asked.site, asked.search.with_page(1)
    study = find_study(site, asked.named["id"])
    explanation = site.engine.explain(wanted, study.id)
    fields = (
        FieldTold(
            field=match.field,
            label=match.label,
            words=tuple(WordTold(asked=w.asked, found=w.found, count=w.count) for w in match.words),
            share=min(1.0, max(0.0, match.share)),
        )
        for match in (explanation.fields if explanation else ())
    )
    return ExplainAnswer(
        study=StudyBrief.of(site, study),
        found=explanation is not None,
        fields=tuple(fields),
        messages=asked.search.messages,
        search=SearchTold.of(site, wanted),
    )
