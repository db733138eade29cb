"""SQL of keys, people, followers and posts. Each statement names its index."""

from datetime import datetime
from typing import Any

import msgspec
import sqlalchemy as sa

from fairline.channels.activitypub.rows import Actor, Post
from fairline.channels.activitypub.tables import (
    fediverse_actors as actors,
)
from fairline.channels.activitypub.tables import (
    fediverse_followers as followers,
)
from fairline.channels.activitypub.tables import (
    fediverse_keys as keys,
)
from fairline.channels.activitypub.tables import (
    fediverse_objects as objects,
)
from fairline.db.dialect import insert_or_ignore, upsert
from fairline.db.unit import Unit

_ACTOR = [actors.c[f.name] for f in msgspec.structs.fields(Actor)]
_POST = [objects.c[f.name] for f in msgspec.structs.fields(Post)]
# In the very words of the partial index: SQLite compares the text.
_THERE = sa.text("fediverse_objects.is_gone = false")


def newest_key(unit: Unit, inbox_id: str) -> tuple[int, str, str] | None:
    """Number, sealed private half and public half. Index: (inbox_id, number), backwards."""
    row = unit.execute(
        sa.select(keys.c.number, keys.c.private, keys.c.public)
        .where(keys.c.inbox_id == inbox_id)
        .order_by(keys.c.number.desc())
        .limit(1)
    ).one_or_none()
    return (row.number, row.private, row.public) if row else None


def insert_key(unit: Unit, values: dict[str, Any]) -> bool:
    """False when another node has made one of this number."""
    return insert_or_ignore(unit, keys, values)


def retire_keys(unit: Unit, inbox_id: str, below: int) -> None:
    """Index: (inbox_id, number)."""
    unit.execute(
        sa.update(keys)
        .where(keys.c.inbox_id == inbox_id, keys.c.number < below, keys.c.retired_at.is_(None))
        .values(retired_at=unit.now)
    )


def actor_by_id(unit: Unit, actor_id: str) -> Actor | None:
    """By primary key."""
    row = unit.execute(sa.select(*_ACTOR).where(actors.c.id == actor_id)).one_or_none()
    return Actor(**row._mapping) if row else None


def actor_by_key(unit: Unit, key_id: str) -> Actor | None:
    """Index: key_id."""
    found = unit.execute(sa.select(*_ACTOR).where(actors.c.key_id == key_id).limit(1))
    row = found.one_or_none()
    return Actor(**row._mapping) if row else None


def actors_by_id(unit: Unit, ids: tuple[str, ...]) -> list[Actor]:
    """By primary key."""
    found = unit.execute(sa.select(*_ACTOR).where(actors.c.id.in_(ids[:200])))
    return [Actor(**row._mapping) for row in found]


def put_actor(unit: Unit, actor: Actor) -> None:
    upsert(unit, actors, msgspec.structs.asdict(actor), keys=("id",))


def forget_actor(unit: Unit, actor_id: str) -> None:
    unit.execute(sa.delete(actors).where(actors.c.id == actor_id))


def forget_old_actors(unit: Unit, before: datetime) -> int:
    """Index: fetched_at. Who is needed again is fetched again."""
    result = unit.execute(sa.delete(actors).where(actors.c.fetched_at < before))
    return int(result.rowcount)


def put_follower(unit: Unit, values: dict[str, Any]) -> None:
    upsert(unit, followers, values, keys=("inbox_id", "actor_id"))


def remove_follower(unit: Unit, inbox_id: str, actor_id: str) -> bool:
    """By primary key."""
    result = unit.execute(
        sa.delete(followers).where(
            followers.c.inbox_id == inbox_id, followers.c.actor_id == actor_id
        )
    )
    return result.rowcount > 0


def follow_of(unit: Unit, inbox_id: str, actor_id: str) -> str:
    """By primary key."""
    query = sa.select(followers.c.follow_id).where(
        followers.c.inbox_id == inbox_id, followers.c.actor_id == actor_id
    )
    return str(unit.execute(query).scalar() or "")


def remove_followers_at(unit: Unit, *, host: str = "", target: str = "") -> int:
    """Everybody of a server (index: host), or behind one address of it."""
    query = sa.delete(followers).where(followers.c.host == host)
    if target:
        query = query.where(followers.c.target == target)
    return int(unit.execute(query).rowcount)


def targets_of(unit: Unit, inbox_id: str) -> list[tuple[str, str]]:
    """Each address that posts go to once, with its host. Index: (inbox_id, target)."""
    rows = unit.execute(
        sa.select(followers.c.target, sa.func.min(followers.c.host).label("host"))
        .where(followers.c.inbox_id == inbox_id)
        .group_by(followers.c.target)
        .order_by(followers.c.target)
    )
    return [(row.target, row.host) for row in rows]


def count_followers(unit: Unit, inbox_id: str) -> int:
    """Walks one inbox's part of the primary key; asked for by profile pages only."""
    query = sa.select(sa.func.count()).where(followers.c.inbox_id == inbox_id)
    return int(unit.execute(query).scalar_one())


def followers_after(unit: Unit, inbox_id: str, after: str, *, limit: int) -> list[str]:
    """A page of them by address. By primary key."""
    rows = unit.execute(
        sa.select(followers.c.actor_id)
        .where(followers.c.inbox_id == inbox_id, followers.c.actor_id > after)
        .order_by(followers.c.actor_id)
        .limit(limit)
    )
    return [row.actor_id for row in rows]


def put_post(unit: Unit, post: Post) -> None:
    """A post that is there already keeps its place in the outbox, and the act that published it."""
    values = msgspec.structs.asdict(post)
    if insert_or_ignore(unit, objects, values):
        return
    unit.execute(
        sa.update(objects)
        .where(objects.c.id == post.id, objects.c.inbox_id == post.inbox_id)
        .values(doc=post.doc, is_gone=post.is_gone)
    )


def post_by_id(unit: Unit, uri: str) -> Post | None:
    """By primary key."""
    row = unit.execute(sa.select(*_POST).where(objects.c.id == uri)).one_or_none()
    return Post(**row._mapping) if row else None


def objects_of(unit: Unit, uris: list[str]) -> dict[str, dict[str, Any]]:
    """Posts of ours that are not gone, by their addresses. By primary key."""
    query = sa.select(objects.c.id, objects.c.doc).where(objects.c.id.in_(uris), _THERE)
    return {row.id: row.doc for row in unit.execute(query)}


def inboxes_of_posts(unit: Unit, uris: tuple[str, ...]) -> set[str]:
    """The inboxes whose posts these are. By primary key."""
    rows = unit.execute(sa.select(objects.c.inbox_id).where(objects.c.id.in_(uris)).distinct())
    return {row.inbox_id for row in rows}


def posts_before(unit: Unit, inbox_id: str, before: str, *, limit: int) -> list[Post]:
    """A page of the outbox, newest first. Index: ix_fediverse_objects_outbox."""
    query = sa.select(*_POST).where(objects.c.inbox_id == inbox_id, _THERE)
    if before:
        query = query.where(objects.c.place < before)
    rows = unit.execute(query.order_by(objects.c.place.desc()).limit(limit))
    return [Post(**row._mapping) for row in rows]


def count_posts(unit: Unit, inbox_id: str) -> int:
    """Walks one inbox's part of ix_fediverse_objects_outbox; asked for by profile pages only."""
    query = sa.select(sa.func.count()).where(objects.c.inbox_id == inbox_id, _THERE)
    return int(unit.execute(query.select_from(objects)).scalar_one())
