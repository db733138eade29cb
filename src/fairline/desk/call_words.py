"""A call as agents see it: whom, when on both clocks, what was tried, what can be done. Pure."""

from datetime import datetime

import msgspec

from fairline.handoff.calls.rows import Call, Try
from fairline.handoff.calls.windows import moment_words, window_words, zone_words
from fairline.handoff.calls.words import OUTCOMES
from fairline.people.numbers import dial_link, shown_number

Names = dict[str, str]


class CallStrip(msgspec.Struct, frozen=True, kw_only=True):
    """The strip on the case, a row of the list and the call screen all read this.

    `tone`: late (missed), risk (now), '' (later). `own` is the agent's try that is under way;
    `caller` the name of somebody else who is at it.
    """

    call: Call
    shown: str
    dial: str
    headline: str
    when: str
    theirs: str
    tone: str
    tried: str
    caller: str
    own: Try | None
    is_early: bool

    @property
    def is_startable(self) -> bool:
        return self.own is None and not self.caller


def strip_of(
    call: Call, tries: list[Try], *, agent_id: str, caller: str, zone: str, now: datetime
) -> CallStrip:
    """`zone` is the brand's clock; `caller` the name of whoever has the call."""
    running = next((one for one in reversed(tries) if one.ended_at is None), None)
    is_held = call.state == "calling" and bool(call.leased_until and call.leased_until > now)
    own = running if running and running.agent_id == agent_id else None
    ended = [one for one in tries if one.ended_at]
    return CallStrip(
        call=call,
        shown=shown_number(call.number, call.extension),
        dial=dial_link(call.number, call.extension),
        headline=_headline(call, is_held=is_held, is_own=own is not None, caller=caller, now=now),
        when=f"{window_words(call.window, zone, now)} ({zone_words(zone)})",
        theirs=""
        if call.zone == zone
        else f"{window_words(call.window, call.zone, now)} in {zone_words(call.zone)}",
        tone="late" if call.missed_at else "risk" if call.next_at <= now else "",
        tried=", ".join(f"{moment_words(one.started_at, zone, now)} {OUTCOMES[one.outcome].lower()}"
                        for one in ended if one.outcome in OUTCOMES),
        caller=caller if is_held and own is None else "",
        own=own,
        is_early=call.next_at > now,
    )  # fmt: skip


def _headline(call: Call, *, is_held: bool, is_own: bool, caller: str, now: datetime) -> str:
    if is_own:
        return "You are calling"
    if is_held:
        return f"{caller or 'A colleague'} is calling them"
    if call.missed_at:
        return "Call missed"
    if call.next_at <= now:
        return "Call now"
    return "Call again" if call.tries else "Wants a call"
