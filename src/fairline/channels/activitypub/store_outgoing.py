"""SQL of what is to be sent to many: errands, by the server they go to.

The turn is a server's, not an errand's: one that is down costs one attempt however much waits for
it, its posts stay in order, and no two workers talk to it at once.
"""

from datetime import datetime, timedelta
from typing import Any

import msgspec
import sqlalchemy as sa

from fairline.channels.activitypub.rows import Errand, Host
from fairline.channels.activitypub.tables import fediverse_activities as activities
from fairline.channels.activitypub.tables import fediverse_hosts as hosts
from fairline.channels.activitypub.tables import fediverse_outgoing as outgoing
from fairline.channels.tables import inboxes
from fairline.core.ids import new_id
from fairline.db.dialect import claimed, insert_or_ignore, locked
from fairline.db.unit import Unit

_HOST = [hosts.c[f.name] for f in msgspec.structs.fields(Host)]
# In the very words of the partial index.
_WAITS = sa.text("fediverse_hosts.due_at IS NOT NULL")


def insert(unit: Unit, inbox_id: str, body: str, targets: list[tuple[str, str]]) -> None:
    """One activity for some addresses, each with its host."""
    activity_id = new_id()
    values = {"id": activity_id, "inbox_id": inbox_id, "body": body, "created_at": unit.now}
    unit.execute(sa.insert(activities), values)
    unit.execute(
        sa.insert(outgoing),
        [
            {
                "id": new_id(),
                "activity_id": activity_id,
                "target": target,
                "host": host,
                "attempts": 0,
                "created_at": unit.now,
            }
            for target, host in targets
        ],
    )
    for host in sorted({host for _, host in targets}):
        note_work(unit, host)


def note_work(unit: Unit, host: str) -> None:
    """Something waits for this server: at once, unless it is being waited for already."""
    values = {"host": host, "due_at": unit.now, "failures": 0, "scheme": "", "error": ""}
    if not insert_or_ignore(unit, hosts, values):
        unit.execute(
            sa.update(hosts)
            .where(hosts.c.host == host, hosts.c.due_at.is_(None))
            .values(due_at=unit.now)
        )


def is_due(unit: Unit) -> bool:
    """Whether any server's turn has come. Index: ix_fediverse_hosts_due."""
    query = sa.select(hosts.c.host).where(_WAITS, hosts.c.due_at <= unit.now).limit(1)
    return unit.execute(query).first() is not None


def claim(unit: Unit, lease: timedelta) -> Host | None:
    """The server that has waited longest, for one worker. Index: ix_fediverse_hosts_due."""
    row = unit.execute(
        claimed(
            unit,
            sa.select(*_HOST)
            .where(_WAITS, hosts.c.due_at <= unit.now)
            .order_by(hosts.c.due_at)
            .limit(1),
        )
    ).one_or_none()
    if row is None:
        return None
    update_host(unit, row.host, {"due_at": unit.now + lease})
    return Host(**row._mapping)


def waiting_for(unit: Unit, host: str, *, limit: int) -> list[Errand]:
    """The oldest first; what a paused inbox has to say waits. Index: ix_fediverse_outgoing_host."""
    rows = unit.execute(
        sa.select(
            outgoing.c.id,
            outgoing.c.activity_id,
            activities.c.inbox_id,
            outgoing.c.target,
            outgoing.c.attempts,
            activities.c.body,
        )
        .join(activities, activities.c.id == outgoing.c.activity_id)
        .join(inboxes, inboxes.c.id == activities.c.inbox_id)
        .where(outgoing.c.host == host, inboxes.c.state == "active")
        .order_by(outgoing.c.id)
        .limit(limit)
    )
    return [Errand(**row._mapping) for row in rows]


def host_by_name(unit: Unit, host: str, *, lock: bool = False) -> Host | None:
    """By primary key."""
    query = sa.select(*_HOST).where(hosts.c.host == host)
    row = unit.execute(locked(unit, query) if lock else query).one_or_none()
    return Host(**row._mapping) if row else None


def update_host(unit: Unit, host: str, values: dict[str, Any]) -> None:
    unit.execute(sa.update(hosts).where(hosts.c.host == host).values(**values))


def remember_scheme(unit: Unit, host: str, scheme: str) -> None:
    """How a server wants to be signed to."""
    values = {"host": host, "due_at": None, "failures": 0, "scheme": scheme, "error": ""}
    if not insert_or_ignore(unit, hosts, values):
        update_host(unit, host, {"scheme": scheme})


def is_waited_for(unit: Unit, host: str) -> bool:
    """Whether anything is left to send there now. Index: ix_fediverse_outgoing_host."""
    return bool(waiting_for(unit, host, limit=1))


def overlooked(unit: Unit) -> list[str]:
    """Servers that something waits for while nobody means to send it: their inbox was paused."""
    rows = unit.execute(
        sa.select(outgoing.c.host)
        .join(hosts, hosts.c.host == outgoing.c.host)
        .join(activities, activities.c.id == outgoing.c.activity_id)
        .join(inboxes, inboxes.c.id == activities.c.inbox_id)
        .where(hosts.c.due_at.is_(None), inboxes.c.state == "active")
        .distinct()
        .limit(1000)
    )
    return [row.host for row in rows]


def done(unit: Unit, errand: Errand) -> None:
    """It has arrived, or never will; the last one takes the activity along."""
    unit.execute(sa.delete(outgoing).where(outgoing.c.id == errand.id))
    is_left = sa.exists().where(outgoing.c.activity_id == errand.activity_id)
    unit.execute(sa.delete(activities).where(activities.c.id == errand.activity_id, ~is_left))


def give_up(unit: Unit, host: str) -> int:
    """Drop all that waits for a server. Index: ix_fediverse_outgoing_host."""
    return int(unit.execute(sa.delete(outgoing).where(outgoing.c.host == host)).rowcount)


def sweep(unit: Unit, before: datetime) -> int:
    """Activities that nobody waits for. Index: created_at."""
    is_left = sa.exists().where(outgoing.c.activity_id == activities.c.id)
    result = unit.execute(sa.delete(activities).where(activities.c.created_at < before, ~is_left))
    return int(result.rowcount)


def failing(unit: Unit) -> list[Host]:
    """Servers that do not answer and are waited for. Index: ix_fediverse_hosts_due."""
    rows = unit.execute(
        sa.select(*_HOST).where(_WAITS, hosts.c.failures > 0).order_by(hosts.c.due_at).limit(50)
    )
    return [Host(**row._mapping) for row in rows]


def tried(unit: Unit, errand: Errand) -> None:
    """Count an attempt: one that is never taken must not hold up the rest for ever."""
    unit.execute(
        sa.update(outgoing)
        .where(outgoing.c.id == errand.id)
        .values(attempts=outgoing.c.attempts + 1)
    )
