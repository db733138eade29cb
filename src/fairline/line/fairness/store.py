"""All SQL of the fairness report: what it reads of a period, and the reports that are kept.

A report reads the latest MOST_CASES cases of a brand by their arrival, and what belongs to them: a
handful of statements, each bounded, run by a job and never by a page.
"""

from datetime import datetime
from functools import lru_cache
from typing import Any

import msgspec
import sqlalchemy as sa

from fairline.cases.states import OFF_THE_LINE
from fairline.cases.tables import cases, events, messages
from fairline.db.dialect import upsert
from fairline.db.unit import Unit
from fairline.jobs.tables import jobs
from fairline.line.fairness.compare import Rules
from fairline.line.fairness.tables import HAS_GAP, fairness_reports, fairness_rules, served_turns
from fairline.people.tables import identities

MOST_CASES = 50_000
MOST_EVENTS = 20_000
MOST_LISTED = 100
REPORTS_KEPT = 60
USUAL_DAYS = 28
Rows = list[sa.Row[Any]]
_turn = served_turns.c
_IN_PERIOD = (
    cases.c.brand_id == sa.bindparam("brand_id"),
    cases.c.created_at >= sa.bindparam("since", type_=cases.c.created_at.type),
    cases.c.created_at < sa.bindparam("until", type_=cases.c.created_at.type),
    cases.c.first_due_at.is_not(None),
    cases.c.kind.not_in(sorted(OFF_THE_LINE)),
)
_AUDIENCE = (
    sa.select(sa.func.max(identities.c.audience))
    .where(identities.c.contact_id == cases.c.contact_id)
    .scalar_subquery()
)
_CASES = (
    sa.select(
        cases.c.id,
        cases.c.inbox_id,
        cases.c.team_id,
        cases.c.severity,
        cases.c.channel,
        cases.c.language,
        cases.c.is_public,
        cases.c.created_at,
        cases.c.first_due_at,
        cases.c.first_answered_at,
        cases.c.solved_at,
        cases.c.repeat_of_id,
        _AUDIENCE.label("audience"),
    )
    .where(*_IN_PERIOD)
    .order_by(cases.c.created_at.desc())
    .limit(MOST_CASES + 1)
)
_TURNS = (
    sa.select(_turn.case_id, _turn.what, _turn.how, _turn.ahead, _turn.is_public)
    .where(
        _turn.brand_id == sa.bindparam("brand_id"),
        _turn.at >= sa.bindparam("since", type_=_turn.at.type),
    )
    .order_by(_turn.at.desc(), _turn.id.desc())
    .limit(4 * MOST_CASES)
)
_JUMPS = (
    sa.select(_turn.at, _turn.how, _turn.ahead, _turn.agent_id, _turn.is_public, cases.c.reference)
    .join(cases, cases.c.id == _turn.case_id)
    .where(
        _turn.brand_id == sa.bindparam("brand_id"),
        _turn.at >= sa.bindparam("since", type_=_turn.at.type),
        _turn.what == "taken",
        _turn.ahead > 0,
    )
    .order_by(_turn.at.desc())
    .limit(MOST_LISTED)
)
# Times are whole microseconds: a quarter of the promised time is plain arithmetic.
_FIRST_QUARTER = (
    sa.type_coerce(cases.c.created_at, sa.BigInteger)
    + (
        sa.type_coerce(cases.c.first_due_at, sa.BigInteger)
        - sa.type_coerce(cases.c.created_at, sa.BigInteger)
    )
    / 4
)
_SAID_AT = sa.type_coerce(messages.c.created_at, sa.BigInteger)
_ASKED_AGAIN = (
    sa.select(messages.c.case_id)
    .join(cases, cases.c.id == messages.c.case_id)
    .where(
        *_IN_PERIOD,
        messages.c.direction == "inbound",
        messages.c.is_automatic.is_(False),
        messages.c.created_at > cases.c.created_at,
        sa.func.coalesce(cases.c.first_answered_at, messages.c.created_at) >= messages.c.created_at,
        _SAID_AT <= _FIRST_QUARTER,
    )
    .limit(MOST_CASES)
)


def cases_of(unit: Unit, brand_id: str, since: datetime, until: datetime) -> Rows:
    """Cases that came in and stood in the line, the latest first, at most MOST_CASES + 1.

    Index: cases (brand_id, created_at); identities (contact_id) for each.
    """
    return list(unit.execute(_CASES, {"brand_id": brand_id, "since": since, "until": until}))


def turns_of(unit: Unit, brand_id: str, since: datetime) -> Rows:
    """Turns, the latest first. Index: served_turns (brand_id, at)."""
    return list(unit.execute(_TURNS, {"brand_id": brand_id, "since": since}))


def out_of_turn(unit: Unit, brand_id: str, since: datetime) -> Rows:
    """The latest who were taken before somebody. Index: served_turns (brand_id, at)."""
    return list(unit.execute(_JUMPS, {"brand_id": brand_id, "since": since}))


def asked_again(unit: Unit, brand_id: str, since: datetime, until: datetime) -> set[str]:
    """Cases whose customer wrote again, unanswered, in the first quarter of the promised time.

    Index: cases (brand_id, created_at), then messages (case_id, created_at, id).
    """
    found = unit.execute(_ASKED_AGAIN, {"brand_id": brand_id, "since": since, "until": until})
    return set(found.scalars())


def events_of(unit: Unit, kinds: tuple[str, ...], brand_id: str, since: datetime) -> Rows:
    """What agents did by hand, the latest first, with the case. Index: events (kind, at)."""
    query = (
        sa.select(
            events.c.kind,
            events.c.at,
            events.c.case_id,
            events.c.actor_id,
            events.c.data,
            cases.c.reference,
            cases.c.is_public,
        )
        .join(cases, cases.c.id == events.c.case_id)
        .where(
            events.c.kind.in_(kinds),
            events.c.at >= since,
            events.c.brand_id == brand_id,
            events.c.actor_kind == "agent",
        )
        .order_by(events.c.at.desc())
        .limit(MOST_EVENTS)
    )
    return list(unit.execute(query))


def keep_report(unit: Unit, values: dict[str, Any]) -> None:
    """Store a report and drop what is older than the last REPORTS_KEPT of its kind."""
    unit.execute(sa.insert(fairness_reports).values(**values))
    of_kind = _of_kind(values["brand_id"], values["days"])
    oldest = (
        sa.select(fairness_reports.c.id)
        .where(*of_kind)
        .order_by(fairness_reports.c.made_at.desc())
        .offset(REPORTS_KEPT)
        .limit(1000)
    )
    unit.execute(sa.delete(fairness_reports).where(fairness_reports.c.id.in_(oldest)))


def latest_report(unit: Unit, brand_id: str, days: int) -> sa.Row[Any] | None:
    """Its body. Index: (brand_id, days, made_at)."""
    query = sa.select(fairness_reports.c.body)
    found = query.where(*_of_kind(brand_id, days)).order_by(fairness_reports.c.made_at.desc())
    return unit.execute(found.limit(1)).one_or_none()


def past_reports(unit: Unit, brand_id: str, days: int, *, most: int = 12) -> Rows:
    """made_at and has_gap, newest first. Index: (brand_id, days, made_at)."""
    query = sa.select(fairness_reports.c.made_at, fairness_reports.c.has_gap)
    found = query.where(*_of_kind(brand_id, days)).order_by(fairness_reports.c.made_at.desc())
    return list(unit.execute(found.limit(most)))


@lru_cache(maxsize=256)
def brands_with_gap(brand_ids: tuple[str, ...], *, most: int) -> sa.Select[Any]:
    """One row for each brand whose newest report of USUAL_DAYS found a gap, for the rail's count.

    Index: ix_fairness_reports_gap, which holds only those; (brand_id, days, made_at) for each.
    """
    newer = fairness_reports.alias("newer")
    there_is_a_newer = (
        sa.select(newer.c.id)
        .where(
            newer.c.brand_id == fairness_reports.c.brand_id,
            newer.c.days == USUAL_DAYS,
            newer.c.made_at > fairness_reports.c.made_at,
        )
        .exists()
    )
    query = sa.select(sa.literal(1)).where(
        fairness_reports.c.days == USUAL_DAYS,
        sa.text(HAS_GAP),
        ~there_is_a_newer,
    )
    if brand_ids:
        query = query.where(fairness_reports.c.brand_id.in_(brand_ids))
    return query.limit(most)


def _of_kind(brand_id: str, days: int) -> tuple[sa.ColumnElement[bool], ...]:
    return fairness_reports.c.brand_id == brand_id, fairness_reports.c.days == days


def rules_of(unit: Unit, brand_id: str) -> Rules | None:
    """By primary key."""
    columns = [fairness_rules.c[field.name] for field in msgspec.structs.fields(Rules)]
    query = sa.select(*columns).where(fairness_rules.c.brand_id == brand_id)
    row = unit.execute(query).one_or_none()
    return Rules(**row._mapping) if row else None


def put_rules(unit: Unit, values: dict[str, Any]) -> None:
    upsert(unit, fairness_rules, {**values, "changed_at": unit.now}, keys=("brand_id",))


def is_queued(unit: Unit, key: str) -> bool:
    """Whether a job of this key waits. Index: unique key."""
    return unit.execute(sa.select(jobs.c.id).where(jobs.c.key == key)).first() is not None
