"""Names and keys of the AT Protocol: DIDs, handles, addresses of records, record keys. Pure.

A person's address is the DID: a handle may change hands. Source: atproto.com, Specifications: DID,
Handle, AT URI, Record Key, TID (and the project's interoperability vectors).
"""

import hashlib
import re
import uuid
from datetime import UTC, datetime

from fairline.core.errors import Invalid

POST = "app.bsky.feed.post"
_DID = re.compile(r"did:[a-z]+:[a-zA-Z0-9._:%-]*[a-zA-Z0-9._-]")
_HANDLE = re.compile(
    r"(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?\.)+[a-zA-Z](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?"
)
_KEY = re.compile(r"[A-Za-z0-9_~.:-]{1,512}")
_NSID = re.compile(r"[a-zA-Z](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?(?:\.[a-zA-Z0-9-]{1,63}){2,10}")
_TID = re.compile(r"[234567abcdefghij][234567abcdefghijklmnopqrstuvwxyz]{12}")
_SORTABLE = "234567abcdefghijklmnopqrstuvwxyz"
MOST = 2048
MOST_HANDLE = 253


def normalise(address: str) -> str:
    """A DID as it is, a handle in lower case and without its @. Raises Invalid."""
    given = address.strip()
    found = re.fullmatch(r"https?://[^/\s]+/profile/([^/\s?#]+).*", given[:MOST])
    given = found[1] if found else given.lstrip("@")
    if is_did(given):
        return given
    if is_handle(given.lower()):
        return given.lower()
    raise Invalid(
        "An account is a handle such as acme.bsky.social, or a DID.",
        code="bad_address",
        field="address",
    )


def is_did(text: str) -> bool:
    return len(text) <= MOST and bool(_DID.fullmatch(text))


def is_handle(text: str) -> bool:
    return len(text) <= MOST_HANDLE and bool(_HANDLE.fullmatch(text))


def is_key(text: str) -> bool:
    """Whether it may name a record in its collection."""
    return bool(_KEY.fullmatch(text)) and text not in {".", ".."}


def post_uri(did: str, key: str) -> str:
    return f"at://{did}/{POST}/{key}"


def parts_of(uri: str) -> tuple[str, str, str] | None:
    """The account, the collection and the key of a record's address; None when it is none."""
    if len(uri) > MOST or not uri.startswith("at://"):
        return None
    pieces = uri.removeprefix("at://").split("/")
    if len(pieces) != 3:
        return None
    who, collection, key = pieces
    if not (is_did(who) or is_handle(who)) or not _NSID.fullmatch(collection) or not is_key(key):
        return None
    return who, collection, key


def is_post(uri: str) -> bool:
    found = parts_of(uri)
    return bool(found and found[1] == POST)


def page_of(uri: str) -> str:
    """Where people read a post."""
    found = parts_of(uri)
    if not found or found[1] != POST:
        return ""
    return f"https://bsky.app/profile/{found[0]}/post/{found[2]}"


def tid_of(key: str) -> str:
    """The record key of a delivery: the same for each try, so that none makes a second post. Its
    time is the delivery's own (a UUIDv7 begins with it), its rest the delivery's random bits.
    """
    try:
        given = uuid.UUID(key)
    except ValueError:
        given = uuid.UUID(bytes=hashlib.sha256(key.encode()).digest()[:16])
    value = given.int
    millis, fraction, rest = value >> 80, (value >> 64) & 0xFFF, value & 0x3FF
    if given.version != 7:  # noqa: PLR2004  RFC 9562: 7 is the kind that begins with the time
        millis = 1_700_000_000_000 + millis % 60_000_000_000
    micros = millis * 1000 + fraction * 1000 // 4096
    number = (micros & ((1 << 53) - 1)) << 10 | rest
    return "".join(_SORTABLE[(number >> shift) & 31] for shift in range(60, -1, -5))


def time_of(tid: str) -> datetime:
    """The moment in a TID. Raises Invalid."""
    if not _TID.fullmatch(tid):
        raise Invalid("That is no TID.", code="bad_key")
    number = 0
    for letter in tid:
        number = number << 5 | _SORTABLE.index(letter)
    return datetime.fromtimestamp((number >> 10) / 1_000_000, UTC)


def is_tid(text: str) -> bool:
    return bool(_TID.fullmatch(text))
