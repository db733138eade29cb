"""Where a message stands on Telegram: the chat's id and the message's, as `-100123:7`. Pure.

Numbers of messages are unique within a chat only. People have positive ids, groups negative ones.
"""

import re

_PLACE = re.compile(r"(-?[0-9]{1,20}):([0-9]{1,20})")


def place(chat_id: int, message_id: int) -> str:
    return f"{chat_id}:{message_id}"


def read_place(native_id: str) -> tuple[int, int] | None:
    """(chat, message); None for anything else."""
    found = _PLACE.fullmatch(native_id)
    return (int(found[1]), int(found[2])) if found else None


def place_in_public(native_ids: tuple[str, ...]) -> tuple[int, int] | None:
    """The last message of a group among those of a case, given oldest first."""
    found = [at for one in native_ids if (at := read_place(one)) and at[0] < 0]
    return found[-1] if found else None
