"""What Mastodon tells us, as the core understands it. Pure.

A payload is a notification, a status, or an event of the stream (`status.update`, `delete`). Ids
of statuses are the server's own, so the server's name stands before them. Only what names our
account is a message; favourites, boosts and follows are kept off the line. Source:
docs.joinmastodon.org, Entities: Notification, Status; Methods: streaming.
"""

import mimetypes
import re
from datetime import UTC, datetime
from urllib.parse import unquote, urlsplit

from fairline.cases.inbound import Author, Inbound, InboundFile
from fairline.channels.contract import Echo, Edited, Ignored, InboxInfo, Removed, Translation
from fairline.channels.mastodon.entities import (
    Account,
    Event,
    Id,
    Media,
    Notification,
    Status,
    fields_of,
    read,
)
from fairline.channels.mastodon.names import acct_of, home_of, native_of
from fairline.core.errors import Invalid
from fairline.core.text import clean_html, clip, html_to_text, tidy

MOST_HTML = 300_000
MOST_FILES = 16
PUBLIC = frozenset({"public", "unlisted"})
# The notifications that bring words to us.
MESSAGES = frozenset({"mention", "quote"})
# What is no message, and what it counts as. Every other type is chatter too, with no words in it.
OFF_THE_LINE = {
    "reblog": ("repost", "They boosted our post."),
    "favourite": ("like", "They marked our post as a favourite."),
    "follow": ("chatter", "They follow us now."),
    "follow_request": ("chatter", "They ask to follow us."),
}
KINDS = {"image": "image/jpeg", "gifv": "video/mp4", "video": "video/mp4", "audio": "audio/mpeg"}

# Names and tags are links to pages about them; in a text they are only words.
_NAMED = re.compile(
    r"<a\b[^>]{0,300}\bclass=\"[^\"]{0,200}\b(?:mention|hashtag)\b[^\"]{0,200}\"[^>]{0,300}>"
    r"((?:(?!</a>).){0,500})</a>",
    re.IGNORECASE | re.DOTALL,
)
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3}")


def translate(payload: bytes, inbox: InboxInfo, *, received_at: datetime) -> Translation:
    """Understand one payload. Raises Invalid."""
    fields = fields_of(payload)
    if "event" in fields:
        return _event(read(payload, Event), inbox, received_at)
    if "type" in fields and "account" in fields and "content" not in fields:
        return _notification(read(payload, Notification), inbox, received_at)
    if "content" in fields and "account" in fields:
        return _status(read(payload, Status), inbox, received_at)
    raise Invalid("That is no post and no notification.", code="bad_payload")


def _event(event: Event, inbox: InboxInfo, received_at: datetime) -> Translation:
    payload = event.payload or ""
    if event.event == "delete" and payload.strip():
        native = native_of(payload.strip(), inbox)
        return Removed(native_id=f"{native}#gone", of=(native,))
    if event.event == "notification":
        return _notification(read(payload, Notification), inbox, received_at)
    if event.event == "update":
        return _status(read(payload, Status), inbox, received_at)
    if event.event == "status.update":
        return _edited(read(payload, Status), inbox, received_at)
    return Ignored(
        native_id=f"event:{clip(tidy(event.event), 100)}",
        outcome="chatter",
        reason="news of the account, nothing anybody said",
    )


def _notification(told: Notification, inbox: InboxInfo, received_at: datetime) -> Translation:
    native = f"{home_of(inbox)}:notification:{_plain(told.id)}"
    if told.type in MESSAGES and told.has_status:
        return to_inbound(read(told.status, Status), inbox, received_at, by=told.by)
    outcome, words = OFF_THE_LINE.get(told.type, ("chatter", ""))
    inbound = None
    by = told.by if words else None
    if by:
        inbound = Inbound(
            native_id=native,
            author=author_of(by, inbox),
            text=words,
            is_public=True,
            sent_at=moment(told.created_at, received_at),
            permalink=_page(by.url),
        )
    reason = words or f"a notification of the type {clip(tidy(told.type), 60)}"
    return Ignored(native_id=native, outcome=outcome, reason=reason, inbound=inbound)


def _status(status: Status, inbox: InboxInfo, received_at: datetime) -> Translation:
    """A post by itself: ours from elsewhere, one that names us, or one that only passed by."""
    inbound = to_inbound(status, inbox, received_at)
    if inbound.author.address == inbox.address:
        recipient = next(iter(_named(status, inbox)), "")
        return Echo(
            native_id=inbound.native_id,
            text=inbound.text,
            html=inbound.html,
            is_public=inbound.is_public,
            in_reply_to=inbound.in_reply_to,
            recipient=recipient,
            sent_at=inbound.sent_at,
            permalink=inbound.permalink,
        )
    if inbox.address in _named(status, inbox):
        return inbound
    return Ignored(
        native_id=inbound.native_id,
        outcome="chatter",
        reason="a post that does not name our account",
    )


def _edited(status: Status, inbox: InboxInfo, received_at: datetime) -> Edited:
    inbound = to_inbound(status, inbox, received_at)
    return Edited(
        native_id=f"{inbound.native_id}#{tidy(status.edited_at or 'edited')[:60]}",
        of=inbound.native_id,
        address=inbound.author.address,
        text=inbound.text,
        html=inbound.html,
        edited_at=moment(status.edited_at, received_at),
        inbound=inbound if inbox.address in _named(status, inbox) else None,
    )


def to_inbound(
    status: Status, inbox: InboxInfo, received_at: datetime, *, by: Account | None = None
) -> Inbound:
    """A post as something said to us. A content warning stands above it, as people see it. `by` is
    whose it is where the post itself does not say. Raises Invalid.
    """
    account = status.account or by
    if account is None:
        raise Invalid("That post has no author.", code="bad_payload")
    content = status.content or ""
    warning = tidy(status.spoiler_text or "").strip()
    body = html_to_text(_NAMED.sub(r"\1", content[:MOST_HTML])).strip()
    options = [
        f"- {clip(tidy(option.title or ''), 200)}"
        for option in (status.poll.options if status.poll and status.poll.options else [])[:20]
    ]
    text = "\n\n".join(
        part for part in (warning, _without_us(body, inbox), "\n".join(options)) if part
    )
    html = clean_html(content[:MOST_HTML]).html if content and not (warning or options) else ""
    return Inbound(
        native_id=native_of(status.id, inbox),
        author=author_of(account, inbox),
        text=text,
        html=html,
        is_public=status.visibility in PUBLIC,
        sent_at=moment(status.created_at, received_at),
        in_reply_to=_answered(status, inbox),
        language=_language(status.language),
        files=tuple(_file(one) for one in (status.media_attachments or [])[:MOST_FILES]),
        permalink=_page(status.url or status.uri),
        is_automatic=bool(account.bot),
        is_cut=len(content) > MOST_HTML,
    )


def author_of(account: Account, inbox: InboxInfo) -> Author:
    """Who wrote. The server has checked the signature of the server that sent it."""
    address = acct_of(account.acct, inbox)
    shown = clip(tidy(account.display_name or "").strip(), 150)
    handle = f"@{address}"
    return Author(
        channel="mastodon",
        address=address,
        name=f"{shown} ({handle})" if shown else handle,
        verified=True,
        audience=account.followers_count,
    )


def moment(told: str | None, received_at: datetime) -> datetime:
    """A time as Mastodon writes it, never later than now; now where it says nothing."""
    try:
        at = datetime.fromisoformat(told or "")
    except ValueError:
        return received_at
    try:
        return min((at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC), received_at)
    except OverflowError:
        return received_at


def _answered(status: Status, inbox: InboxInfo) -> tuple[str, ...]:
    quoted: Id | None = None
    if status.quote:
        inner = status.quote.quoted_status
        quoted = inner.id if inner else status.quote.quoted_status_id
    return tuple(native_of(one, inbox) for one in (status.in_reply_to_id, quoted) if one)


def _named(status: Status, inbox: InboxInfo) -> list[str]:
    """The addresses that a post names, ours among them or not."""
    found = []
    for mention in (status.mentions or [])[:100]:
        try:
            found.append(acct_of(mention.acct, inbox))
        except Invalid:
            continue
    return found


def _without_us(text: str, inbox: InboxInfo) -> str:
    """Without our own name at the start: whoever asks us has to write it there."""
    user, _, host = inbox.address.partition("@")
    shown = rf"@{re.escape(user)}(?:@{re.escape(host)})?(?![\w@.-])[\s,:]*"
    rest = re.sub(rf"^(?:{shown})+", "", text, flags=re.IGNORECASE) if user else text
    return rest or text


def _file(media: Media) -> InboundFile:
    url = _page(media.url) or _page(media.remote_url)
    name = unquote(urlsplit(url).path.rpartition("/")[2]) if url else ""
    guessed = mimetypes.guess_type(name)[0]
    return InboundFile(
        name=clip(tidy(name), 120) or "file",
        media_type=guessed or KINDS.get(media.type or "", "application/octet-stream"),
        url=url,
        alt=clip(tidy(media.description or ""), 5000),
    )


def _page(url: str | None) -> str:
    """An address that may be opened, or ''."""
    if not url or len(url) > 2000 or not url.startswith(("https://", "http://")):
        return ""
    try:
        return url if urlsplit(url).hostname and tidy(url) == url else ""
    except ValueError:
        return ""


def _language(told: str | None) -> str:
    return told if told and _LANGUAGE.fullmatch(told) else ""


def _plain(told: Id) -> str:
    return clip(tidy(str(told)), 100)
