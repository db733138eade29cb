"""Writes down each turn: who was served when, and how many stood before them at that moment.

Inline listeners of `owner_changed` and `message_sent`, before the place moves. One statement per
turn. It decides nothing and stands in nobody's way: the report counts who was served out of order.
"""

from fairline.cases.rows import Event
from fairline.db.unit import Unit
from fairline.line.fairness import store_turns

# By the order of the line, whoever is given the case: no hand chose it.
BY_RULE = frozenset({"next_case", "handed_out"})
# Back to the agent who had it before: its turn was then.
NO_TURN = frozenset({"came_back"})


def hear_owner(unit: Unit, event: Event) -> None:
    """A case that nobody had was taken by somebody, or given to them.

    Handing it from one agent to another is no new turn: it had its turn before.
    """
    taker, reason = event.data.get("to"), event.data.get("reason")
    if event.case_id is None or event.brand_id is None:
        return
    if event.data.get("from") or not taker or reason in NO_TURN:
        return
    how = "next" if reason in BY_RULE else "picked" if event.actor_id == taker else "given"
    if store_turns.note_taken(unit, event.case_id, taker, how):
        store_turns.forget_those_being_taken(unit, event.brand_id, event.case_id)


def hear_sent(unit: Unit, event: Event) -> None:
    """A waiting case was answered by an agent: who of their own cases stood before it?"""
    if event.case_id and event.actor_kind == "agent" and not event.data.get("is_notice"):
        store_turns.note_answered(unit, event.case_id, str(event.actor_id))
