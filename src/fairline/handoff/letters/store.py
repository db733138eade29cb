"""All SQL of letters that are read by a machine. By primary key (message id)."""

from typing import Any

import msgspec
import sqlalchemy as sa

from fairline.db.dialect import insert_or_ignore, update_row
from fairline.db.unit import Unit
from fairline.handoff.letters.rows import Reading
from fairline.handoff.letters.tables import letter_readings

_FIELDS = [letter_readings.c[field.name] for field in msgspec.structs.fields(Reading)]
_OF = sa.select(*_FIELDS).where(
    letter_readings.c.message_id.in_(sa.bindparam("message_ids", expanding=True))
)


def insert(unit: Unit, message_id: str, case_id: str) -> bool:
    """A letter that waits to be read. False when it does already."""
    values = {
        "message_id": message_id,
        "case_id": case_id,
        "state": "waiting",
        "pages": 0,
        "words": "",
        "error": "",
        "created_at": unit.now,
    }
    return insert_or_ignore(unit, letter_readings, values)


def readings_of(unit: Unit, message_ids: list[str]) -> dict[str, Reading]:
    """Message id -> what became of its reading. One statement, none without ids."""
    if not message_ids:
        return {}
    rows = unit.execute(_OF, {"message_ids": message_ids})
    return {row.message_id: Reading(**row._mapping) for row in rows}


def reading_of(unit: Unit, message_id: str) -> Reading | None:
    """By primary key."""
    return readings_of(unit, [message_id]).get(message_id)


def update(unit: Unit, message_id: str, values: dict[str, Any]) -> None:
    update_row(unit, letter_readings, message_id, values, key="message_id")
