"""One update of Telegram becomes something said, or news of something said. Pure.

Source: Bot API, objects Update, Message, ChatMemberUpdated, CallbackQuery. Who wrote is known by
the person's number: a user name can change hands. In a group we are spoken to when we are named or
answered; only a supergroup with a name can be read by everybody, and is public.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec

from fairline.channels.contract import (
    Author,
    Consent,
    Edited,
    Ignored,
    Inbound,
    InboxInfo,
    Invalid,
    Translation,
)
from fairline.channels.telegram.content import (
    end_of,
    files_of,
    number_in,
    struct,
    text_in,
    words_of,
)
from fairline.channels.telegram.options import bot_id
from fairline.channels.telegram.places import place

KINDS = ("message", "edited_message", "callback_query", "my_chat_member")
# News of the chat itself, which nobody said to us.
SERVICE = frozenset(
    {
        "new_chat_members", "left_chat_member", "new_chat_title", "new_chat_photo",
        "delete_chat_photo", "group_chat_created", "supergroup_chat_created",
        "channel_chat_created", "message_auto_delete_timer_changed", "migrate_to_chat_id",
        "migrate_from_chat_id", "pinned_message", "chat_owner_left", "chat_owner_changed",
        "connected_website", "write_access_allowed", "proximity_alert_triggered", "boost_added",
        "chat_background_set", "forum_topic_created", "forum_topic_edited", "forum_topic_closed",
        "forum_topic_reopened", "general_forum_topic_hidden", "general_forum_topic_unhidden",
        "video_chat_scheduled", "video_chat_started", "video_chat_ended",
        "video_chat_participants_invited", "giveaway_created", "giveaway_completed",
    }
)  # fmt: skip
LARGEST_ID = 2**63


def read_update(payload: bytes) -> dict[str, Any]:
    """Raises Invalid for what is no update."""
    try:
        update = msgspec.json.decode(payload)
    except (msgspec.DecodeError, ValueError, RecursionError) as error:
        raise Invalid("That is no update of Telegram.", code="bad_payload") from error
    if not isinstance(update, dict) or not isinstance(update.get("update_id"), int):
        raise Invalid("An update of Telegram has a number.", code="bad_payload")
    return update


def native_id_of(update: Mapping[str, Any]) -> str:
    """The same update told twice has the same one; a message's own is where it stands."""
    message = struct(update.get("message"))
    chat_id, message_id = struct(message.get("chat")).get("id"), message.get("message_id")
    if isinstance(chat_id, int) and isinstance(message_id, int):
        return place(chat_id, message_id)
    kind = next((name for name in update if name != "update_id"), "nothing")
    return f"{kind[:60]}-{update['update_id']}"


def translate(payload: bytes, inbox: InboxInfo) -> Translation:
    """Raises Invalid."""
    update = read_update(payload)
    native_id = native_id_of(update)
    kind = next((name for name in KINDS if name in update), "")
    told = update.get(kind) if kind else None
    if not kind:
        return Ignored(native_id=native_id, outcome="chatter", reason="nothing that is said to us")
    if not isinstance(told, dict):
        raise Invalid("That update of Telegram is broken.", code="bad_payload")
    if kind == "my_chat_member":
        return _membership(native_id, told)
    if kind == "callback_query":
        return _pressed(native_id, told)
    if kind == "message":
        return _said(native_id, told, inbox)
    return _edited(native_id, told, inbox)


def _edited(native_id: str, told: dict[str, Any], inbox: InboxInfo) -> Translation:
    """Whether it names us still or not: it may be known from before."""
    said = _said(native_id, told, inbox, is_to_us=True)
    if not isinstance(said, Inbound):
        return said
    if struct(told.get("location")):
        return Ignored(native_id=native_id, outcome="chatter", reason="they move about")
    return Edited(
        native_id=native_id,
        of=said.native_id,
        address=said.author.address,
        text=said.text,
        edited_at=_moment(told.get("edit_date")),
        inbound=said if not _in_group(told) or _is_to_us(told, inbox) else None,
    )


def _in_group(message: Mapping[str, Any]) -> bool:
    return _id(struct(message.get("chat")).get("id")) < 0


def _said(
    native_id: str, message: dict[str, Any], inbox: InboxInfo, *, is_to_us: bool = False
) -> Inbound | Ignored:
    chat, sender = struct(message.get("chat")), struct(message.get("from"))
    chat_id, message_id = _id(chat.get("id")), _id(message.get("message_id"))
    if sender.get("is_bot"):
        return Ignored(native_id=native_id, outcome="loop", reason="written by a bot")
    if message.get("sender_chat") or chat.get("type") == "channel" or not sender:
        return Ignored(native_id=native_id, outcome="chatter", reason="not said by a person")
    if SERVICE & message.keys():
        return Ignored(native_id=native_id, outcome="chatter", reason="news of the chat itself")
    is_group = chat_id < 0
    if is_group and not (is_to_us or _is_to_us(message, inbox)):
        return Ignored(native_id=native_id, outcome="chatter", reason="not said to us")
    text = words_of(message)
    token = ""
    if text.split("@", 1)[0].split(maxsplit=1)[:1] == ["/start"]:
        token = "".join(text.split(maxsplit=1)[1:]).strip()
        if not token:
            return Ignored(native_id=native_id, outcome="chatter", reason="has opened the chat")
        text = "(They came here by a link.)"
    files = files_of(message)
    public = _public_name(chat) if is_group else ""
    answered = struct(message.get("reply_to_message"))
    return Inbound(
        native_id=place(chat_id, message_id),
        author=_author(sender),
        text=text or ("" if files else "(something that bots are not shown)"),
        is_public=bool(public),
        sent_at=_moment(message.get("date")),
        in_reply_to=(place(chat_id, _id(answered.get("message_id"))),) if answered else (),
        case_token=token[:64],
        language=_language(sender),
        files=files,
        permalink=f"https://t.me/{public}/{message_id}" if public else "",
    )


def _is_to_us(message: Mapping[str, Any], inbox: InboxInfo) -> bool:
    """We are named in it, or it answers us."""
    ours, name = bot_id(inbox), inbox.address.lower().lstrip("@")
    answered = struct(message.get("reply_to_message"))
    if ours and struct(answered.get("from")).get("id") == ours:
        return True
    text = text_in(message.get("text")) or text_in(message.get("caption"))
    units = text.encode("utf-16-le", "surrogatepass")
    entities = message.get("entities") or message.get("caption_entities")
    for one in entities if isinstance(entities, list) else []:
        entity = struct(one)
        if ours and struct(entity.get("user")).get("id") == ours:
            return True
        start = number_in(entity.get("offset")) * 2
        named = units[start : end_of(entity) * 2].decode("utf-16-le", "replace").lower()
        is_name = entity.get("type") in {"mention", "bot_command"}
        if is_name and name and named.partition("@")[2] == name:
            return True
    return False


def _membership(native_id: str, told: Mapping[str, Any]) -> Translation:
    """In a private chat: whether they have blocked us, or let us in again."""
    chat, status = struct(told.get("chat")), struct(told.get("new_chat_member")).get("status")
    if chat.get("type") != "private" or status not in {"kicked", "member"}:
        return Ignored(native_id=native_id, outcome="chatter", reason="news of a group")
    stops = status == "kicked"
    return Consent(
        native_id=native_id,
        address=str(_id(chat.get("id"))),
        stops=stops,
        text="Blocked the bot." if stops else "Opened the chat again.",
    )


def _pressed(native_id: str, query: Mapping[str, Any]) -> Translation:
    """A button below one of our messages: what it says is what they say."""
    sender, message = struct(query.get("from")), struct(query.get("message"))
    label = text_in(query.get("data")).replace("\x00", "").strip()
    if not label or not sender or sender.get("is_bot"):
        return Ignored(native_id=native_id, outcome="chatter", reason="a button without a text")
    chat = struct(message.get("chat"))
    under = place(_id(chat.get("id")), _id(message.get("message_id"))) if chat else ""
    return Inbound(
        native_id=f"button-{text_in(query.get('id'))[:100] or native_id}",
        author=_author(sender),
        text=label[:1000],
        in_reply_to=(under,) if under else (),
        language=_language(sender),
    )


def _author(sender: Mapping[str, Any]) -> Author:
    parts = (text_in(sender.get(part)) for part in ("first_name", "last_name"))
    name = " ".join(part for part in parts if part).replace("\x00", "")[:200]
    handle = text_in(sender.get("username")).replace("\x00", "")[:64]
    shown = f"{name} (@{handle})" if name and handle else name or (f"@{handle}" if handle else "")
    return Author(channel="telegram", address=str(_id(sender.get("id"))), name=shown, verified=True)


def _public_name(chat: Mapping[str, Any]) -> str:
    name = text_in(chat.get("username"))
    is_name = name.isascii() and name.replace("_", "").isalnum()
    return name if chat.get("type") == "supergroup" and is_name else ""


def _language(sender: Mapping[str, Any]) -> str:
    code = text_in(sender.get("language_code"))
    return code[:35] if code.replace("-", "").isalnum() and code.isascii() else ""


def _moment(value: object) -> datetime | None:
    if isinstance(value, bool) or not isinstance(value, int):
        return None
    try:
        return datetime.fromtimestamp(value, UTC) if value > 0 else None
    except (OverflowError, ValueError, OSError):
        return None


def _id(value: object) -> int:
    """Raises Invalid: without its ids nothing has a place."""
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) >= LARGEST_ID:
        raise Invalid("That update of Telegram names nobody.", code="bad_payload")
    return value
