"""What the timeline says of personal data in public: what was found, never the value. Pure."""

from collections.abc import Callable
from typing import Any

from fairline.policy.finding import said

GUARD_WORDS: dict[str, Callable[[dict[str, Any], Any], str]] = {
    "personal_data_found": lambda d, _: f"hidden from the board: {_kinds(d)} in a public message",
    "personal_data_masked": lambda d, _: f"shown again without {_kinds(d)}",
    "personal_data_allowed": lambda d, _: f"let {_kinds(d)} stand in public: {d.get('reason', '')}",
}


def _kinds(data: dict[str, Any]) -> str:
    return said(str(kind) for kind in data.get("kinds", ()))
