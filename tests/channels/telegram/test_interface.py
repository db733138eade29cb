"""Every call that we make of Telegram, compared with its published interface."""

import json
from pathlib import Path
from typing import Any

import pytest

from fairline.channels.contract import Outbound, OutboundFile
from fairline.channels.telegram import TelegramChannel
from fairline.channels.telegram.translate import KINDS, SERVICE
from fairline.channels.telegram.wire import TelegramWire
from fairline.demo.networks.kit import Call
from fairline.demo.networks.telegram import Telegram
from fairline.demo.networks.telegram_forms import read_fields
from tests.channels.telegram.conftest import inbox_on

SPEC = Path(__file__).parents[4] / "shared/data/providers/specs/telegram/api.min.json"

pytestmark = pytest.mark.skipif(not SPEC.is_file(), reason="the published interface is not here")


@pytest.fixture(scope="module")
def spec() -> Any:
    return json.loads(SPEC.read_bytes())


def fields_of(call: Call) -> set[str]:
    fields, files = read_fields(call)
    return {*fields, *files}


def test_every_call_has_the_fields_that_it_may_and_must_have(
    telegram: Telegram, wire: TelegramWire, channel: TelegramChannel, spec: Any
) -> None:
    asked = telegram.say("Cleo", "hello", public=True)
    telegram.say("Cleo", "hello", public=False)
    sender = {"id": 5001, "is_bot": False, "first_name": "Cleo"}
    telegram.tell({"callback_query": {"id": "77", "from": sender, "data": "Yes"}})
    cursor = [item.cursor for item in wire.fetch("", limit=10)][-1]
    list(wire.fetch(cursor, limit=10))
    wire.verify()
    file = OutboundFile(name="a.bin", media_type="application/x", data=b"1")
    photo = OutboundFile(name="a.jpg", media_type="image/jpeg", data=b"1")
    for more in ({}, {"files": (file,)}, {"files": (photo, file)}):
        out = Outbound(
            key="k", native_id="", recipient="5001", recipient_name="C", text="x", **more
        )
        wire.send(out, handing_over=lambda: None)
    public = Outbound(
        key="k", native_id="", recipient="5001", recipient_name="C", text="x", is_public=True,
        in_reply_to=asked,
    )  # fmt: skip
    wire.send(public, handing_over=lambda: None)
    wire.download(f"telegram:{telegram.add_file('a', b'x')['file_id']}")
    inbox = inbox_on(telegram, mode="webhook")
    channel.connect(inbox)
    channel.disconnect(inbox)

    named = set()
    for call in telegram.calls:
        method = call.path.rpartition("/")[2]
        if call.path.startswith("/file/"):
            continue
        named.add(method)
        known = {one["name"]: one for one in spec["methods"][method].get("fields", [])}
        given = fields_of(call)
        assert given <= set(known), method
        assert {name for name, one in known.items() if one["required"]} <= given, method
    assert len(named) == 10


def test_every_kind_of_update_and_service_message_is_of_the_interface(spec: Any) -> None:
    updates = {one["name"] for one in spec["types"]["Update"]["fields"]}
    assert set(KINDS) <= updates
    messages = {one["name"] for one in spec["types"]["Message"]["fields"]}
    assert messages >= SERVICE
