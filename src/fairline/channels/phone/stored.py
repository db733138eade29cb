"""What was told of calls, kept in files, as `fairline inbox feed` takes it: forms or JSON."""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from fairline.channels.contract import Invalid, RawItem
from fairline.channels.phone.twilio import caller_of
from fairline.channels.twilio import read_form

ENDINGS = frozenset({".json", ".txt", ".form"})


def items_in(path: Path) -> Iterator[tuple[str, RawItem]]:
    """One request a file; a folder's in order of name."""
    files = sorted(path.rglob("*")) if path.is_dir() else [path]
    for file in files:
        if file.is_file() and (file == path or file.suffix in ENDINGS):
            payload = file.read_bytes()
            native_id = f"body-{hashlib.sha256(payload).hexdigest()[:32]}"
            yield str(file), RawItem(native_id=native_id, payload=payload)


def describe(payload: bytes) -> dict[str, Any]:
    """Who called whom, by the payload itself."""
    try:
        fields = read_form(payload)
    except Invalid:
        return {}
    number = caller_of(fields) or fields.get("number", "")
    return {"from": number, "to": tuple(filter(None, [fields.get("To", "")]))}
