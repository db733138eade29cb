"""A telephone provider that asks what callers hear: call backs with the place kept, messages, and
calls of ours by which nobody is joined with a mailbox."""

import json
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
import sqlalchemy as sa

from fairline.api.voice import say_next
from fairline.cases import store_messages
from fairline.cases.rows import SYSTEM, Case
from fairline.cases.tables import cases
from fairline.channels.contract import HookRequest, InboxInfo, Outbound
from fairline.channels.downloads import Fetcher
from fairline.channels.inboxes import create_inbox
from fairline.channels.phone import PhoneChannel
from fairline.channels.phone.recordings import RecordingWire
from fairline.channels.phone.twilio import TwilioVoice
from fairline.channels.phone.twiml import render
from fairline.channels.rows import Inbox
from fairline.channels.voice import Order, Script
from fairline.core.clock import now
from fairline.core.errors import DeliveryError, Invalid, NotAllowed
from fairline.demo.networks.kit import Fault, Host, Push
from fairline.demo.networks.twilio_account import OUR_NUMBER, signed
from fairline.demo.networks.voice import Voice
from fairline.handoff.calls import store
from fairline.handoff.calls.asking import CALLS_PER_NUMBER, DAY_S
from fairline.handoff.calls.rows import Call, Try
from fairline.web.limits import take
from fairline.wiring import Office
from tests.conftest import Cast
from tests.desk.conftest import Browser

Wishes = Callable[..., Call]


@pytest.fixture
def network(request: pytest.FixtureRequest, office: Office) -> Iterator[Voice]:
    """The telephone network. Where a test has Ben's browser our server is asked by HTTP, else the
    same function below its route.
    """

    def by_http(push: Push) -> bytes:
        client = request.getfixturevalue("ben").client
        path = push.url.removeprefix("http://board.test")
        answer = client.post(path, content=push.body, headers=dict(push.headers))
        return answer.content if answer.status_code == 200 else b"<Refused/>"

    def at_once(push: Push) -> bytes:
        parts = urlsplit(push.url)
        _, inbox_id, *rest = parts.path.strip("/").split("/")
        called = HookRequest(
            method="POST",
            url=push.url,
            at=now(),
            path="/" + "/".join(rest),
            query=tuple(parse_qsl(parts.query)),
            headers={name.lower(): value for name, value in push.headers.items()},
            body=push.body,
        )
        return say_next(office.database, office.channels, inbox_id, called)[0]

    network = Voice(post=by_http if "ben" in request.fixturenames else at_once)
    with Host(network):
        yield network


@pytest.fixture
def phone(office: Office, cast: Cast, always: None, network: Voice) -> Inbox:
    with office.database.write() as unit:
        inbox = create_inbox(
            unit,
            office.channels,
            brand_id=cast.brand.id,
            kind="phone",
            name="Phone",
            address="",
            options=network.options(),
            by=SYSTEM,
        )
    network.hook_url = f"http://board.test/hooks/{inbox.id}"
    return inbox


def understand(office: Office) -> None:
    ingest = office.make_ingest()
    while ingest.step("w"):
        pass


def phone_cases(office: Office) -> list[Any]:
    with office.database.read() as unit:
        query = sa.select(cases).where(cases.c.channel == "phone").order_by(cases.c.id)
        return list(unit.execute(query))


def call_of(office: Office, case_id: str) -> Call:
    with office.database.read() as unit:
        found = store.last_of(unit, case_id)
    assert found
    return found


def info(office: Office, inbox: Inbox) -> InboxInfo:
    with office.database.read() as unit:
        return office.channels.info_by_id(unit, inbox.id)


# A call that comes in.


def test_whoever_presses_1_is_called_back_and_has_a_place(
    office: Office, phone: Inbox, network: Voice
) -> None:
    network.ring("Cleo", keys=["1"])
    understand(office)
    (case,) = phone_cases(office)
    assert (case.subject, case.entered_at is not None) == ("Please call back", True)
    call = call_of(office, case.id)
    assert (call.number, call.wanted, call.state) == (network.number_of("Cleo"), "now", "asked")
    heard = " ".join(network.heard["Cleo"])
    assert "Thank you for calling Acme." in heard
    assert "We are open now." in heard
    assert "keep your place in line" in heard
    assert "We call you back today" in heard
    assert ", ".join(case.reference.replace("-", "")) in heard
    assert network.errors == []


def test_told_twice_is_one_case_and_one_call(office: Office, phone: Inbox, network: Voice) -> None:
    form = {
        "CallSid": "CA1",
        "From": network.number_of("Cleo"),
        "Direction": "inbound",
        "Digits": "1",
    }
    push = signed(network.voice_url.replace("/call", "/pressed"), form, network.token)
    first, second = network.post(push), network.post(push)
    assert first == second
    assert b"We call you back" in second
    understand(office)
    assert len(phone_cases(office)) == 1


def test_a_message_is_kept_and_its_recording_fetched_with_our_token(
    office: Office, phone: Inbox, network: Voice
) -> None:
    network.ring("Cleo", keys=["2"], message=b"ID3 where is my parcel")
    understand(office)
    (case,) = phone_cases(office)  # the message, told by two kinds of news, and no missed call
    assert case.subject == "A message left on the telephone"
    with office.database.read() as unit:
        (message,) = store_messages.thread(unit, case.id, limit=9)
    assert "0:12" in message.text
    url = f"{network.url}/2010-04-01/Accounts/{network.options()['twilio_account']}"
    sid = next(iter(network.recordings))
    payload = {
        "inbox_id": phone.id,
        "message_id": message.id,
        "url": f"{url}/Recordings/{sid}.mp3",
        "name": "message.mp3",
        "media_type": "audio/mpeg",
        "tries": 0,
    }
    Fetcher(office.channels).fetch(office.database, payload)
    with office.database.read() as unit:
        (file,) = store_messages.attachments_of_message(unit, message.id)
    assert (file.name, file.size_bytes) == ("message.mp3", 22)
    assert network.errors == []


def test_a_message_alone_in_the_news_of_its_recording_is_not_lost(
    office: Office, phone: Inbox, network: Voice
) -> None:
    told = {
        "CallSid": "CA9",
        "RecordingSid": "RE9",
        "RecordingUrl": "https://api.twilio.com/2010-04-01/Accounts/AC/Recordings/RE9",
        "RecordingStatus": "completed",
        "RecordingDuration": "61",
    }
    base = network.voice_url.removesuffix("/call")
    push = signed(f"{base}/recording?from=%2B12025550143", told, network.token)
    network.post(push)
    understand(office)
    (case,) = phone_cases(office)
    with office.database.read() as unit:
        (message,) = store_messages.thread(unit, case.id, limit=9)
    assert "1:01" in message.text
    assert message.identity_id


def test_whoever_hangs_up_is_a_case_too_and_who_dials_wrong_is_not(
    office: Office, phone: Inbox, network: Voice
) -> None:
    network.ring("Cleo")
    network.ring("Dov", seconds=1)
    understand(office)
    (case,) = phone_cases(office)
    assert case.subject == "A call that nobody answered"


@pytest.mark.parametrize("number", ["", "+19005550199"])
def test_a_number_that_cannot_be_called_is_asked_for_a_message(
    office: Office, phone: Inbox, network: Voice, number: str
) -> None:
    network.ring("Dov", keys=["1"], message=b"call me", number=number)
    heard = " ".join(network.heard["Dov"])
    assert "Press 1" not in heard
    assert "leave a message" in heard
    understand(office)
    assert len(phone_cases(office)) == 1


def test_who_asks_again_keeps_the_place_and_is_called_once(
    office: Office, cast: Cast, case: Case, wish: Wishes, phone: Inbox, network: Voice
) -> None:
    for _ in range(3):
        network.ring("Cleo", keys=["1"])
    understand(office)
    (found,) = phone_cases(office)
    heard = network.heard["Cleo"]
    assert heard[-1].startswith("We know. We call you back today")
    assert ", ".join(found.reference.replace("-", "")) not in heard[-1]
    wish(case, number=network.number_of("Dov"))  # asked on the board, and calls as well
    network.ring("Dov", keys=["1"])
    understand(office)
    assert len(phone_cases(office)) == 1


def test_a_number_is_not_rung_up_more_often_than_a_few_times_a_day(
    office: Office, cast: Cast, phone: Inbox, network: Voice
) -> None:
    number = network.number_of("Cleo")
    with office.database.write() as unit:
        for _ in range(CALLS_PER_NUMBER):
            take(unit, f"called:{cast.brand.id}:{number}", most=CALLS_PER_NUMBER, per_s=DAY_S)
    network.ring("Cleo", keys=["1"])
    assert "several times today" in " ".join(network.heard["Cleo"])
    understand(office)
    assert len(phone_cases(office)) == 1  # and is a case all the same


def test_outside_hours_the_hours_are_told_true(
    office: Office, cast: Cast, phone: Inbox, network: Voice
) -> None:
    from fairline.people.calendars import change_calendar
    from fairline.people.setup import get_brand
    from fairline.promises.hours import Calendar

    with office.database.write() as unit:
        brand = get_brand(unit, cast.brand.id)
        assert brand.calendar_id
        names = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
        tomorrow = names[(unit.now.weekday() + 1) % 7]
        days: dict[str, Any] = {
            name: ("09:00-17:00",) if name == tomorrow else () for name in names
        }
        change_calendar(unit, brand.calendar_id, "One day", Calendar(zone="UTC", **days))
    network.ring("Cleo", keys=["1"])
    heard = " ".join(network.heard["Cleo"])
    assert "We are closed now, and open tomorrow 09:00." in heard
    assert "tomorrow 09:00 to 09:30" in heard


# A call of ours.


def start(ben: Browser, case: Case) -> None:
    ben.press(f"/desk/cases/{case.reference}/call/start", ring="+49 30 901800")


def last_try(office: Office, case: Case) -> Try:
    with office.database.read() as unit:
        call = store.last_of(unit, case.id)
        assert call
        return store.tries_of(unit, call.id)[-1]


def test_the_agent_presses_a_key_and_is_joined_with_the_customer(
    office: Office, case: Case, wish: Wishes, ben: Browser, phone: Inbox, network: Voice
) -> None:
    wish(case)
    start(ben, case)
    start(ben, case)  # a second click
    (placed,) = network.placed
    assert (placed["To"], placed["From"]) == ("+4930901800", OUR_NUMBER)
    assert "+4930901820" not in str(placed)
    network.pick_up(placed)
    assert "ends in 8 2 0" in " ".join(network.heard["+4930901800"])
    tried = last_try(office, case)
    assert (tried.provider_state, tried.seconds) == ("ended", 95)
    assert network.errors == []


@pytest.mark.parametrize(
    ("customer", "state"), [("no-answer", "no_answer"), ("busy", "busy"), ("failed", "failed")]
)
def test_what_became_of_the_customers_call_is_told(
    office: Office,
    case: Case,
    wish: Wishes,
    ben: Browser,
    phone: Inbox,
    network: Voice,
    customer: str,
    state: str,
) -> None:
    wish(case)
    start(ben, case)
    network.pick_up(network.placed[0], customer=customer)
    assert last_try(office, case).provider_state == state


def test_a_mailbox_of_the_agent_is_never_joined_with_the_customer(
    office: Office, case: Case, wish: Wishes, ben: Browser, phone: Inbox, network: Voice
) -> None:
    wish(case)
    start(ben, case)
    network.pick_up(network.placed[0], key="")
    assert last_try(office, case).provider_state == "ringing"
    network.let_ring(network.placed[0])
    assert last_try(office, case).provider_state == "failed"


def test_a_refusal_of_the_provider_lets_the_agent_dial_by_hand(
    office: Office, case: Case, wish: Wishes, ben: Browser, phone: Inbox, network: Voice
) -> None:
    wish(case)
    data = {"code": 21215, "message": "Geo permission", "status": 400}
    network.faults.append(Fault(status=400, data=data))
    path = f"/desk/cases/{case.reference}/call/start"
    page = ben.press(path, expect=409, ring="+49 30 901800")
    assert "may not call that country" in page
    assert "Dial by hand" in page


# Verified.


def test_whatever_is_not_signed_is_refused(
    office: Office, case: Case, ben: Browser, phone: Inbox, network: Voice
) -> None:
    form = {"CallSid": "CA1", "From": "+12025550143", "Digits": "1"}
    good = signed(network.voice_url.replace("/call", "/pressed"), form, network.token)
    bad = [
        replace(good, headers={"content-type": good.headers["content-type"]}),
        replace(good, body=good.body + b"&x=1"),
        replace(good, url=good.url.replace("/pressed", "/recorded")),
        replace(good, url=f"{good.url}?from=%2B1"),
        replace(good, url=good.url.replace(phone.id, case.inbox_id)),
        signed(good.url, form, "another token"),
    ]
    assert [network.post(one) for one in bad] == [b"<Refused/>"] * len(bad)
    bare = ben.client.post(f"/voice/{phone.id}", content=good.body, headers=dict(good.headers))
    assert bare.status_code == 403
    assert phone_cases(office) == []


def test_a_genuine_request_without_a_call_makes_no_sense(
    office: Office, phone: Inbox, network: Voice, ben: Browser
) -> None:
    push = signed(network.voice_url, {"From": "+12025550143"}, network.token)
    path = push.url.removeprefix("http://board.test")
    answer = ben.client.post(path, content=push.body, headers=dict(push.headers))
    assert answer.status_code == 422


# Its parts.


def test_what_is_said_cannot_break_out_of_the_answer() -> None:
    evil = '</Say><Dial>+1900</Dial>"&<'
    script = Script(lines=(evil,), then="dial", key='k"&<', number=evil, extension='9"')
    root = ET.fromstring(render(script, "https://h.test/voice/i", ours='+1"', language='en"'))
    assert [one.tag for one in root] == ["Say", "Dial"]
    assert root[0].text == evil
    number = root[1][0]
    assert number.text == evil
    assert number.get("statusCallback") == "https://h.test/voice/i/status/k%22%26%3C"


def test_the_check_says_what_to_set_at_the_provider(
    office: Office, phone: Inbox, network: Voice
) -> None:
    wire = PhoneChannel().open(info(office, phone))
    assert isinstance(wire, RecordingWire)
    assert [check.ok for check in wire.verify()] == [True, True]
    network.hook_url = "https://elsewhere.test/hooks/x"
    assert "A call comes in" in wire.verify()[1].text
    sent = Outbound(key="k", native_id="", recipient="+1", recipient_name="", text="x")
    with pytest.raises(DeliveryError, match="themselves"):
        wire.send(sent, handing_over=lambda: None)
    network.token = "changed"
    assert not wire.verify()[0].ok
    wire.close()


def test_connecting_points_our_number_here(network: Voice) -> None:
    inbox = InboxInfo(
        id="i", brand_id="b", brand_name="A", kind="phone", name="P", address="",
        options=network.options(), public_url="https://help.acme.test",
    )  # fmt: skip
    assert PhoneChannel().connect(inbox)[0].ok
    base = "https://help.acme.test/voice/i"
    assert network.set_to == {"voice_url": f"{base}/call", "status_callback": f"{base}/status"}
    assert PhoneChannel().disconnect(inbox)[0].ok
    assert set(network.set_to.values()) == {""}


def test_what_was_captured_of_calls_can_be_fed(tmp_path: Path) -> None:
    form = {
        "CallSid": "CA1",
        "AccountSid": "AC1",
        "From": "+12025550143",
        "CallStatus": "completed",
    }
    (tmp_path / "a.json").write_text(json.dumps(form))
    (tmp_path / "b.form").write_text(urlencode({**form, "Digits": "1"}))
    channel = PhoneChannel()
    inbox = InboxInfo(
        id="i", brand_id="b", brand_name="A", kind="phone", name="P", address="", options={},
        public_url="",
    )  # fmt: skip
    heard = [
        channel.translate(item.payload, inbox, received_at=now())
        for _, item in channel.items_in(tmp_path)
    ]
    assert [getattr(one, "subject", "") for one in heard] == [
        "A call that nobody answered",
        "Please call back",
    ]
    assert channel.describe((tmp_path / "b.form").read_bytes())["from"] == "+12025550143"


def test_a_recording_that_is_not_ready_is_asked_for_again(
    office: Office, phone: Inbox, network: Voice
) -> None:
    wire = RecordingWire(info(office, phone), "")
    account = network.options()["twilio_account"]
    with pytest.raises(DeliveryError, match="not ready") as missing:
        wire.download(f"{network.url}/2010-04-01/Accounts/{account}/Recordings/REx.mp3")
    assert not missing.value.permanent
    with pytest.raises(DeliveryError) as elsewhere:
        wire.download("https://elsewhere.test/x.mp3")
    assert elsewhere.value.permanent
    wire.close()


def test_without_all_its_settings_agents_dial_by_hand() -> None:
    inbox = InboxInfo(
        id="i",
        brand_id="b",
        brand_name="Acme",
        kind="phone",
        name="Phone",
        address="",
        options={"provider": "twilio", "twilio_account": "AC1"},
        public_url="https://help.acme.test",
    )
    assert PhoneChannel().voice(inbox) is None


def test_news_at_the_address_of_a_switchboard_are_never_believed(
    office: Office, phone: Inbox
) -> None:
    voice = TwilioVoice(info(office, phone))
    with pytest.raises(NotAllowed):
        voice.read({}, b"{}")
    with pytest.raises(DeliveryError, match="Dial by hand"):
        voice.call(Order(key="k", agent="4930", customer="+4930901820"))
    voice.close()


@pytest.mark.parametrize("payload", [b"", b"x=1", b"CallSid=", b"\xff\xfe", b"CallSid=%ff"])
def test_no_payload_breaks_us(payload: bytes) -> None:
    inbox = InboxInfo(
        id="i", brand_id="b", brand_name="A", kind="phone", name="P", address="", options={},
        public_url="",
    )  # fmt: skip
    try:
        PhoneChannel().translate(payload, inbox, received_at=now())
    except Invalid:
        return
