"""Calls placed by a switchboard: rung once, told back by signed news, and dialled by hand without."""

import base64
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from fairline.cases.changes import get_case
from fairline.cases.rows import SYSTEM, Case
from fairline.channels.inboxes import create_inbox
from fairline.channels.phone.bridge import Bridge
from fairline.channels.rows import Inbox
from fairline.channels.standard_webhooks import secret_of
from fairline.channels.voice import Order
from fairline.core.errors import DeliveryError, Invalid
from fairline.handoff.calls import store
from fairline.handoff.calls.rows import Call, Try
from fairline.wiring import Office
from tests.conftest import Cast
from tests.desk.conftest import Browser
from tests.fakes.switchboard import KEY, SECRET, Switchboard, signed

Wishes = Callable[..., Call]


@pytest.fixture
def board() -> Iterator[Switchboard]:
    with Switchboard() as started:
        yield started


@pytest.fixture
def phone(office: Office, cast: Cast, board: Switchboard) -> Inbox:
    """Acme's telephone with the switchboard behind it."""
    options = {"bridge_url": board.url, "bridge_key": KEY, "bridge_secret": SECRET}
    with office.database.write() as unit:
        return create_inbox(
            unit,
            office.channels,
            brand_id=cast.brand.id,
            kind="phone",
            name="Phone",
            address="",
            options=options,
            by=SYSTEM,
        )


def ring(ben: Browser, case: Case) -> str:
    return ben.press(f"/desk/cases/{case.reference}/call/start", ring="+49 30 901800")


def last_try(office: Office, case: Case) -> Try:
    with office.database.read() as unit:
        call = store.last_of(unit, case.id)
        assert call
        return store.tries_of(unit, call.id)[-1]


def tell(ben: Browser, inbox: Inbox, body: dict[str, Any], **more: Any) -> int:
    data, headers = signed(body, **more)
    return ben.client.post(f"/voice/{inbox.id}", content=data, headers=headers).status_code


def test_the_switchboard_rings_the_agent_and_then_the_customer_once(
    office: Office, case: Case, wish: Wishes, ben: Browser, phone: Inbox, board: Switchboard
) -> None:
    wish(case)
    assert "Ring me at" in ben.see(f"/desk/cases/{case.reference}/call")
    page = ring(ben, case)
    ring(ben, case)  # a second click
    assert "The switchboard says: ringing" in page
    (placed,) = board.calls.values()
    assert (placed["agent"], placed["customer"]) == ("+4930901800", "+4930901820")
    assert list(board.calls) == [last_try(office, case).id]


def test_its_news_are_heard_once_in_their_order_and_end_up_on_the_record(
    office: Office, case: Case, wish: Wishes, ben: Browser, phone: Inbox, board: Switchboard
) -> None:
    wish(case)
    ring(ben, case)
    ended = {
        "type": "call.status",
        "call_id": "call-1",
        "state": "ended",
        "seconds": 95,
        "recording_url": "https://pbx.test/r/1",
        "something": "new",
    }
    assert tell(ben, phone, ended, news="n2") == 200
    assert tell(ben, phone, ended, news="n2") == 200
    late = {"type": "call.status", "call_id": "call-1", "state": "ringing"}
    assert tell(ben, phone, late, news="n1") == 200
    tried = last_try(office, case)
    assert (tried.provider_state, tried.seconds) == ("ended", 95)

    fields: dict[str, Any] = {"try": tried.id, "outcome": "talked"}
    page = ben.press(f"/desk/cases/{case.reference}/call/finish", **fields)
    assert "https://pbx.test/r/1" in page
    assert last_try(office, case).seconds == 95


@pytest.mark.parametrize(
    "forged",
    [
        {"secret": "whsec_" + base64.b64encode(b"another secret of thirty-two b.").decode()},
        {"age_s": 900},
        {"age_s": -900},
    ],
)
def test_forged_changed_and_replayed_news_is_refused(
    office: Office,
    case: Case,
    wish: Wishes,
    ben: Browser,
    phone: Inbox,
    board: Switchboard,
    forged: dict[str, Any],
) -> None:
    wish(case)
    ring(ben, case)
    body = {"type": "call.status", "call_id": "call-1", "state": "ended"}
    assert tell(ben, phone, body, **forged) == 403
    data, headers = signed(body)
    address = f"/voice/{phone.id}"
    assert ben.client.post(address, content=data + b" ", headers=headers).status_code == 403
    bare = {k: v for k, v in headers.items() if k != "webhook-signature"}
    assert ben.client.post(address, content=data, headers=bare).status_code == 403
    odd = {**headers, "webhook-timestamp": "soon"}
    assert ben.client.post(address, content=data, headers=odd).status_code == 403
    other = f"/voice/{case.inbox_id}"  # an inbox without a switchboard
    assert ben.client.post(other, content=data, headers=headers).status_code == 403
    assert last_try(office, case).provider_state == "ringing"


def test_a_call_that_comes_in_becomes_a_case_and_is_raw_first(
    office: Office, cast: Cast, ben: Browser, phone: Inbox
) -> None:
    body = {
        "type": "call.incoming",
        "call_id": "in-1",
        "number": "+49 30 901820",
        "name": "Cleo",
        "answered": False,
    }
    assert tell(ben, phone, body) == 200
    assert tell(ben, phone, body) == 200
    ingest = office.make_ingest()
    while ingest.step("w"):
        pass
    with office.database.read() as unit:
        ids = unit.connection.exec_driver_sql("SELECT id FROM cases").scalars().all()
        (case,) = [get_case(unit, str(one)) for one in ids]
    assert (case.channel, case.subject) == ("phone", "A call that nobody answered")
    assert case.entered_at is not None


def test_when_the_switchboard_fails_one_dials_by_hand(
    office: Office, case: Case, wish: Wishes, ben: Browser, phone: Inbox, board: Switchboard
) -> None:
    wish(case)
    board.status = 503
    page = ben.press(f"/desk/cases/{case.reference}/call/start", expect=409, ring="+49 30 901800")
    assert "Dial by hand" in page
    assert 'href="tel:+4930901820"' in page
    assert "How it went" in page  # the call is Ben's all the same


@pytest.mark.parametrize(
    ("status", "permanent"), [(400, True), (401, True), (429, False), (500, False)]
)
def test_a_refusal_says_whether_asking_again_helps(
    board: Switchboard, status: int, permanent: bool
) -> None:
    board.status = status
    bridge = Bridge(board.url, KEY, SECRET)
    with pytest.raises(DeliveryError) as refused:
        bridge.call(Order(key="k", agent="+4930901800", customer="+4930901820"))
    bridge.close()
    assert refused.value.permanent is permanent


def test_nobody_there_is_no_answer() -> None:
    bridge = Bridge("http://127.0.0.1:9", KEY, SECRET)
    with pytest.raises(DeliveryError, match="Dial by hand"):
        bridge.call(Order(key="k", agent="+4930901800", customer="+4930901820"))
    bridge.close()


@pytest.mark.parametrize("bad", ["", "whsec_", "whsec_!!!", "whsec_c2hvcnQ="])
def test_a_weak_secret_is_refused(bad: str) -> None:
    with pytest.raises(Invalid):
        secret_of(bad)


def test_without_a_switchboard_there_is_only_the_dial_link(
    case: Case, wish: Wishes, ben: Browser
) -> None:
    wish(case)
    page = ben.see(f"/desk/cases/{case.reference}/call")
    assert "Ring me at" not in page
    assert 'href="tel:+4930901820"' in page
