"""SQL of posts that were taken back before they came. Primary key (inbox_id, native_id).

Whoever claims to take a post back has a row of their own: a stranger's comes to nothing, and never
stands in the way of its author's.
"""

import hashlib
from datetime import datetime

import sqlalchemy as sa

from fairline.channels.tables_memory import gone_posts
from fairline.db.dialect import insert_or_ignore
from fairline.db.unit import Unit

MOST_KEY_BYTES = 1_000
_GONE = (
    sa.select(gone_posts.c.at)
    .where(
        gone_posts.c.inbox_id == sa.bindparam("inbox_id"),
        gone_posts.c.native_id.in_(sa.bindparam("keys", expanding=True)),
    )
    .limit(1)
)


def note(unit: Unit, inbox_id: str, native_id: str, address: str) -> None:
    """Remember that `address` took it back ('' where the network itself says so)."""
    key = _key(native_id, address)
    row = {"inbox_id": inbox_id, "native_id": key, "address": address, "at": unit.now}
    insert_or_ignore(unit, gone_posts, row)


def is_taken_back(unit: Unit, inbox_id: str, native_id: str, author: str) -> bool:
    """Whether its author took it back, or the network did."""
    keys = [_key(native_id, author), _key(native_id, "")]
    return unit.execute(_GONE, {"inbox_id": inbox_id, "keys": keys}).first() is not None


def _key(native_id: str, address: str) -> str:
    key = f"{native_id} {address}".replace("\x00", "").encode(errors="replace")
    if len(key) <= MOST_KEY_BYTES:
        return key.decode()
    return f"sha256:{hashlib.sha256(key).hexdigest()}"


def forget(unit: Unit, *, before: datetime) -> None:
    """Let go of old ones. Index: ix_gone_posts_at."""
    unit.execute(sa.delete(gone_posts).where(gone_posts.c.at < before))
