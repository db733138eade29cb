"""Cuts what X sends into single things, each with a native id of its own. Pure.

Used on webhook bodies, on answers to polling and on stored payloads alike. A post has its own id,
however it reached us: by a webhook and by polling it is stored once. Sources: docs.x.com "Account
Activity API" (lists of events of one user), "X Activity API" (one event in an envelope).
"""

import hashlib
from collections.abc import Iterator
from typing import Any

import msgspec

from fairline.channels.x.reading import number, rows, table, words

MOST_EVENTS = 2000


class Piece(msgspec.Struct, frozen=True, kw_only=True):
    """One thing, in the envelope it came in. `user_id` is whose news it is, '' when not told."""

    native_id: str
    body: dict[str, Any]
    user_id: str = ""


def pieces(body: dict[str, Any], *, user_id: str = "") -> Iterator[Piece]:
    """Every single thing in it, in its order; nothing where it holds none."""
    user_id = number(body.get("for_user_id")) or user_id
    data = body.get("data")
    if isinstance(data, dict) and "payload" in data:
        yield from _activity(body, data)
    elif isinstance(data, list):
        for one in rows(data)[:MOST_EVENTS]:
            whose = {"for_user_id": user_id} if user_id else {}
            includes = _of_interest(table(body.get("includes")), one)
            yield _single({**whose, "data": one, "includes": includes}, one, user_id)
    elif isinstance(data, dict):
        yield _single({**body, "data": data}, data, user_id)
    elif "tweet_id" in body and "inbound" in body:
        yield Piece(native_id=number(body["tweet_id"]) or _hashed("row", body), body=body)
    elif any(key.endswith(("_events", "_event")) for key in body):
        yield from _account_activity(body, user_id)
    elif number(body.get("id_str"), body.get("id")):
        yield _single({"data": body}, body, user_id)


def _of_interest(includes: dict[str, Any], one: dict[str, Any]) -> dict[str, Any]:
    """Of a page's people and pictures those that this one thing names: a page has a hundred."""
    mentions = rows(table(one.get("entities")).get("mentions"))
    people = {number(one.get("author_id")), number(one.get("sender_id"))}
    people |= {number(one.get("in_reply_to_user_id"))} | {number(m.get("id")) for m in mentions}
    keys = table(one.get("attachments")).get("media_keys")
    pictures = keys if isinstance(keys, list) else []
    return {
        "users": [u for u in rows(includes.get("users")) if number(u.get("id")) in people - {""}],
        "media": [m for m in rows(includes.get("media")) if m.get("media_key") in pictures],
    }


def _single(body: dict[str, Any], one: dict[str, Any], user_id: str) -> Piece:
    found = number(one.get("id_str"), one.get("id"))
    is_direct = "dm_conversation_id" in one or "sender_id" in one
    native_id = (f"dm:{found}" if is_direct else found) if found else _hashed("item", one)
    return Piece(native_id=native_id, body=body, user_id=user_id)


def _activity(body: dict[str, Any], data: dict[str, Any]) -> Iterator[Piece]:
    """One event of the X Activity API; its direct messages are lists in the old form."""
    user_id = number(table(data.get("filter")).get("user_id"))
    payload, kind = table(data.get("payload")), words(data.get("event_type"))
    if any(key.startswith("direct_message_") for key in payload):
        yield from _account_activity({**payload, "for_user_id": user_id}, user_id)
        return
    native_id = words(data.get("event_uuid"))[:100]
    native_id = f"event:{native_id}" if native_id else _hashed("event", data)
    if kind.startswith("post.") and (found := number(payload.get("id"))):
        native_id = f"gone:{found}" if kind == "post.delete" else found
    yield Piece(native_id=native_id, body=body, user_id=user_id)


def _account_activity(body: dict[str, Any], user_id: str) -> Iterator[Piece]:
    lists = {key: one for key, one in body.items() if key.endswith("_events")}
    envelope = {key: one for key, one in body.items() if key not in lists}
    for kind, events in lists.items():
        for event in rows(events)[:MOST_EVENTS]:
            native_id = _native_id(kind, event) or _hashed(kind, event)
            yield Piece(native_id=native_id, body={**envelope, kind: [event]}, user_id=user_id)
    if not lists:
        yield Piece(native_id=_hashed("event", body), body=body, user_id=user_id)


def _native_id(kind: str, event: dict[str, Any]) -> str:
    if kind == "tweet_create_events":
        return number(event.get("id_str"), event.get("id"))
    if kind == "tweet_delete_events":
        gone = number(table(event.get("status")).get("id"))
        return f"gone:{gone}" if gone else ""
    if kind == "direct_message_events":
        found = number(event.get("id"))
        return f"dm:{found}" if found else ""
    return ""


def _hashed(kind: str, event: dict[str, Any]) -> str:
    """Told twice it is the same; told again with another time it is another."""
    digest = hashlib.sha256(msgspec.json.encode(event, order="deterministic"))
    return f"{kind}:{digest.hexdigest()[:32]}"
