"""Row structs of the fediverse's tables."""

from datetime import datetime
from typing import Any

import msgspec

from fairline.channels.activitypub.places import Party
from fairline.channels.activitypub.shapes import as2


class KeyPair(msgspec.Struct, frozen=True, kw_only=True):
    """A key of one of our accounts, opened."""

    key_id: str
    number: int
    private: str
    public: str


class Actor(msgspec.Struct, frozen=True, kw_only=True):
    """A row of `fediverse_actors`: somebody, as their server told us."""

    id: str
    key_id: str
    public: str
    handle: str
    inbox: str
    shared_inbox: str
    doc: dict[str, Any]
    fetched_at: datetime

    @property
    def party(self) -> Party:
        return Party(
            id=self.id,
            handle=self.handle,
            inbox=self.inbox,
            shared_inbox=self.shared_inbox,
            url=next((url for url, _ in as2.web_addresses(self.doc, "url")), ""),
        )


class Post(msgspec.Struct, frozen=True, kw_only=True):
    """A row of `fediverse_objects`: one public post of ours."""

    id: str
    inbox_id: str
    doc: dict[str, Any]
    activity: dict[str, Any]
    is_gone: bool
    place: str
    published_at: datetime


class Errand(msgspec.Struct, frozen=True, kw_only=True):
    """One activity on its way to one address."""

    id: str
    activity_id: str
    inbox_id: str
    target: str
    attempts: int
    body: str


class Host(msgspec.Struct, frozen=True, kw_only=True):
    """A row of `fediverse_hosts`: a server that we send to."""

    host: str
    due_at: datetime | None
    failures: int
    failing_since: datetime | None
    scheme: str
    error: str
