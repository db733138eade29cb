"""All SQL of our hub. Subscribers are found by topic, by their turn, or by when they end."""

from datetime import datetime, timedelta
from typing import Any

import msgspec
import sqlalchemy as sa

from fairline.board.hub.tables import feed_issues as issues
from fairline.board.hub.tables import feed_requests as requests
from fairline.board.hub.tables import feed_subscriptions as subscriptions
from fairline.core.ids import new_id
from fairline.db.dialect import claimed, insert_or_ignore, locked, upsert
from fairline.db.unit import Unit

# In the very words of the partial index.
_DUE = sa.text("feed_subscriptions.due_at IS NOT NULL")


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """A row of `feed_requests`. `secret` is sealed."""

    id: str
    mode: str
    topic: str
    callback: str
    brand_id: str
    secret: str
    lease_s: int
    attempts: int
    due_at: datetime


class Subscription(msgspec.Struct, frozen=True, kw_only=True):
    """A row of `feed_subscriptions`. `secret` is sealed."""

    id: str
    topic: str
    callback: str
    brand_id: str
    secret: str
    expires_at: datetime
    told: str
    failures: int
    due_at: datetime | None


class Issue(msgspec.Struct, frozen=True, kw_only=True):
    """A row of `feed_issues`."""

    topic: str
    mark: str
    media_type: str
    body: bytes


_ASKED = [requests.c[name] for name in Asked.__struct_fields__]
_SUBSCRIPTION = [subscriptions.c[name] for name in Subscription.__struct_fields__]
_ISSUE = [issues.c[name] for name in Issue.__struct_fields__]


def put_request(unit: Unit, values: dict[str, Any]) -> None:
    """The newest of a topic and callback counts: it has a turn of its own."""
    row = {"id": new_id(), "attempts": 0, "due_at": unit.now, **values}
    upsert(unit, requests, row, keys=("topic", "callback"))


def any_asked(unit: Unit) -> bool:
    """Whether a request is due. Index: due_at."""
    query = sa.select(requests.c.id).where(requests.c.due_at <= unit.now).limit(1)
    return unit.execute(query).first() is not None


def claim_request(unit: Unit, lease: timedelta) -> Asked | None:
    """The one that has waited longest, for one worker. Index: due_at."""
    query = sa.select(*_ASKED).where(requests.c.due_at <= unit.now)
    row = unit.execute(claimed(unit, query.order_by(requests.c.due_at).limit(1))).one_or_none()
    if row is None:
        return None
    later = {"due_at": unit.now + lease, "attempts": row.attempts + 1}
    unit.execute(sa.update(requests).where(requests.c.id == row.id).values(**later))
    return Asked(**row._mapping)


def request_later(unit: Unit, request_id: str, due_at: datetime) -> None:
    unit.execute(sa.update(requests).where(requests.c.id == request_id).values(due_at=due_at))


def drop_request(unit: Unit, request_id: str) -> bool:
    """False when a newer one has taken its place."""
    done = unit.execute(sa.delete(requests).where(requests.c.id == request_id))
    return int(done.rowcount) == 1


def put_subscription(unit: Unit, values: dict[str, Any]) -> None:
    """Make it, or renew it."""
    fresh = {"id": new_id(), "created_at": unit.now, "told": "", "failures": 0, "due_at": None}
    if not insert_or_ignore(unit, subscriptions, {**fresh, **values}):
        unit.execute(
            sa.update(subscriptions)
            .where(
                subscriptions.c.topic == values["topic"],
                subscriptions.c.callback == values["callback"],
            )
            .values(secret=values["secret"], expires_at=values["expires_at"], failures=0)
        )


def subscription_to(unit: Unit, topic: str, callback: str) -> Subscription | None:
    """By its unique key."""
    query = sa.select(*_SUBSCRIPTION).where(
        subscriptions.c.topic == topic, subscriptions.c.callback == callback
    )
    row = unit.execute(query).one_or_none()
    return Subscription(**row._mapping) if row else None


def drop_subscription(unit: Unit, topic: str, callback: str) -> None:
    """By its unique key."""
    unit.execute(
        sa.delete(subscriptions).where(
            subscriptions.c.topic == topic, subscriptions.c.callback == callback
        )
    )


def brand_has_any(unit: Unit, brand_id: str) -> bool:
    """Whether anybody subscribes to a feed of a brand. Index: brand_id."""
    query = sa.select(subscriptions.c.id).where(subscriptions.c.brand_id == brand_id).limit(1)
    return unit.execute(query).first() is not None


def wanted_of(unit: Unit, topics: list[str]) -> list[str]:
    """Those of some topics that anybody subscribes to. Index: (topic, id)."""
    return [
        topic
        for topic in topics
        if unit.execute(
            sa.select(subscriptions.c.id)
            .where(subscriptions.c.topic == topic, subscriptions.c.expires_at > unit.now)
            .limit(1)
        ).first()
    ]


def mark_due(unit: Unit, topic: str, mark: str, *, after: str, limit: int) -> str:
    """Give a turn to those of a topic who have not been told of `mark`, a batch in the order of
    ids after `after`. Returns the last id, '' at the end. Index: (topic, id).
    """
    query = sa.select(subscriptions.c.id).where(subscriptions.c.topic == topic)
    if after:
        query = query.where(subscriptions.c.id > after)
    query = query.order_by(subscriptions.c.id).limit(limit)
    # Who is being told at this moment is waited for: their row says then what they know.
    found = [row.id for row in unit.execute(locked(unit, query))]
    if found:
        unit.execute(
            sa.update(subscriptions)
            .where(
                subscriptions.c.id.in_(found),
                subscriptions.c.told != mark,
                subscriptions.c.due_at.is_(None),
            )
            .values(due_at=unit.now)
        )
    return found[-1] if len(found) == limit else ""


def any_due(unit: Unit) -> bool:
    """Whether somebody is to be told. Index: ix_feed_subscriptions_due."""
    query = sa.select(subscriptions.c.id).where(_DUE, subscriptions.c.due_at <= unit.now).limit(1)
    return unit.execute(query).first() is not None


def claim_subscription(unit: Unit, lease: timedelta) -> Subscription | None:
    """The one that has waited longest, for one worker. Index: ix_feed_subscriptions_due."""
    query = (
        sa.select(*_SUBSCRIPTION)
        .where(_DUE, subscriptions.c.due_at <= unit.now)
        .order_by(subscriptions.c.due_at)
        .limit(1)
    )
    row = unit.execute(claimed(unit, query)).one_or_none()
    if row is None:
        return None
    update_subscription(unit, row.id, {"due_at": unit.now + lease})
    return Subscription(**row._mapping)


def update_subscription(unit: Unit, subscription_id: str, values: dict[str, Any]) -> None:
    unit.execute(
        sa.update(subscriptions).where(subscriptions.c.id == subscription_id).values(**values)
    )


def issue_of(unit: Unit, topic: str) -> Issue | None:
    """By primary key."""
    row = unit.execute(sa.select(*_ISSUE).where(issues.c.topic == topic)).one_or_none()
    return Issue(**row._mapping) if row else None


def mark_of(unit: Unit, topic: str) -> str:
    """The mark of a topic's latest issue; '' for none. By primary key."""
    query = sa.select(issues.c.mark).where(issues.c.topic == topic)
    return str(unit.execute(query).scalar_one_or_none() or "")


def put_issue(unit: Unit, issue: Issue) -> None:
    row = {**msgspec.structs.asdict(issue), "made_at": unit.now}
    upsert(unit, issues, row, keys=("topic",))


def sweep(unit: Unit) -> int:
    """Take away who has expired, and what nobody is told any more. Index: expires_at. Issues are
    as few as there are feeds with subscribers.
    """
    ended = unit.execute(sa.delete(subscriptions).where(subscriptions.c.expires_at <= unit.now))
    is_wanted = sa.exists().where(subscriptions.c.topic == issues.c.topic)
    unit.execute(sa.delete(issues).where(~is_wanted))
    return int(ended.rowcount)
