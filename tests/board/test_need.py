"""How pressing it is: asked in plain words, never needed, and told to nobody outside."""

import pytest

from fairline.cases import store_events
from fairline.cases.states import SEVERITY_QUESTIONS
from fairline.people import brands, calendars
from fairline.people.setup import get_brand
from fairline.promises.hours import ALWAYS_OPEN
from fairline.promises.targets import Severity, Target, Targets
from tests.board.visitor import Visitor


def test_it_is_asked_and_need_not_be_said(cleo: Visitor) -> None:
    page = cleo.page("/")
    assert all(words in page.text for words in SEVERITY_QUESTIONS.values())
    assert page.form("/ask").values["need"] == ""
    cleo.ask()
    assert cleo.case().severity == "annoyance"


@pytest.mark.parametrize("need", SEVERITY_QUESTIONS)
def test_what_is_said_decides_the_promise(cleo: Visitor, need: str) -> None:
    cleo.ask(need=need, visibility="public")
    case = cleo.case()
    assert case.severity == need
    with cleo.office.database.read() as unit:
        opened = store_events.of_case(unit, case.id)[0]
    assert opened.data["need"] == need
    said = SEVERITY_QUESTIONS[need]
    assert said not in cleo.page(f"/q/{case.reference}").text, "it is between the two of us"


def test_tone_never_decides_it(cleo: Visitor) -> None:
    cleo.ask("HELP!!! THIS IS AN EMERGENCY, PEOPLE ARE HURT, I WILL TELL EVERYBODY")
    assert cleo.case().severity == "annoyance"


def test_rubbish_and_what_is_off_the_line_declare_nothing(cleo: Visitor) -> None:
    cleo.ask("One", need="emperor")
    assert cleo.case().severity == "annoyance"
    cleo.ask("How kind", need="safety", kind="praise")
    assert cleo.case().severity == "idea"
    assert cleo.case().entered_at is None


def test_it_can_be_said_later_and_the_waiting_counts(cleo: Visitor) -> None:
    cleo.ask()
    before = cleo.case()
    form = cleo.page().form("/need")
    assert form.values["need"] == "annoyance"

    answer = cleo.do("need", {"need": "safety"})

    assert answer.status_code == 303
    after = cleo.case()
    assert after.severity == "safety"
    assert after.entered_at == before.entered_at
    assert after.due_at
    assert before.due_at
    assert after.due_at < before.due_at
    with cleo.office.database.read() as unit:
        event = store_events.latest_of(unit, after.id, "severity_changed")
    assert event
    assert (event.actor_kind, event.data["reason"]) == ("contact", "declared by the customer")


def test_nothing_that_does_not_wait_can_be_made_pressing(cleo: Visitor) -> None:
    cleo.ask()
    cleo.answered("There it is", status="solved")
    assert "/need" not in cleo.get(cleo.url).text
    assert cleo.do("need", {"need": "safety"}).status_code == 409
    assert cleo.do("need", {"need": "emperor"}).status_code == 409
    assert cleo.case().severity == "annoyance"


def test_a_promise_that_moved_is_told_on_the_thread(cleo: Visitor) -> None:
    # Given somebody who waits,
    cleo.ask()
    case = cleo.case()
    assert "moved" not in cleo.page().text
    # when the hours become other hours while she waits,
    targets = Targets(
        **{
            severity.value: Target(first_minutes=5, next_minutes=5, resolution_minutes=99)
            for severity in Severity
        }
    )
    with cleo.office.database.write() as unit:
        brand = get_brand(unit, case.brand_id)
        assert brand.calendar_id
        calendars.change_calendar(unit, brand.calendar_id, "Always", ALWAYS_OPEN)
        brands.set_promises(unit, brand.id, brand.calendar_id, targets)
    from fairline.cases.recount import recount

    payload = {"brand_id": case.brand_id, "reason": "hours_changed", "after": ""}
    recount(cleo.office.database, payload)
    # then her page says so.
    assert "Our working hours have changed, so the time we gave you moved: it was" in (
        cleo.page().text
    )
