"""All SQL of repeats. A group is the leader and the cases whose `repeat_of_id` names it.

Index: ix_cases_repeats (repeat_of_id), which holds repeats only.
"""

import msgspec
import sqlalchemy as sa

from fairline.cases.rows import Case
from fairline.cases.same_matter import Words
from fairline.cases.tables import cases, messages
from fairline.db.dialect import claimed
from fairline.db.unit import Unit

MOST_REPEATS = 200
MOST_WORDS = 100
_FIELDS = [cases.c[f.name] for f in msgspec.structs.fields(Case)]
_BY_ID = sa.select(*_FIELDS).where(cases.c.id == sa.bindparam("case_id"))
REPEATS_OF = (
    sa.select(*_FIELDS)
    .where(cases.c.repeat_of_id == sa.bindparam("leader_id"))
    .order_by(cases.c.created_at, cases.c.id)
    .limit(MOST_REPEATS)
)
_ASTRAY = (
    sa.select(cases.c.id)
    .where(
        sa.text("cases.repeat_of_id IS NOT NULL"),
        cases.c.status.in_(("new", "open")),
        cases.c.entered_at.is_not(None),
    )
    .limit(1000)
)


def repeats_of(unit: Unit, leader_id: str) -> list[Case]:
    """The cases that share the leader's place, earliest first. Index: ix_cases_repeats.

    That a case has none is read once by a unit that holds it: nobody else can join it meanwhile.
    """
    if unit.held.get(("cases", f"repeats of {leader_id}")) == ():
        return []
    rows = unit.execute(REPEATS_OF, {"leader_id": leader_id})
    found = [Case(**row._mapping) for row in rows]
    if not found and ("cases", leader_id) in unit.held:
        unit.held["cases", f"repeats of {leader_id}"] = ()
    return found


def free_repeats_of(unit: Unit, leader_id: str) -> list[Case]:
    """The same, held until the unit ends; without those that somebody else changes right now:
    waiting for them while they wait for us would stop both.
    """
    if unit.held.get(("cases", f"repeats of {leader_id}")) == ():
        return []
    rows = unit.execute(claimed(unit, REPEATS_OF), {"leader_id": leader_id})
    return [Case(**row._mapping) for row in rows]


def claim(unit: Unit, case_id: str) -> Case | None:
    """The case as it now is, held until the unit ends; None while somebody else changes it."""
    row = unit.execute(claimed(unit, _BY_ID), {"case_id": case_id}).one_or_none()
    return Case(**row._mapping) if row else None


def waiting_repeats(unit: Unit) -> list[str]:
    """Repeats that wait for us, at most 1,000. Index: ix_cases_repeats."""
    return list(unit.execute(_ASTRAY).scalars())


def words_of(unit: Unit, case_ids: list[str]) -> dict[str, list[Words]]:
    """Case id -> what its customer said, oldest first, at most 100 messages of all together.

    Index: messages (case_id, created_at, id).
    """
    found: dict[str, list[Words]] = {case_id: [] for case_id in case_ids}
    if not case_ids:
        return found
    query = (
        sa.select(messages.c.case_id, messages.c.subject, messages.c.text)
        .where(
            messages.c.case_id.in_(case_ids),
            messages.c.direction == "inbound",
            messages.c.is_automatic.is_(False),
        )
        .order_by(messages.c.case_id, messages.c.created_at, messages.c.id)
        .limit(MOST_WORDS)
    )
    for row in unit.execute(query):
        found[row.case_id].append(Words(row.subject, row.text))
    return found
