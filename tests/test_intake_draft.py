"""Drafts: complete, in our own words, saying plainly what is missing; nothing that no decision carries."""

from datetime import date
from functools import cache

import pytest
from conftest import ROOT
from intake_samples import sample
from pydantic import ValidationError

from entries.atlas import Atlas
from entries.store import dump_yaml
from entries.study import Direction, Study
from intake.classify import Classification, Classifier
from intake.draft import MOST_QUOTED, Drafter, quoted
from intake.draft_rules import DraftRules
from intake.record import Decision, Evidence, Record
from intake.result_rules import Against
from intake.results import Result
from intake.rulebook import Rule, load_policy
from intake.scan import Scanner
from intake.scan_rules import Severity, load
from intake.study_id import slug, study_id

DAY = date(2026, 1, 2)
TRIAL = sample(
    "Zinc tablets for people with chronic fatigue syndrome: a randomized controlled trial",
    "We randomly assigned 64 patients with chronic fatigue syndrome, who met the Fukuda criteria, to zinc or placebo "
    "in a double-blind trial. Fatigue was measured with a questionnaire after twelve weeks.",
    authors=[{"family": "Østby", "given": "Ann"}, {"family": "Li"}],
    year=2019,
    pmid="12345678",
    doi="10.1000/zinc",
    journal="Journal of Invented Trials",
)  # fmt: skip


@cache
def atlas() -> Atlas:
    return Atlas.load(ROOT / "data")


@cache
def drafter() -> Drafter:
    rules = load_policy(DraftRules, ROOT / "data", "draft")
    return Drafter(rules, atlas().vocabulary, atlas().config, "v1.0", DAY)


@cache
def scanner() -> Scanner:
    wording = load(ROOT / "data")
    assert wording is not None
    return Scanner(wording, atlas().vocabulary)


def drafted(record: Record) -> Study:
    about = Classifier(ROOT / "data", atlas().vocabulary).classify(record)
    assert about.relevant
    return drafter().draft("an-id", record, about)


def decided(**values: object) -> Classification:
    """Decisions by name, without evidence."""
    return Classification(
        tuple(
            Decision.model_validate({"name": name.replace("__", "."), "value": value, "rule": "test"})
            for name, value in values.items()
        )
    )


def test_a_trial_becomes_a_whole_entry() -> None:
    study = drafted(TRIAL)
    assert (study.title, study.year, study.pmid, study.doi) == (TRIAL.title, 2019, "12345678", "10.1000/zinc")
    assert (study.journal, study.authors) == ("Journal of Invented Trials", TRIAL.authors)
    assert study.design == "randomised-controlled-trial"
    assert study.participants.size == 64
    assert study.case_definition.any == ("fukuda-1994",)
    assert study.case_definition.quote is not None
    assert study.case_definition.quote in TRIAL.text()
    assert "64" in study.summary
    assert "chance decided" in study.summary
    assert "abstract-only-read" in study.tags.of("method-flag")
    assert study.findings == ()
    assert (study.review.status, study.review.history) == ("machine-draft", ())
    assert study.updated == study.provenance.drafted == DAY
    assert (study.provenance.source, study.provenance.record, study.provenance.scanner) == (
        "pubmed",
        "12345678",
        "v1.0",
    )
    assert study.provenance.generator == atlas().config.versions.generator
    assert dump_yaml(study) == dump_yaml(drafted(TRIAL))


def test_what_is_missing_is_said_and_not_guessed() -> None:
    study = drafted(sample("Some remarks on myalgic encephalomyelitis", year=2001))
    assert study.design == "unclear-design"
    assert study.participants.size is None
    assert study.case_definition.ids == ()
    assert study.pem.stated is None
    assert study.peer_review == "peer-review-unclear"
    assert study.evidence_level == "E3"
    assert [a.literal for a in study.authors] == ["[No authors listed]"]
    assert "design is not clear" in study.summary
    assert "no number" in study.summary
    assert {"How many people took part?", "How was the study done?"} <= set(study.questions)


def test_the_silence_of_a_title_is_no_flag() -> None:
    record = sample("Zinc for myalgic encephalomyelitis: a randomised controlled trial", year=2001)
    study = drafted(record)
    assert study.design == "randomised-controlled-trial"
    assert not set(study.tags.of("method-flag")) & set(drafter().rules.silences)
    assert "title alone" in study.summary
    assert "Neither an abstract nor the paper" in study.does_not_prove
    assert "harms-not-reported" in drafted(record.model_copy(update={"abstract": TRIAL.abstract})).tags.of(
        "method-flag"
    )


def test_a_guess_is_no_fact() -> None:
    unsure = Decision(name="design", value="case-report", rule="test", confidence="unsure")
    people = Decision(name="patients", value=7, rule="test", confidence="unsure")
    study = drafter().draft("an-id", TRIAL, Classification((unsure, people)))
    assert study.design == "unclear-design"
    assert study.participants.patients is None


@pytest.mark.parametrize("missing", ["title", "year"])
def test_a_record_without_title_or_year_makes_no_entry(missing: str) -> None:
    with pytest.raises(ValidationError):
        drafter().draft("an-id", TRIAL.model_copy(update={missing: None}), decided(design="survey"))


def test_a_group_that_is_no_total_is_said_with_what_it_was_compared_with() -> None:
    study = drafter().draft("an-id", TRIAL, decided(design="case-control-study", patients=30, controls=20))
    assert "30 with the illness and 20 to compare them with" in study.summary
    assert study.participants.total is None


def test_all_and_any_of_several_definitions_are_told_apart() -> None:
    ids = ("fukuda-1994", "canadian-consensus-2003")
    joined = drafter().draft("an-id", TRIAL, decided(design="survey", case_definition__all=ids))
    either = drafter().draft("an-id", TRIAL, decided(design="survey", case_definition__any=ids))
    assert joined.case_definition.all == either.case_definition.any == ids
    assert "all of:" in joined.summary
    assert "any of:" in either.summary


def test_pem_is_stated_only_with_the_words_of_the_record() -> None:
    said = "Post-exertional malaise was an inclusion criterion."
    evidence = Evidence(field="abstract", start=0, end=len(said), quote=said)
    stated = Decision(name="pem", value="required", rule="pem.required", evidence=(evidence,))
    assert drafter().draft("an-id", TRIAL, Classification((stated,))).pem.quote == said
    assert drafter().draft("an-id", TRIAL, decided(pem="required")).pem.stated is None


def test_a_retraction_stands_first() -> None:
    gone = Decision(name="notice", value="retracted", rule="RetractionIn")
    study = drafter().draft("an-id", TRIAL, decided(design="survey"), [gone])
    assert study.summary.startswith("The paper was retracted.")
    assert study.does_not_prove.startswith("The paper was retracted.")


def test_a_concept_whose_name_holds_a_figure_that_the_record_lacks_is_tagged_but_not_named() -> None:
    tags = decided(design="survey", tags__biomarker=("5-hiaa", "lactate"))
    label = atlas().vocabulary["5-hiaa"].label
    plain = drafter().draft("an-id", TRIAL, tags)
    assert plain.tags.of("biomarker") == ("5-hiaa", "lactate")
    assert label not in plain.summary
    assert "Lactate" in plain.summary


def test_more_concepts_than_are_named_are_said_to_be_more() -> None:
    ids = tuple(c.id for c in list(atlas().vocabulary.of_scheme("symptom"))[:12] if not any(map(str.isdigit, c.label)))
    study = drafter().draft("an-id", TRIAL, decided(design="survey", tags__symptom=ids))
    assert study.tags.of("symptom") == ids
    assert "and others" in study.summary


def every_design() -> list[str]:
    return [concept.id for concept in atlas().vocabulary.of_scheme("study-design")]


@pytest.mark.parametrize("design", every_design())
@pytest.mark.parametrize("part", [0, 1, 2, 3, 4])
def test_no_sentence_of_ours_is_risky_in_any_design(design: str, part: int) -> None:
    rules = drafter().rules
    flags = list(rules.flags)[part * rules.most_flags : (part + 1) * rules.most_flags]
    definition = ("canadian-consensus-2003",) if part % 2 else ()
    notice = [Decision(name="notice", value=list(rules.notices)[part % len(rules.notices)], rule="test")]
    about = Classification(
        (
            *decided(design=design, patients=64, case_definition__any=definition or None).decisions,
            *(Decision(name="flag", value=flag, rule="test") for flag in flags),
            *decided(tags__symptom=("fatigue",), tags__biomarker=("lactate",)).decisions,
        )
    )
    study = drafter().draft("an-id", TRIAL, about, notice)
    told = [str(f) for f in scanner().scan(study, source=TRIAL.text()) if f.severity is not Severity.NOTE]
    assert told == []


def result(direction: Direction | None, against: Against | None) -> Result:
    words = Evidence(field="abstract", start=0, end=4, quote="Zinc")
    rule = Rule(id="test", reason="A test.")
    return Result(("lactate", "fatigue"), rule, words, direction=direction, against=against, quote=words)


@pytest.mark.parametrize("design", every_design())
def test_no_sentence_on_a_result_is_risky_in_any_design(design: str) -> None:
    """Every direction against everything, with the flags that raise questions; two results at a time."""
    rules = drafter().rules.results
    told = [result(d, a) for d in (*rules.directions, None) for a in (*rules.comparisons, None)]
    flags = ("small-sample", "very-small-sample", "no-disease-control-group", "cross-sectional-only")
    about = Classification(
        (
            *decided(design=design, patients=64, tags__symptom=("fatigue",), tags__biomarker=("lactate",)).decisions,
            *(Decision(name="flag", value=flag, rule="test") for flag in flags),
        )
    )
    for i in range(0, len(told), 2):
        study = drafter().draft("an-id", TRIAL, about, results=told[i : i + 2])
        assert study.findings
        found = [str(f) for f in scanner().scan(study, source=TRIAL.text()) if f.severity is not Severity.NOTE]
        assert found == []


def test_conclusions_follow_direction_comparison_and_design() -> None:
    def concluded(design: str, *told: Result) -> str:
        return " ".join(drafter().draft("an-id", TRIAL, decided(design=design), results=told).conclusions)

    link, more = result(Direction.ASSOCIATED, "sample"), result(Direction.INCREASED, "controls")
    assert "need not do so elsewhere" in concluded("case-control-study", link)
    assert "no comparison of treatments" in concluded("randomised-controlled-trial", link)
    assert "Studies found it" in concluded("systematic-review", link)
    assert "groups set beside each other differed" in concluded("case-control-study", more)
    assert concluded("case-control-study", result(None, None)) == ""


def test_what_another_sentence_does_not_find_is_no_conclusion() -> None:
    def concluded(*told: Result) -> tuple[str, ...]:
        return drafter().draft("an-id", TRIAL, decided(design="case-control-study"), results=told).conclusions

    link, none = result(Direction.ASSOCIATED, "sample"), result(Direction.NOT_ASSOCIATED, "sample")
    assert concluded(link)
    assert not concluded(link, none)
    more, same = result(Direction.INCREASED, "controls"), result(Direction.NO_DIFFERENCE, "controls")
    assert not concluded(more, same)
    assert concluded(more, result(Direction.NO_DIFFERENCE, "before"))  # another comparison


def test_a_finding_is_told_once_and_those_without_a_direction_come_last() -> None:
    more, unclear = result(Direction.INCREASED, "controls"), result(None, None)
    study = drafter().draft("an-id", TRIAL, decided(design="survey"), results=(unclear, more, more))
    assert [f.direction for f in study.findings] == [Direction.INCREASED, None]


def test_the_sentences_know_the_vocabulary() -> None:
    rules, vocabulary = drafter().rules, atlas().vocabulary
    assert [f for f in rules.silences if vocabulary.scheme_of(f) != "method-flag"] == []
    named = [design for kind in rules.kinds for design in kind.designs]
    assert len(named) == len(set(named))
    assert [d for d in named if vocabulary.scheme_of(d) != "study-design"] == []
    assert [f for f in rules.flags if vocabulary.scheme_of(f) != "method-flag"] == []
    assert set(rules.topics) <= set(atlas().config.tags)
    assert rules.kind("unclear-design") is rules.kinds[-1] is rules.kind("a-design-that-nobody-named")


def test_a_slot_that_no_fact_fills_is_refused() -> None:
    values = drafter().rules.model_dump() | {
        "nobody": "No one",
        "conclusions": [{"directions": ["mixed"], "text": "In {year}."}],
    }
    with pytest.raises(ValidationError, match="is no fact of a record"):
        DraftRules.model_validate(values)


@pytest.mark.parametrize(
    ("part", "left", "message"),
    [
        ("directions", {"mixed": "some more, some less"}, "no words for 'associated'"),
        ("leads", [{"designs": ["survey"], "text": "In it,"}], "without 'designs'"),
    ],
)
def test_words_for_results_that_are_not_whole_are_refused(part: str, left: object, message: str) -> None:
    values = drafter().rules.model_dump()
    values["results"][part] = left
    with pytest.raises(ValidationError, match=message):
        DraftRules.model_validate(values)


def test_a_quote_is_a_short_run_around_what_matters() -> None:
    text = " ".join(f"w{i}" for i in range(60)) + " the Fukuda criteria " + " ".join(f"v{i}" for i in range(60))
    quote = quoted(text)
    assert quote.startswith("…")
    assert quote.endswith("…")
    assert quote.strip("…") in text
    assert len(quote.split()) == MOST_QUOTED
    assert "Fukuda" in quote
    assert quoted(" few words ") == "few words"
    assert quoted(" ".join(map(str, range(60)))).endswith(" 24…")


@pytest.mark.parametrize(
    ("family", "title", "expected"),
    [
        ("Østby", "Zinc tablets for people", "ostby-2019-zinc-tablets"),
        ("Van den Berg", "Chronic fatigue syndrome: a study", "van-den-berg-2019-chronic-fatigue"),
        ("O'Neill", "The IL-6 of patients with ME/CFS", "oneill-2019-il-me"),
        ("李", "β-endorphin", "anonymous-2019-endorphin"),
        ("Li", "研究", "li-2019-untitled"),
    ],
)
def test_ids_follow_the_rule_of_file_names(family: str, title: str, expected: str) -> None:
    record = sample(title, authors=[{"family": family}], year=2019)
    assert study_id(record, set(), drafter().rules.stop_words) == expected


def test_an_id_that_is_taken_gets_more_words_then_a_number() -> None:
    record = sample("Zinc tablets twice", authors=[{"family": "Li"}], year=2019)
    taken: set[str] = set()
    for expected in (
        "li-2019-zinc-tablets",
        "li-2019-zinc-tablets-twice",
        "li-2019-zinc-tablets-2",
        "li-2019-zinc-tablets-3",
    ):
        assert study_id(record, taken, ()) == expected
        taken.add(expected)


def test_an_id_is_never_too_long() -> None:
    record = sample("pneumono" * 40, authors=[{"literal": "consortium " * 50}], year=2019)
    assert len(study_id(record, set(), ())) <= 120
    assert slug("Ærø & Łódź") == "aero-lodz"
