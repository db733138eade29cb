"""Every address of ours in the fediverse, and who a party there is. Pure.

The host of our public URL is the host of our accounts. Ids never change once they are given out:
an actor's is made of its inbox's id, an object's of the key of what it carries.
"""

import re
from urllib.parse import urlsplit

import msgspec

from fairline.channels.contract import InboxInfo

PUBLIC = "https://www.w3.org/ns/activitystreams#Public"
# JSON-LD lets the same thing be written short (ActivityPub, 5.6).
PUBLIC_SPELLINGS = frozenset({PUBLIC, "as:Public", "Public"})
CONTEXT = "https://www.w3.org/ns/activitystreams"
MEDIA_TYPE = "application/activity+json"

_KEY = re.compile(r"[A-Za-z0-9-]{8,80}")


class Party(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody in the fediverse: `id` is the address of the actor, `handle` is `@cleo@host`, `url`
    the page people look at. `shared_inbox` is '' where the server has none.
    """

    id: str
    handle: str
    inbox: str = ""
    shared_inbox: str = ""
    url: str = ""

    @property
    def username(self) -> str:
        return self.handle.lstrip("@").partition("@")[0]


def username(inbox: InboxInfo) -> str:
    """The name of our account: what stands before the @ of the inbox's address."""
    return inbox.address.lstrip("@").partition("@")[0].strip().lower()


def host(inbox: InboxInfo) -> str:
    """The host of our accounts, with its port where it has one of its own."""
    return urlsplit(inbox.public_url).netloc.lower()


def handle(inbox: InboxInfo) -> str:
    """`@support@brand.example`."""
    return f"@{username(inbox)}@{host(inbox)}"


def names(inbox: InboxInfo) -> tuple[str, ...]:
    """How people write our account, longest first; the bare domain's where that leads to us."""
    bare = f"@{inbox.address.lstrip('@').lower()}"
    return tuple(dict.fromkeys((bare, handle(inbox), f"@{username(inbox)}")))


def root(inbox: InboxInfo) -> str:
    return f"{inbox.public_url.rstrip('/')}/ap"


def actor_id(inbox: InboxInfo) -> str:
    return f"{root(inbox)}/actors/{inbox.id}"


def followers(inbox: InboxInfo) -> str:
    return f"{actor_id(inbox)}/followers"


def shared_inbox(inbox: InboxInfo) -> str:
    return f"{root(inbox)}/inbox"


def object_id(inbox: InboxInfo, key: str) -> str:
    """The id of what carries `key` (a delivery's, a message's or an announcement's id)."""
    return f"{root(inbox)}/objects/{key}"


def activity_id(inbox: InboxInfo, key: str, what: str) -> str:
    """The id of what was done with it: `create`, `delete`, or `update-` and a stamp."""
    return f"{object_id(inbox, key)}/{what}"


def own_key(inbox: InboxInfo, address: str) -> str:
    """The key of one of our objects (or of an activity about it); '' for anything else."""
    start = f"{root(inbox)}/objects/"
    if not address.startswith(start):
        return ""
    key = address.removeprefix(start).partition("/")[0]
    return key if _KEY.fullmatch(key) else ""


def is_ours(inbox: InboxInfo, address: str) -> bool:
    """Whether it lies on our own host, whatever it is."""
    return same_host(address, inbox.public_url)


def same_host(one: str, other: str) -> bool:
    """Whether two addresses are of one server: scheme, host and port."""
    return origin(one) is not None and origin(one) == origin(other)


def origin(address: str) -> tuple[str, str, int] | None:
    """Scheme, host and port of an http(s) address; None for anything else."""
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return None
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        return None
    # Who is asked in the end is the host after the @: what stands before it only confuses.
    if "@" in parts.netloc or "\\" in address:
        return None
    return parts.scheme, parts.hostname.lower(), port or (443 if parts.scheme == "https" else 80)
