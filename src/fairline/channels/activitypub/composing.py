"""What we say, in the form that servers read: notes, and the activities that carry them. Pure.

A public answer names the public collection and mentions whom it answers; a private one names only
its reader. The note's id is made of the delivery's key, so a second hand-over is known for the
same. Sources: ActivityPub, 6; Mastodon's ActivityPub page (Mention, Hashtag, sensitive, alt text).
"""

import html
import re
from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec

from fairline.channels.activitypub import places
from fairline.channels.activitypub.places import CONTEXT, PUBLIC, Party
from fairline.channels.activitypub.posts import WARNED
from fairline.channels.activitypub.shapes.as2 import Doc
from fairline.channels.contract import InboxInfo, Outbound
from fairline.core.text import text_to_html

# Terms that are not in the standard's own context.
CONTEXTS: list[object] = [
    CONTEXT,
    {
        "sensitive": "as:sensitive",
        "Hashtag": "as:Hashtag",
        "ostatus": "http://ostatus.org#",
        "conversation": "ostatus:conversation",
    },
]
_HASHTAG = re.compile(r"(?<![\w/&#])#(\w*[^\W\d_]\w*)")
_ANSWERED = re.compile(r"^(?:re: *)+", re.IGNORECASE)


class File(msgspec.Struct, frozen=True, kw_only=True):
    """A file that goes with a post, at an address of ours."""

    url: str
    media_type: str
    alt: str = ""


def to_note(
    outbound: Outbound,
    inbox: InboxInfo,
    person: Party,
    *,
    at: datetime,
    files: Sequence[File] = (),
    context: Mapping[str, str] | None = None,
    language: str = "",
) -> Doc:
    """The post that one delivery is. `context` is what the post that it answers says of the thread
    (`context`, `conversation`).
    """
    words = "\n\n".join(part for part in (outbound.text.strip(), outbound.link) if part)
    note = _note(inbox, outbound.key, words, at=at)
    mention = {"type": "Mention", "href": person.id, "name": person.handle}
    note["content"] = _with_mention(note["content"], person)
    note["tag"] = [mention, *note["tag"]]
    if outbound.is_public:
        note |= {"to": [PUBLIC], "cc": [person.id, places.followers(inbox)]}
    else:
        note |= {"to": [person.id], "cc": []}
    if outbound.in_reply_to:
        note["inReplyTo"] = outbound.in_reply_to
    note |= dict(context or {})
    warning = _ANSWERED.sub("", outbound.subject.strip())
    if warning.startswith(WARNED):
        note |= {"sensitive": True, "summary": warning.removeprefix(WARNED).strip()}
    note["attachment"] = [_attachment(file) for file in files]
    return _finished(note, language)


def public_note(
    inbox: InboxInfo,
    key: str,
    text: str,
    *,
    at: datetime,
    title: str = "",
    page: str = "",
    in_reply_to: str = "",
    by: str = "",
    language: str = "",
) -> Doc:
    """A post to everybody who follows us: an announcement, or what stands on the board at `page`.
    `by` names whose words they are.
    """
    words = f"{by}:\n\n{text}" if by else text
    if title and not text.startswith(title):
        words = f"{title}\n\n{words}"
    note = _note(inbox, key, f"{words}\n\n{page}" if page else words, at=at)
    note |= {"to": [PUBLIC], "cc": [places.followers(inbox)], "attachment": []}
    if page:
        note["url"] = page
    if in_reply_to:
        note["inReplyTo"] = in_reply_to
    return _finished(note, language)


def _note(inbox: InboxInfo, key: str, text: str, *, at: datetime) -> Doc:
    return {
        "id": places.object_id(inbox, key),
        "type": "Note",
        "attributedTo": places.actor_id(inbox),
        "published": _moment(at),
        "url": places.object_id(inbox, key),
        "content": text_to_html(text),
        "tag": [
            {
                "type": "Hashtag",
                "name": f"#{name}",
                "href": f"{inbox.public_url}/questions?q=%23{name}",
            }
            for name in dict.fromkeys(_HASHTAG.findall(text))
        ][:10],
        "sensitive": False,
        "summary": None,
    }


def _with_mention(content: str, person: Party) -> str:
    """The mention at the beginning, as servers mark it up; without it no server would notify."""
    address = html.escape(person.url or person.id)
    name = html.escape(person.username)
    mention = (
        f'<span class="h-card"><a href="{address}" class="u-url mention">@<span>{name}</span></a>'
        "</span>"
    )
    if content.startswith("<p>"):
        return f"<p>{mention} {content.removeprefix('<p>')}"
    return f"<p>{mention}</p>{content}"


def _attachment(file: File) -> Doc:
    return {
        "type": "Document",
        "mediaType": file.media_type,
        "url": file.url,
        "name": file.alt or None,
    }


def _finished(note: Doc, language: str) -> Doc:
    if language:
        note["contentMap"] = {language: note["content"]}
    return note


def create(note: Doc, inbox: InboxInfo) -> Doc:
    """The activity that carries a new post."""
    return _activity("Create", f"{note['id']}/create", note, inbox, at=note["published"])


def update(note: Doc, inbox: InboxInfo, *, at: datetime) -> Doc:
    """The activity that carries a changed one. Each change has an id of its own."""
    changed = {**note, "updated": _moment(at)}
    stamp = int(at.timestamp() * 1000)
    return _activity("Update", f"{note['id']}/update-{stamp}", changed, inbox, at=_moment(at))


def delete(note: Doc, inbox: InboxInfo, *, at: datetime) -> Doc:
    """The activity that takes a post back, to all who had it."""
    gone = tombstone(note, at=at)
    whole = _activity("Delete", f"{note['id']}/delete", gone, inbox, at=_moment(at))
    return whole | {"to": note.get("to", []), "cc": note.get("cc", [])}


def tombstone(note: Doc, *, at: datetime) -> Doc:
    """What stands where a post was (Activity Vocabulary, Tombstone)."""
    return {
        "id": note["id"],
        "type": "Tombstone",
        "formerType": note.get("type", "Note"),
        "deleted": _moment(at),
    }


def accept(follow_id: str, follower: str, inbox: InboxInfo, *, key: str) -> Doc:
    """Whoever wants to follow may: the answer names what it answers, whole."""
    us = places.actor_id(inbox)
    follow = {"id": follow_id, "type": "Follow", "actor": follower, "object": us}
    return {
        "@context": CONTEXT,
        "id": f"{us}#accept-{key}",
        "type": "Accept",
        "actor": us,
        "object": follow,
        "to": [follower],
    }


def _activity(kind: str, activity_id: str, doc: Doc, inbox: InboxInfo, *, at: str) -> Doc:
    return {
        "@context": CONTEXTS,
        "id": activity_id,
        "type": kind,
        "actor": places.actor_id(inbox),
        "published": at,
        "to": doc.get("to", []),
        "cc": doc.get("cc", []),
        "object": doc,
    }


def _moment(at: datetime) -> str:
    """As every server reads it: UTC, whole seconds, Z."""
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")
