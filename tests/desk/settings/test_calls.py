"""How a brand calls back is set on one page; what is wrong is refused and the old way stays."""

from typing import Any

import pytest

from fairline.core.errors import Invalid
from fairline.db.engine import Database
from fairline.desk.settings.calls import as_typed, read_policy
from fairline.people.calling import NEXT_DAY, CallPolicy, calling_of
from fairline.people.setup import get_brand
from tests.conftest import Cast
from tests.desk.conftest import Browser

FORM: dict[str, Any] = {
    "offered": "1",
    "waits": "15, 60, next day",
    "now_minutes": "20",
    "window_minutes": "60",
    "days": "5",
    "region": "de",
    "countries": "de, at",
}


def policy(database: Database, cast: Cast) -> CallPolicy:
    with database.read() as unit:
        return calling_of(get_brand(unit, cast.brand.id))


def test_a_supervisor_sets_it_and_agents_may_not(
    ada: Browser, ben: Browser, cast: Cast, database: Database
) -> None:
    path = f"/desk/settings/calls/{cast.brand.id}"
    ben.press(path, expect=403, **FORM)
    assert policy(database, cast) == CallPolicy()

    page = ada.press(path, **FORM)

    assert "Saved." in page
    assert policy(database, cast) == CallPolicy(
        waits=(15, 60, NEXT_DAY),
        now_minutes=20,
        window_minutes=60,
        days=5,
        region="DE",
        countries=("DE", "AT"),
    )


def test_a_bad_value_is_said_beside_its_field_and_nothing_changes(
    ada: Browser, cast: Cast, database: Database
) -> None:
    page = ada.press(f"/desk/settings/calls/{cast.brand.id}", expect=422, **FORM | {"days": "99"})
    assert "from 1 to 28" in page
    assert 'value="99"' in page
    assert policy(database, cast) == CallPolicy()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("waits", "soon"),
        ("waits", "1"),
        ("waits", "30, 30, 30, 30, 30, 30, 30"),
        ("now_minutes", "-1"),
        ("window_minutes", ""),
        ("region", "Germany"),
        ("countries", "DE, Austria"),
    ],
)
def test_what_makes_no_sense_is_refused(field: str, value: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_policy(FORM | {field: value})
    assert refused.value.field == field


def test_a_form_says_what_is_kept() -> None:
    kept = read_policy(FORM)
    assert read_policy(as_typed(kept)) == kept
    assert not read_policy(FORM | {"offered": ""}).offered
