"""The running server keeps what its OpenAPI document promises, whatever is asked: schemathesis asks."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
import site_samples
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from sparql_site import Endpoint, serving

from explorer.api.operations import OPERATIONS

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
EXAMPLES = 12  # of each operation and mode
REAL = {
    "study": ["adams-2005-urate-rises", "clark-1999-withdrawn-work", "mallory-2020-markup-everywhere"],
    "concept": ["pain", "uric-acid", "acr-1977", "markup", "E2"],
    "scheme": list(site_samples.SCHEMES),
    "facet": [name for name, *_ in site_samples.FACETS],
}


@pytest.fixture(scope="module")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Endpoint]:
    with serving(tmp_path_factory.mktemp("contract"), threads=2) as running:
        yield running


@pytest.fixture(scope="module")
def schema(endpoint: Endpoint) -> Any:
    """The document as the running server sends it."""
    return schemathesis.openapi.from_url(f"{endpoint.address}/api/v1/openapi.json")


def asked(schema: Any, operation: Any, mode: GenerationMode) -> st.SearchStrategy[tuple[Any, dict[str, str]]]:
    """A request as the document allows (or forbids) it, and ids that are there, to be put in place of made-up ones."""
    cases = schema[operation.path or "/"]["GET"].as_strategy(generation_mode=mode)
    ids = {name: st.sampled_from(REAL[kind]) for name, kind in (operation.named or {}).items()}
    return st.tuples(cases, st.fixed_dictionaries(ids))


def takes_anything(operation: Any) -> bool:
    """Whether there is an argument that can be wrong."""
    return bool(operation.named or operation.own.model_fields or operation.searches)


PAIRS = [(o, m) for o in OPERATIONS for m in GenerationMode if m is GenerationMode.POSITIVE or takes_anything(o)]


@pytest.mark.parametrize(("operation", "mode"), PAIRS, ids=[f"{o.name}-{m.value}" for o, m in PAIRS])
def test_answers_are_as_promised(schema: Any, operation: Any, mode: GenerationMode) -> None:
    statuses: list[int] = []

    @given(asked(schema, operation, mode))
    @settings(
        max_examples=EXAMPLES,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def ask(one: tuple[Any, dict[str, str]]) -> None:
        case, ids = one
        case.call_and_validate(checks=CHECKS)
        if ids:
            case.path_parameters = ids
        statuses.append(case.call_and_validate(checks=CHECKS).status_code)

    ask()
    if mode is GenerationMode.POSITIVE and operation.name not in MADE_UP:
        assert 200 in statuses, "what the document allows is never answered"


# What these need cannot be made up by rule: a digest of results, names of two things that are there.
MADE_UP = ("changes", "paths", "compareStudies")


def test_the_checks_see_what_they_look_for(schema: Any, endpoint: Endpoint) -> None:
    told = json.loads(endpoint.get("/api/v1/openapi.json").body)
    told["components"]["schemas"]["SuggestAnswer"]["required"].append("nowhere")
    wrong = schemathesis.openapi.from_dict(told)
    case, bad = (document["/suggest"]["GET"].Case(query={"q": "urate"}) for document in (schema, wrong))
    case.call_and_validate(checks=CHECKS)
    with pytest.raises(FailureGroup) as failed:
        bad.call_and_validate(base_url=f"{endpoint.address}/api/v1", checks=CHECKS)
    assert ["nowhere" in str(failure) for failure in failed.value.exceptions] == [True]


def test_the_server_is_the_one_of_the_document(schema: Any, endpoint: Endpoint) -> None:
    assert schema.get_base_url() == f"{endpoint.address}/api/v1"
