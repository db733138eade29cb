"""Raises and clears the alarms of inboxes: not working, silent, access ends, budget spent.

A turn compares what stands with what should, so it may run at any time and on any number of nodes.
Whoever asked for alarms by mail is told of these as well (`line/alarm_mail.py`).
"""

from datetime import datetime, timedelta

import msgspec

from fairline.cases.actions import actor_of
from fairline.cases.rows import SYSTEM
from fairline.cases.timeline import record
from fairline.channels import store_inboxes
from fairline.channels.registry import Channels
from fairline.channels.rows import Inbox
from fairline.core.errors import Conflict, NotFound
from fairline.core.ids import new_id
from fairline.db.engine import Database
from fairline.db.unit import Unit
from fairline.health import store
from fairline.health.figures import BUDGET_LOW, TOKEN_SOON, Figures, figures_of
from fairline.health.store import InboxAlarm
from fairline.health.tables import KINDS
from fairline.line.alarms import thresholds_of
from fairline.people import store as people
from fairline.people.tables import Agent

LABELS = {
    "not_working": "Not working",
    "silent": "Silent",
    "budget_spent": "Budget spent",
    "token_ends": "Access ends",
    "budget_low": "Budget nearly spent",
}
TONES = {"token_ends": "risk", "budget_low": "risk"}

if set(LABELS) != set(KINDS):
    raise RuntimeError("an alarm of an inbox has no words")


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """An alarm that should stand."""

    since: datetime
    text: str


def turn(database: Database, channels: Channels) -> int:
    """Look at every inbox. Returns how many alarms were raised or cleared: a worker period."""
    with database.read() as unit:
        found = store_inboxes.all_inboxes(unit)
        standing = store.alarms(unit)
        looked = [(inbox, _wanted(unit, channels, inbox)) for inbox in found]
    changes = 0
    known = {inbox.id for inbox in found}
    for inbox, wanted in looked:
        mine = {alarm.kind: alarm for alarm in standing if alarm.inbox_id == inbox.id}
        if mine.keys() != wanted.keys() or any(
            mine[kind].text != wanted[kind].text for kind in mine.keys() & wanted.keys()
        ):
            with database.write() as unit:
                changes += _settle(unit, inbox, wanted)
    # What was archived rings no more.
    for alarm in standing:
        if alarm.inbox_id not in known:
            with database.write() as unit:
                _clear(unit, alarm)
            changes += 1
    return changes


def wanted_of(figures: Figures, *, after: timedelta) -> dict[str, Wanted]:
    """What should ring for an inbox as it is. Pure."""
    inbox, at = figures.inbox, figures.at
    if inbox.state != "active":
        return {}
    found: dict[str, Wanted] = {}
    if inbox.error and inbox.error_since and at - inbox.error_since >= after:
        found["not_working"] = Wanted(since=inbox.error_since, text=inbox.error)
    if figures.is_silent and figures.quiet_since and not inbox.error:
        text = (
            "Nothing has come in, although by its own past it should have. Look whether it is "
            "still connected: an address may have moved, or a subscription ended."
        )
        found["silent"] = Wanted(since=figures.quiet_since, text=text)
    token = inbox.token_expires_at
    if token and token - at <= TOKEN_SOON:
        text = "Its access has ended." if token <= at else "Its access at the provider ends."
        found["token_ends"] = Wanted(since=token, text=f"{text} Connect the inbox anew.")
    share = figures.budget_share
    if share is not None and share >= 1:
        text = "The month's budget is spent: nothing more is sent there until the next month, or "
        found["budget_spent"] = Wanted(since=at, text=f"{text}until it is raised.")
    elif share is not None and share >= BUDGET_LOW:
        text = "Four fifths of the month's budget are spent."
        found["budget_low"] = Wanted(since=at, text=text)
    return found


def acknowledge(unit: Unit, alarm_id: str, agent: Agent) -> None:
    """“I have it”. Raises Conflict when somebody else has, NotFound when it has gone."""
    alarm = store.alarm_by_id(unit, alarm_id)
    if alarm is None or (agent.brand_ids and alarm.brand_id not in agent.brand_ids):
        raise NotFound("That alarm is over: its cause is gone.", code="no_alarm")
    if alarm.acknowledged_by == agent.id:
        return
    if not store.acknowledge(unit, alarm.id, agent.id):
        other = people.agent_by_id(unit, alarm.acknowledged_by or "")
        raise Conflict(f"{other.name if other else 'Somebody'} has it already.", code="alarm_taken")
    data = {"inbox_id": alarm.inbox_id, "alarm": alarm.kind, "state": "acknowledged"}
    record(unit, "inbox_alarm", by=actor_of(agent), brand_id=alarm.brand_id, data=data)


def concerning(unit: Unit, agent: Agent) -> list[InboxAlarm]:
    """What stands for an agent: supervisors and administrators, of their brands."""
    return [] if agent.role == "agent" else store.alarms(unit, brand_ids=agent.brand_ids)


def _wanted(unit: Unit, channels: Channels, inbox: Inbox) -> dict[str, Wanted]:
    if inbox.state != "active":
        return {}
    after = timedelta(minutes=thresholds_of(unit, inbox.brand_id).inbox_minutes)
    return wanted_of(figures_of(unit, channels, inbox), after=after)


def _settle(unit: Unit, inbox: Inbox, wanted: dict[str, Wanted]) -> int:
    standing = {one.kind: one for one in store.alarms(unit) if one.inbox_id == inbox.id}
    for kind in standing.keys() - wanted.keys():
        _clear(unit, standing[kind])
    for kind in standing.keys() & wanted.keys():
        store.change_alarm(unit, standing[kind].id, wanted[kind].text)
    raised = 0
    for kind in wanted.keys() - standing.keys():
        alarm = InboxAlarm(
            id=new_id(),
            inbox_id=inbox.id,
            brand_id=inbox.brand_id,
            kind=kind,
            text=wanted[kind].text,
            since=wanted[kind].since,
            raised_at=unit.now,
            acknowledged_at=None,
            acknowledged_by=None,
        )
        if store.insert_alarm(unit, alarm):
            _note(unit, alarm, "raised")
            raised += 1
    return raised + len(standing.keys() - wanted.keys())


def _clear(unit: Unit, alarm: InboxAlarm) -> None:
    store.remove_alarm(unit, alarm.id)
    _note(unit, alarm, "cleared")


def _note(unit: Unit, alarm: InboxAlarm, state: str) -> None:
    data = {"inbox_id": alarm.inbox_id, "alarm": alarm.kind, "state": state}
    record(unit, "inbox_alarm", by=SYSTEM, brand_id=alarm.brand_id, data=data)
