"""Posts and comments on a page and on Instagram, understood. Pure.

A comment is public, answers its parent, and may be edited, hidden or taken back later. Source:
"Webhooks Reference: Page" (feed, mention) and "Webhooks Reference: Instagram" (comments).
"""

from datetime import datetime
from typing import Any

from fairline.cases.inbound import Author, Inbound, InboundFile
from fairline.channels.contract import (
    Echo,
    Edited,
    Ignored,
    InboxInfo,
    Invalid,
    Removed,
    Translation,
)
from fairline.channels.meta.cutting import id_of_change
from fairline.channels.meta.reading import file_address, moment, name, page_address, table, text

POSTS = frozenset({"post", "status", "photo", "video", "album", "link", "note", "event"})
HIDDEN = {"hide": "hidden on the page", "unhide": "shown on the page again"}


def read_change(
    change: dict[str, Any], entry: dict[str, Any], inbox: InboxInfo, *, received_at: datetime
) -> Translation:
    """News of one post or comment, or of the account. Raises Invalid."""
    field, value = name(change, "field"), table(change, "value")
    if field in {"comments", "live_comments"}:
        return _instagram(value, entry, inbox, received_at)
    if field in {"feed", "mention"}:
        return _page(field, value, entry, inbox, received_at)
    native_id = id_of_change(field, value)
    if field == "mentions":
        reason = "mentioned elsewhere on Instagram, which tells no words: look there"
        return Ignored(native_id=native_id, outcome="chatter", reason=reason)
    if field:
        reason = f"news of {field[:60]}: nothing to answer"
        return Ignored(native_id=native_id, outcome="chatter", reason=reason)
    raise Invalid("That is no news of a page.", code="bad_payload")


def _instagram(
    value: dict[str, Any], entry: dict[str, Any], inbox: InboxInfo, received_at: datetime
) -> Translation:
    native_id, author = name(value, "id"), name(value, "from", "id")
    if not native_id or not author:
        raise Invalid("A comment without an id or an author.", code="bad_payload")
    handle = name(value, "from", "username")
    said = text(value, "text").strip()
    above = tuple(
        dict.fromkeys(n for n in (name(value, "parent_id"), name(value, "media", "id")) if n)
    )
    at = moment(entry.get("time")) or received_at
    is_ours = author in {inbox.address, name(entry, "id")} or (
        bool(name(value, "from", "self_ig_scoped_id")) and author == name(entry, "id")
    )
    if is_ours:
        return Echo(
            native_id=native_id,
            text=said or "(Sent something.)",
            is_public=True,
            in_reply_to=above,
            author_name=f"{inbox.brand_name} on Instagram",
            sent_at=at,
        )
    if not said:
        return Ignored(native_id=native_id, outcome="chatter", reason="a comment without words")
    return Inbound(
        native_id=native_id,
        author=Author(
            channel=inbox.kind,
            address=author,
            name=f"@{handle}" if handle else "",
            verified=True,
        ),
        text=said,
        is_public=True,
        sent_at=at,
        in_reply_to=above,
    )


def _page(
    field: str,
    value: dict[str, Any],
    entry: dict[str, Any],
    inbox: InboxInfo,
    received_at: datetime,
) -> Translation:
    item, verb = name(value, "item"), name(value, "verb") or "add"
    native_id = id_of_change(field, value)
    own = name(value, "comment_id") or name(value, "post_id")
    # Who does not show the app who they are is nobody else's person: one for each thing they said.
    author = name(value, "from", "id") or name(value, "sender_id") or f"unnamed-{own}"
    if item in {"reaction", "like"}:
        return Ignored(native_id=native_id, outcome="like", reason="liked, and said nothing")
    if item not in {"comment", "share", *POSTS}:
        reason = f"news of the page ({item[:40] or field[:40]}): nothing to answer"
        return Ignored(native_id=native_id, outcome="chatter", reason=reason)
    if not own:
        raise Invalid("News of a post without an id.", code="bad_payload")
    if verb in {"remove", "delete"}:
        return Removed(native_id=native_id, of=(own,))
    if verb in HIDDEN:
        return Ignored(native_id=native_id, outcome="own", reason=HIDDEN[verb])
    inbound = _post(value, own, author, inbox, received_at)
    if author in {inbox.address, name(entry, "id")}:
        return _ours(item, inbound, native_id, inbox, verb)
    if verb in {"edit", "edited"}:
        return Edited(
            native_id=native_id,
            of=own,
            address=author,
            text=inbound.text,
            edited_at=inbound.sent_at,
            inbound=inbound,
        )
    if item == "share":
        reason = (
            "shared our post" if not inbound.text else "shared our post with words of their own"
        )
        return Ignored(native_id=native_id, outcome="repost", reason=reason, inbound=inbound)
    if not inbound.text and not inbound.files:
        return Ignored(native_id=native_id, outcome="chatter", reason="nothing was said")
    return inbound


def _post(
    value: dict[str, Any], own: str, author: str, inbox: InboxInfo, received_at: datetime
) -> Inbound:
    photo = file_address(value.get("photo"))
    video = file_address(value.get("video"))
    link = page_address(value.get("link"))
    said = text(value, "message").strip()
    is_post = name(value, "item") != "comment"
    if link and not photo and not video and link not in said:
        said = f"{said}\n\n{link}".strip()
    files = [InboundFile(name="photo.jpg", media_type="image/jpeg", url=photo)] if photo else []
    if video:
        files.append(InboundFile(name="video.mp4", media_type="video/mp4", url=video))
    above = () if is_post else (name(value, "parent_id"), name(value, "post_id"))
    return Inbound(
        native_id=own,
        author=Author(
            channel=inbox.kind,
            address=author,
            name=name(value, "from", "name") or name(value, "sender_name"),
            verified=not author.startswith("unnamed-"),
        ),
        text=said,
        is_public=True,
        sent_at=moment(value.get("created_time")) or received_at,
        in_reply_to=tuple(dict.fromkeys(one for one in above if one and one != own)),
        files=tuple(files),
        permalink=page_address(table(value, "post").get("permalink_url")),
    )


def _ours(item: str, said: Inbound, native_id: str, inbox: InboxInfo, verb: str) -> Translation:
    """Our own: a comment of ours may be an answer that was not written here."""
    if item != "comment" or verb != "add":
        return Ignored(native_id=native_id, outcome="own", reason="a post of our own")
    return Echo(
        native_id=said.native_id,
        text=said.text or "(Sent something.)",
        is_public=True,
        in_reply_to=said.in_reply_to,
        author_name=f"{inbox.brand_name} on Facebook",
        sent_at=said.sent_at,
        permalink=said.permalink,
    )
