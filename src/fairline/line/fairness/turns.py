"""Writes down each turn: who was served when, and how many stood before them at that moment.

Inline listeners of `owner_changed` and `message_sent`, before the place moves. One statement per
turn. It decides nothing and stands in nobody's way: the report counts who was served out of order.
"""

from fairline.cases.rows import Event
from fairline.db.unit import Unit
from fairline.line.fairness import store_turns


def hear_owner(unit: Unit, event: Event) -> None:
    """A case that nobody had was taken by somebody, or given to them.

    Handing it from one agent to another is no new turn: it had its turn before.
    """
    taker, before = event.data.get("to"), event.data.get("from")
    if event.case_id is None or before or not taker:
        return
    by_rule = event.data.get("reason") == "next_case"
    how = "next" if by_rule else "picked" if event.actor_id == taker else "given"
    ahead = store_turns.note_taken(unit, event.case_id, taker, how)
    if ahead and by_rule:
        store_turns.forget_those_being_taken(unit, event.case_id)


def hear_sent(unit: Unit, event: Event) -> None:
    """A waiting case was answered by an agent: who of their own cases stood before it?"""
    if event.case_id and event.actor_kind == "agent" and not event.data.get("is_notice"):
        store_turns.note_answered(unit, event.case_id, str(event.actor_id))
