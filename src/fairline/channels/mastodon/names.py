"""Addresses and ids on Mastodon, in their one normal form. Pure.

A server writes its own people without their host, and the ids of posts are its own: both become
whole here, so that two servers never mean the same one. Source: docs.joinmastodon.org, Entities:
Account (`acct`); Spec: WebFinger.
"""

import re
from urllib.parse import urlsplit

from fairline.channels.contract import InboxInfo
from fairline.core.errors import Invalid

_USER = re.compile(r"[a-z0-9_](?:[a-z0-9_.-]{0,198}[a-z0-9_])?")
_HOST = re.compile(
    r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.){0,10}[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?::\d{1,5})?"
)
_PROFILE = re.compile(r"/(?:@|users/)([^/@]{1,200})(?:@([^/]{1,255}))?/?")
MOST = 320


def normalise(address: str) -> str:
    """`cleo@mastodon.example`, of `@Cleo@Mastodon.Example` or a profile's page. Raises Invalid."""
    given = address.strip()[: MOST * 2]
    if given.lower().startswith(("https://", "http://")):
        given = _of_page(given)
    user, _, host = given.removeprefix("acct:").lstrip("@").partition("@")
    user, host = user.lower(), _ascii(host.rstrip(".").lower())
    if len(user) + len(host) > MOST or not (_USER.fullmatch(user) and _HOST.fullmatch(host)):
        raise Invalid(
            "An account is written as name@server, such as support@mastodon.example.",
            code="bad_address",
            field="address",
        )
    return f"{user}@{host}"


def acct_of(acct: str, inbox: InboxInfo) -> str:
    """The address of an `acct`: without a host it is one of our own server. Raises Invalid."""
    return normalise(acct if "@" in acct.lstrip("@") else f"{acct}@{home_of(inbox)}")


def home_of(inbox: InboxInfo) -> str:
    """The name of the server that our account is on."""
    return inbox.address.rpartition("@")[2] or "mastodon"


def native_of(status_id: str | int, inbox: InboxInfo) -> str:
    """A post's native id: its server's own id with the server's name before it."""
    return f"{home_of(inbox)}:{str(status_id)[:100]}"


def status_id_of(native: str, inbox: InboxInfo) -> str:
    """The server's own id out of a native id; '' when it is another server's, or no post's."""
    start = f"{home_of(inbox)}:"
    rest = native.removeprefix(start) if native.startswith(start) else ""
    return rest if re.fullmatch(r"[A-Za-z0-9_-]{1,100}", rest) else ""


def _of_page(url: str) -> str:
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    found = _PROFILE.fullmatch(parts.path)
    return f"{found[1]}@{found[2] or parts.netloc}" if found else ""


def _ascii(host: str) -> str:
    if host.isascii():
        return host
    try:
        return host.encode("idna").decode()
    except UnicodeError:
        return ""
