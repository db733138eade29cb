"""SQL of opening a case: the row with its place, what its customer was told, and whether somebody
pointed it out to the agent who opens it.
"""

from datetime import datetime

import msgspec
import sqlalchemy as sa

from fairline.cases.rows import Case
from fairline.cases.store import CASE_FIELDS, CASE_NAMES
from fairline.cases.store_messages import unread_of
from fairline.cases.tables import cases
from fairline.db.unit import Unit
from fairline.line.store import KEY, places
from fairline.line.tables import line_places
from fairline.line.tables_told import told_waits
from fairline.promises.order import Standing

told = told_waits.c


class Opened(msgspec.Struct, frozen=True, kw_only=True):
    """A case as somebody opens it. `standing` is the leader's for a repeat, None off the line;
    `told` is the range its customer still waits for.
    """

    case: Case
    standing: Standing | None
    told: tuple[datetime, datetime] | None
    is_nudged: bool


_OPENED = (
    sa.select(
        *CASE_FIELDS,
        *(column.label(f"place_{column.name}") for column in KEY),
        told.low,
        told.high,
        sa.exists(unread_of(cases.c.id)).label("is_nudged"),
    )
    .outerjoin(line_places, places.case_id == sa.func.coalesce(cases.c.repeat_of_id, cases.c.id))
    .outerjoin(told_waits, sa.and_(told.case_id == cases.c.id, told.answered_at.is_(None)))
    .where(cases.c.reference == sa.bindparam("wanted"))
)
_MANY = len(CASE_NAMES)


def opened(unit: Unit, reference: str, agent_id: str) -> Opened | None:
    """The case under its reference, as `agent_id` opens it. Indexes: unique reference, primary
    keys, and nudges by (agent_id, read_at, id).
    """
    row = unit.execute(_OPENED, {"wanted": reference, "agent_id": agent_id}).one_or_none()
    if row is None:
        return None
    due_at, entered_at, case_id, low, high, is_nudged = row[_MANY:]
    return Opened(
        case=Case(**dict(zip(CASE_NAMES, row[:_MANY], strict=True))),
        standing=Standing(due_at=due_at, entered_at=entered_at, case_id=case_id)
        if case_id
        else None,
        told=(low, high) if low else None,
        is_nudged=bool(is_nudged),
    )
