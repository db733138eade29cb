"""Cuts what Meta pushes into single pieces of news, each in Meta's own shape, each with its id.

One request holds many entries, each with many messages, and may mix pages. A piece keeps the frame
around it, so that a stored one reads like a whole request. Source: "Webhooks" in the guides of the
Graph API, the Messenger Platform, the Instagram Platform and the WhatsApp Business Platform.
"""

from collections.abc import Iterator
from typing import Any

import msgspec

from fairline.channels.meta.reading import MOST_ID, as_json, fingerprint, name, rows, table, text

MOST_PIECES = 1000  # Meta sends at most 1,000 updates in one request
WHATSAPP = "whatsapp_business_account"
OBJECTS = {"messenger": "page", "facebook": "page", "instagram": "instagram"}


class Piece(msgspec.Struct, frozen=True, kw_only=True):
    """One piece of news. `kind` is the channel it is for, `address` the account it is about."""

    native_id: str
    kind: str
    address: str
    data: dict[str, Any]

    @property
    def payload(self) -> bytes:
        return as_json(self.data)


def pieces_of(body: Any, kind: str) -> Iterator[Piece]:
    """Every piece in a body, in its order. What is no list of entries reads as one of `kind`: a
    lone entry, a lone message, or the value of a change, as other tools keep them.
    """
    entries = list(rows(body, "entry")) if isinstance(body, dict) and "entry" in body else None
    if entries is None:
        entries = [_entry_of(one) for one in rows(body)]
    said = name(body, "object") if isinstance(body, dict) else ""
    count = 0
    for entry in entries:
        for piece in _of_entry(said, entry, kind):
            count += 1
            if count > MOST_PIECES:
                return
            yield piece


def _is_whatsapp(said: str, kind: str, value: dict[str, Any]) -> bool:
    if said == WHATSAPP or (not said and kind == "whatsapp"):
        return True
    return any(part in value for part in _WHATSAPP_LISTS)


def _entry_of(data: dict[str, Any]) -> dict[str, Any]:
    """A frame for what came without one."""
    if any(part in data for part in ("messages", "statuses", "message_echoes")):
        return {"changes": [{"field": "messages", "value": data}]}
    if "sender" in data and not isinstance(data.get("messaging"), dict | list):
        return {"messaging": [data]}
    return data


def _of_entry(said: str, entry: dict[str, Any], kind: str) -> Iterator[Piece]:
    frame: dict[str, Any] = {key: value for key, value in entry.items() if key in {"id", "time"}}
    for part in ("messaging", "standby"):
        for event in rows(entry, part):
            yield from _of_event(said, frame, event, kind)
    for change in rows(entry, "changes"):
        value = table(change, "value")
        if name(change, "field") == "messages" and "sender" in value:
            # How the dashboard sends its test events.
            yield from _of_event(said, frame, value, kind)
        elif _is_whatsapp(said, kind, value):
            yield from _of_whatsapp(frame, change, value)
        else:
            yield _of_change(said, frame, change, value, kind)


def _of_event(
    said: str, frame: dict[str, Any], event: dict[str, Any], kind: str
) -> Iterator[Piece]:
    """A message or a receipt. A receipt about several messages is several pieces."""
    mids = table(event, "delivery").get("mids")
    if isinstance(mids, list) and len(mids) > 1:
        for mid in mids[:MOST_PIECES]:
            one = {**event, "delivery": {**event["delivery"], "mids": [mid]}}
            yield from _of_event(said, frame, one, kind)
        return
    is_instagram = said == "instagram" or (not said and kind == "instagram")
    kind = "instagram" if is_instagram else "messenger"
    ours = name(event, "sender", "id") if _is_echo(event) else name(event, "recipient", "id")
    yield Piece(
        native_id=_fit(id_of_event(event)),
        kind=kind,
        address=name(frame, "id") or ours,
        data={"object": OBJECTS[kind], "entry": [{**frame, "messaging": [event]}]},
    )


def _is_echo(event: dict[str, Any]) -> bool:
    return bool(table(event, "message").get("is_echo"))


def id_of_event(event: dict[str, Any]) -> str:
    """What a messaging event is called: the same each time that it is told."""
    who = name(event, "sender", "id")
    message = table(event, "message")
    if message:
        mid = name(message, "mid") or fingerprint(event)
        if message.get("is_deleted"):
            return f"unsent:{mid}"
        return f"echo:{mid}" if _is_echo(event) else mid
    if edit := table(event, "message_edit"):
        return f"edit:{name(edit, 'mid')}:{name(edit, 'num_edit') or fingerprint(edit)}"
    if postback := table(event, "postback"):
        return name(postback, "mid") or f"postback:{fingerprint(event)}"
    if read := table(event, "read"):
        return f"read:{who}:{name(read, 'mid') or name(read, 'watermark')}"
    if delivery := table(event, "delivery"):
        mids = delivery.get("mids")
        mid = name(mids[0]) if isinstance(mids, list) and mids else ""
        return f"delivered:{mid}" if mid else f"delivered:{who}:{name(delivery, 'watermark')}"
    return f"event:{fingerprint(event)}"


def _of_change(
    said: str, frame: dict[str, Any], change: dict[str, Any], value: dict[str, Any], kind: str
) -> Piece:
    """News of a post or a comment, or of the account itself."""
    is_instagram = said == "instagram" or (not said and kind == "instagram")
    kind = "instagram" if is_instagram else "facebook"
    return Piece(
        native_id=_fit(id_of_change(name(change, "field"), value)),
        kind=kind,
        address=name(frame, "id"),
        data={"object": OBJECTS[kind], "entry": [{**frame, "changes": [change]}]},
    )


def id_of_change(field: str, value: dict[str, Any]) -> str:
    """What news of a post or a comment is called. A comment has its own id when it is made; what
    becomes of it later is called after it.
    """
    if field in {"comments", "live_comments"}:
        return name(value, "id") or f"change:{fingerprint(field, value)}"
    verb = name(value, "verb") or "add"
    item = name(value, "item")
    own = name(value, "comment_id") or name(value, "post_id")
    if field in {"feed", "mention"} and own and item not in {"reaction", "like"}:
        return own if verb == "add" else f"{own}:{verb}:{fingerprint(value)}"
    return f"change:{fingerprint(field, value)}"


def _of_whatsapp(
    frame: dict[str, Any], change: dict[str, Any], value: dict[str, Any]
) -> Iterator[Piece]:
    """Each message, status and echo by itself, with the profile of its author."""
    about = {k: v for k, v in value.items() if k not in {*_WHATSAPP_LISTS, "contacts"}}
    field = {key: item for key, item in change.items() if key != "value"}
    number = name(value, "metadata", "display_phone_number")
    address = f"+{''.join(c for c in number if c.isdigit())}" if number else ""
    found = False
    for part in _WHATSAPP_LISTS:
        for one in rows(value, part):
            found = True
            kept = {**about, part: [one]}
            if people := _profile(list(rows(value, "contacts")), one):
                kept["contacts"] = people
            yield Piece(
                native_id=_fit(id_of_whatsapp(part, one)),
                kind="whatsapp",
                address=address,
                data={
                    "object": WHATSAPP,
                    "entry": [{**frame, "changes": [{**field, "value": kept}]}],
                },
            )
    if not found:
        yield Piece(
            native_id=f"change:{fingerprint(name(change, 'field'), value)}",
            kind="whatsapp",
            address=address,
            data={"object": WHATSAPP, "entry": [{**frame, "changes": [change]}]},
        )


_WHATSAPP_LISTS = ("messages", "statuses", "message_echoes")


def _profile(people: list[dict[str, Any]], one: dict[str, Any]) -> list[dict[str, Any]]:
    """The author's profile. A lone one is the author's even where its id differs: a number and the
    id of its owner need not be the same.
    """
    authors = {name(one, "from"), name(one, "from_user_id")} - {""}
    theirs = [p for p in people if authors & {name(p, "wa_id"), name(p, "user_id")}]
    return theirs[:1] or (people if len(people) == 1 else [])


def id_of_whatsapp(part: str, one: dict[str, Any]) -> str:
    """What a message, an echo or a status is called."""
    own = name(one, "id")
    if not own:
        return f"{part}:{fingerprint(one)}"
    if part == "statuses":
        return f"{text(one, 'status')}:{own}"
    return f"echo:{own}" if part == "message_echoes" else own


def _fit(native_id: str) -> str:
    """Ids stay short enough for an index."""
    return native_id if len(native_id) <= MOST_ID else f"long:{fingerprint(native_id)}"
