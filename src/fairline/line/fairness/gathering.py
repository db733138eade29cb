"""Gathers what a report is made from: one pass over a period of a brand, in a read unit."""

from datetime import datetime
from typing import Any

import msgspec

from fairline.cases.clocks import promises_of
from fairline.cases.states import SEVERITIES
from fairline.db.unit import Unit
from fairline.line.fairness import store
from fairline.line.fairness.facts import CaseFact, band_of
from fairline.line.fairness.report import Jump, Override
from fairline.line.fairness.working import WorkClock
from fairline.people import store as people

OVERRIDES = ("brought_forward", "put_back")


class Gathered(msgspec.Struct, frozen=True, kw_only=True):
    """The facts of a period. `since` is later than asked for when there were too many cases."""

    facts: list[CaseFact]
    overrides: list[Override]
    jumps: list[Jump]
    since: datetime
    is_sample: bool


def gather(unit: Unit, brand_id: str, since: datetime, until: datetime) -> Gathered:
    """Read it all. *Cost*: six statements, bounded by store.MOST_CASES."""
    rows = store.cases_of(unit, brand_id, since, until)
    is_sample = len(rows) > store.MOST_CASES
    if is_sample:
        rows.pop()
        since = rows[-1].created_at
    by_hand = store.events_of(unit, (*OVERRIDES, "severity_changed"), brand_id, since)
    names = {agent.id: agent.name for agent in people.all_agents(unit, include_disabled=True)}
    facts = _Facts(unit, brand_id, since, until)
    facts.raised = {event.case_id for event in by_hand if _is_raise(event)}
    return Gathered(
        facts=[facts.of(row) for row in rows],
        overrides=[
            Override(
                kind=event.kind,
                reference=event.reference,
                at=event.at,
                by=names.get(event.actor_id, ""),
                reason=str(event.data.get("reason", "")),
                is_public=event.is_public,
            )
            for event in by_hand
            if event.kind in OVERRIDES
        ][: store.MOST_LISTED],
        jumps=[
            Jump(
                reference=turn.reference,
                at=turn.at,
                by=names.get(turn.agent_id, ""),
                how=turn.how,
                ahead=turn.ahead,
                is_public=turn.is_public,
            )
            for turn in store.out_of_turn(unit, brand_id, since)
        ],
        since=since,
        is_sample=is_sample,
    )


def _is_raise(event: Any) -> bool:
    if event.kind == "brought_forward":
        return True
    before, after = event.data.get("from"), event.data.get("to")
    if event.kind != "severity_changed" or not {before, after} <= set(SEVERITIES):
        return False
    return SEVERITIES.index(after) < SEVERITIES.index(before)


class _Facts:
    """Turns rows into facts."""

    def __init__(self, unit: Unit, brand_id: str, since: datetime, until: datetime) -> None:
        self._unit, self._brand_id = unit, brand_id
        self._since, self._until = since, until
        self._clocks: dict[str, WorkClock] = {}
        self._again = store.asked_again(unit, brand_id, since, until)
        self.raised: set[str] = set()
        self._taken: dict[str, Any] = {}
        self._answered: dict[str, Any] = {}
        for turn in store.turns_of(unit, brand_id, since):
            # The latest come first, so the first turn of a case is what stays.
            (self._taken if turn.what == "taken" else self._answered)[turn.case_id] = turn

    def of(self, row: Any) -> CaseFact:
        answered_at = row.first_answered_at
        ends = answered_at or row.solved_at or self._until
        clock = self._clock(row.inbox_id)
        taken, answered = self._taken.get(row.id), self._answered.get(row.id)
        return CaseFact(
            case_id=row.id,
            need=row.severity,
            team=row.team_id or "",
            arrived_at=row.created_at,
            is_public=taken.is_public if taken else row.is_public,
            channel=row.channel,
            language=row.language,
            band=band_of(row.audience),
            waited_minutes=clock.between(row.created_at, ends),
            promised_minutes=clock.between(row.created_at, row.first_due_at),
            wall_hours=max(0.0, (ends - row.created_at).total_seconds() / 3600),
            is_answered=answered_at is not None,
            is_decided=bool(answered_at or row.solved_at or row.first_due_at < self._until),
            is_kept=answered_at is not None and answered_at <= row.first_due_at,
            asked_again=row.id in self._again,
            shares_place=row.repeat_of_id is not None,
            is_raised=row.id in self.raised,
            taken=taken.how if taken else "",
            ahead=taken.ahead if taken else None,
            own_ahead=answered.ahead if answered else None,
        )

    def _clock(self, inbox_id: str) -> WorkClock:
        if inbox_id not in self._clocks:
            calendar, _ = promises_of(self._unit, self._brand_id, inbox_id)
            self._clocks[inbox_id] = WorkClock(calendar, self._since)
        return self._clocks[inbox_id]
