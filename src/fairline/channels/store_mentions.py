"""All SQL of mentions. Indexes: ix_mentions_listed, ix_mentions_listed_kind, ix_mentions_handled
(brand, id), unique (inbox_id, native_id), (inbox_id, likeness, heard_at), ix_mentions_to_forget.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
import sqlalchemy as sa

from fairline.channels.tables_late import HANDLED, LISTED, mentions
from fairline.db.dialect import insert_or_ignore, locked
from fairline.db.unit import Unit

# A search looks through the newest so many of each brand: no page costs more with the years.
MOST_SEARCHED = 20_000
MOST_COPIES = 20
TO_FORGET = "mentions.case_id IS NULL AND mentions.corrected = ''"


class Mention(msgspec.Struct, frozen=True, kw_only=True):
    """A row of `mentions`: something said out there, and why it is on no case."""

    id: str
    brand_id: str
    inbox_id: str
    raw_id: str
    native_id: str
    channel: str
    kind: str
    reason: str
    corrected: str
    author_address: str
    author_name: str
    text: str
    permalink: str
    in_reply_to: str
    said_at: datetime
    heard_at: datetime
    state: str
    case_id: str | None
    by_agent_id: str | None
    decided_at: datetime | None


_FIELDS = [mentions.c[name] for name in Mention.__struct_fields__]


def insert(unit: Unit, values: dict[str, Any]) -> bool:
    """False when the inbox has it already."""
    return insert_or_ignore(unit, mentions, values)


def by_id(unit: Unit, mention_id: str, *, lock: bool = False) -> Mention | None:
    query = sa.select(*_FIELDS).where(mentions.c.id == mention_id)
    row = unit.execute(locked(unit, query) if lock else query).one_or_none()
    return Mention(**row._mapping) if row else None


def by_native_id(unit: Unit, inbox_id: str, native_id: str) -> Mention | None:
    """Index: unique (inbox_id, native_id)."""
    query = sa.select(*_FIELDS).where(
        mentions.c.inbox_id == inbox_id, mentions.c.native_id == native_id
    )
    row = unit.execute(query).one_or_none()
    return Mention(**row._mapping) if row else None


def chatter_of(unit: Unit, inbox_id: str, native_ids: Sequence[str]) -> dict[str, Mention]:
    """What is on the list as harmless, of some posts. Index: unique (inbox_id, native_id)."""
    if not native_ids:
        return {}
    query = sa.select(*_FIELDS).where(
        mentions.c.inbox_id == inbox_id,
        mentions.c.native_id.in_(native_ids),
        mentions.c.kind == "chatter",
        mentions.c.case_id.is_(None),
    )
    return {row.native_id: Mention(**row._mapping) for row in unit.execute(query)}


def update(unit: Unit, mention_id: str, values: dict[str, Any]) -> None:
    unit.execute(sa.update(mentions).where(mentions.c.id == mention_id).values(**values))


def page(
    unit: Unit,
    brand_ids: Sequence[str],
    *,
    handled: bool = False,
    kind: str = "",
    words: Sequence[str] = (),
    before: str = "",
    limit: int,
) -> list[Mention]:
    """Newest first, of each of these brands. One walk of an index for each brand."""
    found = [_of_brand(one, handled, kind, words, before, limit) for one in brand_ids]
    if not found:
        return []
    every = sa.union_all(*(sa.select(one.subquery()) for one in found)).subquery()
    query = sa.select(every).order_by(every.c.id.desc()).limit(limit)
    return [Mention(**row._mapping) for row in unit.execute(query)]


def _of_brand(
    brand_id: str, handled: bool, kind: str, words: Sequence[str], before: str, limit: int
) -> sa.Select[Any]:
    columns = [*_FIELDS, mentions.c.words] if words else _FIELDS
    query = sa.select(*columns).where(
        sa.text(HANDLED if handled else LISTED), mentions.c.brand_id == brand_id
    )
    if kind:
        query = query.where(mentions.c.kind == kind)
    if before:
        query = query.where(mentions.c.id < before)
    query = query.order_by(mentions.c.id.desc())
    if not words:
        return query.limit(limit)
    newest = query.limit(MOST_SEARCHED).subquery()
    holds = [newest.c.words.contains(f" {word}", autoescape=True) for word in words]
    named = [newest.c[name] for name in Mention.__struct_fields__]
    return sa.select(*named).where(*holds).order_by(newest.c.id.desc()).limit(limit)


def copies(unit: Unit, inbox_id: str, likeness: str, *, since: datetime, but: str) -> int:
    """How many other accounts said the same since then, counted to 20."""
    others = (
        sa.select(mentions.c.author_address)
        .where(
            mentions.c.inbox_id == inbox_id,
            mentions.c.likeness == likeness,
            mentions.c.heard_at >= since,
            mentions.c.author_address != but,
        )
        .distinct()
        .limit(MOST_COPIES)
        .subquery()
    )
    many: int = unit.execute(sa.select(sa.func.count()).select_from(others)).scalar_one()
    return many


def take_back(unit: Unit, inbox_id: str, native_ids: Sequence[str], address: str) -> int:
    """Forget what its author took back, unless it stands on a case. Returns how many."""
    where = [
        mentions.c.inbox_id == inbox_id,
        mentions.c.native_id.in_(native_ids),
        mentions.c.case_id.is_(None),
    ]
    if address:
        where.append(mentions.c.author_address == address)
    return unit.execute(sa.delete(mentions).where(*where)).rowcount


def forget(unit: Unit, before: datetime, *, limit: int) -> int:
    """Forget the oldest that nobody decided on. Returns how many. Index: ix_mentions_to_forget."""
    old = (
        sa.select(mentions.c.id)
        .where(sa.text(TO_FORGET), mentions.c.heard_at < before)
        .order_by(mentions.c.heard_at)
        .limit(limit)
    )
    return unit.execute(sa.delete(mentions).where(mentions.c.id.in_(old))).rowcount
