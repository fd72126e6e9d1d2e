"""The API attacked from its own OpenAPI document: no 5xx, no answer it does not describe."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from pipeline.domain.accounts import Role
from tests.web.api_site import ApiSite, a_site
from web.api.document import document

CHECKS = [
    not_a_server_error, status_code_conformance, content_type_conformance,
    response_headers_conformance, response_schema_conformance,
]  # fmt: skip
# `positive_data_acceptance` stays out: a well-formed id of nothing, a key used for another
# request, a booklet that changed since are refused, as they must be.
STREAMS = {"follow_jobs", "follow_division"}  # they end when their client leaves
SCHEMA = schemathesis.openapi.from_dict(document())
OPERATIONS = {
    found.ok().definition.raw["operationId"]: found.ok() for found in SCHEMA.get_all_operations()
}
NAMES = sorted(OPERATIONS.keys() - STREAMS)
FEW, MANY = 12, 400


@pytest.fixture(scope="module")
def site(module_database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ApiSite]:
    """One site for all: each example meets what those before have left."""
    with a_site(module_database_url, tmp_path_factory.mktemp("home")) as made:
        SCHEMA.app = made.app
        for one in OPERATIONS.values():
            one.app = made.app
        yield made


@pytest.mark.parametrize("role", [Role.HEAD, Role.ADMINISTRATOR])
@pytest.mark.parametrize("name", NAMES)
def test_whatever_is_sent_the_answer_is_one_that_the_document_describes(
    site: ApiSite, name: str, role: Role, soak: bool
) -> None:
    operation = OPERATIONS[name]
    real = site.path_values(operation.definition.raw.get("parameters", []))
    cases = [
        operation.as_strategy(generation_mode=mode, path_parameters=values)
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
        for values in ((None, real) if real else (None,))
    ]

    @settings(
        max_examples=MANY if soak else FEW,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=st.one_of(cases))
    def attack(case: Any) -> None:
        case.call_and_validate(headers=site.bearer(role), checks=CHECKS)

    attack()
