"""The talk with Telegram: asked by long polling, confirmed once stored, sent, refused in words."""

import json
import threading
from typing import Any

import pytest

from fairline.channels.contract import (
    DeliveryError,
    HookRequest,
    InboxInfo,
    Invalid,
    NotAllowed,
    Outbound,
    OutboundFile,
    RawItem,
)
from fairline.channels.telegram import TelegramChannel
from fairline.channels.telegram.options import hook_secret
from fairline.channels.telegram.wire import TelegramWire
from fairline.core.clock import now
from fairline.demo.networks.kit import Fault
from fairline.demo.networks.telegram import Telegram
from tests.channels.telegram.conftest import inbox_on


def outbound(recipient: str, text: str = "It is on its way.", **more: Any) -> Outbound:
    return Outbound(
        key="k", native_id="", recipient=recipient, recipient_name="Cleo", text=text, **more
    )


def send(wire: TelegramWire, sent: Outbound) -> str:
    steps: list[str] = []
    found = wire.send(sent, handing_over=lambda: steps.append("now"))
    assert steps == ["now"]
    return found.native_id


def fetched(wire: TelegramWire, cursor: str = "", *, limit: int = 500) -> list[RawItem]:
    return list(wire.fetch(cursor, limit=limit))


def test_what_waits_is_fetched_in_order_and_confirmed_only_by_the_next_question(
    telegram: Telegram, wire: TelegramWire
) -> None:
    for number in range(5):
        telegram.say("Cleo", f"hello {number}", public=False)
    items = fetched(wire)
    assert [json.loads(item.payload)["message"]["text"] for item in items] == [
        f"hello {number}" for number in range(5)
    ]
    assert len(telegram.updates) == 5  # we may still die before they are on disk
    again = fetched(wire)
    assert [item.native_id for item in again] == [item.native_id for item in items]
    assert fetched(wire, items[2].cursor)[0].native_id == items[3].native_id
    assert len(telegram.updates) == 2


def test_one_look_asks_once_so_that_nothing_is_confirmed_before_it_is_stored(
    telegram: Telegram, wire: TelegramWire
) -> None:
    for number in range(130):
        telegram.say("Cleo", f"hello {number}", public=False)
    items = fetched(wire)
    assert len(items) == 100
    assert len(telegram.updates) == 130
    assert wire.wait(0.5)  # asks for what is left, and holds it
    assert len(fetched(wire, items[-1].cursor)) == 30
    asked = [call for call in telegram.calls if call.path.endswith("getUpdates")]
    assert len(asked) == 2


def test_waiting_ends_when_somebody_writes(telegram: Telegram, wire: TelegramWire) -> None:
    assert fetched(wire) == []
    threading.Timer(0.1, lambda: telegram.say("Cleo", "now", public=False)).start()
    assert wire.wait(20)
    assert len(fetched(wire)) == 1


def test_an_answer_goes_to_the_person_and_has_a_place(
    telegram: Telegram, wire: TelegramWire
) -> None:
    telegram.say("Cleo", "Where is it?", public=False)
    native_id = send(wire, outbound("5001"))
    (answer,) = telegram.taken()
    assert (answer.text, answer.is_public, answer.id) == ("It is on its way.", False, native_id)


def test_a_public_answer_stands_under_what_it_answers(
    telegram: Telegram, wire: TelegramWire
) -> None:
    asked = telegram.say("Cleo", "Where is it?", public=True)
    send(wire, outbound("5001", is_public=True, references=(asked,), in_reply_to=asked))
    (answer,) = telegram.taken()
    assert answer.is_public
    assert answer.under == asked


def test_public_words_that_nobody_asked_for_in_a_group_are_told_in_private(
    telegram: Telegram, wire: TelegramWire
) -> None:
    asked = telegram.say("Cleo", "Where is it?", public=False)
    send(wire, outbound("5001", is_public=True, references=(asked,), in_reply_to=asked))
    (said,) = telegram.taken()
    assert not said.is_public


def test_one_file_takes_a_short_text_along_and_many_follow_the_text(
    telegram: Telegram, wire: TelegramWire
) -> None:
    telegram.say("Cleo", "Where is it?", public=False)
    bill = OutboundFile(name="Rechnung für Sie.pdf", media_type="application/pdf", data=b"%PDF")
    photo = OutboundFile(name="box.jpg", media_type="image/jpeg", data=b"\xff\xd8")
    send(wire, outbound("5001", files=(bill,)))
    (alone,) = telegram.taken()
    assert (alone.text, alone.files) == ("It is on its way.", ("Rechnung für Sie.pdf",))
    send(wire, outbound("5001", files=(bill, photo)))
    assert [(one.text, one.files) for one in telegram.taken()[1:]] == [
        ("It is on its way.", ()),
        ("", ("Rechnung für Sie.pdf",)),
        ("", ("box.jpg",)),
    ]
    assert [call.path.rpartition("/")[2] for call in telegram.calls][-1] == "sendPhoto"


def test_a_file_that_is_refused_after_the_text_leaves_it_to_a_person(
    telegram: Telegram, wire: TelegramWire
) -> None:
    telegram.say("Cleo", "Where is it?", public=False)
    telegram.faults.append(Fault(status=500, path=f"/bot{telegram.token}/sendDocument"))
    file = OutboundFile(name="a.bin", media_type="application/x", data=b"1")
    with pytest.raises(DeliveryError, match="not every file") as refused:
        send(wire, outbound("5001", files=(file, file)))
    assert refused.value.is_unknown


def test_strangers_and_those_who_have_blocked_us_are_not_written_to(
    telegram: Telegram, wire: TelegramWire
) -> None:
    telegram._person("Dov")
    with pytest.raises(DeliveryError, match="cannot write first") as first:
        send(wire, outbound("5001"))
    assert first.value.permanent
    assert not first.value.blames_address
    telegram.say("Dov", "hello", public=False)
    telegram.block("Dov")
    with pytest.raises(DeliveryError, match="blocked the bot") as blocked:
        send(wire, outbound("5001"))
    assert blocked.value.permanent
    assert blocked.value.blames_address
    telegram.block("Dov", again=True)
    send(wire, outbound("5001"))


def test_we_wait_as_long_as_we_are_told(telegram: Telegram, wire: TelegramWire) -> None:
    telegram.say("Cleo", "hello", public=False)
    data = {
        "ok": False,
        "error_code": 429,
        "description": "Too Many Requests: retry after 35",
        "parameters": {"retry_after": 35},
    }
    telegram.faults.append(Fault(status=429, data=data))
    with pytest.raises(DeliveryError, match="slow down") as refused:
        send(wire, outbound("5001"))
    assert (refused.value.permanent, refused.value.retry_after_s) == (False, 35)


def test_a_connection_that_breaks_after_the_hand_over_is_not_sent_again(
    telegram: Telegram, wire: TelegramWire
) -> None:
    telegram.say("Cleo", "hello", public=False)
    telegram.faults.append(Fault(status=0, drops=True))
    with pytest.raises(DeliveryError) as broken:
        send(wire, outbound("5001"))
    assert broken.value.is_unknown
    assert len(telegram.taken()) == 1


def test_a_token_that_was_taken_back_is_said_clearly(telegram: Telegram) -> None:
    wire = TelegramWire(inbox_on(telegram, token="7001:" + "b" * 35))
    with pytest.raises(DeliveryError, match="@BotFather") as refused:
        fetched(wire)
    assert (refused.value.provider_code, refused.value.permanent) == ("token_expired", False)
    (check,) = wire.verify()
    assert not check.ok
    wire.close()


@pytest.mark.parametrize("token", ["", "7001", "7001:short", "7001:" + "a" * 30 + "/../x"])
def test_what_is_no_token_never_leaves_the_house(telegram: Telegram, token: str) -> None:
    with pytest.raises(Invalid):
        TelegramWire(inbox_on(telegram, token=token))


def test_files_are_fetched_by_their_id(telegram: Telegram, wire: TelegramWire) -> None:
    file = telegram.add_file("bill 1.pdf", b"%PDF")
    assert wire.download(f"telegram:{file['file_id']}")[0] == b"%PDF"
    for bad in ("telegram:", "https://elsewhere.test/x", "telegram:unknown"):
        with pytest.raises(DeliveryError) as refused:
            wire.download(bad)
        assert refused.value.permanent


def test_a_pressed_button_is_answered(telegram: Telegram, wire: TelegramWire) -> None:
    sender = {"id": 5001, "is_bot": False, "first_name": "Cleo"}
    telegram.tell({"callback_query": {"id": "77", "from": sender, "data": "Yes"}})
    assert len(fetched(wire)) == 1
    assert telegram.buttons == ["77"]


def test_the_check_says_who_answers_and_how_updates_come(
    telegram: Telegram, wire: TelegramWire
) -> None:
    checks = wire.verify()
    assert all(check.ok for check in checks)
    assert "@acme_bot answers" in checks[0].text
    other = TelegramWire(InboxInfo(**{**_fields(inbox_on(telegram)), "address": "@other_bot"}))
    assert not other.verify()[0].ok
    other.close()


def _fields(inbox: InboxInfo) -> dict[str, Any]:
    return {name: getattr(inbox, name) for name in InboxInfo.__struct_fields__}


def hooked(telegram: Telegram, channel: TelegramChannel) -> InboxInfo:
    inbox = inbox_on(telegram, mode="webhook")
    (check,) = channel.connect(inbox)
    assert check.ok, check.text
    return inbox


def test_connecting_sets_the_webhook_and_then_nothing_is_asked_for(
    telegram: Telegram, channel: TelegramChannel, wire: TelegramWire
) -> None:
    telegram.say("Cleo", "before", public=False)
    inbox = hooked(telegram, channel)
    assert telegram.hook_url == "https://help.acme.test/hooks/0192-inbox"
    with pytest.raises(DeliveryError, match="told to call an address"):
        fetched(wire)  # one that asks all the same
    pushed = TelegramWire(inbox)
    assert fetched(pushed) == []
    assert all(check.ok for check in pushed.verify())
    pushed.close()
    (before,) = telegram.take_pushes()
    assert b"before" in before.body
    assert channel.disconnect(inbox)[0].ok
    telegram.say("Cleo", "after", public=False)
    assert len(fetched(wire)) == 1


def test_a_webhook_that_calls_elsewhere_or_fails_is_noticed(
    telegram: Telegram, channel: TelegramChannel
) -> None:
    wire = TelegramWire(hooked(telegram, channel))
    telegram.last_error = "Wrong response from the webhook: 502 Bad Gateway"
    assert fetched(wire) == []  # it is over: nothing waits
    telegram.updates.append({"update_id": 1})
    with pytest.raises(DeliveryError, match="502 Bad Gateway"):
        fetched(wire)
    telegram.hook_url = "https://elsewhere.test"
    with pytest.raises(DeliveryError, match="Telegram calls https://elsewhere"):
        fetched(wire)
    wire.close()


def test_a_webhook_needs_https(telegram: Telegram, channel: TelegramChannel) -> None:
    fields = {**_fields(inbox_on(telegram, mode="webhook")), "public_url": "http://127.0.0.1:1"}
    (check,) = channel.connect(InboxInfo(**fields))
    assert not check.ok
    assert "https" in check.text


def request(body: bytes, secret: str, *, method: str = "POST") -> HookRequest:
    headers = {"x-telegram-bot-api-secret-token": secret} if secret else {}
    return HookRequest(method=method, url="", at=now(), headers=headers, body=body)


def test_only_telegram_is_believed(telegram: Telegram, channel: TelegramChannel) -> None:
    inbox = hooked(telegram, channel)
    telegram.say("Cleo", "hello", public=False)
    (push,) = telegram.take_pushes()
    secret = push.headers["X-Telegram-Bot-Api-Secret-Token"]
    assert secret == hook_secret(inbox)
    (item,) = channel.hook(request(push.body, secret), inbox).items
    assert item.item.payload == push.body
    for forged in ("", secret[:-1], secret + "0", "x" * 64, "ü"):
        with pytest.raises(NotAllowed):
            channel.hook(request(push.body, forged), inbox)
    with pytest.raises(NotAllowed):
        channel.hook(request(push.body, secret, method="GET"), inbox)
    with pytest.raises(NotAllowed):  # an inbox that asks is pushed nothing
        channel.hook(request(push.body, secret), inbox_on(telegram, mode="poll"))


def test_a_genuine_body_that_is_not_understood_is_kept(
    telegram: Telegram, channel: TelegramChannel
) -> None:
    inbox = hooked(telegram, channel)
    answer = channel.hook(request(b"{broken", hook_secret(inbox)), inbox)
    assert answer.items[0].item.native_id.startswith("body-")


def test_a_pushed_button_is_answered_in_the_same_breath(
    telegram: Telegram, channel: TelegramChannel
) -> None:
    inbox = hooked(telegram, channel)
    body = json.dumps({"update_id": 1, "callback_query": {"id": "77"}}).encode()
    answer = channel.hook(request(body, hook_secret(inbox)), inbox)
    assert json.loads(answer.body) == {
        "method": "answerCallbackQuery",
        "callback_query_id": "77",
    }


@pytest.mark.parametrize(
    ("typed", "address"),
    [(" 005001 ", "5001"), ("@Acme_Bot", "@acme_bot"), ("https://t.me/acme_bot", "@acme_bot")],
)
def test_addresses_have_one_form(channel: TelegramChannel, typed: str, address: str) -> None:
    assert channel.normalise(typed) == address


@pytest.mark.parametrize("bad", ["", "@", "a b", "cleo@acme.test", "@äöü_"])
def test_what_is_no_address_is_refused(channel: TelegramChannel, bad: str) -> None:
    with pytest.raises(Invalid):
        channel.normalise(bad)
