"""Updates kept in files, as `fairline inbox feed` takes them: one JSON object or list a file."""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from fairline.channels.contract import InboxInfo, Invalid, RawItem
from fairline.channels.telegram.translate import native_id_of, read_update, translate

_NOBODY = InboxInfo(
    id="", brand_id="", brand_name="", kind="telegram", name="", address="", options={},
    public_url="",
)  # fmt: skip


def items_in(path: Path) -> Iterator[tuple[str, RawItem]]:
    """Each update with its file, and `:n` for the n-th of several; a folder's in order of name."""
    files = sorted(path.rglob("*.json")) if path.is_dir() else [path]
    for file in files:
        payload = file.read_bytes()
        try:
            read = msgspec.json.decode(payload)
        except (msgspec.DecodeError, ValueError, RecursionError):
            read = None
        if path.is_dir() and not _is_update(read):
            continue  # captures of several networks lie in one folder
        if not isinstance(read, list):
            yield str(file), _item(payload)
            continue
        for number, one in enumerate(read, 1):
            yield f"{file}:{number}", _item(msgspec.json.encode(one))


def _is_update(read: object) -> bool:
    first = read[0] if isinstance(read, list) and read else read
    return isinstance(first, dict) and "update_id" in first


def describe(payload: bytes) -> dict[str, Any]:
    """Who wrote what, by the payload itself."""
    try:
        found = translate(payload, _NOBODY)
    except Invalid:
        return {}
    inbound = getattr(found, "inbound", None) or found
    author = getattr(inbound, "author", None)
    return {
        "from": f"{author.name} <{author.address}>" if author else "",
        "text": getattr(found, "text", ""),
        "attachments": tuple(
            {"name": file.name, "type": file.media_type, "bytes": 0}
            for file in getattr(inbound, "files", ())
        ),
    }


def _item(payload: bytes) -> RawItem:
    try:
        native_id = native_id_of(read_update(payload))
    except Invalid:
        native_id = f"body-{hashlib.sha256(payload).hexdigest()[:32]}"
    return RawItem(native_id=native_id, payload=payload)
