"""All SQL of saved replies. A few hundred rows at most; index: (archived_at, title)."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from fairline.db.unit import Unit
from fairline.knowledge.rows import SavedReply
from fairline.knowledge.tables import saved_replies

_FIELDS = [saved_replies.c[name] for name in SavedReply.__struct_fields__]


def insert(unit: Unit, values: dict[str, Any]) -> None:
    unit.execute(sa.insert(saved_replies).values(**values))


def update(unit: Unit, reply_id: str, values: dict[str, Any]) -> None:
    unit.execute(sa.update(saved_replies).where(saved_replies.c.id == reply_id).values(**values))


def by_id(unit: Unit, reply_id: str) -> SavedReply | None:
    row = unit.execute(sa.select(*_FIELDS).where(saved_replies.c.id == reply_id)).one_or_none()
    return SavedReply(**row._mapping) if row else None


def title_taken(unit: Unit, brand_id: str | None, title: str, *, but: str = "") -> bool:
    """Whether a live reply of the brand (or of all) has this title, however it is capitalised."""
    query = sa.select(saved_replies.c.id).where(
        saved_replies.c.archived_at.is_(None),
        sa.func.lower(saved_replies.c.title) == title.lower(),
        saved_replies.c.brand_id.is_(None)
        if brand_id is None
        else saved_replies.c.brand_id == brand_id,
    )
    return any(found != but for found in unit.execute(query).scalars())


def find(
    unit: Unit,
    *,
    words: Sequence[str] = (),
    brand_ids: Sequence[str] | None = None,
    archived: bool = False,
    limit: int = 500,
) -> list[SavedReply]:
    """By title; each word must occur in title or text. `brand_ids` leaves out other brands'."""
    column = saved_replies.c
    query = sa.select(*_FIELDS).where(
        column.archived_at.is_not(None) if archived else column.archived_at.is_(None)
    )
    if brand_ids is not None:
        query = query.where(sa.or_(column.brand_id.is_(None), column.brand_id.in_(brand_ids)))
    for word in words:
        query = query.where(
            sa.or_(
                column.title.icontains(word, autoescape=True),
                column.text.icontains(word, autoescape=True),
            )
        )
    query = query.order_by(sa.func.lower(column.title), column.id).limit(limit)
    return [SavedReply(**row._mapping) for row in unit.execute(query)]
