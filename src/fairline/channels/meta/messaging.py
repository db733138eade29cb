"""Private messages of Messenger and Instagram, understood. Pure.

Both tell the same kinds of events. A sender is a page-scoped or an Instagram-scoped id: stable for
our account, and vouched for by the signed request. Source: "Webhook Events Reference" of the
Messenger Platform, "Webhooks" of Instagram Messaging.
"""

from datetime import datetime
from typing import Any

from fairline.cases.inbound import Author, Inbound
from fairline.channels.contract import (
    Echo,
    Edited,
    Ignored,
    InboxInfo,
    Invalid,
    Own,
    Receipt,
    Removed,
    Translation,
)
from fairline.channels.meta.attachments import read_attachments
from fairline.channels.meta.cutting import id_of_event
from fairline.channels.meta.reading import moment, name, page_address, table, text

OURS = "fairline:"  # what the `metadata` of our own messages begins with
LABELS = {"messenger": "Messenger", "instagram": "Instagram"}
QUIET = {
    "optin": "agreed to be told more",
    "reaction": "reacted to a message",
    "account_linking": "linked an account",
    "pass_thread_control": "another app was handed the talk",
    "take_thread_control": "another app took the talk",
    "request_thread_control": "another app asks for the talk",
    "policy_enforcement": "Meta has warned or blocked the account; see its support inbox",
    "game_play": "played a game",
}


def read_event(event: dict[str, Any], inbox: InboxInfo, *, received_at: datetime) -> Translation:
    """One event of `messaging` or `standby`. Raises Invalid."""
    native_id = id_of_event(event)
    message = table(event, "message")
    if message:
        return _message(event, message, inbox, received_at)
    if edit := table(event, "message_edit"):
        return _edit(event, edit, native_id, inbox)
    if postback := table(event, "postback"):
        return _postback(event, postback, inbox)
    if read := table(event, "read"):
        return _seen(event, read, native_id, "read")
    if delivery := table(event, "delivery"):
        return _seen(event, delivery, native_id, "delivered")
    for key, reason in QUIET.items():
        if key in event:
            outcome = "like" if key == "reaction" else "chatter"
            return Ignored(native_id=native_id, outcome=outcome, reason=reason)
    if "referral" in event:
        source = name(event, "referral", "source") or "a link"
        reason = f"came to the talk by {source[:80]}, and said nothing yet"
        return Ignored(native_id=native_id, outcome="chatter", reason=reason)
    raise Invalid("That is no news of a message that we know.", code="bad_payload")


def _message(
    event: dict[str, Any], message: dict[str, Any], inbox: InboxInfo, received_at: datetime
) -> Translation:
    sender = name(event, "sender", "id")
    if not sender:
        raise Invalid("A message without a sender.", code="bad_payload")
    if message.get("is_deleted"):
        mid = name(message, "mid")
        return Removed(native_id=id_of_event(event), of=(mid,) if mid else (), address=sender)
    inbound = read_message(event, message, inbox, received_at=received_at)
    if message.get("is_echo"):
        return _echo(event, message, inbound, inbox)
    if sender == inbox.address:
        return Ignored(native_id=inbound.native_id, outcome="own", reason="from our own account")
    if message.get("is_self"):
        return Ignored(native_id=inbound.native_id, outcome="own", reason="a note to ourselves")
    if read_attachments(message).is_mention:
        return Ignored(
            native_id=inbound.native_id,
            outcome="chatter",
            reason="mentioned us in a story, and asked nothing",
            inbound=inbound,
        )
    if not inbound.text and not inbound.files:
        return Ignored(native_id=inbound.native_id, outcome="chatter", reason="nothing was said")
    return inbound


def read_message(
    event: dict[str, Any], message: dict[str, Any], inbox: InboxInfo, *, received_at: datetime
) -> Inbound:
    """What was said, with what hangs on it."""
    hanging = read_attachments(message)
    said = [text(message, "text").strip()]
    if name(message, "quick_reply", "payload") and not said[0]:
        said = ["(Chose an answer that was offered.)"]
    if message.get("is_unsupported"):
        label = LABELS[inbox.kind]
        said.append(f"(Sent something that {label} does not hand over. Look there.)")
    reply_to = table(message, "reply_to")
    story = table(reply_to, "story")
    if story:
        link = page_address(story.get("url"))
        said.append("(An answer to our story.)" + (f"\n{link}" if link else ""))
    if product := name(message, "referral", "product", "id"):
        said.append(f"(About the product {product[:80]}.)")
    if title := name(message, "referral", "ads_context_data", "ad_title"):
        said.append(f"(Came by the advertisement {title[:200]}.)")
    replied = name(reply_to, "mid")
    words = "\n\n".join(part for part in (*said, *hanging.lines) if part)
    return Inbound(
        native_id=name(message, "mid") or id_of_event(event),
        author=Author(
            channel=inbox.kind,
            address=name(event, "sender", "id"),
            name=name(event, "sender", "username"),
            verified=True,
        ),
        text=words,
        sent_at=moment(event.get("timestamp")) or received_at,
        in_reply_to=(replied,) if replied else (),
        files=hanging.files,
    )


def _echo(
    event: dict[str, Any], message: dict[str, Any], said: Inbound, inbox: InboxInfo
) -> Translation:
    """Said in our name. What we sent ourselves carries our mark, or our app's id."""
    app = name(message, "app_id")
    is_ours = app and app == inbox.options.get("app_id", "")
    if is_ours or text(message, "metadata").startswith(OURS):
        return Ignored(native_id=id_of_event(event), outcome="own", reason="we sent it ourselves")
    recipient = name(event, "recipient", "id")
    if not recipient:
        raise Invalid("An echo without a recipient.", code="bad_payload")
    files = [f"({file.name})" for file in said.files]
    return Echo(
        native_id=said.native_id,
        text="\n\n".join(part for part in (said.text, *files) if part) or "(Sent something.)",
        is_public=False,
        in_reply_to=said.in_reply_to,
        recipient=recipient,
        author_name=f"{inbox.brand_name} on {LABELS[inbox.kind]}",
        sent_at=said.sent_at,
    )


def _edit(
    event: dict[str, Any], edit: dict[str, Any], native_id: str, inbox: InboxInfo
) -> Translation:
    mid, sender = name(edit, "mid"), name(event, "sender", "id")
    if not mid or not sender:
        raise Invalid("An edit of nothing.", code="bad_payload")
    if sender == inbox.address:
        return Ignored(native_id=native_id, outcome="own", reason="an edit of our own words")
    said = text(edit, "text")
    at = moment(event.get("timestamp"))
    author = Author(channel=inbox.kind, address=sender, verified=True)
    return Edited(
        native_id=native_id,
        of=mid,
        address=sender,
        text=said,
        edited_at=at,
        inbound=Inbound(native_id=mid, author=author, text=said, sent_at=at),
    )


def _postback(event: dict[str, Any], postback: dict[str, Any], inbox: InboxInfo) -> Translation:
    """A button was pressed: its words are what was said."""
    sender = name(event, "sender", "id")
    title = text(postback, "title").strip() or "(Pressed a button.)"
    if not sender:
        raise Invalid("A button without a presser.", code="bad_payload")
    if name(postback, "payload").upper() in {"GET_STARTED", "GET_STARTED_PAYLOAD"}:
        reason = "opened the talk, and said nothing yet"
        return Ignored(native_id=id_of_event(event), outcome="chatter", reason=reason)
    return Inbound(
        native_id=id_of_event(event),
        author=Author(channel=inbox.kind, address=sender, verified=True),
        text=title,
        sent_at=moment(event.get("timestamp")),
    )


def _seen(event: dict[str, Any], told: dict[str, Any], native_id: str, state: str) -> Translation:
    """A receipt names one message, or all until a moment."""
    mids = told.get("mids")
    mid = name(told, "mid") or (name(mids[0]) if isinstance(mids, list) and mids else "")
    if mid and state == "delivered":
        return Receipt(native_id=native_id, state=state, native_ids=(mid,))
    recipient = name(event, "sender", "id")
    until = moment(told.get("watermark")) or moment(event.get("timestamp"))
    if mid and not told.get("watermark"):
        return Receipt(native_id=native_id, state=state, native_ids=(mid,), recipient=recipient)
    if not recipient or until is None:
        raise Invalid("A receipt about nothing.", code="bad_payload")
    return Own(
        native_id=native_id,
        outcome="receipt",
        reason=f"everything until then was {state}",
        data={"state": state, "recipient": recipient, "until": until.isoformat()},
    )
