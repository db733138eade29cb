"""A call from the wish to the end: one at a time, by policy, never moving the place in line."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from fairline.cases import store_events, store_messages
from fairline.cases.actions import reply
from fairline.cases.changes import get_case, set_status, snooze
from fairline.cases.rows import SYSTEM, Actor, Case
from fairline.channels import store_deliveries
from fairline.core.errors import Conflict, Invalid, NotFound, TooMany
from fairline.db.unit import Unit
from fairline.handoff.calls import store, watch
from fairline.handoff.calls.asking import Wish, cancel_call, change_call, number_of, offered
from fairline.handoff.calls.calling import Ending, finish_call, keep_call, start_call
from fairline.handoff.calls.rows import Call, Try
from fairline.line import store_alarms
from fairline.line.place import place_of
from fairline.people import store_contacts
from fairline.people.calling import CallPolicy, calling_of, set_calling
from fairline.people.setup import get_brand
from fairline.people.tables import Agent
from fairline.wiring import Office
from tests.conftest import Cast, said
from tests.handoff.calls.conftest import E164, NUMBER, Clock

Wishes = Callable[..., Call]
Reads = Callable[[Case], Any]


def place_at(unit: Unit, case: Case) -> int | None:
    """Its place in line."""
    found = place_of(unit, case)
    return found.position if found else None


def start(office: Office, case: Case, agent: Agent) -> Try:
    with office.database.write() as unit:
        return start_call(unit, case, agent)


def finish(office: Office, case: Case, agent: Agent, tried: Try, outcome: str, **more: Any) -> None:
    with office.database.write() as unit:
        finish_call(unit, case, agent, tried.id, Ending(outcome=outcome, **more))


def kinds(office: Office, case: Case) -> list[str]:
    with office.database.read() as unit:
        return [event.kind for event in store_events.of_case(unit, case.id)]


def test_asking_for_a_call_keeps_place_and_promise(
    office: Office, cast: Cast, case: Case, wish: Wishes, present: Reads
) -> None:
    with office.database.read() as unit:
        before = (place_at(unit, case), case.due_at, case.entered_at)

    call = wish(case)

    now = present(case)
    with office.database.read() as unit:
        assert (place_at(unit, now), now.due_at, now.entered_at) == before
        identity = store_contacts.identity_at(unit, case.brand_id, "phone", E164)
    assert now.matters == ["call"]
    assert (call.state, call.wanted, call.number) == ("asked", "now", E164)
    assert identity
    assert identity.contact_id == case.contact_id
    assert identity.confirmed_at is None
    assert "call_asked" in kinds(office, case)


def test_the_number_is_in_no_event_no_message_and_no_search(
    office: Office, cast: Cast, case: Case, wish: Wishes
) -> None:
    wish(case)
    with office.database.read() as unit:
        events = repr([event.data for event in store_events.of_case(unit, case.id)])
        words = repr(store_messages.thread(unit, case.id))
        found = unit.connection.exec_driver_sql("SELECT words FROM search_docs").scalars().all()
    for text in (events, words, repr(found)):
        assert "901820" not in text


def test_a_number_of_somebody_else_is_not_taken_from_them(
    office: Office, cast: Cast, case: Case, wish: Wishes
) -> None:
    with office.database.write() as unit:
        from fairline.people.contacts import resolve

        dov = resolve(unit, case.brand_id, "phone", E164, name="Dov")

    call = wish(case)

    assert call.identity_id is None
    with office.database.read() as unit:
        still = store_contacts.identity_at(unit, case.brand_id, "phone", E164)
    assert still
    assert still.contact_id == dov.contact_id


def test_one_call_is_open_at_a_time(case: Case, wish: Wishes) -> None:
    wish(case)
    with pytest.raises(Conflict, match="already"):
        wish(case)


def test_a_window_later_than_the_promise_is_marked_as_the_customer_s_wish(
    office: Office, cast: Cast, case: Case, wish: Wishes
) -> None:
    with office.database.read() as unit:
        brand = get_brand(unit, case.brand_id)
        _, windows = offered(unit, case, calling_of(brand))
    assert case.due_at
    late = next(window for window in windows if window.from_at > case.due_at)
    call = wish(case, when=late.key, zone="Europe/Berlin")
    assert call.is_after_promise
    assert call.from_at == late.from_at


def test_a_time_that_we_do_not_offer_is_refused(case: Case, wish: Wishes) -> None:
    with pytest.raises(Invalid) as refused:
        wish(case, when="20200101T0900Z")
    assert refused.value.field == "when"


def test_a_brand_that_does_not_call_says_so(
    office: Office, cast: Cast, case: Case, wish: Wishes
) -> None:
    with office.database.write() as unit:
        set_calling(unit, case.brand_id, CallPolicy(offered=False))
    with pytest.raises(Conflict, match="do not call"):
        wish(case)


def test_nobody_is_rung_up_by_strangers_more_than_a_few_times_a_day(
    office: Office, cast: Cast, case: Case, wish: Wishes
) -> None:
    """Four a day and number, over all cases; then the door is shut for hours."""
    for _ in range(4):
        wish(case)
        with office.database.write() as unit:
            cancel_call(unit, get_case(unit, case.id), by=SYSTEM)
    with pytest.raises(TooMany):
        wish(case)
    assert wish(case, number="+49 30 901821").number == "+4930901821"


def test_two_agents_start_and_one_calls(
    office: Office, cast: Cast, case: Case, wish: Wishes, present: Reads
) -> None:
    wish(case)
    tried = start(office, case, cast.ben)
    with pytest.raises(Conflict, match="Ben is calling"):
        start(office, case, cast.bea)
    assert start(office, case, cast.ben).id == tried.id  # two clicks, one call
    assert present(case).owner_id == cast.ben.id


def test_many_clicks_at_once_make_one_try(
    office: Office, cast: Cast, case: Case, wish: Wishes, call_of: Reads
) -> None:
    wish(case)

    def click(agent: Agent) -> str:
        try:
            return start(office, case, agent).id
        except Conflict:
            return ""

    with ThreadPoolExecutor(6) as pool:
        won = set(pool.map(click, [cast.ben, cast.bea] * 6)) - {""}

    assert len(won) == 1
    with office.database.read() as unit:
        assert len(store.tries_of(unit, call_of(case).id)) == 1


def test_talked_is_an_answer_and_ends_the_call(
    office: Office, cast: Cast, case: Case, wish: Wishes, call_of: Reads, present: Reads
) -> None:
    wish(case)
    tried = start(office, case, cast.ben)
    finish(office, case, cast.ben, tried, "talked", notes="Wants it on Friday", status="waiting")

    now = present(case)
    assert now.last_answered_at is not None
    assert now.first_answered_at is not None
    assert now.due_at is None
    assert (now.status, now.matters) == ("waiting", [])
    assert call_of(case).state == "talked"
    with office.database.read() as unit:
        thread = store_messages.thread(unit, case.id)
        kept = unit.connection.exec_driver_sql("SELECT COUNT(*) FROM kept_promises").scalar()
    said_by_us = [m for m in thread if m.direction == "outbound"]
    assert [m.channel for m in said_by_us] == ["phone"]
    assert [m.text for m in thread if m.direction == "note"] == ["Wants it on Friday"]
    assert kept == 1


def test_a_summary_goes_to_the_customer_only_when_chosen(
    office: Office, cast: Cast, wish: Wishes, always: None
) -> None:
    for sends, expected in ((False, 0), (True, 1)):
        with office.database.write() as unit:
            from fairline.cases.intake import receive

            taken = receive(unit, cast.mailbox_ref, said(f"Call me {sends}"))
            case = get_case(unit, taken.case_id)
        wish(case, number="+49 30 90182" + str(int(sends)))
        tried = start(office, case, cast.ben)
        finish(
            office, case, cast.ben, tried, "talked", summary="It comes on Friday",
            sends_summary=sends,
        )  # fmt: skip
        with office.database.read() as unit:
            told = [m for m in store_messages.thread(unit, case.id) if m.direction == "outbound"]
            sent = store_deliveries.of_messages(unit, [told[0].id])
        assert told[0].text == "It comes on Friday"
        assert sum(len(each) for each in sent.values()) == expected


def test_a_recording_is_a_link_on_the_note_and_nothing_else(
    office: Office, cast: Cast, case: Case, wish: Wishes
) -> None:
    wish(case)
    tried = start(office, case, cast.ben)
    for bad in ("javascript:alert(1)", "ftp://x/y", "https://a b"):
        with pytest.raises(Invalid, match="web address"):
            finish(office, case, cast.ben, tried, "talked", recording_url=bad)
    finish(office, case, cast.ben, tried, "talked", recording_url="https://pbx.test/r/1")
    with office.database.read() as unit:
        note = next(m for m in store_messages.thread(unit, case.id) if m.direction == "note")
    assert note.permalink == "https://pbx.test/r/1"
    assert note.visibility == "internal"


def test_who_does_not_answer_is_tried_again_by_policy_then_asked_in_writing(
    office: Office,
    cast: Cast,
    case: Case,
    wish: Wishes,
    call_of: Reads,
    present: Reads,
    clock: Clock,
) -> None:
    with office.database.write() as unit:
        set_calling(unit, case.brand_id, CallPolicy(waits=(30, 120)))
    wish(case)
    waited = []
    for outcome in ("no_answer", "busy"):
        tried = start(office, case, cast.ben)
        begun = clock.now()
        finish(office, case, cast.ben, tried, outcome)
        call = call_of(case)
        waited.append(round((call.next_at - begun) / timedelta(minutes=1)))
        assert (call.state, call.outcome) == ("asked", outcome)
        assert present(case).first_answered_at is None  # a try is no answer
        clock.later(minutes=waited[-1] + 1)
    assert waited == [30, 120]

    tried = start(office, case, cast.ben)
    finish(office, case, cast.ben, tried, "voicemail")

    now = present(case)
    assert call_of(case).state == "given_up"
    assert (now.status, now.matters) == ("waiting", [])
    with office.database.read() as unit:
        last = store_messages.thread(unit, case.id)[-1]
    assert "3 times" in last.text
    assert "better time" in last.text


def test_a_wrong_number_is_not_called_again(
    office: Office, cast: Cast, case: Case, wish: Wishes, call_of: Reads
) -> None:
    wish(case)
    finish(office, case, cast.ben, start(office, case, cast.ben), "wrong_number")
    assert call_of(case).state == "given_up"
    with office.database.read() as unit:
        identity = store_contacts.identity_at(unit, case.brand_id, "phone", E164)
        last = store_messages.thread(unit, case.id)[-1]
    assert identity
    assert identity.undeliverable_at
    assert "belongs to somebody else" in last.text


def test_a_killed_call_waits_again_and_its_agent_may_still_say_how_it_went(
    office: Office, cast: Cast, case: Case, wish: Wishes, call_of: Reads, clock: Clock
) -> None:
    """kill -9 on the desk, or a flat battery: nobody comes back to say how it went."""
    wish(case)
    tried = start(office, case, cast.ben)
    assert watch.turn(office.database) == 0
    clock.later(minutes=21)

    assert watch.turn(office.database) >= 1
    assert call_of(case).state == "asked"
    assert "call_tried" in kinds(office, case)

    finish(office, case, cast.ben, tried, "talked")
    assert call_of(case).state == "talked"


def test_after_a_lost_lease_a_colleague_may_call_and_the_first_is_told(
    office: Office, cast: Cast, case: Case, wish: Wishes, clock: Clock
) -> None:
    wish(case)
    first = start(office, case, cast.ben)
    clock.later(minutes=21)
    second = start(office, case, cast.bea)
    assert second.id != first.id
    with pytest.raises(Conflict, match="colleague"):
        finish(office, case, cast.ben, first, "talked")
    with pytest.raises(NotFound):
        finish(office, case, cast.ben, second, "talked")
    finish(office, case, cast.bea, second, "talked")
    with pytest.raises(Conflict, match="said already"):
        finish(office, case, cast.bea, second, "talked")


def test_an_open_call_screen_keeps_the_call(
    office: Office, cast: Cast, case: Case, wish: Wishes, call_of: Reads, clock: Clock
) -> None:
    wish(case)
    start(office, case, cast.ben)
    clock.later(minutes=19)
    with office.database.write() as unit:
        assert keep_call(unit, call_of(case), cast.ben)
        assert not keep_call(unit, call_of(case), cast.bea)
    clock.later(minutes=15)
    watch.turn(office.database)
    assert call_of(case).state == "calling"


def test_when_it_is_time_the_owner_is_told_and_the_case_comes_back(
    office: Office, cast: Cast, case: Case, wish: Wishes, present: Reads, clock: Clock
) -> None:
    with office.database.write() as unit:
        from fairline.cases.changes import assign

        assign(unit, get_case(unit, case.id), cast.ben.id, by=SYSTEM)
        _, windows = offered(unit, case, CallPolicy())
    call = wish(case, when=windows[3].key)
    with office.database.write() as unit:
        snooze(unit, get_case(unit, case.id), call.from_at + timedelta(hours=9), by=SYSTEM)
    assert watch.turn(office.database) == 0
    clock.ahead = call.from_at - clock._real() + timedelta(seconds=1)

    assert watch.turn(office.database) == 1
    assert watch.turn(office.database) == 0  # told once

    assert present(case).snoozed_until is None
    with office.database.read() as unit:
        nudges = store_messages.unread_nudges(unit, cast.ben.id)
    assert "call_due" in [nudge["kind"] for nudge in nudges]


def test_a_missed_window_rings_until_somebody_calls(
    office: Office, cast: Cast, case: Case, wish: Wishes, clock: Clock
) -> None:
    wish(case)
    watch.turn(office.database)
    clock.later(minutes=31)
    watch.turn(office.database)
    with office.database.read() as unit:
        assert "call_missed" in store_alarms.of_case(unit, case.id)
    assert kinds(office, case).count("call_missed") == 1
    start(office, case, cast.ben)
    with office.database.read() as unit:
        assert "call_missed" not in store_alarms.of_case(unit, case.id)


def test_the_customer_changes_and_takes_back_the_call(
    office: Office, cast: Cast, case: Case, wish: Wishes, call_of: Reads, present: Reads
) -> None:
    wish(case)
    by = Actor(kind="contact", id=case.contact_id)
    with office.database.write() as unit:
        brand = get_brand(unit, case.brand_id)
        _, windows = offered(unit, case, CallPolicy())
        number = number_of(brand, "+49 30 901821")
        wished = Wish(number=number, when=windows[2].key, zone="UTC", note="ask for Cleo")
        change_call(unit, get_case(unit, case.id), brand, wished, by=by)
    call = call_of(case)
    assert (call.number, call.from_at, call.note) == (
        "+4930901821",
        windows[2].from_at,
        "ask for Cleo",
    )
    with office.database.write() as unit:
        cancel_call(unit, get_case(unit, case.id), by=by)
    assert call_of(case).state == "cancelled"
    assert present(case).matters == []
    with pytest.raises(Conflict), office.database.write() as unit:
        start_call(unit, case, cast.ben)


def test_during_a_call_it_is_not_changed(
    office: Office, cast: Cast, case: Case, wish: Wishes
) -> None:
    wish(case)
    start(office, case, cast.ben)
    with office.database.write() as unit:
        brand = get_brand(unit, case.brand_id)
        wished = Wish(number=number_of(brand, NUMBER), zone="UTC")
        present = get_case(unit, case.id)
        with pytest.raises(Conflict, match="at this moment"):
            change_call(unit, present, brand, wished, by=SYSTEM)


def test_a_case_that_ends_needs_no_call(
    office: Office, cast: Cast, case: Case, wish: Wishes, call_of: Reads, present: Reads
) -> None:
    wish(case)
    with office.database.write() as unit:
        reply(unit, case.id, cast.ben, "It is on its way", status=None)
        set_status(unit, get_case(unit, case.id), "solved", by=SYSTEM)
    assert call_of(case).state == "cancelled"
    assert present(case).matters == []


def test_notes_are_kept_when_the_customer_took_the_call_back_meanwhile(
    office: Office, cast: Cast, case: Case, wish: Wishes, call_of: Reads
) -> None:
    wish(case)
    tried = start(office, case, cast.ben)
    with office.database.write() as unit:
        cancel_call(unit, get_case(unit, case.id), by=SYSTEM)
    finish(office, case, cast.ben, tried, "no_answer", notes="Rang twice")
    assert call_of(case).state == "cancelled"
    with office.database.read() as unit:
        assert store_messages.thread(unit, case.id)[-1].text == "Rang twice"


@pytest.mark.parametrize(
    "bad",
    [
        {"waits": (30,) * 7},
        {"waits": (1,)},
        {"now_minutes": 0},
        {"window_minutes": 5},
        {"days": 90},
        {"region": "Germany"},
        {"countries": ("de",)},
    ],
)
def test_bad_settings_are_refused(bad: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        CallPolicy(**bad)
