"""Who is handed the next case. Pure: loads and capacities in, one agent out."""

import zlib
from collections.abc import Iterable

import msgspec


class Hand(msgspec.Struct, kw_only=True):
    """An agent who may be handed cases, and how much waits for them now. Both in points."""

    agent_id: str
    capacity: int
    load: int


def emptiest(hands: Iterable[Hand], weight: int, case_id: str) -> Hand | None:
    """The one with room for `weight` points who carries least for what they can carry.

    Nobody carries so little that one case is too heavy: an idle agent always has room for one.
    Equals are told apart by a draw from the case's id, so that nobody is always the first.
    """
    able = [one for one in hands if one.load == 0 or one.load + weight <= one.capacity]
    return min(
        able,
        key=lambda one: (
            one.load / one.capacity,
            zlib.crc32(f"{case_id}{one.agent_id}".encode()),
            one.agent_id,
        ),
        default=None,
    )
