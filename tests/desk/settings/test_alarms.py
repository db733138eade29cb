"""What rings is set on a page: good numbers are kept, bad ones are refused and the old ones stay."""

from typing import Any

import pytest

from fairline.db.engine import Database
from fairline.jobs import store as jobs
from fairline.line import alarm_watch
from fairline.line.alarms import thresholds_of
from fairline.promises.risk import Thresholds
from tests.conftest import Cast
from tests.desk.conftest import Browser

PAGE = "/desk/settings/alarms"
GOOD: dict[str, Any] = {
    "risk_percent": "50",
    "risk_minutes": "45",
    "public_minutes": "10",
    "bounces": "3",
    "place_minutes": "5",
    "window_minutes": "90",
    "inbox_minutes": "20",
}


def kept(database: Database, cast: Cast) -> Thresholds:
    with database.read() as unit:
        return thresholds_of(unit, cast.brand.id)


def test_what_is_typed_is_kept_and_reaches_who_waits(
    ada: Browser, database: Database, cast: Cast
) -> None:
    page = ada.press(f"{PAGE}/{cast.brand.id}", **GOOD)
    assert "Saved." in page
    assert 'value="45"' in page
    assert kept(database, cast) == Thresholds(
        risk_percent=50,
        risk_minutes=45,
        public_minutes=10,
        bounces=3,
        place_minutes=5,
        window_minutes=90,
        inbox_minutes=20,
    )
    with database.read() as unit:
        assert alarm_watch.JOB in {job.kind for job in jobs.page(unit, state="waiting")}


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("risk_minutes", "0", "Give 1 to"),
        ("public_minutes", "-5", "Give 1 to"),
        ("risk_percent", "100", "Give 1 to 99"),
        ("bounces", "many", "Write a whole number."),
        ("place_minutes", "", "Write a whole number."),
        ("place_minutes", "9" * 400, "Write a whole number."),
        ("bounces", "--3", "Write a whole number."),
    ],
)
def test_nonsense_is_refused_and_the_old_ones_stay(
    ada: Browser, database: Database, cast: Cast, field: str, value: str, says: str
) -> None:
    fields: dict[str, Any] = {**GOOD, field: value}
    page = ada.press(f"{PAGE}/{cast.brand.id}", expect=422, **fields)
    assert says in page
    assert f'id="{field}-error"' in page
    assert kept(database, cast) == Thresholds()


def test_it_is_for_supervisors(ben: Browser, cast: Cast) -> None:
    ben.see(PAGE, status=403)
    ben.press(f"{PAGE}/{cast.brand.id}", expect=403, **GOOD)


def test_who_wants_mail_says_so(ben: Browser) -> None:
    profile = "/desk/settings/profile"
    page = ben.press(f"{profile}/alarms", alarm_mail="morning")
    assert '<option value="morning" selected>' in page
    assert "Choose one of the three." in ben.press(f"{profile}/alarms", expect=422, alarm_mail="x")
    assert '<option value="morning" selected>' in ben.see(profile)
