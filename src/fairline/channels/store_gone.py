"""SQL of posts that were taken back before they came. Primary key (inbox_id, native_id)."""

from datetime import datetime

import sqlalchemy as sa

from fairline.channels.tables_memory import gone_posts
from fairline.db.dialect import insert_or_ignore
from fairline.db.unit import Unit

_ADDRESS = sa.select(gone_posts.c.address).where(
    gone_posts.c.inbox_id == sa.bindparam("inbox_id"),
    gone_posts.c.native_id == sa.bindparam("native_id"),
)


def note(unit: Unit, inbox_id: str, native_id: str, address: str) -> None:
    """Remember that `address` took it back ('' where the network itself says so)."""
    row = {"inbox_id": inbox_id, "native_id": native_id, "address": address, "at": unit.now}
    insert_or_ignore(unit, gone_posts, row)


def taken_back_by(unit: Unit, inbox_id: str, native_id: str) -> str | None:
    """Who took it back; None when nobody did."""
    found = {"inbox_id": inbox_id, "native_id": native_id}
    address: str | None = unit.execute(_ADDRESS, found).scalar_one_or_none()
    return address


def forget(unit: Unit, *, before: datetime) -> None:
    """Let go of old ones. Index: ix_gone_posts_at."""
    unit.execute(sa.delete(gone_posts).where(gone_posts.c.at < before))
