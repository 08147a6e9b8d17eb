"""Asks a language model for some plain sentences on a record, and lets into the draft what can be traced to it.

The service is any that has OpenAI's chat completions. It is off by default; the draft by rules stands without it, and
stays as it is where the service fails or nothing that it writes passes.
"""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, NamedTuple

from entries.config import AtlasConfig
from entries.study import Study
from entries.vocabulary import Vocabulary
from intake.concepts import terms
from intake.model_rules import FILE, ModelRules, Tracing, sentences
from intake.outcome import Wording
from intake.record import Decision, Record
from intake.rulebook import Rulebook, load_policy
from intake.scan_rules import Severity
from intake.stages import Drafted, Stages
from intake.web_service import Pace, Service, ServiceError, Unusable

GIVE_UP = 3  # failures in a row after which the service is not asked any more
MOST_SENT = 12_000  # characters of a record
_MAX_ANSWER = 1024 * 1024  # bytes
_VERSION = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/@+-]{0,99}")
_KEPT, _DROPPED, _ABSENT = "model.kept", "model.dropped", "model.unavailable"


class Answer(NamedTuple):
    """What a model wrote, and which one it was."""

    text: str
    model: str


@dataclass(frozen=True, slots=True)
class LanguageModel:
    """A model behind an address such as ``http://127.0.0.1:8080/v1/``."""

    name: str
    service: Service

    @classmethod
    def of(cls, name: str, address: str, key: str | None = None) -> "LanguageModel":
        """Raises ServiceError where the address is none, or would carry the key in the open."""
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        address = address if address.endswith("/") else address + "/"
        return cls(name, Service(address, Pace(50), headers, tries=2, patience=180, most=_MAX_ANSWER))

    def ask(self, system: str, text: str) -> Answer:
        """Raises ServiceError where no usable answer comes."""
        messages = [{"role": "system", "content": system}, {"role": "user", "content": text}]
        asked = {"model": self.name, "messages": messages, "temperature": 0, "seed": 1, "stream": False}
        return self.service.post("chat/completions", json.dumps(asked).encode(), self._answer, "application/json")

    def _answer(self, body: bytes) -> Answer:
        try:
            held: dict[str, Any] = json.loads(body)
            text = held["choices"][0]["message"]["content"]
            if not isinstance(text, str):
                raise TypeError("the content is no text")
        except (ValueError, LookupError, TypeError, RecursionError) as error:
            raise Unusable(f"its answer is no chat completion ({type(error).__name__})") from None
        named = [held.get("model"), held.get("system_fingerprint")]
        known = [one for one in named if isinstance(one, str) and _VERSION.fullmatch(one)]
        return Answer(text, " ".join(known) or self.name)


@dataclass(slots=True)
class Writer:
    """Adds a model's sentences to drafts. ``failures`` in a row are counted, so that a dead service costs little."""

    model: LanguageModel
    rules: ModelRules
    stages: Stages
    config: AtlasConfig
    vocabulary: Vocabulary
    data: Path
    failures: int = 0
    _terms: Any = field(init=False)

    def __post_init__(self) -> None:
        """Raises PolicyError where the rules of concepts cannot be used."""
        self._terms = terms(self.vocabulary, Rulebook.load(self.data, "concepts"))

    @classmethod
    def of(
        cls, model: LanguageModel, data: Path, stages: Stages, config: AtlasConfig, vocabulary: Vocabulary
    ) -> "Writer":
        """By the rules in ``data/policy/model.yaml``. Raises PolicyError."""
        return cls(model, load_policy(ModelRules, data, FILE), stages, config, vocabulary, data)

    def add_to(self, drafted: Drafted, record: Record) -> Drafted:
        """The draft with the model's sentences; as it was where the scanner would block it with them, or without."""
        if drafted.study is None or _blocked(drafted.wording):
            return drafted
        study, told = self.write(record, drafted.study)
        wording = drafted.wording if study is drafted.study else self.stages.wording(study, record)
        if _blocked(wording):
            study, wording = drafted.study, drafted.wording
            told = (*told, Decision(name="model", rule=_DROPPED, note="the scanner blocks its sentences together"))
        return replace(drafted, study=study, wording=wording, decisions=(*drafted.decisions, *told))

    def write(self, record: Record, study: Study) -> tuple[Study, tuple[Decision, ...]]:
        """The entry with what of the model's text may stand in it, and a decision on every sentence."""
        if self.failures >= GIVE_UP:
            return study, (Decision(name="model", rule=_ABSENT, note="not asked: it failed several times in a row"),)
        try:
            system = self.rules.system.format(disease=self.config.disease.name)
            answer = self.model.ask(system, record.text()[:MOST_SENT])
        except ServiceError as error:
            self.failures += 1
            return study, (Decision(name="model", rule=_ABSENT, note=str(error)[:300]),)
        self.failures = 0
        return self._with(answer, record, study)

    def _with(self, answer: Answer, record: Record, study: Study) -> tuple[Study, tuple[Decision, ...]]:
        tracing = Tracing(record, self._terms, self.vocabulary, self.config.disease.label)
        decisions: list[Decision] = []
        kept: list[str] = []
        for sentence in sentences(answer.text):
            decision = self._judged(sentence, tracing, record, study, len(kept))
            decisions.append(decision)
            if decision.rule == _KEPT:
                kept.append(sentence)
        if not kept:
            return study, tuple(decisions) or (Decision(name="model", rule=_DROPPED, note="it wrote nothing"),)
        made = f"{study.provenance.generator or ''}, model {answer.model}, model rules {self.rules.version}".lstrip(
            ", "
        )
        provenance = study.provenance.model_copy(update={"generator": made})
        summary = " ".join((study.summary, self.rules.intro, *kept))
        return study.model_copy(update={"summary": summary, "provenance": provenance}), tuple(decisions)

    def _judged(self, sentence: str, tracing: Tracing, record: Record, study: Study, kept: int) -> Decision:
        shown = sentence[:300]
        objection = self.rules.objection(sentence)
        if kept >= self.rules.most_sentences:
            objection = f"{self.rules.most_sentences} sentences are enough"
        traced = None if objection else tracing.trace(sentence)
        objection = objection or (traced.missing if traced else None) or self._scanned(sentence, record, study)
        if objection or traced is None:
            return Decision(name="model.sentence", rule=_DROPPED, note=f"{objection}: {shown}")
        return Decision(name="model.sentence", rule=_KEPT, evidence=traced.evidence, note=shown)

    def _scanned(self, sentence: str, record: Record, study: Study) -> str | None:
        """What the wording scanner objects to, of whatever severity."""
        alone = study.model_copy(update={"summary": sentence})
        found = next((w for w in self.stages.wording(alone, record) if w.field == "summary"), None)
        return f"the scanner objects ({found.rule})" if found else None


def _blocked(wording: Iterable[Wording]) -> bool:
    return any(found.severity == Severity.CRITICAL for found in wording)
