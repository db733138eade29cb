"""Inboxes as the channels see them, and what Meta would push to them."""

import hashlib
import hmac
import json
from datetime import UTC, datetime
from typing import Any

from fairline.channels.contract import Channel, HookRequest, InboxInfo, Outbound, Translation
from fairline.channels.meta import (
    FacebookChannel,
    InstagramChannel,
    MessengerChannel,
    WhatsAppChannel,
)

PAGE, IG, NUMBER = "117172741761305", "17841405309211844", "+15550783881"
SECRET = "the app's secret"
AT = datetime(2026, 11, 22, 14, 0, tzinfo=UTC)
CHANNELS: dict[str, Channel] = {
    channel.kind: channel
    for channel in (MessengerChannel(), InstagramChannel(), WhatsAppChannel(), FacebookChannel())
}
ADDRESSES = {"messenger": PAGE, "facebook": PAGE, "instagram": IG, "whatsapp": NUMBER}


def inbox(kind: str, **options: str) -> InboxInfo:
    given = {
        "access_token": "a token",
        "app_id": "1517776481860111",
        "app_secret": SECRET,
        "verify_token": "acme listens",
        "phone_number_id": "106540352242922",
        "business_account_id": "419561257915477",
        **options,
    }
    return InboxInfo(
        id="0198f7a2-0000-7000-8000-000000000001",
        brand_id="b",
        brand_name="Acme",
        kind=kind,
        name="Acme",
        address=ADDRESSES[kind],
        options=given,
        public_url="https://help.acme.example",
    )


def heard(kind: str, body: Any, **options: str) -> Translation:
    """What a channel makes of one body."""
    payload = json.dumps(body).encode()
    return CHANNELS[kind].translate(payload, inbox(kind, **options), received_at=AT)


def request(body: Any, *, secret: str = SECRET) -> HookRequest:
    """A signed request."""
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    mac = hmac.new(secret.encode(), data, hashlib.sha256).hexdigest()
    headers = {"x-hub-signature-256": f"sha256={mac}"}
    url = "https://help.acme.example/hooks/1"
    return HookRequest(method="POST", url=url, at=AT, headers=headers, body=data)


def event(**holds: Any) -> dict[str, Any]:
    """One event of a talk with Cleo on the page."""
    talk = {"sender": {"id": "3383290475046708"}, "recipient": {"id": PAGE}}
    return {**talk, "timestamp": 1763820000000, **holds}


def page(*events: dict[str, Any], of: str = "page", own: str = PAGE) -> dict[str, Any]:
    return {"object": of, "entry": [{"id": own, "time": 1763820000000, "messaging": list(events)}]}


def change(field: str, value: dict[str, Any], *, of: str = "page", own: str = PAGE) -> Any:
    entry = {"id": own, "time": 1763820000, "changes": [{"field": field, "value": value}]}
    return {"object": of, "entry": [entry]}


def whatsapp(**lists: Any) -> Any:
    """News of the number."""
    numbers = {"display_phone_number": "15550783881", "phone_number_id": "106540352242922"}
    value = {"messaging_product": "whatsapp", "metadata": numbers, **lists}
    return change("messages", value, of="whatsapp_business_account", own="419561257915477")


def outbound(text: str = "It comes tomorrow.", **more: Any) -> Outbound:
    given = {"native_id": "", "recipient_name": "Cleo", "recipient": "3383290475046708"}
    return Outbound(key="0198f7a2-1111-7000-8000-000000000002", text=text, **{**given, **more})
