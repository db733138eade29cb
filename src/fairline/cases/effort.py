"""What a case costs its customer: how often they wrote, were handed on, came back. Pure.

Counted from the events of the case, one after the other, so that counting along and counting again
from the first come to the same. It is shown and exported and decides nothing.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import msgspec

from fairline.cases.rows import Case, Event

# Of an owner's change: that the acceptance of a hand-off, which is counted, brought it.
HANDED_OVER = "handed_over"
MOST_HEARD_ON = 200


class Effort(msgspec.Struct, frozen=True, kw_only=True):
    """As columns of `cases`. `heard_on` names the customer's channels with a blank between, the one
    they wrote on last at the end.
    """

    contact_count: int = 0
    handoff_count: int = 0
    switch_count: int = 0
    repeat_count: int = 0
    reopen_count: int = 0
    heard_on: str = ""


COLUMNS = Effort.__struct_fields__
COUNTED = (
    "message_received",
    "transfer_accepted",
    "owner_changed",
    "team_changed",
    "repeat_joined",
    "case_reopened",
)


def effort_of(case: Case) -> Effort:
    """What its row says."""
    return Effort(**{name: getattr(case, name) for name in COLUMNS})


def columns(effort: Effort) -> dict[str, Any]:
    return msgspec.structs.asdict(effort)


def heard(effort: Effort, channel: str) -> Effort:
    """The customer wrote once more."""
    before = effort.heard_on.split()
    after = [one for one in before if one != channel] + [channel]
    return msgspec.structs.replace(
        effort,
        contact_count=effort.contact_count + 1,
        switch_count=effort.switch_count + (bool(before) and before[-1] != channel),
        heard_on=" ".join(after)[-MOST_HEARD_ON:],
    )


def add(effort: Effort, event: Event, *, accepted_at: datetime | None = None) -> Effort:
    """With one event more. `accepted_at`: when a hand-off was last accepted; what that moves in the
    same moment is the one hand-off.
    """
    data = event.data
    if event.kind == "message_received":
        if data.get("automatic") or data.get("bystander"):
            return effort
        return heard(effort, str(data.get("channel", "")))
    if event.kind == "transfer_accepted" or (
        _is_move(event) and not (event.kind == "team_changed" and event.at == accepted_at)
    ):
        return msgspec.structs.replace(effort, handoff_count=effort.handoff_count + 1)
    if event.kind == "repeat_joined" and not data.get("leads"):
        return msgspec.structs.replace(effort, repeat_count=effort.repeat_count + 1)
    if event.kind == "case_reopened":
        return msgspec.structs.replace(effort, reopen_count=effort.reopen_count + 1)
    return effort


def count(events: Iterable[Event]) -> Effort:
    """From the first event on, in their order."""
    effort, accepted_at = Effort(), None
    for event in events:
        effort = add(effort, event, accepted_at=accepted_at)
        if event.kind == "transfer_accepted":
            accepted_at = event.at
    return effort


def _is_move(event: Event) -> bool:
    """From one agent to another, or to a team, by a person: neither taken from the line, nor given
    back to it, nor moved by a rule.
    """
    data = event.data
    if event.actor_kind != "agent" or not data.get("to"):
        return False
    if event.kind == "team_changed":
        return True
    is_passed_on = event.kind == "owner_changed" and bool(data.get("from"))
    return is_passed_on and data.get("reason") != HANDED_OVER
