"""Requests of the provider kept in files, as `fairline inbox feed` takes them: forms or JSON."""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from fairline.channels.contract import Inbound, Invalid, RawItem
from fairline.channels.sms.translate import native_id_of, translate
from fairline.channels.twilio import read_form

ENDINGS = frozenset({".json", ".txt", ".form"})


def items_in(path: Path) -> Iterator[tuple[str, RawItem]]:
    """One request a file; a folder's in order of name."""
    files = sorted(path.rglob("*")) if path.is_dir() else [path]
    for file in files:
        if file.is_file() and (file == path or file.suffix in ENDINGS):
            payload = file.read_bytes()
            yield str(file), RawItem(native_id=_native_id(payload), payload=payload)


def describe(payload: bytes) -> dict[str, Any]:
    """Who wrote what, by the payload itself."""
    try:
        found, fields = translate(payload), read_form(payload)
    except Invalid:
        return {}
    inbound = getattr(found, "inbound", None) or found
    if not isinstance(inbound, Inbound):
        return {"from": fields.get("From", ""), "text": getattr(found, "text", "")}
    return {
        "from": inbound.author.address,
        "to": tuple(filter(None, [fields.get("To", "")])),
        "text": inbound.text,
        "attachments": tuple(
            {"name": file.name, "type": file.media_type, "bytes": 0} for file in inbound.files
        ),
    }


def _native_id(payload: bytes) -> str:
    try:
        return native_id_of(payload, read_form(payload))
    except Invalid:
        return f"body-{hashlib.sha256(payload).hexdigest()[:32]}"
