"""The records and views of a made-up Bluesky, and what its servers check in them. Pure.

Source: lexicons app.bsky.feed.post, app.bsky.feed.defs, app.bsky.notification.listNotifications;
atproto.com, Specifications: Record Key, TID.
"""

import base64
import hashlib
import json
import re
from datetime import datetime
from typing import Any

from fairline.core.lengths import graphemes

COLLECTION = "app.bsky.feed.post"
HANDLES = "bsky.demo"
MOST_PICTURE = 2_000_000
_TID = re.compile(r"[234567abcdefghij][234567abcdefghijklmnopqrstuvwxyz]{12}")
_MENTION = re.compile(r"@([a-z0-9-]+(?:\.[a-z0-9-]+)+)")


def did_of(person: str) -> str:
    """The DID of a person: made of their name, and looking like one."""
    digest = hashlib.sha256(person.encode()).digest()
    return f"did:plc:{base64.b32encode(digest).decode().lower()[:24]}"


def handle_of(person: str) -> str:
    return person if "." in person else f"{person.lower()}.{HANDLES}"


def cid_of(value: Any) -> str:
    """A content id: another content, another id."""
    data = value if isinstance(value, bytes) else json.dumps(value, sort_keys=True).encode()
    digest = base64.b32encode(hashlib.sha256(data).digest()).decode().lower().rstrip("=")
    return f"bafyrei{digest}"


def stamp(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z"


def facets_in(text: str, dids: dict[str, str]) -> list[dict[str, Any]]:
    """The mentions in what a person wrote, as their app would mark them."""
    found = []
    for one in _MENTION.finditer(text):
        if did := dids.get(one[1]):
            start = len(text[: one.start()].encode())
            end = start + len(one[0].encode())
            feature = {"$type": "app.bsky.richtext.facet#mention", "did": did}
            found.append({"index": {"byteStart": start, "byteEnd": end}, "features": [feature]})
    return found


def wrong_in(
    record: Any, rkey: str, posts: dict[str, dict[str, Any]], blobs: dict[str, bytes]
) -> str:
    """What is wrong with a post; '' when it would be taken."""
    if not isinstance(record, dict) or record.get("$type") != COLLECTION:
        return f"Invalid $type: expected {COLLECTION}"
    if not _TID.fullmatch(rkey):
        return "Invalid record key: expected a tid"
    text = record.get("text")
    if not isinstance(text, str):
        return 'Invalid app.bsky.feed.post record: Record must have the property "text"'
    if len(text.encode()) > 3000:
        return "Record/text must not be longer than 3000 characters"
    if len(graphemes(text)) > 300:
        return "Record/text must not be longer than 300 graphemes"
    if not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z", str(record.get("createdAt"))):
        return "Record/createdAt must be an valid atproto datetime"
    return (
        _wrong_facets(record.get("facets") or [], text)
        or _wrong_reply(record.get("reply"), posts)
        or _wrong_pictures(record.get("embed"), blobs)
    )


def _wrong_facets(facets: list[Any], text: str) -> str:
    data = text.encode()
    for facet in facets:
        start, end = facet["index"]["byteStart"], facet["index"]["byteEnd"]
        if not 0 <= start < end <= len(data):
            return "Record/facets/0/index is outside of the text"
        try:
            data[start:end].decode()
        except UnicodeDecodeError:
            return "Record/facets/0/index cuts a letter apart"
        if not facet["features"]:
            return 'Record/facets/0 must have the property "features"'
    return ""


def _wrong_reply(reply: Any, posts: dict[str, dict[str, Any]]) -> str:
    if reply is None:
        return ""
    for part in ("root", "parent"):
        ref = reply.get(part) or {}
        known = posts.get(ref.get("uri", ""))
        if known is not None and known["cid"] != ref.get("cid"):
            return f"Record/reply/{part}/cid is of another version"
        if not re.fullmatch(r"[a-z0-9]{20,}", str(ref.get("cid"))):
            return f"Record/reply/{part}/cid must be a cid string"
    return ""


def _wrong_pictures(embed: Any, blobs: dict[str, bytes]) -> str:
    if embed is None:
        return ""
    images = embed.get("images") or []
    if len(images) > 4:
        return "Record/embed/images must not have more than 4 elements"
    for one in images:
        if "alt" not in one:
            return 'Record/embed/images/0 must have the property "alt"'
        data = blobs.get(one["image"]["ref"]["$link"])
        if data is None:
            return "Could not find blob"
        if len(data) > MOST_PICTURE:
            return "This file is too large. It may not exceed 2000000 bytes."
        if not one["image"]["mimeType"].startswith("image/"):
            return "Wrong mimetype of blob"
    return ""
