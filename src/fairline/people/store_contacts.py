"""All SQL of contacts and identities. Index: identities by (brand, channel, address)."""

from datetime import datetime
from typing import Any

import msgspec
import sqlalchemy as sa

from fairline.core.ids import new_id
from fairline.db.bundle import Part
from fairline.db.dialect import insert_or_ignore
from fairline.db.unit import Unit
from fairline.people.tables import Contact, Identity, contacts, identities

# Named one by one: the audience is a column that nobody reads here.
_FIELDS = [identities.c[field.name] for field in msgspec.structs.fields(Identity)]
_AT = sa.select(*_FIELDS).where(
    identities.c.brand_id == sa.bindparam("brand_id"),
    identities.c.channel == sa.bindparam("channel"),
    identities.c.address == sa.bindparam("address"),
)

# By primary key.
CONTACT = Part(sa.select(contacts).where(contacts.c.id == sa.bindparam("contact_id")), Contact)
# A contact's identities, oldest first. Index: contact_id.
IDENTITIES = Part(
    sa.select(*_FIELDS)
    .where(identities.c.contact_id == sa.bindparam("contact_id"))
    .order_by(identities.c.id),
    Identity,
)

# The column is 32 bits wide.
MOST_FOLLOWERS = 2_000_000_000
_NOTE_AUDIENCE = (
    sa.update(identities)
    .where(
        identities.c.id == sa.bindparam("wanted"),
        identities.c.audience.is_distinct_from(sa.bindparam("many", type_=sa.Integer)),
    )
    .values(audience=sa.bindparam("many", type_=sa.Integer))
)

# Only forward: what comes late opens no window again, nor closes one.
_HEARD = {
    column.name: sa.update(identities)
    .where(
        identities.c.id == sa.bindparam("wanted"),
        sa.or_(column.is_(None), column < sa.bindparam("at", type_=column.type)),
    )
    .values({column.name: sa.bindparam("at", type_=column.type)})
    for column in (identities.c.heard_at, identities.c.heard_in_private_at)
}
_HEARD_OF = sa.select(
    identities.c.id, identities.c.heard_at, identities.c.heard_in_private_at
).where(identities.c.id.in_(sa.bindparam("wanted", expanding=True)))


def note_heard(unit: Unit, identity_id: str, at: datetime, *, in_private: bool) -> None:
    """Somebody wrote to us from this address at `at`. By primary key."""
    unit.execute(_HEARD["heard_at"], {"wanted": identity_id, "at": at})
    if in_private:
        unit.execute(_HEARD["heard_in_private_at"], {"wanted": identity_id, "at": at})


def heard_of(
    unit: Unit, identity_ids: list[str]
) -> dict[str, tuple[datetime | None, datetime | None]]:
    """Identity id -> when it last wrote to us, and when in private. By primary key."""
    if not identity_ids:
        return {}
    rows = unit.execute(_HEARD_OF, {"wanted": identity_ids})
    return {row.id: (row.heard_at, row.heard_in_private_at) for row in rows}


def identity_at(unit: Unit, brand_id: str, channel: str, address: str) -> Identity | None:
    """The identity with this address. One look-up in the unique index."""
    row = unit.execute(
        _AT, {"brand_id": brand_id, "channel": channel, "address": address}
    ).one_or_none()
    return Identity(**row._mapping) if row else None


def identity_by_id(unit: Unit, identity_id: str) -> Identity | None:
    row = unit.execute(sa.select(*_FIELDS).where(identities.c.id == identity_id)).one_or_none()
    return Identity(**row._mapping) if row else None


def identities_of(unit: Unit, contact_id: str) -> list[Identity]:
    """A contact's identities, oldest first."""
    return IDENTITIES.read(unit, {"contact_id": contact_id})


def identities_of_many(unit: Unit, contact_ids: list[str]) -> dict[str, list[Identity]]:
    """Contact id -> identities, oldest first. Index: contact_id."""
    found: dict[str, list[Identity]] = {}
    if contact_ids:
        query = sa.select(*_FIELDS).where(identities.c.contact_id.in_(contact_ids))
        for row in unit.execute(query.order_by(identities.c.id)):
            found.setdefault(row.contact_id, []).append(Identity(**row._mapping))
    return found


def insert_identity(unit: Unit, values: dict[str, Any]) -> bool:
    """False when this brand knows the address already."""
    return insert_or_ignore(
        unit,
        identities,
        {"confirmed_at": None, "undeliverable_at": None, "created_at": unit.now, **values},
    )


def note_audience(unit: Unit, identity_id: str, audience: int) -> None:
    """Keep how many follow it. Writes nothing when it is known already. By primary key."""
    unit.execute(_NOTE_AUDIENCE, {"wanted": identity_id, "many": min(audience, MOST_FOLLOWERS)})


def update_identity(unit: Unit, identity_id: str, values: dict[str, Any]) -> None:
    unit.execute(sa.update(identities).where(identities.c.id == identity_id).values(**values))


def insert_contact(unit: Unit, brand_id: str, name: str, language: str = "") -> str:
    contact_id = new_id()
    unit.execute(
        sa.insert(contacts).values(
            id=contact_id,
            brand_id=brand_id,
            name=name,
            remark="",
            language=language,
            created_at=unit.now,
        )
    )
    return contact_id


def delete_contact(unit: Unit, contact_id: str) -> None:
    """Only for a contact made a moment ago that lost a race and owns nothing."""
    unit.execute(sa.delete(contacts).where(contacts.c.id == contact_id))


def contact_by_id(unit: Unit, contact_id: str) -> Contact | None:
    return next(iter(CONTACT.read(unit, {"contact_id": contact_id})), None)


def update_contact(unit: Unit, contact_id: str, values: dict[str, Any]) -> None:
    unit.execute(sa.update(contacts).where(contacts.c.id == contact_id).values(**values))


def contacts_page(
    unit: Unit, *, brand_ids: tuple[str, ...], before: str | None, limit: int
) -> list[Contact]:
    """Newest first, below the id `before`. Index: (brand_id, id)."""
    query = sa.select(contacts).where(contacts.c.merged_into_id.is_(None))
    query = query.order_by(contacts.c.id.desc()).limit(limit)
    if brand_ids:
        query = query.where(contacts.c.brand_id.in_(brand_ids))
    if before:
        query = query.where(contacts.c.id < before)
    return [Contact(**row._mapping) for row in unit.execute(query)]
