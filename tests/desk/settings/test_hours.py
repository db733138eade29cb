"""Hours and promises on their pages: what is kept, what is refused, and who waits meanwhile."""

import re
from typing import Any

import pytest

from fairline.cases.clocks import promises_of
from fairline.cases.rows import SYSTEM
from fairline.channels import inboxes as inbox_verbs
from fairline.people import calendars, store_calendars
from fairline.people.setup import create_brand, get_brand
from fairline.people.staff import create_agent
from fairline.people.tables import CalendarRow
from fairline.promises.hours import Calendar, Holiday
from fairline.promises.targets import Targets
from fairline.wiring import Office
from tests.conftest import PASSWORD, Cast
from tests.desk.conftest import Browser, Sit

HOURS = "/desk/settings/hours"
CALENDARS = "/desk/settings/calendars"


def fields_of(page: str) -> dict[str, Any]:
    """What stands in the form of the page: texts, text areas, and what is chosen."""
    form = page[page.index('<form method="post" action="/desk/settings/') :]
    form = form[: form.index("</form>")]
    found: dict[str, Any] = dict(
        re.findall(r'<input type="text" id="[^"]+" name="([^"]+)"[^>]* value="([^"]*)"', form)
    )
    found |= re.findall(r'<textarea id="[^"]+" name="([^"]+)"[^>]*>\n([^<]*)</textarea>', form)
    for name, options in re.findall(
        r'<select id="[^"]+" name="([^"]+)".*?>(.*?)</select>', form, re.DOTALL
    ):
        chosen = re.search(r'<option value="([^"]*)" selected>', options)
        found[name] = chosen[1] if chosen else ""
    return found


def calendar_of(office: Office, cast: Cast) -> CalendarRow:
    """The brand's calendar."""
    with office.database.read() as unit:
        brand = get_brand(unit, cast.brand.id)
        assert brand.calendar_id
        return calendars.get_calendar(unit, brand.calendar_id)


def in_force(office: Office, cast: Cast, inbox_id: str | None = None) -> tuple[Calendar, Targets]:
    with office.database.read() as unit:
        return promises_of(unit, cast.brand.id, inbox_id)


def test_hours_are_kept(office: Office, ada: Browser, cast: Cast) -> None:
    path = f"{CALENDARS}/{calendar_of(office, cast).id}"
    shown = fields_of(ada.see(path))
    changed = {
        "zone": "Europe/Berlin",
        "monday": "9-12, 13.00-17:30",
        "sunday": "closed",
        "holidays": "12-25 Christmas\n2026-12-24 09:00-12:00 Christmas Eve",
    }

    page = ada.press(path, **{**shown, **changed})

    assert "Saved." in page
    calendar, _ = in_force(office, cast)
    assert calendar.monday == ("09:00-12:00", "13:00-17:30")
    assert calendar.zone == "Europe/Berlin"
    with office.database.read() as unit:
        assert get_brand(unit, cast.brand.id).time_zone == "Europe/Berlin", "its clock goes along"
    assert [(h.day.isoformat(), h.hours, h.name, h.every_year) for h in calendar.holidays] == [
        ("2026-12-24", ("09:00-12:00",), "Christmas Eve", False),
        ("2000-12-25", (), "Christmas", True),
    ]
    assert fields_of(ada.see(path)) == fields_of(page), "what is shown can be sent again"


def test_promises_are_kept(office: Office, ada: Browser, cast: Cast) -> None:
    path = f"{HOURS}/{cast.brand.id}"
    shown = fields_of(ada.see(path))

    page = ada.press(path, **{**shown, "safety.first_minutes": "10 min"})

    assert "Saved." in page
    assert in_force(office, cast)[1].safety.first_minutes == 10
    assert fields_of(ada.see(path)) == fields_of(page), "what is shown can be sent again"


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("zone", "Nowhere", "is not a time zone"),
        ("zone", "", "is not a time zone"),
        ("monday", "nine to five", "Write it as 09:00-17:00"),
        ("tuesday", "09:00-12:00, 11:00-13:00", "two spans of hours overlap"),
        ("wednesday", "17:00-09:00", "does not end after it begins"),
        ("thursday", "09:00-09:00", "does not end after it begins"),
        ("friday", "09:00-25:00", "is not a span of hours"),
        ("holidays", "Christmas", "does not begin with a day"),
        ("holidays", "02-30 No such day", "does not begin with a day"),
        ("holidays", "12-25\n12-25", "listed twice among the holidays"),
        ("name", "", "needs a name"),
    ],
)
def test_wrong_hours_are_refused_and_the_old_ones_stay(
    office: Office, ada: Browser, cast: Cast, field: str, value: str, said: str
) -> None:
    before = calendar_of(office, cast)
    path = f"{CALENDARS}/{before.id}"

    page = ada.press(path, expect=422, **{**fields_of(ada.see(path)), field: value})

    assert said in page
    assert 'role="alert"' in page
    assert f'id="{field}-error"' in page, "the reason stands beside the field"
    assert calendar_of(office, cast) == before


def test_a_week_without_hours_is_refused(office: Office, ada: Browser, cast: Cast) -> None:
    before = calendar_of(office, cast)
    path = f"{CALENDARS}/{before.id}"
    shown = fields_of(ada.see(path))
    closed = {day: "" for day in shown if day.endswith("day")}

    assert "no working hours" in ada.press(path, expect=422, **{**shown, **closed})
    assert calendar_of(office, cast) == before


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("safety.first_minutes", "soon", "Write a time such as"),
        ("safety.first_minutes", "2 h", "must not be longer"),
        ("money.first_minutes", "9 h", "cannot be shorter than the time to its first answer"),
        ("idea.resolution_minutes", "0", "A target of 0 minutes is not possible"),
        ("idea.resolution_minutes", "999999 h", "is not possible"),
        ("idea.next_minutes", "", "Write a time such as"),
        ("calendar", "", "Choose a calendar"),
        ("calendar", "nonsense", "Choose one of the calendars"),
        ("calendar", "0198c0de-0000-7000-8000-000000000000", "Choose one of the calendars"),
    ],
)
def test_wrong_promises_are_refused_and_the_old_ones_stay(
    office: Office, ada: Browser, cast: Cast, field: str, value: str, said: str
) -> None:
    path = f"{HOURS}/{cast.brand.id}"
    before = in_force(office, cast)

    page = ada.press(path, expect=422, **{**fields_of(ada.see(path)), field: value})

    assert said in page
    assert 'role="alert"' in page
    assert 'class="field-error"' in page
    assert in_force(office, cast) == before


def test_promises_that_the_hours_cannot_hold_are_refused(
    office: Office, ada: Browser, cast: Cast
) -> None:
    # Given a promise of a thousand hours,
    path = f"{HOURS}/{cast.brand.id}"
    wide = {**fields_of(ada.see(path)), "idea.resolution_minutes": "1000 h"}
    assert "Saved." in ada.press(path, **wide)
    before = calendar_of(office, cast)
    # when the calendar is to open for a minute a week, which is over a thousand years,
    shown = fields_of(ada.see(f"{CALENDARS}/{before.id}"))
    closed = {day: "" for day in shown if day.endswith("day")}
    tiny = {**shown, **closed, "monday": "09:00-09:01"}
    page = ada.press(f"{CALENDARS}/{before.id}", expect=422, **tiny)
    # then it is refused, or nobody could ask any more.
    assert "would take years to pass" in page
    assert calendar_of(office, cast) == before


def test_an_inbox_has_hours_of_its_own(office: Office, ada: Browser, cast: Cast) -> None:
    nights = {f"{day}day": "" for day in ("mon", "tues", "wednes", "thurs", "fri")}
    shown = fields_of(ada.see(f"{CALENDARS}/new"))
    weekend = {"name": "Weekend", "saturday": "10-14", "sunday": "10-14", **nights}
    assert "Created." in ada.press(f"{CALENDARS}/new", do="save", **{**shown, **weekend})
    with office.database.read() as unit:
        made = store_calendars.by_name(unit, "Weekend")
    assert made

    path = f"{HOURS}/{cast.brand.id}"
    page = ada.press(path, **{**fields_of(ada.see(path)), f"inbox.{cast.board.id}": made.id})

    assert fields_of(page)[f"inbox.{cast.board.id}"] == made.id
    assert in_force(office, cast, cast.board.id)[0].saturday == ("10:00-14:00",)
    assert in_force(office, cast, cast.mailbox.id)[0] == Calendar()
    # It cannot be put away while it is in use; and once the inbox is put away it can.
    page = ada.press(f"{CALENDARS}/{made.id}/archive", expect=409)
    assert "in use by Acme" in page
    with office.database.write() as unit:
        inbox_verbs.archive_inbox(unit, cast.board.id, by=SYSTEM)
    page = ada.press(f"{CALENDARS}/{made.id}/archive")
    assert "Archived." in page
    assert "Bring back Weekend" in page
    assert "Back in use." in ada.press(f"{CALENDARS}/{made.id}/back")
    page = ada.press(f"{CALENDARS}/new", expect=409, do="save", **{**shown, **weekend})
    assert "There is a calendar named Weekend already" in page


def test_an_archived_calendar_is_not_offered_or_changed(
    office: Office, ada: Browser, cast: Cast
) -> None:
    with office.database.write() as unit:
        made = calendars.create_calendar(unit, "Old", Calendar())
        calendars.archive_calendar(unit, made.id)
    assert made.id not in ada.see(f"{HOURS}/{cast.brand.id}")
    shown = fields_of(ada.see(f"{CALENDARS}/{calendar_of(office, cast).id}"))
    page = ada.press(f"{CALENDARS}/{made.id}", expect=409, **{**shown, "name": "Old"})
    assert "archived" in page
    wrong = {**fields_of(ada.see(f"{HOURS}/{cast.brand.id}")), "calendar": made.id}
    assert "Choose one of the calendars" in ada.press(
        f"{HOURS}/{cast.brand.id}", expect=422, **wrong
    )


def test_a_calendar_of_another_brand_too_is_not_for_one_supervisor(
    office: Office, sit: Sit, cast: Cast
) -> None:
    # Given a calendar that two brands share, and a supervisor of one of them,
    with office.database.write() as unit:
        other = create_brand(unit, name="Second Shop")
        mia = create_agent(
            unit,
            email="mia@acme.test",
            name="Mia",
            role="supervisor",
            password=PASSWORD,
            brand_ids=(other.id,),
        )
    shared = calendar_of(office, cast)
    browser = sit(mia)
    path = f"{HOURS}/{other.id}"
    browser.press(path, **{**fields_of(browser.see(path)), "calendar": shared.id})
    # when she changes it, it is refused, since it would move another brand's promises.
    shown = fields_of(browser.see(f"{CALENDARS}/{shared.id}"))
    page = browser.press(f"{CALENDARS}/{shared.id}", expect=403, **{**shown, "monday": "8-20"})
    assert "A brand you do not work for" in page
    assert calendar_of(office, cast) == shared


HOLIDAYS = b"""BEGIN:VCALENDAR\r
BEGIN:VEVENT\r
DTSTART;VALUE=DATE:20261225\r
DTEND;VALUE=DATE:20261227\r
SUMMARY:Christmas\\, both\r
  days\r
END:VEVENT\r
BEGIN:VEVENT\r
DTSTART;VALUE=DATE:20270101\r
RRULE:FREQ=YEARLY\r
SUMMARY:New Year\r
END:VEVENT\r
BEGIN:VEVENT\r
DTSTART:20260601T090000Z\r
SUMMARY:A meeting\r
END:VEVENT\r
END:VCALENDAR\r
"""


def test_holidays_come_from_a_calendar_file(office: Office, ada: Browser, cast: Cast) -> None:
    path = f"{CALENDARS}/{calendar_of(office, cast).id}"
    shown = {**fields_of(ada.see(path)), "holidays": "2026-12-26 Ours"}
    page = ada.press(
        path, do="import", files={"holidays_file": ("days.ics", HOLIDAYS, "text/calendar")}, **shown
    )
    # Nothing is kept before it was looked at,
    assert in_force(office, cast)[0].holidays == ()
    page = ada.press(path, do="save", **fields_of(page))
    # then the whole days are there, and a day known already is as it was.
    found = in_force(office, cast)[0].holidays
    assert [(h.day.isoformat(), h.name, h.every_year) for h in found] == [
        ("2026-12-25", "Christmas, both days", False),
        ("2026-12-26", "Ours", False),
        ("2000-01-01", "New Year", True),
    ]
    assert all(isinstance(h, Holiday) for h in found)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"\x89PNG", "not a calendar file"),
        (b"BEGIN:VCALENDAR\nEND:VCALENDAR\n", "no whole days"),
    ],
)
def test_another_file_is_refused(
    office: Office, ada: Browser, cast: Cast, data: bytes, said: str
) -> None:
    path = f"{CALENDARS}/{calendar_of(office, cast).id}"
    files = {"holidays_file": ("days.ics", data, "text/calendar")}
    page = ada.press(path, expect=422, do="import", files=files, **fields_of(ada.see(path)))
    assert said in page
    assert 'id="holidays_file-error"' in page
