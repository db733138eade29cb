"""Plain words for what was merged, split, moved and taken back. Pure."""

from collections.abc import Callable
from typing import Any

from fairline.cases.states import STATUS_LABELS

Names = Callable[[str, str | None], str]


def _other(data: dict[str, Any]) -> str:
    return str(data.get("reference") or "another case")


def _merged(data: dict[str, Any], _: Names) -> str:
    if not data.get("is_into"):
        return f"merged into {_other(data)}"
    change = data.get("status")
    opened = f", which is {STATUS_LABELS[change['to']].lower()} again" if change else ""
    why = ": a post in between came late" if data.get("reason") == "late_post" else ""
    return f"{_other(data)} was merged into this case{opened}{why}"


def _unmerged(data: dict[str, Any], _: Names) -> str:
    if data.get("what") == "split":
        return f"back together with {_other(data)}"
    if data.get("what") == "move":
        return f"what was moved between this and {_other(data)} was taken back"
    return f"{_other(data)} and this are two cases again"


def _split(data: dict[str, Any], _: Names) -> str:
    if data.get("leads"):
        return f"a part of this is a case of its own now: {_other(data)}"
    return f"set apart from {_other(data)}"


def _moved(data: dict[str, Any], _: Names) -> str:
    many = len(data.get("message_ids", ()))
    said = "1 message" if many == 1 else f"{many} messages"
    return f"{said} {'went to' if data.get('is_out') else 'came from'} {_other(data)}"


MERGE_WORDS: dict[str, Callable[[dict[str, Any], Names], str]] = {
    "case_merged": _merged,
    "case_unmerged": _unmerged,
    "case_split": _split,
    "message_moved": _moved,
    "case_unrelated": lambda d, _: f"not linked with {_other(d)} any more",
    "contact_merged": lambda *_: "this person and another turned out to be one",
    "contact_unmerged": lambda *_: "this person and another are two again",
}
