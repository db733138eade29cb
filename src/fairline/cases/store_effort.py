"""All SQL of the customer's effort. Index: events (case_id, position), cases by primary key."""

from collections.abc import Sequence

import sqlalchemy as sa

from fairline.cases.effort import COUNTED
from fairline.cases.merging.waits import CHANGES
from fairline.cases.rows import Event
from fairline.cases.tables import cases, events
from fairline.db.unit import Unit

EVENTS_OF = (
    sa.select(*events.c)
    .where(
        events.c.case_id.in_(sa.bindparam("case_ids", expanding=True)),
        events.c.kind.in_((*COUNTED, *sorted(CHANGES))),
    )
    .order_by(events.c.case_id, events.c.position)
)
CASES_AFTER = (
    sa.select(cases.c.id)
    .where(cases.c.id > sa.bindparam("after"))
    .order_by(cases.c.id)
    .limit(sa.bindparam("limit", type_=sa.Integer))
)
_FIRST_CASES = sa.select(cases.c.id).order_by(cases.c.id).limit(sa.bindparam("limit"))


def events_of(unit: Unit, case_ids: Sequence[str]) -> dict[str, list[Event]]:
    """Case id -> those of its events that count or are of a merge, in their order."""
    found: dict[str, list[Event]] = {case_id: [] for case_id in case_ids}
    for row in unit.execute(EVENTS_OF, {"case_ids": list(case_ids)}) if case_ids else ():
        found[row.case_id].append(Event(**row._mapping))
    return found


def cases_after(unit: Unit, after: str, *, limit: int) -> list[str]:
    """Ids behind `after`, '' from the first."""
    if not after:
        return list(unit.execute(_FIRST_CASES, {"limit": limit}).scalars())
    return list(unit.execute(CASES_AFTER, {"after": after, "limit": limit}).scalars())
