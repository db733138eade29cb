"""All SQL of warnings and limits. Indexes: (contact_id, id) and ix_cautions_in_force."""

from datetime import datetime
from typing import Any

import msgspec
import sqlalchemy as sa

from fairline.cases.tables import cases, cautions
from fairline.db.bundle import Part, at_most
from fairline.db.unit import Unit
from fairline.people.tables import contacts

MOST_SHOWN = 20


class Caution(msgspec.Struct, frozen=True, kw_only=True):
    """A row of `cautions`. `kind`: warning or limit."""

    id: str
    brand_id: str
    contact_id: str
    case_id: str
    kind: str
    reason: str
    cases_a_day: int | None
    by_agent_id: str
    created_at: datetime
    until: datetime | None
    lifted_at: datetime | None
    lifted_by_id: str | None

    def is_in_force(self, now: datetime) -> bool:
        """A limit that holds at this moment."""
        return self.until is not None and self.until > now and self.lifted_at is None


class Listed(msgspec.Struct, frozen=True, kw_only=True):
    """A limit in force with whom it holds, for supervisors."""

    caution: Caution
    name: str
    reference: str


_FIELDS = [cautions.c[f.name] for f in msgspec.structs.fields(Caution)]
# The latest first, at most 20. Index: (contact_id, id).
OF_CONTACT = Part(
    sa.select(*_FIELDS)
    .where(cautions.c.contact_id == sa.bindparam("contact_id"))
    .order_by(cautions.c.id.desc())
    .limit(at_most(MOST_SHOWN)),
    Caution,
)


def insert(unit: Unit, values: dict[str, Any]) -> None:
    unit.execute(sa.insert(cautions).values(created_at=unit.now, **values))


def of_contact(unit: Unit, contact_id: str) -> list[Caution]:
    """The latest first, at most 20."""
    return OF_CONTACT.read(unit, {"contact_id": contact_id})


def by_id(unit: Unit, caution_id: str) -> Caution | None:
    row = unit.execute(sa.select(*_FIELDS).where(cautions.c.id == caution_id)).one_or_none()
    return Caution(**row._mapping) if row else None


def in_force(unit: Unit, *, brand_ids: tuple[str, ...], limit: int) -> list[Listed]:
    """Limits that hold now, those that end first first. Index: ix_cautions_in_force."""
    query = (
        sa.select(*_FIELDS, contacts.c.name.label("who"), cases.c.reference)
        .join(contacts, contacts.c.id == cautions.c.contact_id)
        .join(cases, cases.c.id == cautions.c.case_id)
        .where(
            sa.text("cautions.kind = 'limit' AND cautions.lifted_at IS NULL"),
            cautions.c.until > unit.now,
        )
        .order_by(cautions.c.until, cautions.c.id)
        .limit(limit)
    )
    if brand_ids:
        query = query.where(cautions.c.brand_id.in_(brand_ids))
    found = []
    for row in unit.execute(query):
        values = dict(row._mapping)
        name, reference = values.pop("who"), values.pop("reference")
        found.append(Listed(caution=Caution(**values), name=name, reference=reference))
    return found


def lift(unit: Unit, caution_id: str, agent_id: str) -> None:
    unit.execute(
        sa.update(cautions)
        .where(cautions.c.id == caution_id)
        .values(lifted_at=unit.now, lifted_by_id=agent_id)
    )


def move(unit: Unit, case_id: str, contact_id: str) -> None:
    """What was done on a case follows it when its customer turns out to be another contact."""
    change = sa.update(cautions).where(
        cautions.c.contact_id
        == sa.select(cases.c.contact_id).where(cases.c.id == case_id).scalar_subquery(),
        cautions.c.case_id == case_id,
    )
    unit.execute(change.values(contact_id=contact_id))


def opened_since(unit: Unit, contact_id: str, since: datetime, *, most: int) -> list[datetime]:
    """When the contact opened cases on the web, newest first. Index: (contact_id, updated_at, id),
    for no case is changed before it was made.
    """
    query = (
        sa.select(cases.c.created_at)
        .where(
            cases.c.contact_id == contact_id,
            cases.c.updated_at > since,
            cases.c.created_at > since,
            cases.c.channel == "web",
        )
        .order_by(cases.c.created_at.desc())
        .limit(most)
    )
    return list(unit.execute(query).scalars())
