"""Cleo has asked something and wants to be called."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from fairline.cases import store as cases
from fairline.cases.changes import get_case
from fairline.cases.intake import receive
from fairline.cases.rows import Actor, Case
from fairline.db.engine import Database
from fairline.handoff.calls import store
from fairline.handoff.calls.asking import Wish, ask_for_call, number_of
from fairline.handoff.calls.rows import Call
from fairline.people.setup import get_brand
from fairline.promises.hours import ALWAYS_OPEN
from fairline.wiring import Office
from tests.conftest import Cast, said
from tests.desk.conftest import ben, browsers, sit

__all__ = ["ben", "browsers", "sit"]  # the desk's own browsers

NUMBER = "+49 30 901820"
E164 = "+4930901820"


class Clock:
    """The clock of the house, to be moved."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        from fairline.core.clock import now

        self.ahead = timedelta()
        self._real = now
        monkeypatch.setattr("fairline.db.unit.now", self.now)

    def now(self) -> datetime:
        return self._real() + self.ahead

    def later(self, **span: float) -> datetime:
        self.ahead += timedelta(**span)
        return self.now()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


@pytest.fixture
def always(cast: Cast, database: Database) -> None:
    """Acme works at all hours, so that no test depends on the time of day."""
    from fairline.people.calendars import change_calendar

    with database.write() as unit:
        brand = get_brand(unit, cast.brand.id)
        assert brand.calendar_id
        change_calendar(unit, brand.calendar_id, "Always", ALWAYS_OPEN)


@pytest.fixture
def case(office: Office, cast: Cast, always: None) -> Case:
    """Cleo asked on the board, and left a mail address."""
    with office.database.write() as unit:
        ask = said("My parcel has not come", channel="web", by="cleo-browser")
        taken = receive(unit, cast.board_ref, ask)
        return get_case(unit, taken.case_id)


@pytest.fixture
def wish(database: Database, cast: Cast) -> Callable[..., Call]:
    """`wish(case)`: Cleo asks to be called."""

    def ask(case: Case, *, number: str = NUMBER, **more: Any) -> Call:
        with database.write() as unit:
            brand = get_brand(unit, case.brand_id)
            wished = Wish(number=number_of(brand, number), zone=more.pop("zone", "UTC"), **more)
            present = get_case(unit, case.id)
            by = Actor(kind="contact", id=case.contact_id)
            return ask_for_call(unit, present, brand, wished, by=by)

    return ask


@pytest.fixture
def call_of(database: Database) -> Callable[[Case], Call | None]:
    """The newest call of a case, as it stands."""

    def read(case: Case) -> Call | None:
        with database.read() as unit:
            return store.last_of(unit, case.id)

    return read


@pytest.fixture
def present(database: Database) -> Callable[[Case], Case]:
    """A case as it stands."""

    def read(case: Case) -> Case:
        with database.read() as unit:
            found = cases.case_by_id(unit, case.id)
        assert found
        return found

    return read
