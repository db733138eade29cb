"""Text messages understood, signed, priced and refused: all of it without a database."""

import hashlib
import json
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairline.channels.contract import (
    Consent,
    DeliveryError,
    HookRequest,
    Ignored,
    Inbound,
    InboxInfo,
    Invalid,
    NotAllowed,
    Outbound,
    Receipt,
    Sending,
    Spent,
)
from fairline.channels.sms import SmsChannel
from fairline.channels.sms.keywords import HELP, START, STOP, keyword_in
from fairline.channels.sms.translate import translate
from fairline.channels.sms.wire import SmsWire
from fairline.channels.twilio import is_genuine, sign
from fairline.core.clock import now
from fairline.demo.networks.kit import Fault, Host
from fairline.demo.networks.sms import LANDLINE, Sms
from fairline.demo.networks.twilio_account import OUR_NUMBER, TOKEN
from tests.fakes.memory import MemoryInHand

PROVIDERS = Path(__file__).parents[4] / "shared/data/providers"
CAPTURES = PROVIDERS / "sms-voice"
VECTORS = PROVIDERS / "webhook_signature_vectors.json"
URL = "https://help.acme.test/hooks/i"
SID = "SM" + "1" * 32


def inbox_on(network: Sms | None = None, **options: str) -> InboxInfo:
    return InboxInfo(
        id="i",
        brand_id="b",
        brand_name="Acme",
        kind="sms",
        name="Texts",
        address=OUR_NUMBER,
        options={**(network.options() if network else {"token": TOKEN}), **options},
        public_url="https://help.acme.test",
    )


def form(**fields: str) -> bytes:
    return urlencode({"MessageSid": SID, "From": "+12025550143", **fields}).encode()


# Understood.


def test_a_text_message_is_said_by_a_number() -> None:
    found = translate(form(Body="Where is\x00 my parcel? ", NumMedia="0"))
    assert isinstance(found, Inbound)
    assert (found.native_id, found.text) == (SID, "Where is my parcel?")
    assert (found.author.address, found.author.verified) == ("+12025550143", True)


def test_pictures_are_named_and_fetched_later() -> None:
    url = "https://api.twilio.com/2010-04-01/Accounts/AC/Messages/MM/Media/ME"
    more = {"NumMedia": "2", "MediaUrl0": url, "MediaContentType0": "image/jpeg"}
    found = translate(form(Body="", MediaUrl1="file:///etc/passwd", **more))
    assert isinstance(found, Inbound)
    assert [(one.name, one.url) for one in found.files] == [("picture-1.jpg", url)]


@pytest.mark.parametrize("sender", ["ACMEBANK", "72345"])
def test_names_and_short_codes_are_heard_and_never_answered(sender: str) -> None:
    found = translate(form(Body="Your code is 1", From=sender))
    assert isinstance(found, Inbound)
    assert not found.author.verified
    assert found.is_automatic
    sending = Sending(recipient=found.author.address, at=now(), text="hello")
    (rule,) = SmsChannel().rules(sending, inbox_on())
    assert rule.blocks
    assert "nobody can answer" in rule.text


def test_a_whatsapp_number_is_another_address_than_the_phone() -> None:
    found = translate(form(Body="Olá", From="whatsapp:+5541988887777", ProfileName="João"))
    assert isinstance(found, Inbound)
    assert found.author.address == "whatsapp:+5541988887777"
    assert found.author.name == "João"


def test_a_place_is_said_in_words() -> None:
    found = translate(form(Latitude="12.16", Longitude="75.26", Label="Home"))
    assert isinstance(found, Inbound)
    assert found.text == "Their place: Home (12.16, 75.26)"


@pytest.mark.parametrize("word", sorted(STOP | START | HELP))
def test_each_keyword_counts_alone_and_in_any_case(word: str) -> None:
    kind = "stop" if word in STOP else "start" if word in START else "help"
    assert keyword_in(f"  {word.upper()}! ") == kind
    assert keyword_in(f"{word} please") in {"", "stop" if word == "stop" else ""}
    found = translate(form(Body=word))
    if kind == "help":
        assert isinstance(found, Ignored)
        assert found.inbound
    else:
        assert isinstance(found, Consent)
        assert found.stops is (kind == "stop")


def test_what_the_provider_says_of_a_keyword_goes_first() -> None:
    assert keyword_in("Oui", "START") == "start"
    assert keyword_in("no more", "STOP") == "stop"
    assert keyword_in("yes") == ""


@pytest.mark.parametrize(
    ("status", "code", "state", "blames"),
    [
        ("delivered", "", "delivered", True),
        ("read", "", "read", True),
        ("undelivered", "30003", "failed", False),
        ("undelivered", "30005", "failed", True),
        ("failed", "21610", "failed", True),
        ("failed", "99999", "failed", False),
        ("canceled", "", "failed", False),
    ],
)
def test_news_of_what_we_sent(status: str, code: str, state: str, blames: bool) -> None:
    found = translate(form(MessageStatus=status, ErrorCode=code, ErrorMessage="Odd thing"))
    assert isinstance(found, Receipt)
    assert (found.state, found.native_ids, found.blames_address) == (state, (SID,), blames)
    assert bool(found.text) is (state == "failed")
    assert found.native_id == f"{SID}-{status}"


def test_news_on_the_way_change_nothing() -> None:
    for status in ("accepted", "queued", "sending", "sent"):
        assert isinstance(translate(form(MessageStatus=status)), Ignored)


@pytest.mark.skipif(not CAPTURES.is_dir(), reason="the captured payloads are not here")
def test_captured_requests_are_understood() -> None:
    kinds: dict[str, int] = {}
    ids = set()
    for name, item in SmsChannel().items_in(CAPTURES):
        found = translate(item.payload)
        kinds[type(found).__name__] = kinds.get(type(found).__name__, 0) + 1
        ids.add(item.native_id)
        SmsChannel().describe(item.payload)
        if "incoming_message" in name and "spec_03" not in name:
            assert isinstance(found, Inbound), name
    assert len(ids) > 20
    assert kinds["Receipt"] == 6
    assert kinds["Inbound"] >= 24


@given(st.dictionaries(st.sampled_from(
    ["From", "To", "Body", "MessageSid", "SmsSid", "MessageStatus", "ErrorCode", "NumMedia",
     "MediaUrl0", "MediaContentType0", "OptOutType", "Latitude", "Longitude", "ProfileName"]),
    st.text(max_size=40)))  # fmt: skip
def test_no_form_breaks_us(fields: dict[str, str]) -> None:
    for payload in (urlencode(fields, errors="replace").encode(), json.dumps(fields).encode()):
        with suppress(Invalid):
            translate(payload)
        SmsChannel().describe(payload)


@given(st.binary(max_size=120))
def test_no_bytes_break_us(payload: bytes) -> None:
    with suppress(Invalid):
        translate(payload)
    with suppress(Invalid):
        translate(b"{" + payload)


# Signed.


@pytest.mark.skipif(not VECTORS.is_file(), reason="the published vectors are not here")
def test_the_published_vector_is_genuine() -> None:
    (vector,) = [v for v in json.loads(VECTORS.read_text()) if v["scheme"] == "twilio-form"]
    body = urlencode(vector["params"]).encode()
    headers = {
        "x-twilio-signature": vector["x_twilio_signature"],
        "content-type": "application/x-www-form-urlencoded; charset=UTF-8",
    }
    assert is_genuine(vector["auth_token"], vector["url"], headers, body)
    assert not is_genuine("12346", vector["url"], headers, body)
    assert not is_genuine("", vector["url"], headers, body)
    assert not is_genuine(vector["auth_token"], vector["url"] + "&x=1", headers, body)
    assert not is_genuine(vector["auth_token"], vector["url"], headers, body + b"&x=1")


def test_a_body_that_is_no_form_is_bound_by_its_digest() -> None:
    body = b'{"MessageSid": "SM1"}'
    url = f"{URL}?bodySHA256={hashlib.sha256(body).hexdigest()}"
    headers = {"x-twilio-signature": sign("t", url), "content-type": "application/json"}
    assert is_genuine("t", url, headers, body)
    assert not is_genuine("t", url, headers, body + b" ")
    bare = {**headers, "x-twilio-signature": sign("t", URL)}
    assert not is_genuine("t", URL, bare, body)  # signed, and the body could be anything


@pytest.mark.parametrize("signed_url", [URL, URL.replace("acme.test", "acme.test:443")])
@pytest.mark.parametrize("called", [URL, URL.replace("acme.test", "acme.test:443")])
def test_the_port_of_the_scheme_may_be_named_or_not(signed_url: str, called: str) -> None:
    headers = {
        "x-twilio-signature": sign("t", signed_url, [("A", "1")]),
        "content-type": "application/x-www-form-urlencoded",
    }
    assert is_genuine("t", called, headers, b"A=1")
    assert not is_genuine("t", called.replace("help", "other"), headers, b"A=1")


# Answered at once.


def asked(body: bytes, **options: str) -> bytes:
    pairs = parse_qsl(body.decode(), keep_blank_values=True)
    headers = {
        "x-twilio-signature": sign(TOKEN, URL, pairs),
        "content-type": "application/x-www-form-urlencoded",
    }
    request = HookRequest(method="POST", url=URL, at=now(), headers=headers, body=body)
    answer = SmsChannel().hook(request, inbox_on(None, **options))
    assert answer.media_type == "text/xml"
    return answer.body


def test_keywords_are_answered_by_us_only_where_we_are_told_to() -> None:
    assert b"<Message>" not in asked(form(Body="STOP"))
    told = asked(form(Body="stop"), keywords="us", stop_text="Bye & <thanks>")
    assert b"<Message>Bye &amp; &lt;thanks&gt;</Message>" in told
    assert b"<Message>" in asked(form(Body="HELP"), keywords="us")
    assert b"<Message>" not in asked(form(Body="Where is it?"), keywords="us")
    assert b"<Message>" not in asked(form(MessageStatus="sent", Body="STOP"), keywords="us")


def test_unsigned_requests_are_refused() -> None:
    request = HookRequest(method="POST", url=URL, at=now(), body=form(Body="x"))
    with pytest.raises(NotAllowed):
        SmsChannel().hook(request, inbox_on())


# Sent.


@pytest.fixture
def network() -> Iterator[Sms]:
    network = Sms()
    network.hook_url = URL
    with Host(network):
        yield network


@pytest.fixture
def wire(network: Sms) -> Iterator[SmsWire]:
    wire = SmsWire(inbox_on(network))
    yield wire
    wire.close()


def outbound(recipient: str = "+12025550143", **more: Any) -> Outbound:
    values = {"text": "It comes tomorrow.", **more}
    return Outbound(key="k", native_id="", recipient=recipient, recipient_name="Cleo", **values)


def refusal(wire: SmsWire, sent: Outbound) -> DeliveryError:
    with pytest.raises(DeliveryError) as refused:
        wire.send(sent, handing_over=lambda: None)
    return refused.value


def test_what_is_sent_asks_for_news(network: Sms, wire: SmsWire) -> None:
    sent = wire.send(outbound(), handing_over=lambda: None)
    assert sent.native_id.startswith("SM")
    assert network.messages[0]["callback"] == f"{URL}/status"
    assert len(network.take_pushes()) == 2


def test_a_messaging_service_chooses_the_number(network: Sms) -> None:
    wire = SmsWire(inbox_on(network, service="MG1", smart="on"))
    wire.send(outbound(), handing_over=lambda: None)
    fields = network.calls[-1].form()
    assert (fields["MessagingServiceSid"], fields["SmartEncoded"]) == ("MG1", "true")
    assert "From" not in fields
    wire.close()


@pytest.mark.parametrize(
    ("recipient", "code", "blames"),
    [(LANDLINE, "21614", True), ("+0", "21211", True), ("+12025550177", "21610", True)],
)
def test_refusals_are_said_in_words(
    network: Sms, wire: SmsWire, recipient: str, code: str, blames: bool
) -> None:
    network.stopped.add("+12025550177")
    error = refusal(wire, outbound(recipient))
    assert (error.permanent, error.provider_code, error.blames_address) == (True, code, blames)
    assert str(code) not in error.text


def test_a_rate_is_waited_for_and_public_words_are_never_sent(network: Sms, wire: SmsWire) -> None:
    data = {"code": 20429, "message": "Too Many Requests", "status": 429}
    network.faults.append(Fault(status=429, data=data, headers={"retry-after": "7"}))
    error = refusal(wire, outbound())
    assert (error.permanent, error.retry_after_s) == (False, 7)
    assert refusal(wire, outbound(is_public=True)).permanent
    assert refusal(wire, outbound("acmebank")).permanent
    assert network.messages == []


def test_pictures_are_fetched_with_our_token_from_the_provider_alone(
    network: Sms, wire: SmsWire
) -> None:
    network.picture("Cleo", "See", b"\xff\xd8")
    sid = next(iter(network.media))
    url = (
        f"{network.url}/2010-04-01/Accounts/{network.options()['account']}/Messages/MM/Media/{sid}"
    )
    assert wire.download(url) == (b"\xff\xd8", "image/jpeg")
    with pytest.raises(DeliveryError):  # an address within our own network
        wire.download("http://127.0.0.1:9/Media/x")


def test_the_check_says_what_to_set_at_the_provider(network: Sms, wire: SmsWire) -> None:
    assert [check.ok for check in wire.verify()] == [True, True]
    network.hook_url = "https://elsewhere.test"
    assert "A message comes in" in wire.verify()[1].text


def test_connecting_points_our_number_here_and_takes_nobody_elses(network: Sms) -> None:
    channel, inbox = SmsChannel(), inbox_on(network)
    network.hook_url = ""
    assert channel.connect(inbox)[0].ok
    assert network.set_to == {"sms_url": URL}
    assert channel.connect(inbox)[0].ok  # again: nothing to change
    assert len([call for call in network.calls if call.method == "POST"]) == 1
    assert channel.disconnect(inbox)[0].ok
    assert network.set_to == {"sms_url": ""}
    network.set_to = {"sms_url": "https://elsewhere.test/sms"}
    (check,) = channel.connect(inbox)
    assert not check.ok
    assert "another system" in check.text
    channel.disconnect(inbox)
    assert network.set_to == {"sms_url": "https://elsewhere.test/sms"}
    assert channel.connect(inbox_on(network, service="MG1")) == ()
    network.token = "changed"
    assert not channel.connect(inbox)[0].ok


# Priced.


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "Each part of a text message costs about 0.83 cents"),
        ("a" * 160, "1 text message, about 0.83 cents"),
        ("a" * 161, "2 text messages, about 1.66 cents"),
        ("ő" + "a" * 70, "“ő” more than halves"),
    ],
)
def test_the_composer_says_what_it_costs(text: str, words: str) -> None:
    sending = Sending(recipient="+12025550143", at=now() + timedelta(), text=text)
    (rule,) = SmsChannel().rules(sending, inbox_on(price="0.83"))
    assert words in rule.text
    assert not rule.blocks


def test_what_was_sent_is_counted_and_a_spent_budget_stops(network: Sms) -> None:
    memory = MemoryInHand()
    inbox = inbox_on(network, price="0.83", monthly_budget="0,02")
    wire = SmsChannel().open_with(inbox, memory)
    wire.send(outbound(text="ő" * 71), handing_over=lambda: None)
    wire.close()
    assert memory.spent("parts") == Spent(count=2, cents=1.66)
    at = datetime(2026, 12, 31, 23, 0, tzinfo=UTC)
    more = Sending(recipient="+12025550143", at=at, text="x", spent_cents=memory.spent().cents)
    (stop, _) = SmsChannel().rules(more, inbox)
    assert stop.blocks
    assert stop.until == datetime(2027, 1, 1, tzinfo=UTC)
    assert not any(
        rule.blocks for rule in SmsChannel().rules(more, inbox_on(network, price="0.83"))
    )


def test_shortened_addresses_are_stopped() -> None:
    sending = Sending(recipient="+12025550143", at=now(), text="See https://bit.ly/2x")
    rules = SmsChannel().rules(sending, inbox_on())
    assert rules[0].blocks
    fine = Sending(recipient="+12025550143", at=now(), text="See https://rabbit.lying.test/2x")
    assert not any(rule.blocks for rule in SmsChannel().rules(fine, inbox_on()))
