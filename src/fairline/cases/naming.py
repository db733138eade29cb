"""Names for what an install shares between cases, so that a document means the same elsewhere.

An export fills a `Names` from ids to names as it goes; a rebuild fills one from names to ids. In
the data of an event only the places that hold ids are looked at, never what somebody typed.
"""

from collections.abc import Callable
from typing import Any

from fairline.core.errors import Invalid

# Where events keep the id of something shared; the other ids belong to the case itself.
SHARED_KEYS = frozenset({"inbox_id", "identity_id", "agent_id", "mentioned"})
OWN_KEYS = frozenset({"message_id", "message_ids", "delivery_id"})
MOVES = frozenset({"owner_changed", "team_changed"})


class Names:
    """One side of the translation. `unknown` says what to do with what is met first."""

    def __init__(self) -> None:
        self._known: dict[str, str] = {}

    def put(self, one: str, other: str) -> str:
        self._known.setdefault(one, other)
        return self._known[one]

    def has(self, one: str) -> bool:
        return one in self._known

    def get(self, one: str) -> str:
        """Raises Invalid for what the document uses but does not explain."""
        found = self._known.get(one)
        if found is None:
            raise Invalid(
                f"The export is damaged: it does not say who or what {one} is.", code="bad_export"
            )
        return found

    def get_or_none(self, one: str | None) -> str | None:
        return None if one is None else self.get(one)

    def get_or_same(self, one: str) -> str:
        return self._known.get(one, one)


def translated(kind: str, data: dict[str, Any], change: Callable[[str], str]) -> dict[str, Any]:
    """The data of an event with the ids in it changed."""
    keys = SHARED_KEYS | OWN_KEYS | ({"from", "to"} if kind in MOVES else frozenset())

    def swap(value: Any) -> Any:
        if isinstance(value, str):
            return change(value)
        return [swap(one) for one in value] if isinstance(value, list) else value

    return {key: swap(value) if key in keys else value for key, value in data.items()}


def shared_ids(kind: str, data: dict[str, Any]) -> list[tuple[str, str]]:
    """(what it is, its id) of everything shared that an event's data names."""
    found: list[tuple[str, str]] = []
    singles = {"inbox_id": "inbox", "identity_id": "identity", "agent_id": "agent"}
    found += [(what, data[key]) for key, what in singles.items() if isinstance(data.get(key), str)]
    mentioned = data.get("mentioned")
    found += [("agent", one) for one in mentioned or () if isinstance(one, str)]
    if kind in MOVES:
        what = "agent" if kind == "owner_changed" else "team"
        found += [(what, data[key]) for key in ("from", "to") if isinstance(data.get(key), str)]
    return found
