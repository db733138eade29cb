"""The company's inbox on X, and payloads as X's pages print them, with people of ours in them."""

import json
from datetime import UTC, datetime
from typing import Any

from fairline.channels.contract import InboxInfo, Translation
from fairline.channels.x import XChannel

NOON = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)
ACME, CLEO, DOV = "1001", "5005", "6006"
USERS: list[dict[str, Any]] = [
    {
        "id": CLEO,
        "username": "CleoMarsh",
        "name": "Cleo Marsh",
        "public_metrics": {"followers_count": 97, "following_count": 1, "post_count": 50},
    },
    {"id": ACME, "username": "acme", "name": "Acme"},
    {"id": DOV, "username": "dov", "name": "Dov", "protected": True},
]


def inbox(**options: str) -> InboxInfo:
    return InboxInfo(
        id="1",
        brand_id="b",
        brand_name="Acme",
        kind="x",
        name="X",
        address="@acme",
        options=options,
        public_url="https://help.acme.example",
    )


def understood(body: Any, **options: str) -> Translation:
    payload = body if isinstance(body, bytes) else json.dumps(body).encode()
    return XChannel().translate(payload, inbox(**options), received_at=NOON)


def post(text: str = "@acme hi", *, id_: str = "77", by: str = CLEO, **more: Any) -> dict[str, Any]:
    """A post of v2 as polling gives it."""
    made = {
        "id": id_,
        "text": text,
        "author_id": by,
        "created_at": "2026-11-02T11:59:00.000Z",
        "edit_history_tweet_ids": [id_],
        "conversation_id": id_,
        "lang": "en",
        "entities": {"mentions": [{"start": 0, "end": 5, "username": "acme", "id": ACME}]},
    }
    return made | more


def polled(one: dict[str, Any], **includes: Any) -> dict[str, Any]:
    return {"for_user_id": ACME, "data": one, "includes": {"users": USERS, **includes}}


def activity(kind: str, payload: Any, **includes: Any) -> dict[str, Any]:
    """An event of the X Activity API."""
    return {
        "data": {
            "event_uuid": "2080765813578191303",
            "filter": {"user_id": ACME},
            "event_type": kind,
            "payload": payload,
            "includes": {"users": USERS, **includes},
        }
    }


def old_post(text: str, *, id_: str = "77", by: str = CLEO, **more: Any) -> dict[str, Any]:
    """A post of v1.1 as the Account Activity API pushes it."""
    person = next(one for one in USERS if one["id"] == by)
    user = {
        "id_str": by,
        "screen_name": person["username"],
        "name": person["name"],
        "followers_count": 97,
    }
    made = {
        "created_at": "Mon Nov 02 11:59:00 +0000 2026",
        "id_str": id_,
        "text": text,
        "user": user,
        "lang": "en",
        "entities": {"user_mentions": [{"screen_name": "acme", "id_str": ACME}], "urls": []},
    }
    return made | more


def pushed(kind: str, event: dict[str, Any], **more: Any) -> dict[str, Any]:
    """One event of the Account Activity API."""
    return {"for_user_id": ACME, kind: [event], **more}
