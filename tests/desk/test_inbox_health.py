"""How inboxes are: what rings, what is shown, what the board says, and nobody waits in silence."""

from datetime import datetime, timedelta
from typing import Any

import msgspec
import pytest

from fairline.cases import store_events
from fairline.cases.rows import SYSTEM
from fairline.channels import raw, store_deliveries, store_inboxes
from fairline.channels.contract import DeliveryError, Outbound, RawItem
from fairline.channels.inboxes import archive_inbox, set_state
from fairline.channels.memory import InboxMemory
from fairline.channels.provider import TOKEN_EXPIRED
from fairline.channels.shapes import Spent
from fairline.db.unit import Unit
from fairline.handoff.continuation import fallback
from fairline.health import arrivals, letters, store, watch
from fairline.health.figures import figures_of
from fairline.health.silence import HOUR
from fairline.line import alarm_mail
from fairline.people.tables import Agent
from tests.conftest import Cast
from tests.desk.conftest import Browser, Sit
from tests.desk.courier_shop import Shop


@pytest.fixture
def ada(shop: Shop, sit: Sit, cast: Cast) -> Browser:  # noqa: ARG001
    return sit(cast.ada)


def suffers(shop: Shop, **values: Any) -> None:
    with shop.office.database.write() as unit:
        store_inboxes.update(unit, shop.inbox.id, values)


def ago(shop: Shop, by: timedelta) -> datetime:
    with shop.office.database.read() as unit:
        return unit.now - by


def rings(shop: Shop) -> set[str]:
    watch.turn(shop.office.database, shop.office.channels)
    with shop.office.database.read() as unit:
        return {one.kind for one in store.alarms(unit)}


def breaks(shop: Shop, minutes: int = 31) -> None:
    since = ago(shop, timedelta(minutes=minutes))
    suffers(shop, error="Courier does not answer.", error_since=since)


def test_an_error_rings_after_its_time_and_goes_with_its_cause(shop: Shop, ada: Browser) -> None:
    breaks(shop, minutes=5)
    assert rings(shop) == set()
    breaks(shop)
    assert rings(shop) == {"not_working"}
    assert rings(shop) == {"not_working"}, "once"
    page = ada.see("/desk/inboxes")
    assert "Courier does not answer." in page
    assert "Not working" in page

    with shop.office.database.read() as unit:
        (alarm,) = store.alarms(unit)
    assert "You have it" in ada.press(f"/desk/inboxes/alarms/{alarm.id}/have")
    suffers(shop, error="", error_since=None)
    assert rings(shop) == set()
    with shop.office.database.read() as unit:
        states = [
            event.data["state"]
            for event in store_events.after(unit, 0, 0, below=None, limit=5000)
            if event.kind == "inbox_alarm"
        ]
    assert states == ["raised", "acknowledged", "cleared"]


def test_whoever_wants_mail_about_alarms_is_told(shop: Shop, cast: Cast) -> None:
    with shop.office.database.write() as unit:
        alarm_mail.choose(unit, cast.ada, "at_once")
        alarm_mail.choose(unit, cast.ben, "at_once")
    breaks(shop)
    rings(shop)
    with shop.office.database.write() as unit:
        for alarm in store.alarms(unit):
            store.remove_alarm(unit, alarm.id)
            moved = {"raised_at": unit.now + timedelta(seconds=1)}
            values = {name: getattr(alarm, name) for name in alarm.__struct_fields__}
            store.insert_alarm(unit, store.InboxAlarm(**{**values, **moved}))
    written: list[alarm_mail.Letter] = []

    def post(_unit: Unit, letter: alarm_mail.Letter) -> None:
        written.append(letter)

    def others(unit: Unit, agent: Agent) -> list[alarm_mail.Besides]:
        return letters.besides(unit, agent, "http://desk.test")

    with shop.office.database.read() as unit:
        (found,) = others(unit, cast.ada)
    assert found.words.startswith(
        "Not working, for 31 min: Courier\nhttp://desk.test/desk/inboxes/"
    )
    alarm_mail.SETTLES, before = timedelta(seconds=-5), alarm_mail.SETTLES
    try:
        assert alarm_mail.turn(shop.office.database, "http://desk.test", post, others) == 1
    finally:
        alarm_mail.SETTLES = before
    (letter,) = written
    assert letter.agent_id == cast.ada.id
    assert letter.subject == "1 alarm: not working"
    assert "Courier" in letter.text


def test_access_that_ends_and_a_budget_that_is_spent_ring(shop: Shop) -> None:
    suffers(shop, token_expires_at=ago(shop, -timedelta(days=6)))
    assert rings(shop) == {"token_ends"}
    with shop.office.database.read() as unit:
        figures = figures_of(unit, shop.office.channels, shop.inbox)
    replace = msgspec.structs.replace
    after = timedelta(minutes=30)
    low = replace(figures, budget_cents=1000, spent={"post": Spent(cents=800)})
    assert set(watch.wanted_of(low, after=after)) == {"budget_low"}
    spent = replace(figures, budget_cents=1000, spent={"post": Spent(cents=1000)})
    assert set(watch.wanted_of(spent, after=after)) == {"budget_spent"}
    assert spent.verdict == ("late", "Budget spent")


def is_pushed(shop: Shop) -> None:
    """Courier tells us by itself."""
    can = msgspec.structs.replace(shop.courier.capabilities, pushes=True)
    shop.courier.capabilities = can


def test_a_silent_inbox_is_noticed_until_something_comes(shop: Shop, ada: Browser) -> None:
    is_pushed(shop)
    with shop.office.database.write() as unit:
        end = store.hour_begin(unit.now)
        hours = [(end - n * HOUR, 0 if n <= 8 else 5) for n in range(3 * 168, 0, -1)]
        store.note_hours(unit, shop.inbox.id, hours)
        old = RawItem(native_id="old", payload=b"{}")
        raw.keep(unit, shop.inbox.id, old, received_at=end - 8 * HOUR)
    assert rings(shop) == {"silent"}
    assert "Silent" in ada.see("/desk/inboxes")
    assert "more were to be expected" in ada.see(f"/desk/inboxes/{shop.inbox.id}")
    shop.hears()
    assert rings(shop) == set()


def test_after_an_absence_of_ours_silence_says_nothing(shop: Shop) -> None:
    is_pushed(shop)
    with shop.office.database.write() as unit:
        end = store.hour_begin(unit.now)
        store.note_hours(unit, shop.inbox.id, [(end - n * HOUR, 5) for n in range(500, 12, -1)])
        old = RawItem(native_id="old", payload=b"{}")
        raw.keep(unit, shop.inbox.id, old, received_at=end - 13 * HOUR)
    assert rings(shop) == set()
    arrivals.turn(shop.office.database, shop.office.channels)
    assert rings(shop) == set()


def test_hours_are_counted_once_and_a_hole_stays_a_hole(shop: Shop) -> None:
    is_pushed(shop)
    # The company may be older than this hour: its mailbox is counted too.
    arrivals.turn(shop.office.database, shop.office.channels)
    shop.hears()
    suffers(shop, created_at=ago(shop, timedelta(hours=5)))
    assert arrivals.turn(shop.office.database, shop.office.channels) == 5
    assert arrivals.turn(shop.office.database, shop.office.channels) == 0
    with shop.office.database.write() as unit:
        end = store.hour_begin(unit.now)
        store.forget_hours(unit, shop.inbox.id, end + HOUR)
        store.note_hours(unit, shop.inbox.id, [(end - 30 * HOUR, 1)])
    assert arrivals.turn(shop.office.database, shop.office.channels) == 1, "we were away for a day"


def test_the_page_shows_all_figures_and_hides_other_brands(shop: Shop, ada: Browser) -> None:
    case = shop.hears()
    memory = InboxMemory(shop.office.database, shop.office.keyring, shop.inbox.id)
    memory.spend("message", 3, cents=4.5)
    memory.limit("messages", left=7, of=100, resets_at=None)
    shop.answers(case)
    page = ada.see(f"/desk/inboxes/{shop.inbox.id}")
    for words in ("Working", "7 of 100", "24 hours after the customer", "120 characters", "0.04"):
        assert words in page, words
    ada.see(f"/desk/inboxes/{shop.cast.brand.id}", status=404)


def test_the_board_says_what_cannot_be_read(shop: Shop, ada: Browser) -> None:
    home = ada.client.get("/").text
    assert "We cannot read" not in home
    ada.press(f"/desk/inboxes/{shop.inbox.id}/told", told="1")
    assert "We cannot read Courier at the moment." in ada.client.get("/").text
    ada.press(f"/desk/inboxes/{shop.inbox.id}/told", told="")
    assert "We cannot read" not in ada.client.get("/").text
    breaks(shop)
    assert "We cannot read Courier at the moment." in ada.client.get("/").text


def test_what_waits_for_a_broken_inbox_goes_another_way(shop: Shop, ada: Browser) -> None:
    case = shop.hears()
    shop.knows_mail(case)
    with shop.office.database.write() as unit:
        set_state(unit, shop.inbox.id, "paused", by=SYSTEM)
    page = ada.see(f"/desk/cases/{case.reference}")
    assert "Courier is paused: what you write there waits" in page
    message = shop.answers(case)
    assert fallback.turn(shop.office.database, shop.office.channels) == 0, "not at once"
    with shop.office.database.write() as unit:
        one = shop.delivery(message)
        values = {"created_at": one.created_at - timedelta(minutes=31)}
        store_deliveries.update(unit, one.id, values)
    assert "Waiting for longer" in ada.see("/desk/undelivered")
    assert fallback.turn(shop.office.database, shop.office.channels) == 1
    assert fallback.turn(shop.office.database, shop.office.channels) == 0
    shop.send()
    (sent,) = shop.loft.sent
    assert sent.recipient == "cleo@mail.test"
    with shop.office.database.read() as unit:
        states = {
            d.channel: d.state for d in store_deliveries.of_messages(unit, [message.id])[message.id]
        }
    assert states == {"courier": "replaced", "email": "sent"}


def test_who_can_be_reached_by_no_way_is_listed_and_the_answer_waits(
    shop: Shop, ada: Browser
) -> None:
    case = shop.hears()
    reached = shop.hears(by="dov")
    shop.knows_mail(reached, "dov@mail.test")
    assert "Everybody can be answered" in ada.see("/desk/no-way")
    breaks(shop)
    page = ada.see("/desk/no-way")
    assert case.reference in page
    assert reached.reference not in page
    message = shop.answers(case)
    with shop.office.database.write() as unit:
        one = shop.delivery(message)
        values = {"created_at": one.created_at - timedelta(minutes=31)}
        store_deliveries.update(unit, one.id, values)
    assert fallback.turn(shop.office.database, shop.office.channels) == 0
    assert shop.delivery(message).state == "queued", "it goes when the inbox works again"


def test_an_archived_inboxs_cases_are_answered_another_way(shop: Shop) -> None:
    case = shop.hears()
    shop.knows_mail(case)
    with shop.office.database.write() as unit:
        archive_inbox(unit, shop.inbox.id, by=SYSTEM)
    message = shop.answers(case)
    one = shop.delivery(message)
    assert one.state == "dead"
    with shop.office.database.write() as unit:
        failed = unit.now - fallback.WAITS["dead"] - timedelta(minutes=1)
        store_deliveries.update(unit, one.id, {"failed_at": failed})
    assert fallback.turn(shop.office.database, shop.office.channels) == 1


def test_an_expired_access_found_while_sending_stands_on_the_inbox(shop: Shop) -> None:
    case = shop.hears()

    def refuse(_: Outbound) -> None:
        text = "The credentials are not taken any more."
        raise DeliveryError(text, permanent=False, provider_code=TOKEN_EXPIRED)

    shop.loft.before = refuse
    message = shop.answers(case)
    shop.send()
    with shop.office.database.read() as unit:
        inbox = store_inboxes.inbox_by_id(unit, shop.inbox.id)
    assert inbox
    assert (inbox.error, bool(inbox.error_since)) == (
        "The credentials are not taken any more.",
        True,
    )
    assert shop.delivery(message).state == "queued"

    shop.loft.before = None
    with shop.office.database.write() as unit:
        store_deliveries.update(unit, shop.delivery(message).id, {"next_try_at": unit.now})
    shop.send()
    with shop.office.database.read() as unit:
        inbox = store_inboxes.inbox_by_id(unit, shop.inbox.id)
    assert inbox
    assert (inbox.error, inbox.error_since) == ("", None)


def test_a_provider_that_asks_to_wait_is_no_fault_of_the_inbox(shop: Shop) -> None:
    case = shop.hears()

    def slow(_: Outbound) -> None:
        raise DeliveryError("Slow down.", permanent=False, retry_after_s=90, provider_code="429")

    shop.loft.before = slow
    message = shop.answers(case)
    shop.send()
    one = shop.delivery(message)
    assert one.next_try_at
    assert one.next_try_at - ago(shop, timedelta()) > timedelta(seconds=60)
    assert rings(shop) == set()
    with shop.office.database.read() as unit:
        inbox = store_inboxes.inbox_by_id(unit, shop.inbox.id)
    assert inbox
    assert inbox.error == ""
