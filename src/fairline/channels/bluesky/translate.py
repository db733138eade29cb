"""What Bluesky tells us, as the core understands it. Pure.

A payload is a notification, an entry of the chat log, a post, or an event of Jetstream. Mentions,
replies and quotes are messages; likes, reposts and follows are kept off the line, and so is what a
moderator has labelled as spam. Source: lexicons app.bsky.notification.listNotifications,
app.bsky.feed.post, chat.bsky.convo.defs; atproto.com, Specifications: Label.
"""

import mimetypes
import re
from datetime import UTC, datetime

from fairline.cases.inbound import Author, Inbound, InboundFile
from fairline.channels.bluesky import names
from fairline.channels.bluesky.entities import (
    Embed,
    Label,
    Log,
    Notification,
    Picture,
    Post,
    PostView,
    Profile,
    Said,
    Streamed,
    fields_of,
    read,
)
from fairline.channels.bluesky.richtext import named_in, spelled_out
from fairline.channels.contract import Echo, Edited, Ignored, InboxInfo, Removed, Translation
from fairline.core.errors import Invalid
from fairline.core.text import clip, tidy

MESSAGES = frozenset({"mention", "reply", "quote"})
OFF_THE_LINE = {
    "like": ("like", "They like our post."),
    "like-via-repost": ("like", "They like our post, as somebody passed it on."),
    "repost": ("repost", "They reposted our post."),
    "repost-via-repost": ("repost", "They reposted our post, as somebody passed it on."),
    "follow": ("chatter", "They follow us now."),
}
# Labels that moderators put on what nobody is to be bothered with.
SPAM = frozenset({"spam", "!hide", "!takedown", "scam"})
CDN = "https://cdn.bsky.app"
NEW_MESSAGE = "chat.bsky.convo.defs#logCreateMessage"
MESSAGE = "chat.bsky.convo.defs#messageView"
_CID = re.compile(r"[a-z0-9]{20,120}")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3}")


def translate(payload: bytes, inbox: InboxInfo, *, received_at: datetime) -> Translation:
    """Understand one payload. Raises Invalid."""
    fields = fields_of(payload)
    if "reason" in fields and "uri" in fields:
        return _notification(read(payload, Notification), inbox, received_at)
    if "convoId" in fields:
        return _log(read(payload, Log), inbox, received_at)
    if "did" in fields and "kind" in fields:
        return _streamed(read(payload, Streamed), inbox, received_at)
    if "uri" in fields and "author" in fields and "record" in fields:
        return _view(read(payload, PostView), inbox, received_at)
    raise Invalid("That is no post, message or notification.", code="bad_payload")


def is_ours(did: str, handle: str, inbox: InboxInfo) -> bool:
    """Whether an account is the inbox's own."""
    return inbox.address in {did, handle.lower()}


def author_of(profile: Profile) -> Author:
    """Who wrote: their server has signed it, and Bluesky has checked that."""
    if not names.is_did(profile.did):
        raise Invalid("That has no author.", code="bad_payload")
    handle = f"@{profile.handle}" if names.is_handle(profile.handle) else profile.did
    shown = clip(tidy(profile.name or "").strip(), 150)
    return Author(
        channel="bluesky",
        address=profile.did,
        name=f"{shown} ({handle})" if shown else handle,
        verified=True,
        audience=profile.followers,
    )


def moment(told: str | None, received_at: datetime) -> datetime:
    """A time as its author's program wrote it, never later than now."""
    try:
        at = datetime.fromisoformat(told or "")
        at = at if at.tzinfo else at.replace(tzinfo=UTC)
        return min(at.astimezone(UTC), received_at)
    except (ValueError, OverflowError):
        return received_at


def _notification(told: Notification, inbox: InboxInfo, received_at: datetime) -> Translation:
    uri = clip(tidy(told.uri), 2000)
    if told.reason in MESSAGES:
        by = read(told.author, Profile)
        post = read(told.record, Post)
        said = to_inbound(uri, by, post, inbox, received_at, told.indexed_at)
        return _unless_spam(said, told.labels)
    outcome, words = OFF_THE_LINE.get(told.reason, ("chatter", ""))
    inbound = None
    if words:
        by = read(told.author, Profile)
        inbound = Inbound(
            native_id=uri,
            author=author_of(by),
            text=words,
            is_public=True,
            sent_at=moment(told.indexed_at, received_at),
            permalink=f"https://bsky.app/profile/{by.did}",
        )
    reason = words or f"a notification because of {clip(tidy(told.reason), 60)}"
    return Ignored(native_id=uri, outcome=outcome, reason=reason, inbound=inbound)


def _view(view: PostView, inbox: InboxInfo, received_at: datetime) -> Translation:
    """A post by itself: ours from elsewhere, one that names us, or one that only passed by."""
    post = read(view.record, Post)
    uri = clip(tidy(view.uri), 2000)
    inbound = to_inbound(uri, view.author, post, inbox, received_at, view.indexed_at)
    if is_ours(view.author.did, view.author.handle, inbox):
        return Echo(
            native_id=inbound.native_id,
            text=inbound.text,
            is_public=True,
            in_reply_to=inbound.in_reply_to,
            sent_at=inbound.sent_at,
            permalink=inbound.permalink,
        )
    if _is_about(post, inbox):
        return _unless_spam(inbound, view.labels)
    reason = "a post that neither names nor answers us"
    return Ignored(native_id=uri, outcome="chatter", reason=reason)


def _streamed(event: Streamed, inbox: InboxInfo, received_at: datetime) -> Translation:
    commit = event.commit
    if event.kind != "commit" or commit is None or commit.collection != names.POST:
        reason = "news of an account, nothing anybody said"
        return Ignored(native_id=f"{event.did}:{event.time_us}", outcome="chatter", reason=reason)
    uri = names.post_uri(event.did, commit.rkey)
    if not names.is_post(uri):
        raise Invalid("That is no address of a post.", code="bad_payload")
    if commit.operation == "delete":
        return Removed(native_id=f"{uri}#gone", of=(uri,), address=event.did)
    post = read(commit.record, Post)
    inbound = to_inbound(uri, Profile(did=event.did), post, inbox, received_at, None)
    if commit.operation == "update":
        return Edited(
            native_id=f"{uri}#{clip(tidy(commit.cid or commit.rev), 120)}",
            of=uri,
            address=event.did,
            text=inbound.text,
            edited_at=received_at,
            inbound=inbound if _is_about(post, inbox) else None,
        )
    if _is_about(post, inbox):
        return inbound
    reason = "a post that neither names nor answers us"
    return Ignored(native_id=uri, outcome="chatter", reason=reason)


def _log(entry: Log, inbox: InboxInfo, received_at: datetime) -> Translation:
    native = f"chat:{clip(tidy(entry.convo_id), 100)}:{clip(tidy(entry.rev), 60)}"
    if entry.type != NEW_MESSAGE:
        kind = clip(tidy(entry.type.rpartition("#")[2]), 60)
        return Ignored(native_id=native, outcome="chatter", reason=f"news of a chat ({kind})")
    said = read(entry.message, Said)
    if said.text is None:
        reason = "a message that was deleted before it came"
        return Ignored(native_id=native, outcome="chatter", reason=reason)
    native = chat_id(entry.convo_id, said.id)
    profiles = {one.did: one for one in (entry.profiles or [])[:100]}
    by = profiles.get(said.sender.did) or Profile(did=said.sender.did)
    text = tidy(spelled_out(said.text, said.facets or [])).strip()
    under = (chat_id(entry.convo_id, said.reply_to.id),) if said.reply_to else ()
    sent_at = moment(said.sent_at, received_at)
    if is_ours(by.did, by.handle, inbox):
        recipient = next((did for did in profiles if did != by.did), "")
        return Echo(
            native_id=native,
            text=text,
            is_public=False,
            in_reply_to=under,
            recipient=recipient,
            sent_at=sent_at,
        )
    return Inbound(
        native_id=native,
        author=author_of(by),
        text=text,
        is_public=False,
        sent_at=sent_at,
        in_reply_to=under,
    )


def chat_id(convo_id: str, message_id: str) -> str:
    """The native id of a chat message."""
    return f"chat:{clip(tidy(convo_id), 100)}:{clip(tidy(message_id), 100)}"


def to_inbound(
    uri: str,
    by: Profile,
    post: Post,
    inbox: InboxInfo,
    received_at: datetime,
    indexed_at: str | None,
) -> Inbound:
    """A post as something said to us. Raises Invalid."""
    warnings = [
        clip(tidy(one.val), 60)
        for one in ((post.labels.values if post.labels else None) or [])[:10]
        if one.val and not one.neg
    ]
    words = tidy(spelled_out(post.text, post.facets or [])).strip()
    more = _described(post.embed, words)
    above = f"[{', '.join(warnings)}]" if warnings else ""
    text = "\n\n".join(part for part in (above, _without_us(words, inbox), *more) if part)
    # The moment it was seen bounds the moment that its author's program claims.
    latest = moment(indexed_at, received_at)
    return Inbound(
        native_id=uri,
        author=author_of(by),
        text=text,
        is_public=True,
        sent_at=moment(post.created_at, latest),
        in_reply_to=_answered(post),
        language=next((one for one in post.langs or [] if _LANGUAGE.fullmatch(one)), ""),
        files=_files(post.embed, by.did, inbox),
        permalink=names.page_of(uri),
    )


def _unless_spam(inbound: Inbound, labels: list[Label] | None) -> Inbound | Ignored:
    found = sorted({one.val for one in (labels or [])[:50] if not one.neg} & SPAM)
    if not found:
        return inbound
    reason = f"a moderator has labelled it: {', '.join(found)}"
    return Ignored(native_id=inbound.native_id, outcome="spam", reason=reason, inbound=inbound)


def _is_about(post: Post, inbox: InboxInfo) -> bool:
    """Whether a post names us or answers us; our DID must be the inbox's address for that."""
    answered = post.reply.parent.uri if post.reply else ""
    return inbox.address in named_in(post.facets or []) or answered.startswith(
        f"at://{inbox.address}/"
    )


def _answered(post: Post) -> tuple[str, ...]:
    """The posts it stands under and the one it quotes, nearest first."""
    found = [post.reply.parent.uri, post.reply.root.uri] if post.reply else []
    found.append(_quoted(post.embed))
    return tuple(dict.fromkeys(one for one in found if names.is_post(one)))


def _quoted(embed: Embed | None) -> str:
    record = embed.record if embed else None
    return (record.uri or (record.record.uri if record.record else "")) if record else ""


def _described(embed: Embed | None, words: str) -> list[str]:
    """What hangs on a post, where it is not a picture: a page's card, a film."""
    found = []
    for one in (embed, embed.media if embed else None):
        if one and one.external and one.external.uri and one.external.uri not in words:
            title = clip(tidy(one.external.title or "").strip(), 300)
            found.append(f"{title}\n{clip(tidy(one.external.uri), 1000)}".strip())
        if one and one.video:
            found.append(f"(A film: {clip(tidy(one.alt or 'not described'), 500)})")
    return found


def _files(embed: Embed | None, did: str, inbox: InboxInfo) -> tuple[InboundFile, ...]:
    pictures: list[Picture] = []
    for one in (embed, embed.media if embed else None):
        pictures += (one.images or []) if one else []
    cdn = inbox.options.get("cdn") or CDN
    files = []
    for number, picture in enumerate(pictures[:10], 1):
        blob = picture.image
        cid = (blob.ref.link if blob.ref else blob.cid or "") if blob else ""
        if not blob or not _CID.fullmatch(cid) or not names.is_did(did):
            continue
        media_type = tidy(blob.mime_type or "image/jpeg")[:100]
        ending = mimetypes.guess_extension(media_type) or ".jpg"
        files.append(
            InboundFile(
                name=f"picture-{number}{ending}",
                media_type=media_type,
                url=f"{cdn.rstrip('/')}/img/feed_fullsize/plain/{did}/{cid}@jpeg",
                alt=clip(tidy(picture.alt or ""), 5000),
            )
        )
    return tuple(files)


def _without_us(text: str, inbox: InboxInfo) -> str:
    """Without our own name at the start: whoever asks us may have to write it there."""
    handle = inbox.address
    if not names.is_handle(handle):
        return text
    return (
        re.sub(rf"^(?:@{re.escape(handle)}(?![\w.-])[\s,:]*)+", "", text, flags=re.IGNORECASE)
        or text
    )
