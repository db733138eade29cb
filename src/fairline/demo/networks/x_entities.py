"""What people say on the made-up X, and the objects in which its API tells of it.

Shapes: docs.x.com, the "Post", "User" and "Media" objects, `dm_events`, and the events of the X
Activity API (whose direct messages are in the form of v1.1).
"""

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

_MENTION = re.compile(r"(?<!\w)@(\w{1,15})")


@dataclass(frozen=True, kw_only=True)
class Account:
    id: str
    handle: str
    name: str
    followers: int = 12


@dataclass(kw_only=True)
class Post:
    """`history` holds the ids of its versions, oldest first; its own id is the last of them."""

    history: list[str]
    by: Account
    text: str
    at: datetime
    under: str = ""
    root: str = ""
    quotes: str = ""
    media: tuple[str, ...] = ()
    is_gone: bool = False

    @property
    def id(self) -> str:
        return self.history[-1]

    def names(self) -> set[str]:
        """The handles that it mentions."""
        return {name.lower() for name in _MENTION.findall(self.text)}


@dataclass(kw_only=True)
class Direct:
    id: str
    by: Account
    to: Account
    text: str
    at: datetime
    media: tuple[str, ...] = ()


@dataclass(kw_only=True)
class Media:
    """A file that is put up: which pieces came, and what it is said to show."""

    id: str
    media_type: str
    category: str
    size: int
    pieces: dict[int, bytes] = field(default_factory=dict)
    is_done: bool = False
    asked: int = 0
    alt: str = ""


def stamp(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}Z"


def user(account: Account) -> dict[str, Any]:
    return {
        "id": account.id,
        "name": account.name,
        "username": account.handle,
        "protected": False,
        "public_metrics": {"followers_count": account.followers, "following_count": 7},
    }


def post(said: Post, known: dict[str, Account]) -> dict[str, Any]:
    """A post as v2 tells it; what is longer than 280 characters stands in the note."""
    mentions = []
    for found in _MENTION.finditer(said.text):
        account = known.get(found[1].lower())
        if account:
            place = {"start": found.start(), "end": found.end()}
            mentions.append({**place, "username": account.handle, "id": account.id})
    text = said.text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    told: dict[str, Any] = {
        "id": said.id,
        "text": text if len(text) <= 280 else f"{text[:270]}…",
        "author_id": said.by.id,
        "created_at": stamp(said.at),
        "conversation_id": said.root or said.history[0],
        "edit_history_tweet_ids": list(said.history),
        "lang": "en",
        "entities": {"mentions": mentions},
    }
    if len(text) > 280:
        told["note_tweet"] = {"text": text, "entities": {"mentions": mentions}}
    refers = [("replied_to", said.under), ("quoted", said.quotes)]
    if any(id_ for _, id_ in refers):
        told["referenced_tweets"] = [{"type": kind, "id": id_} for kind, id_ in refers if id_]
    return told


def direct(said: Direct) -> dict[str, Any]:
    """A direct message as v2 tells it."""
    both = sorted((said.by.id, said.to.id), key=int)
    return {
        "id": said.id,
        "event_type": "MessageCreate",
        "text": said.text,
        "sender_id": said.by.id,
        "dm_conversation_id": "-".join(both),
        "created_at": stamp(said.at),
    }


def old_direct(said: Direct) -> dict[str, Any]:
    """The same as it is pushed."""
    return {
        "direct_message_events": [
            {
                "type": "message_create",
                "id": said.id,
                "created_timestamp": str(int(said.at.timestamp() * 1000)),
                "message_create": {
                    "target": {"recipient_id": said.to.id},
                    "sender_id": said.by.id,
                    "message_data": {"text": said.text, "entities": {"urls": []}},
                },
            }
        ],
        "users": {one.id: {"data": user(one)} for one in (said.by, said.to)},
    }


def event(kind: str, user_id: str, number: int, payload: Any, includes: Any) -> dict[str, Any]:
    """An event of the X Activity API."""
    data = {
        "event_uuid": str(number),
        "filter": {"user_id": user_id},
        "event_type": kind,
        "tag": "fairline",
        "payload": payload,
    }
    return {"data": data | ({"includes": includes} if includes else {})}


def problem(kind: str, title: str, detail: str, status: int) -> dict[str, Any]:
    """A refusal in the form of RFC 9457, as v2 gives it."""
    type_ = f"https://api.twitter.com/2/problems/{kind}" if kind else "about:blank"
    return {"type": type_, "title": title, "detail": detail, "status": status}
