"""All SQL of alarms: what stands, timers, thresholds. Lists and counts: `store_alarm_lists.py`."""

from datetime import datetime
from typing import Any

import msgspec
import sqlalchemy as sa

from fairline.cases.tables import cases, events, messages
from fairline.db.dialect import claimed, insert_or_ignore, upsert
from fairline.db.unit import Unit
from fairline.line.alarm_rows import Alarm
from fairline.line.tables import line_places
from fairline.line.tables_alarms import alarm_thresholds, alarm_timers, alarms

FIELDS = [alarms.c[f.name] for f in msgspec.structs.fields(Alarm)]
_OF_CASE = sa.select(*FIELDS).where(alarms.c.case_id == sa.bindparam("case_id"))
_REMOVE = sa.delete(alarms).where(alarms.c.id == sa.bindparam("gone"))
_BELONGS = (
    sa.update(alarms)
    .where(alarms.c.case_id == sa.bindparam("of_case"))
    .values(owner_id=sa.bindparam("owner_id"), team_id=sa.bindparam("team_id"))
)
_THRESHOLDS = sa.select(alarm_thresholds.c.thresholds).where(
    alarm_thresholds.c.brand_id == sa.bindparam("brand_id")
)
_NO_TIMER = sa.delete(alarm_timers).where(alarm_timers.c.case_id == sa.bindparam("gone"))
_ANY_DUE = (
    sa.select(alarm_timers.c.case_id).where(alarm_timers.c.at <= sa.bindparam("now")).limit(1)
)
_DUE = (
    sa.select(cases.c.id)
    .join(alarm_timers, alarm_timers.c.case_id == cases.c.id)
    .where(alarm_timers.c.at <= sa.bindparam("now"))
    .order_by(alarm_timers.c.at, alarm_timers.c.case_id)
    .limit(sa.bindparam("most", type_=sa.Integer))
)
_SAID_SINCE = (
    sa.select(messages.c.id)
    .where(
        messages.c.case_id == sa.bindparam("case_id"),
        messages.c.created_at >= sa.bindparam("since"),
        messages.c.direction == "outbound",
    )
    .limit(1)
)
_DELIVERY_NEWS = (
    sa.select(events.c.kind, events.c.data)
    .where(events.c.case_id == sa.bindparam("case_id"))
    .order_by(events.c.position.desc())
    .limit(1000)
)


def of_case(unit: Unit, case_id: str) -> dict[str, Alarm]:
    """What stands on a case, by kind. Index: unique (case_id, kind)."""
    rows = unit.execute(_OF_CASE, {"case_id": case_id})
    return {row.kind: Alarm(**row._mapping) for row in rows}


def by_id(unit: Unit, alarm_id: str) -> Alarm | None:
    row = unit.execute(sa.select(*FIELDS).where(alarms.c.id == alarm_id)).one_or_none()
    return Alarm(**row._mapping) if row else None


def insert(unit: Unit, alarm: Alarm) -> bool:
    """False when one of the kind stands on the case already."""
    return insert_or_ignore(unit, alarms, msgspec.structs.asdict(alarm))


def remove(unit: Unit, alarm_id: str) -> None:
    unit.execute(_REMOVE, {"gone": alarm_id})


def belongs(unit: Unit, case_id: str, owner_id: str | None, team_id: str | None) -> None:
    """Whose alarms these are now. Index: unique (case_id, kind)."""
    unit.execute(_BELONGS, {"of_case": case_id, "owner_id": owner_id, "team_id": team_id})


def acknowledge(unit: Unit, alarm_id: str, agent_id: str) -> bool:
    """False when somebody has it already, or it is gone."""
    result = unit.execute(
        sa.update(alarms)
        .where(alarms.c.id == alarm_id, alarms.c.acknowledged_at.is_(None))
        .values(acknowledged_at=unit.now, acknowledged_by=agent_id)
    )
    return bool(result.rowcount)


def set_timer(unit: Unit, case_id: str, at: datetime | None) -> None:
    """Look again at `at`; None when time alone changes nothing more."""
    if at is None:
        unit.execute(_NO_TIMER, {"gone": case_id})
    else:
        upsert(unit, alarm_timers, {"case_id": case_id, "at": at}, keys=("case_id",))


def is_any_due(unit: Unit) -> bool:
    """Whether there is anything to look at. Index: (at, case_id)."""
    return unit.execute(_ANY_DUE, {"now": unit.now}).first() is not None


def claim_due(unit: Unit, *, most: int) -> list[str]:
    """Cases to look at, the longest overdue first, held until the unit ends.

    It is the case that is held, as by every verb: whoever changes it at this moment looks by
    themselves. Index: (at, case_id), then cases by primary key.
    """
    query = claimed(unit, _DUE, of=cases)
    return list(unit.execute(query, {"now": unit.now, "most": most}).scalars())


def has_said_since(unit: Unit, case_id: str, since: datetime) -> bool:
    """Whether we have said anything, be it an acknowledgement. Index: (case_id, created_at, id)."""
    found = unit.execute(_SAID_SINCE, {"case_id": case_id, "since": since})
    return found.first() is not None


def failed_deliveries(unit: Unit, case_id: str) -> int:
    """How many deliveries of the case came back or were given up, as its latest 1,000 events say.

    Index: (case_id, position).
    """
    latest: dict[str, str] = {}
    for row in unit.execute(_DELIVERY_NEWS, {"case_id": case_id}):
        if row.kind == "delivery_changed":
            latest.setdefault(row.data["delivery_id"], row.data["state"])
    return sum(state in {"failed", "dead"} for state in latest.values())


def thresholds_of(unit: Unit, brand_id: str) -> dict[str, Any] | None:
    found: dict[str, Any] | None = unit.execute(
        _THRESHOLDS, {"brand_id": brand_id}
    ).scalar_one_or_none()
    return found


def set_thresholds(unit: Unit, brand_id: str, values: dict[str, Any]) -> None:
    row = {"brand_id": brand_id, "thresholds": values}
    upsert(unit, alarm_thresholds, row, keys=("brand_id",))


def waiting_of_brand(unit: Unit, brand_id: str, *, after: str, most: int) -> list[str]:
    """Ids of cases with a timer, in order of id, to be looked at anew. By primary key."""
    query = (
        sa.select(alarm_timers.c.case_id)
        .join(cases, cases.c.id == alarm_timers.c.case_id)
        .where(alarm_timers.c.case_id > after, cases.c.brand_id == brand_id)
        .order_by(alarm_timers.c.case_id)
        .limit(most)
    )
    return list(unit.execute(query).scalars())


def look_at(unit: Unit, case_ids: list[str], at: datetime) -> None:
    """Let timers run out at `at`."""
    change = sa.update(alarm_timers).where(alarm_timers.c.case_id.in_(case_ids)).values(at=at)
    unit.execute(change)


def open_cases(
    unit: Unit, status: str, since: tuple[datetime, str], until: datetime, *, most: int
) -> list[tuple[datetime, str, bool]]:
    """(updated_at, id, whether somebody waits and nobody has it) of cases of a status, after
    `since` and last changed before `until`, oldest first. Index: (status, updated_at, id).
    """
    # A repeat has the place of its leader.
    own = sa.func.coalesce(cases.c.repeat_of_id, cases.c.id)
    place = sa.select(line_places.c.case_id).where(line_places.c.case_id == own)
    lost = sa.and_(
        cases.c.entered_at.is_not(None),
        cases.c.due_at.is_not(None),
        cases.c.owner_id.is_(None),
        cases.c.snoozed_until.is_(None),
        ~place.exists(),
    )
    query = (
        sa.select(cases.c.updated_at, cases.c.id, lost.label("is_lost"))
        .where(
            cases.c.status == status,
            cases.c.updated_at < until,
            sa.tuple_(cases.c.updated_at, cases.c.id)
            > sa.tuple_(
                sa.literal(since[0], cases.c.updated_at.type), sa.literal(since[1], cases.c.id.type)
            ),
        )
        .order_by(cases.c.updated_at, cases.c.id)
        .limit(most)
    )
    return [(row.updated_at, row.id, bool(row.is_lost)) for row in unit.execute(query)]
