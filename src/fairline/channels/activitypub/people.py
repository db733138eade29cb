"""Who wrote something: the actor's address, name and handle. Pure.

The identity is the actor's address: a handle can be given to somebody else. Source: ActivityPub,
4.1; RFC 7565 for `acct:`; FEP-2c59 for `webfinger`.
"""

import re
from urllib.parse import urlsplit

from fairline.cases.inbound import Author
from fairline.channels.activitypub.places import origin, same_host
from fairline.channels.activitypub.shapes import as2
from fairline.channels.activitypub.shapes.as2 import Doc
from fairline.channels.activitypub.shapes.wording import worded
from fairline.core.errors import Invalid

KIND = "fediverse"
MOST_NAME = 120
ACTORS = frozenset({"Person", "Group", "Organization", "Service", "Application"})
MACHINES = frozenset({"Service", "Application"})

_HANDLE = re.compile(
    r"(?:acct:)?@?(?P<user>[\w.+~-]{1,100})@(?P<host>[\w.-]{1,253}(?::\d{1,5})?)", re.IGNORECASE
)
_USERNAME = re.compile(r"[A-Za-z_][\w.-]{1,29}")
_NO_NAME = re.compile(r"[0-9a-f]{16,}|[0-9a-f]{8}-[0-9a-f-]{20,}", re.IGNORECASE)


def author_of(actor: str, profile: Doc | None) -> Author:
    """The author at an address. Its profile makes the name, where it was fetched."""
    name = worded(as2.worded(profile, "name")[0][:1000]).text if profile else ""
    name = " ".join(name.split())[:MOST_NAME]
    handle = handle_of(actor, profile)
    shown = f"{name} ({handle})" if name and handle else name or handle
    return Author(
        channel=KIND,
        address=normalise(actor),
        name=shown,
        verified=True,
        audience=as2.number(profile, "followersCount"),
    )


def handle_of(actor: str, profile: Doc | None) -> str:
    """`@cleo@host`, or '' where nothing tells it."""
    place = urlsplit(actor).netloc.lower() if origin(actor) else ""
    told = _HANDLE.fullmatch(as2.text(profile, "webfinger").strip())
    if told and same_host(f"https://{told['host']}", f"https://{place}"):
        return f"@{told['user']}@{place}"
    username = as2.text(profile, "preferredUsername").strip().lstrip("@")
    if not username and place:
        last = urlsplit(actor).path.rstrip("/").rpartition("/")[2].lstrip("@~")
        username = last if _USERNAME.fullmatch(last) and not _NO_NAME.search(last) else ""
    if not username or not place or len(username) > 100 or re.search(r"[\s@]", username):
        return ""
    return f"@{username}@{place}"


def is_machine(profile: Doc | None) -> bool:
    """An account that says of itself that it is no person (Mastodon's `bot` is a Service)."""
    return bool(profile) and bool(set(as2.types(profile)) & MACHINES)


def normalise(address: str) -> str:
    """An actor's address with its host in lower case, or a handle as `@user@host`. Raises
    Invalid.
    """
    given = address.strip()
    if origin(given):
        parts = urlsplit(given)
        return parts._replace(netloc=parts.netloc.lower(), fragment="").geturl()
    if found := _HANDLE.fullmatch(given):
        return f"@{found['user']}@{found['host']}".lower()
    if given.startswith("tag:") and not re.search(r"\s", given):
        return given
    raise Invalid(
        "Write it as @name@host, or as the address of the account's page.",
        code="bad_address",
        field="address",
    )
