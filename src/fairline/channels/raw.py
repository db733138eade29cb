"""Raw first: what comes from outside is stored verbatim under its native id before anything else.

A bug in understanding is mended by replaying the stored item, never by asking the provider again.
"""

from datetime import datetime

from fairline.cases.rows import SYSTEM
from fairline.cases.timeline import record
from fairline.channels import store_raw
from fairline.channels.contract import RawItem
from fairline.channels.rows import RawRow
from fairline.core.errors import NotFound
from fairline.core.ids import new_id
from fairline.db.blobs import get_blob, put_blob, wipe_blob
from fairline.db.unit import Unit

MAX_NATIVE_ID = 900


def keep(
    unit: Unit, inbox_id: str, item: RawItem, *, received_at: datetime | None = None
) -> str | None:
    """Store one item. Returns its id, or None when this inbox has it already."""
    raw_id = new_id()
    added = store_raw.insert(
        unit,
        {
            "id": raw_id,
            "inbox_id": inbox_id,
            "native_id": item.native_id[:MAX_NATIVE_ID].replace("\x00", ""),
            "payload_sha256": put_blob(unit, item.payload),
            "received_at": received_at or unit.now,
            "state": "stored",
            "outcome": "",
            "reason": "",
        },
    )
    if added:
        unit.after_commit(unit.database.rouse)
    return raw_id if added else None


def payload_of(unit: Unit, raw: RawRow) -> bytes:
    """The item exactly as it came."""
    return get_blob(unit, raw.payload_sha256)


def set_aside(unit: Unit, raw: RawRow, brand_id: str, reason: str) -> None:
    """Put an item on the desk's list of things not understood; the inbox goes on."""
    store_raw.update(
        unit,
        raw.id,
        {
            "state": "set_aside",
            "outcome": "set_aside",
            "reason": reason[-4000:].replace("\x00", ""),
            "taken_at": unit.now,
        },
    )
    record(
        unit,
        "item_set_aside",
        by=SYSTEM,
        brand_id=brand_id,
        data={"raw_id": raw.id, "inbox_id": raw.inbox_id},
    )


def forget(unit: Unit, raw: RawRow) -> None:
    """Let go of what an item said, where its network asks that nothing is kept."""
    wipe_blob(unit, raw.payload_sha256)


def replay(unit: Unit, raw_id: str) -> None:
    """Let an item be understood anew. Taking it twice is harmless: the door is idempotent."""
    raw = store_raw.by_id(unit, raw_id, lock=True)
    if raw is None:
        raise NotFound("There is no such item.", code="no_raw_item")
    store_raw.update(unit, raw.id, {"state": "stored", "outcome": "", "reason": ""})
    unit.after_commit(unit.database.rouse)
