"""A plugin for the second run, on PostgreSQL: keeps only the tests that reach the database.

Loaded by scripts/run_tests.py with `-p tests.only_database`. A test reaches the database when it
asks, directly or through another fixture, for one of the fixtures that open it.
"""

import pytest

OPENS_IT = {"database_url", "cluster"}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    reach: list[pytest.Item] = []
    rest: list[pytest.Item] = []
    for item in items:
        (reach if OPENS_IT & set(getattr(item, "fixturenames", ())) else rest).append(item)
    config.hook.pytest_deselected(items=rest)
    items[:] = reach
