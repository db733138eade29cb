"""Reads what strangers send: JSON of any shape becomes words, numbers and moments, or nothing.

Nothing here raises but `parse`, which raises Invalid. A wrong type reads as an absent value.
"""

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import msgspec

from fairline.core.errors import Invalid

MOST_TEXT = 1_000_000  # what is far too long is cut by the record, which says so
MOST_ID = 400
_LATEST = 4_102_444_800  # 2100: whatever claims to be later is no time


def parse(payload: bytes) -> Any:
    """The JSON of a payload. Raises Invalid."""
    try:
        return msgspec.json.decode(payload)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Invalid("That is no JSON.", code="bad_payload") from error


def at(data: Any, *path: str) -> Any:
    """What stands at a path of keys; None where there is nothing."""
    for key in path:
        data = data.get(key) if isinstance(data, dict) else None
    return data


def table(data: Any, *path: str) -> dict[str, Any]:
    """The object at a path; an empty one where there is none."""
    found = at(data, *path)
    return found if isinstance(found, dict) else {}


def rows(data: Any, *path: str) -> Iterator[dict[str, Any]]:
    """The objects of a list at a path; a lone object counts as a list of one."""
    found = at(data, *path) if path else data
    if isinstance(found, dict):
        found = [found]
    for one in found if isinstance(found, list) else ():
        if isinstance(one, dict):
            yield one


def text(data: Any, *path: str) -> str:
    """The words at a path, numbers included; without NUL, and never longer than a long letter."""
    found = at(data, *path) if path else data
    if isinstance(found, bool) or not isinstance(found, str | int | float):
        return ""
    return str(found)[:MOST_TEXT].replace("\x00", "")


def name(data: Any, *path: str) -> str:
    """A name or an id: one line, of a length that fits."""
    return " ".join(text(data, *path).split())[:MOST_ID]


def flag(data: Any, *path: str) -> bool:
    return at(data, *path) in (True, "true", 1, "1")


def moment(value: Any) -> datetime | None:
    """A time as Meta writes it: seconds, milliseconds, or ISO 8601; None for anything else."""
    if isinstance(value, str) and value.isascii() and value.isdigit():
        value = int(value[:16])
    if isinstance(value, int | float) and not isinstance(value, bool):
        seconds = value / 1000 if value > _LATEST else value
        return datetime.fromtimestamp(seconds, UTC) if 0 < seconds < _LATEST else None
    if not isinstance(value, str):
        return None
    try:
        read = datetime.fromisoformat(value[:40])
    except ValueError:
        return None
    return read if read.tzinfo else read.replace(tzinfo=UTC)


def fingerprint(*parts: Any) -> str:
    """A short id made of what something says, where it has none of its own."""
    said = msgspec.json.encode(parts, order="sorted")
    return hashlib.sha256(said).hexdigest()[:32]


def page_address(value: Any) -> str:
    """An address of a page that may be shown as a link; '' for anything else."""
    found = text(value)
    return found if found.startswith("https://") and len(found) < 2000 else ""


def file_address(value: Any) -> str:
    """An address that a file may be fetched from; '' for anything else."""
    found = text(value)
    return found if found.startswith(("https://", "http://")) and len(found) < 4000 else ""


def as_json(data: dict[str, Any]) -> bytes:
    return msgspec.json.encode(data)
