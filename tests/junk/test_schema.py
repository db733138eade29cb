"""The API against its own description: whatever fits it or not, no answer breaks it."""

from typing import Any

import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
)

from tests.junk.conftest import Target

CHECKS = [not_a_server_error, content_type_conformance, response_schema_conformance]
EXAMPLES = 40


def test_no_answer_breaks_the_description(target: Target) -> None:
    """Forty drawn calls of each operation: no 5xx, and what is answered is what was promised."""
    schema = schemathesis.openapi.from_url(f"{target.install.url}/api/openapi.json")
    headers = {"authorization": f"Bearer {target.token}"}
    operations: list[Any] = [found.ok() for found in schema.get_all_operations()]  # type: ignore[union-attr]
    assert len(operations) >= 15
    for operation in operations:

        @given(case=operation.as_strategy())
        @settings(
            max_examples=EXAMPLES,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        )
        def call(case: Any) -> None:
            case.call_and_validate(headers=headers, checks=CHECKS)

        call()
