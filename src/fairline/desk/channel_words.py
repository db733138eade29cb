"""Channels as chips name them, and what happened on them, in words. Pure."""

from collections.abc import Callable
from typing import Any

from fairline.core.channel_names import name_of


def channel_word(kind: str) -> str:
    """A channel as chips name it."""
    return name_of(kind)


def _by(data: dict[str, Any]) -> str:
    return channel_word(str(data.get("channel", "")))


def _kept(data: dict[str, Any]) -> str:
    return str(data.get("reason", "")).rstrip(".").lower()


CHANNEL_WORDS: dict[str, Callable[[dict[str, Any], Any], str]] = {
    "address_stopped": lambda d, _: f"asked for no more messages by {_by(d)}",
    "address_started": lambda d, _: f"wants messages by {_by(d)} again",
    "mention_cased": lambda d, _: f"made a case of what was only heard ({_kept(d)})",
    "mention_attached": lambda *_: "put on this case what was only heard",
    "file_fetched": lambda d, _: f"the file {d.get('name', '')} has come",
    "file_missing": lambda d, _: (
        f"the file {d.get('name', '')} could not be fetched: {d.get('text', '')}"
    ),
}
