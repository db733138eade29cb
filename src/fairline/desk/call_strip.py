"""Reads the call of a case for its page: the loader of the matter, and rows of the list."""

from fairline.cases.rows import Case
from fairline.db.unit import Unit
from fairline.desk.call_words import CallStrip, strip_of
from fairline.desk.frame import Frame
from fairline.handoff.calls import store
from fairline.handoff.calls.rows import Call


def call_matter(unit: Unit, around: Frame, case: Case) -> CallStrip | None:
    """One statement, another where it was tried; and only on a case with a call."""
    call = store.open_of(unit, case.id)
    return strip(unit, around, call) if call else None


def strip(unit: Unit, around: Frame, call: Call, *, tries: bool = True) -> CallStrip:
    """A call in words, on the brand's clock."""
    zone = next((b.time_zone for b in around.brands if b.id == call.brand_id), call.zone)
    found = store.tries_of(unit, call.id) if tries and (call.tries or call.caller_id) else []
    return strip_of(
        call,
        found,
        agent_id=around.agent.id,
        caller=around.name_of(call.caller_id),
        zone=zone,
        now=unit.now,
    )
