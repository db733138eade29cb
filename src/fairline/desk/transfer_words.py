"""What the timeline says of hand-offs."""

from collections.abc import Callable
from typing import Any

Names = Callable[[str, str | None], str]


def _receiver(data: dict[str, Any], name: Names) -> str:
    """Whom a case was offered to."""
    if data.get("agent_id"):
        return name("agent", data["agent_id"])
    return f"team {name('team', data.get('team_id'))}"


def _withdrawn(data: dict[str, Any], _: Names) -> str:
    if data.get("reason") == "withdrawn":
        return "took the hand-off back"
    return "" if data.get("reason") == "case_ended" else "the hand-off is over: it has an owner"


TRANSFER_WORDS: dict[str, Callable[[dict[str, Any], Names], str]] = {
    "transfer_offered": lambda d, n: (
        f"asked {_receiver(d, n)} to take the case over: {d.get('reason', '')}"
    ),
    "transfer_accepted": lambda d, n: f"took the case over from {n('agent', d.get('from'))}",
    "transfer_declined": lambda d, n: (
        f"did not take the case over from {n('agent', d.get('giver_id'))}: {d.get('reason', '')}"
    ),
    "transfer_withdrawn": _withdrawn,
    "transfer_expired": lambda d, n: f"{_receiver(d, n)} did not take the case over in time",
}
