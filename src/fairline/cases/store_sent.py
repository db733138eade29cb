"""Under which native ids we sent what to whom. Written by the ledger, read by the door.

The table is its own so that the record (a lower rung) can match replies without knowing the ledger.
"""

import sqlalchemy as sa

from fairline.cases.tables import sent_ids
from fairline.db.dialect import insert_or_ignore
from fairline.db.unit import Unit


def remember(unit: Unit, native_id: str, case_id: str, identity_id: str, message_id: str) -> None:
    """Note that `native_id` went to that identity."""
    insert_or_ignore(
        unit,
        sent_ids,
        {
            "native_id": native_id,
            "identity_id": identity_id,
            "case_id": case_id,
            "message_id": message_id,
        },
    )


def cases_sent_under(
    unit: Unit, native_ids: list[str], *, to: str = ""
) -> dict[str, tuple[str, str]]:
    """Native id -> (case id, identity id it was sent to): of several the one sent `to` an identity.
    Index: primary key.
    """
    if not native_ids:
        return {}
    query = sa.select(sent_ids).where(sent_ids.c.native_id.in_(native_ids))
    rows = sorted(unit.execute(query), key=lambda row: row.identity_id == to)
    return {row.native_id: (row.case_id, row.identity_id) for row in rows}


def thread_of(unit: Unit, case_id: str, *, limit: int = 30) -> list[tuple[str, str]]:
    """(message id, native id) of what we sent, oldest first. Index: (case_id, message_id)."""
    query = (
        sa.select(sent_ids.c.message_id, sent_ids.c.native_id)
        .where(sent_ids.c.case_id == case_id)
        .order_by(sent_ids.c.message_id.desc())
        .limit(limit)
    )
    return [(row.message_id, row.native_id) for row in unit.execute(query)][::-1]
