"""Reads loosely typed JSON of X: whatever stands there, the answer has the type that was asked for.

Pure. Payloads differ between the versions of the API (and are attacked): a field of another type
counts as absent, and only what has no id at all is refused by the callers.
"""

import html
import re
from datetime import UTC, datetime
from typing import Any

import msgspec

from fairline.core.errors import Invalid

# Ids are 64-bit numbers, written as text (api/fundamentals "X IDs").
_ID = re.compile(r"[0-9]{1,20}")
_HANDLE = re.compile(r"[A-Za-z0-9_]{1,30}")
_V1_TIME = "%a %b %d %H:%M:%S %z %Y"


def read_body(payload: bytes) -> dict[str, Any]:
    """The JSON object of a payload. Raises Invalid."""
    try:
        body = msgspec.json.decode(payload)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise Invalid("That is no JSON.", code="bad_payload") from error
    if not isinstance(body, dict):
        raise Invalid("That is nothing X sends.", code="bad_payload")
    return body


def table(value: Any) -> dict[str, Any]:
    """An object; one that X wraps in `data` is taken out of it."""
    if not isinstance(value, dict):
        return {}
    inner = value.get("data")
    return inner if isinstance(inner, dict) and len(value) == 1 else value


def rows(value: Any) -> list[dict[str, Any]]:
    """The objects of a list."""
    if not isinstance(value, list):
        return []
    return [found for one in value if (found := table(one))]


def words(value: Any) -> str:
    """Text, without what no database keeps."""
    return value.replace("\x00", "") if isinstance(value, str) else ""


def plain(value: Any) -> str:
    """Text as people wrote it: X sends `&`, `<` and `>` as entities."""
    return html.unescape(words(value)) if "&" in words(value) else words(value)


def number(*values: Any) -> str:
    """The first that is an id, as text; '' when none is."""
    for value in values:
        text = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
        if isinstance(text, str) and _ID.fullmatch(text):
            return text
    return ""


def handle(value: Any) -> str:
    """A handle in lower case without its @, or ''."""
    text = words(value).strip().lstrip("@")
    return text.lower() if _HANDLE.fullmatch(text) else ""


def whole(value: Any) -> int | None:
    """A count, or None."""
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 16:
        value = int(value)
    fits = isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**53
    return value if fits else None


def moment(value: Any) -> datetime | None:
    """A time: ISO 8601 (v2), the old form with the name of the day (v1.1), or milliseconds."""
    millis = whole(value)
    try:
        if millis is not None:
            return datetime.fromtimestamp(millis / 1000, UTC)
        text = words(value)
        if not text:
            return None
        read = datetime.fromisoformat(text) if text[0].isdigit() else _old(text)
        return (read if read.tzinfo else read.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _old(text: str) -> datetime:
    return datetime.strptime(text, _V1_TIME)  # noqa: DTZ007  the zone is in the text
