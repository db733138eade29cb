"""Rate limits drain with time, and say how long to wait."""

from datetime import timedelta

import pytest

from fairline.core.errors import TooMany
from fairline.db.engine import Database
from fairline.web.limits import forget, take


def test_a_bucket_fills_and_drains(database: Database) -> None:
    with database.write() as unit:
        for _ in range(3):
            take(unit, "cleo", most=3, per_s=60)
        with pytest.raises(TooMany) as refused:
            take(unit, "cleo", most=3, per_s=60)
        take(unit, "dov", most=3, per_s=60)
        unit.now += timedelta(seconds=refused.value.retry_after_s)
        take(unit, "cleo", most=3, per_s=60)
    assert 15 <= refused.value.retry_after_s <= 21


def test_a_success_empties_it(database: Database) -> None:
    with database.write() as unit:
        take(unit, "cleo", most=1, per_s=60)
        forget(unit, "cleo")
        take(unit, "cleo", most=1, per_s=60)
