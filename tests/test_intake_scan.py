"""The wording scanner: every rule by its own examples, contexts that excuse, texts that must pass, hostile texts."""

import time
from functools import cache

import pytest
from bounded import at_most
from entry_samples import studies
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scan_samples import example, rules, study_of

from entries.atlas import Atlas
from entries.study import Study
from intake.scan import MOST, Scanner, passages
from intake.scan_patterns import compiled
from intake.scan_rules import Example, Part, Rule, Severity
from intake.scan_text import fold

RULES = rules()
WORDS = [
    "cured",
    "proves",
    "“",
    "”",
    "it",
    "does not show that",
    "but",
    "ﬁnally",
    "c\u00adured",
    "İ",
    ".",
    "?",
    "leads to",
]
CASES = [
    pytest.param(rule, text, flagged, id=f"{rule.id}-{'flags' if flagged else 'passes'}-{i}")
    for rule in RULES.rules
    for flagged, examples in ((True, rule.flagged), (False, rule.passed))
    for i, text in enumerate(examples)
]
DESIGNS = ("case-control-study", "open-label-trial", "narrative-review", "survey", "systematic-review")


@pytest.fixture(scope="module")
def scanner(shipped: Atlas) -> Scanner:
    return Scanner(RULES, shipped.vocabulary)


def found(scanner: Scanner, text: str, **about: object) -> list[str]:
    """Ids of the rules that flag a text, each once."""
    given = example(text, **about)
    return sorted({finding.rule for finding in scanner.scan(study_of(given), given.source)})


@pytest.mark.parametrize(("rule", "text", "flagged"), CASES)
def test_each_rule_by_its_examples(scanner: Scanner, rule: Rule, text: Example, flagged: bool) -> None:
    findings = scanner.scan(study_of(text), text.source)
    assert (rule.id in {f.rule for f in findings}) == flagged, f"{text.text!r}: {findings}"


@pytest.mark.parametrize("rule", RULES.rules, ids=lambda rule: rule.id)
def test_each_pattern_has_an_example_that_it_flags(rule: Rule) -> None:
    texts = [fold(text.text).text for text in rule.flagged]
    idle = [p for p in rule.patterns if not any(compiled([p]).search(text) for text in texts)]  # type: ignore[union-attr]
    assert idle == [], "show an example for each of these"


@pytest.mark.parametrize("rule", RULES.rules, ids=lambda rule: rule.id)
def test_each_exception_is_needed_or_harmless(rule: Rule) -> None:
    """An exception that swallowed a flagged example would make the rule say nothing."""
    for text in rule.flagged:
        assert not rule.exception or not rule.exception.fullmatch(fold(text.text).text.rstrip("."))


# Written by hand as faults, with the wiles of ordinary prose: asides, contrasts, denials of something else.
FAULTS = [
    "The virus, in this cohort, causes long illness.",
    "Infections do not only go along with ME/CFS but cause it.",
    "The patients who did not respond were made worse by exercise, which caused crashes.",
    "Nobody dropped out; the drug cured them.",
    "It was not blinded, however it proves the point.",
    "Don't exercise when ill; you should rest.",
    "The treatment cured four patients and the authors are pleased.",
    "Although it could not show a benefit in men, the diet cured women.",
    "There is no doubt that antibodies matter.",
    "Without treatment, fatigue leads to depression.",
    "Is it real? Yes, the trial proved it.",
    "What CAUSED it was an INFECTION, and it caused pain.",
    "People who take CoQ10 are cured.",
    "A deficiency of these cells is the main cause of ME/CFS.",
    "These results, which \u201csurprised\u201d many, prove an autoimmune origin.",
]


@pytest.mark.parametrize("text", FAULTS)
def test_planted_faults_are_critical(scanner: Scanner, text: str) -> None:
    findings = scanner.scan(study_of(example(text)))
    assert Severity.CRITICAL in {finding.severity for finding in findings}


NEUTRAL = [
    "It is not known what causes ME/CFS.",
    "Nobody was cured.",
    "The abstract does not say what led to the difference.",
    "Whether the antibodies cause anything stays open.",
    "People with ME/CFS had lower scores than healthy people.",
    "The trial compared pacing with usual care.",
    "Leading causes of drop-out were travel and illness.",
    "A lead author works for the company.",
    "The participants drove to the clinic.",
    "Symptoms were lower after four weeks in the treated group.",
    "Causes of death were taken from records.",
    "The improved score of the second group was seen in women only.",
    "The study cannot tell whether poor sleep causes pain or pain causes poor sleep.",
    "Fatigue caused by cancer treatment was an exclusion.",
    "The drug may lower pain; that was not tested.",
    "All of them had blood taken.",
    "Everyone was asked the same questions.",
    "The participants were asked to stop medication before the test.",
    "The result does not establish that one leads to the other, or that treating one would cure the other.",
    "A confirmed infection was needed to take part.",
    "The score is safe to compare across groups.",
    "It could not be settled which came first.",
    "Post-exertional malaise was common.",
    "Trials that tried to prevent relapses were left out.",
    "The protein protects cells from damage.",
    "Few people complained.",
    "Rest before the test was the same in both groups.",
    "The authors conclude that the infection leads to ME/CFS and call it proven.",
    "The press wrote of a \u201ccure\u201d and of \u201cproof\u201d.",
    "Improvement after an operation can also come from rest, care, expectation or the course of the illness.",
    "One person's story cannot show what the operation does for others, nor how often it fails or harms.",
    "It shows what goes together: not that influenza brought ME/CFS about in anyone.",
]


@pytest.mark.parametrize("text", NEUTRAL)
def test_neutral_sentences_pass_whatever_the_design(scanner: Scanner, text: str) -> None:
    for design in DESIGNS:
        for field in (Part.SUMMARY, Part.NOT_PROVED, Part.CONCLUSIONS, Part.QUESTIONS):
            assert found(scanner, text, design=design, field=field) == [], f"{design}, {field}"


def test_a_denial_reaches_to_the_end_of_its_clause_only(scanner: Scanner) -> None:
    assert found(scanner, "It does not show that infection caused the illness.") == []
    assert found(scanner, "It does not show a benefit, but infection caused the illness.") == ["causal-verb"]
    assert found(scanner, "It shows no benefit; infection caused the illness.") == ["causal-verb"]
    assert found(scanner, "It shows no benefit. Infection caused the illness.") == ["causal-verb"]


def test_a_finding_says_where_it_is(scanner: Scanner) -> None:
    study = study_of(example("Nothing. Then it cured them.", field="findings"))
    (finding,) = scanner.scan(study)
    assert (finding.rule, finding.severity, finding.field) == ("cure-word", Severity.CRITICAL, "findings.0.text")
    assert finding.location == ("findings", 0, "text")
    assert study.findings[0].text[finding.start : finding.end] == finding.quote == "cured"
    assert finding.reason and finding.mend and "findings.0.text[17:22] 'cured'" in str(finding)


@pytest.mark.parametrize(
    "text",
    [
        "Δ σ — they were cu\u00adred.",  # soft hyphen
        "They were c\u200bured.",  # zero-width space
        "They were cu\u0301red.",  # an accent on its own
        "\ufb01nal ﬁgures: they were ＣＵＲＥＤ.",  # ligatures, full width
        "𝐓hey were 𝐜𝐮𝐫𝐞𝐝.",  # mathematical letters
        "İİİ They were cured.",  # a capital whose small form is two characters
    ],
)
def test_disguised_words_are_found_where_they_stand(scanner: Scanner, text: str) -> None:
    (finding,) = scanner.scan_text(study_of(example(".")), Part.SUMMARY, text)
    assert finding.rule == "cure-word"
    assert fold(text[finding.start : finding.end]).text == "cured"
    assert not text[finding.end - 1].isspace() and text[finding.end :] == "."


@pytest.mark.parametrize("space", ["\u00a0", "\u2009", "  ", "\n"])
def test_spaces_of_any_kind_part_words(scanner: Scanner, space: str) -> None:
    assert found(scanner, f"It is{space}proven.") == ["proof-word"]


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(studies(), st.lists(st.sampled_from(WORDS), max_size=30).map(" ".join), st.text(max_size=200))
def test_any_entry_can_be_scanned(scanner: Scanner, study: Study, prose: str, source: str) -> None:
    study = study.model_copy(update={"summary": prose})
    texts = {passage.location: passage.text for passage in passages(study)}
    for finding in scanner.scan(study, source):
        if finding.location in texts:
            assert texts[finding.location][finding.start : finding.end] == finding.quote != ""
    assert scanner.scan(study) == scanner.scan(study)


def test_only_our_own_words_are_read(shipped: Atlas) -> None:
    study = next(iter(shipped.studies.values())).model_copy(update={"title": "Proof of a cure"})
    assert "Proof of a cure" not in {passage.text for passage in passages(study)}
    held = [passage.text for passage in passages(shipped.studies["fluge-2025-plasma-cell"])]
    assert shipped.studies["fluge-2025-plasma-cell"].does_not_prove in held
    assert not {f.quote for f in shipped.studies["fluge-2025-plasma-cell"].findings} & set(held)


@cache
def hostile() -> dict[str, str]:
    return {
        "cues without end": "causes " * 15_000,
        "one endless word": "a" * 100_000,
        "hyphens": "post-" * 20_000,
        "denials": "not only does not show that " * 4_000 + "it causes pain",
        "patients with": "patients with " * 8_000,
        "people, no verb": "all people with me " * 6_000,
        "quotes open": '"cured ' * 15_000,
        "excused for ever": '"cured" ' * 13_000,
        "sentence ends": "." * 100_000,
        "ends with marks": ".\"')" * 25_000,
        "spaces": "cured" + " " * 100_000 + "cured",
        "lines": "it causes\n" * 10_000,
        "combining": "e" + "\u0301" * 100_000,
        "ligatures": "\ufdfa" * 20_000,
        "emoji and right-to-left": "🧠\u202e\u2066שלום " * 15_000,
        "attributed": "the authors conclude that it causes " * 3_000,
    }


@pytest.mark.parametrize("name", hostile())
def test_hostile_text_of_100_kb_is_scanned_in_a_moment(scanner: Scanner, name: str) -> None:
    started = time.process_time()
    findings = scanner.scan_text(study_of(example(".")), Part.SUMMARY, hostile()[name])
    assert time.process_time() - started < 10
    assert len(findings) <= MOST


@pytest.mark.parametrize("rule", RULES.rules, ids=lambda rule: rule.id)
def test_no_pattern_is_slow_on_repetitions_of_its_own_words(rule: Rule) -> None:
    for pattern in (rule.pattern, rule.exception, *(p for c in RULES.contexts for p in c._patterns)):
        for cue in sorted(rule.cues)[:40]:
            for text in (f"{cue} " * 300, f"{cue}-" * 300, cue + " a" * 1_000, cue + "a" * 5_000):
                started = time.process_time()
                if pattern:
                    pattern.search(text + "!")
                assert time.process_time() - started < 5, f"{pattern} on {text[:40]!r}"


def test_findings_in_one_entry_are_limited(scanner: Scanner) -> None:
    study = study_of(example("It was cured. " * 70)).model_copy(update={"conclusions": ("Cured. " * 3_000,) * 5})
    assert len(scanner.scan(study)) == MOST


def test_every_entry_of_the_atlas_passes(scanner: Scanner, shipped: Atlas) -> None:
    told = [f"{study_id}: {f}" for study_id, s in shipped.studies.items() for f in scanner.scan(s)]
    assert told == []


def test_faults_planted_in_real_entries_are_found(scanner: Scanner, shipped: Atlas) -> None:
    for study in shipped.studies.values():
        changed = study.model_copy(update={"summary": f"{study.summary} In short, this is the cure."})
        assert [f.rule for f in scanner.scan(changed)] == ["cure-word"], study.id
        assert scanner.blocks(changed) and not scanner.blocks(study)


def test_scanning_takes_little_time(scanner: Scanner, shipped: Atlas) -> None:
    studies: list[Study] = list(shipped.studies.values()) * 5
    with at_most(len(studies) / 100):  # thirty times as long as it takes on a free core
        for study in studies:
            scanner.scan(study)
