"""What one thing told by X means to us. Pure: a payload of a single event in, a translation out.

A post by somebody else is something said in public, one of ours that we did not send an echo; a
repost, a like and a follow make no case. An answer goes under the post that it answers. An edit is
a new id of the same post: on the record it keeps the first one.
"""

from datetime import datetime
from typing import Any

from fairline.channels.contract import (
    Author,
    Echo,
    Edited,
    Ignored,
    Inbound,
    InboxInfo,
    Invalid,
    Receipt,
    Removed,
    Translation,
)
from fairline.channels.x.archive import of_row
from fairline.channels.x.cutting import pieces
from fairline.channels.x.directs import Direct, new_direct, old_direct
from fairline.channels.x.own import Own, own_account
from fairline.channels.x.posts import Post, post_of
from fairline.channels.x.reading import number, read_body, table, words

KIND = "x"
_ODD = "That is nothing X sends."


def translate(payload: bytes, inbox: InboxInfo, *, received_at: datetime) -> Translation:
    """Raises Invalid for what cannot be understood, and for a payload of several events."""
    body = read_body(payload)
    if "tweet_id" in body and "inbound" in body:
        return of_row(body)
    found = list(pieces(body))
    if len(found) != 1:
        raise Invalid(_ODD if not found else "That holds several events.", code="bad_payload")
    native_id, body = found[0].native_id, found[0].body
    set_ = own_account(inbox).ids
    if set_ and found[0].user_id and found[0].user_id not in set_:
        # The app's other accounts are told of at the same address: their letters are not ours.
        return _ignored(native_id, "News of another account, for which there is no inbox.")
    ours = own_account(inbox, found[0].user_id)
    data = body.get("data")
    if isinstance(data, dict) and "payload" in data:
        return _of_activity(native_id, data, ours, received_at)
    if isinstance(data, dict):
        return _of_object(native_id, data, table(body.get("includes")), ours)
    return _of_event(native_id, body, ours)


def _of_object(
    native_id: str, data: dict[str, Any], includes: dict[str, Any], ours: Own
) -> Translation:
    """An object as polling gives it: a post, or an event of a direct message."""
    if native_id.startswith("dm:") or "dm_conversation_id" in data:
        direct = new_direct(data, includes)
        if direct is None:
            return _ignored(native_id, "Somebody came to a group of direct messages, or left it.")
        return of_direct(direct, ours)
    post = post_of(data, includes)
    if post is None:
        raise Invalid(_ODD, code="bad_payload")
    return of_post(post, ours)


def _of_activity(
    native_id: str, data: dict[str, Any], ours: Own, received_at: datetime
) -> Translation:
    """An event of the X Activity API."""
    kind, payload = words(data.get("event_type")), table(data.get("payload"))
    if kind == "post.delete":
        return _removed(native_id, payload.get("id"), payload.get("author_id"))
    if kind.startswith("post."):
        post = post_of(payload, table(data.get("includes")))
        if post is None:
            raise Invalid(_ODD, code="bad_payload")
        return of_post(post, ours)
    if kind == "like.create":
        return Ignored(native_id=native_id, outcome="like", reason="Somebody liked a post.")
    if kind == "chat.received":
        return _sealed(native_id, payload, ours, received_at)
    return _ignored(native_id, f"News that makes no case: {kind[:60] or 'of no kind'}.")


def _of_event(native_id: str, body: dict[str, Any], ours: Own) -> Translation:
    """An event of the Account Activity API."""
    kind = next((key for key in body if key.endswith("_events")), "")
    event = table(body[kind][0]) if kind else {}
    if kind == "tweet_create_events":
        post = post_of({**event, "id_str": number(event.get("id_str"), event.get("id"))}, {})
        if post is None:
            raise Invalid(_ODD, code="bad_payload")
        return of_post(post, ours)
    if kind == "tweet_delete_events":
        status = table(event.get("status"))
        return _removed(native_id, status.get("id"), status.get("user_id"))
    if kind == "direct_message_events":
        direct = old_direct(event, body.get("users"))
        if direct is None:
            return _ignored(native_id, "A direct message without a text that we could read.")
        return of_direct(direct, ours)
    if kind == "direct_message_mark_read_events":
        read, by = number(event.get("last_read_event_id")), number(event.get("sender_id"))
        return Receipt(native_id=native_id, state="read", native_ids=(f"dm:{read}",), recipient=by)
    if kind == "favorite_events":
        return Ignored(native_id=native_id, outcome="like", reason="Somebody liked a post.")
    if table(body.get("user_event")).get("revoke"):
        return _ignored(native_id, "The account took our access back. Connect the inbox anew.")
    return _ignored(native_id, f"News that makes no case: {kind[:60] or 'of no kind'}.")


def of_post(post: Post, ours: Own) -> Translation:
    """A post by anybody."""
    if not post.author.id:
        raise Invalid("A post without an author.", code="bad_payload")
    if ours.is_us(post.author):
        return _own_post(post, ours)
    if post.reposts:
        words_ = "Somebody passed a post on."
        return Ignored(native_id=post.id, outcome="repost", reason=words_, inbound=_inbound(post))
    if post.history and post.id != post.first_id:
        return Edited(
            native_id=post.id,
            of=post.first_id,
            address=post.author.id,
            text=post.text,
            edited_at=post.at,
            inbound=_inbound(post),
        )
    if not ours.is_meant_by(post):
        words_ = "It neither names us nor answers us."
        return Ignored(native_id=post.id, outcome="chatter", reason=words_, inbound=_inbound(post))
    return _inbound(post)


def _own_post(post: Post, ours: Own) -> Translation:
    if post.reposts:
        return Ignored(native_id=post.id, outcome="repost", reason="We passed a post on.")
    if post.history and post.id != post.first_id:
        return Ignored(native_id=post.id, outcome="own", reason="We changed a post of ours.")
    to = "" if post.answers_person in ours.ids else post.answers_person
    return Echo(
        native_id=post.id,
        text=post.text,
        is_public=not post.author.is_protected,
        in_reply_to=_above(post),
        recipient=to,
        author_name=post.author.shown or ours.shown,
        sent_at=post.at,
        permalink=post.permalink,
    )


def of_direct(direct: Direct, ours: Own) -> Translation:
    """A direct message from or to us."""
    native_id = f"dm:{direct.id}"
    if ours.is_us(direct.sender):
        return Echo(
            native_id=native_id,
            text=direct.text or "(a file)",
            is_public=False,
            recipient=direct.recipient,
            author_name=direct.sender.shown or ours.shown,
            sent_at=direct.at,
        )
    return Inbound(
        native_id=native_id,
        author=_author(direct.sender.id, direct.sender.shown, direct.sender.followers),
        text=direct.text,
        is_public=False,
        sent_at=direct.at,
        files=direct.files,
    )


def _inbound(post: Post) -> Inbound:
    return Inbound(
        native_id=post.first_id,
        author=_author(post.author.id, post.author.shown, post.author.followers),
        text=post.text,
        full_text=post.said if post.said != post.text else "",
        is_public=not post.author.is_protected,
        sent_at=post.at,
        in_reply_to=() if post.reposts else _above(post),
        language=post.language,
        files=post.files,
        permalink=post.permalink,
    )


def _above(post: Post) -> tuple[str, ...]:
    """What it answers, nearest first: the post, one that it quotes, where the thread began."""
    above = dict.fromkeys((post.answers, post.quotes, post.root if post.answers else ""))
    return tuple(one for one in above if one and one not in {post.id, *post.history})


def _author(id_: str, name: str, followers: int | None) -> Author:
    # Signed webhooks and calls of our own over TLS: X vouches for who wrote.
    return Author(channel=KIND, address=id_, name=name, verified=True, audience=followers)


def _removed(native_id: str, post_id: Any, author_id: Any) -> Translation:
    gone = number(post_id)
    if not gone:
        raise Invalid(_ODD, code="bad_payload")
    return Removed(native_id=native_id, of=(gone,), address=number(author_id), forget=True)


def _ignored(native_id: str, reason: str) -> Ignored:
    return Ignored(native_id=native_id, outcome="chatter", reason=reason)


def _sealed(
    native_id: str, payload: dict[str, Any], ours: Own, received_at: datetime
) -> Translation:
    """A message of X's end-to-end encrypted chat: somebody wrote to us, and only X can show it."""
    sender = number(payload.get("sender_id"), table(payload.get("sender")).get("id"))
    if not sender or sender in ours.ids:
        return _ignored(native_id, "An encrypted chat message that does not say from whom.")
    return Inbound(
        native_id=native_id,
        author=_author(sender, "", None),
        text="(An encrypted chat message. It can only be read in X itself.)",
        is_public=False,
        sent_at=received_at,
    )
