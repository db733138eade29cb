"""All SQL of where comments stand. Indexes: (inbox_id, page, id), unique (inbox_id, native_id)."""

import msgspec
import sqlalchemy as sa

from fairline.channels.comments.tables import page_comments as comments
from fairline.core.ids import new_id
from fairline.db.dialect import insert_or_ignore
from fairline.db.unit import Unit


class Stand(msgspec.Struct, frozen=True, kw_only=True):
    """One comment's place on its page; `id` is in the order of arrival."""

    id: str
    native_id: str


def put(unit: Unit, inbox_id: str, page: str, native_id: str) -> None:
    """Note where a comment stands; the first word counts."""
    row = {"id": new_id(), "inbox_id": inbox_id, "page": page, "native_id": native_id}
    insert_or_ignore(unit, comments, row)


def latest(unit: Unit, inbox_id: str, page: str, *, before: str, limit: int) -> list[Stand]:
    """The newest first, below the id `before`. Index: (inbox_id, page, id)."""
    query = sa.select(comments.c.id, comments.c.native_id).where(
        comments.c.inbox_id == inbox_id, comments.c.page == page
    )
    if before:
        query = query.where(comments.c.id < before)
    rows = unit.execute(query.order_by(comments.c.id.desc()).limit(limit))
    return [Stand(**row._mapping) for row in rows]
