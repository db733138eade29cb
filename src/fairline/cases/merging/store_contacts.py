"""All SQL of people who are one: who may be, and what went back to whom."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from fairline.cases.merging.kept import Merge
from fairline.cases.merging.tables import merge_rows, merges
from fairline.cases.tables import cases, participants
from fairline.db.dialect import locked
from fairline.db.unit import Unit
from fairline.people.tables import Contact, contacts, identities

MOST_FOUND = 10


def hold(unit: Unit, contact_ids: Sequence[str]) -> None:
    """Nobody else merges them meanwhile. By primary key, in one order."""
    query = sa.select(contacts.c.id).where(contacts.c.id.in_(contact_ids)).order_by(contacts.c.id)
    unit.execute(locked(unit, query, key_stays=True)).all()


def same_address(
    unit: Unit, contact: Contact, addresses: Sequence[str], channels: Sequence[str]
) -> list[tuple[str, str]]:
    """(contact id, address). Index: identities (brand_id, channel, address)."""
    query = (
        sa.select(identities.c.contact_id, identities.c.address)
        .where(
            identities.c.brand_id == contact.brand_id,
            identities.c.channel.in_(channels),
            identities.c.address.in_(addresses),
            identities.c.contact_id != contact.id,
        )
        .limit(MOST_FOUND)
    )
    return [(row.contact_id, row.address) for row in unit.execute(query)]


def left_on(unit: Unit, contact_id: str, case_ids: Sequence[str]) -> list[tuple[str, str, str]]:
    """(contact id, reference, address; '' for a browser) of customers of these cases who are
    somebody else so far. Index: participants (case_id, identity_id).
    """
    query = (
        sa.select(
            identities.c.contact_id, cases.c.reference, identities.c.address, identities.c.channel
        )
        .select_from(participants)
        .join(identities, identities.c.id == participants.c.identity_id)
        .join(cases, cases.c.id == participants.c.case_id)
        .where(
            participants.c.case_id.in_(case_ids),
            participants.c.role == "customer",
            identities.c.contact_id != contact_id,
        )
        .limit(MOST_FOUND)
    )
    return [
        (row.contact_id, row.reference, "" if row.channel == "web" else row.address)
        for row in unit.execute(query)
    ]


def same_name(unit: Unit, contact: Contact) -> list[str]:
    """Index: ix_contacts_names (brand_id, name, id)."""
    query = (
        sa.select(contacts.c.id)
        .where(
            contacts.c.brand_id == contact.brand_id,
            contacts.c.name == contact.name,
            contacts.c.id != contact.id,
            contacts.c.merged_into_id.is_(None),
        )
        .order_by(contacts.c.id)
        .limit(MOST_FOUND)
    )
    return list(unit.execute(query).scalars())


def merged_across(unit: Unit, taken: Merge) -> str:
    """Two references of cases of the two that were merged since, or ''. Index: merges (at)."""
    theirs = sa.select(merge_rows.c.row_key).where(
        merge_rows.c.merge_id == taken.id, merge_rows.c.place == "cases.contact_id"
    )
    here, there = cases.alias("here"), cases.alias("there")
    from_theirs = sa.cast(merges.c.from_id, sa.Text).in_(theirs)
    into_theirs = sa.cast(merges.c.into_id, sa.Text).in_(theirs)
    query = (
        sa.select(here.c.reference.label("one"), there.c.reference.label("other"))
        .select_from(merges)
        .join(here, here.c.id == merges.c.from_id)
        .join(there, there.c.id == merges.c.into_id)
        .where(
            merges.c.at >= taken.at,
            merges.c.id > taken.id,
            merges.c.undone_at.is_(None),
            merges.c.what.in_(("merge", "move")),
            sa.or_(sa.and_(from_theirs, ~into_theirs), sa.and_(into_theirs, ~from_theirs)),
        )
        .limit(1)
    )
    row = unit.execute(query).one_or_none()
    return f"{row.one} and {row.other}" if row else ""


def opened_since(unit: Unit, own_id: str, their_id: str, since: datetime) -> None:
    """Cases opened since whose customer wrote from their addresses alone are theirs.

    Index: cases (contact_id, updated_at, id), which holds no case opened later than it changed.
    """

    def customer_is(contact_id: str) -> sa.ColumnElement[bool]:
        return sa.exists(
            sa.select(sa.literal(1))
            .select_from(participants)
            .join(identities, identities.c.id == participants.c.identity_id)
            .where(
                participants.c.case_id == cases.c.id,
                participants.c.role == "customer",
                identities.c.contact_id == contact_id,
            )
        )

    unit.execute(
        sa.update(cases)
        .where(
            cases.c.contact_id == own_id,
            cases.c.updated_at >= since,
            cases.c.created_at >= since,
            customer_is(their_id),
            ~customer_is(own_id),
        )
        .values(contact_id=their_id)
    )


def follow_their_case(unit: Unit, own_id: str, their_id: str) -> None:
    """A case that was split off one of theirs, or merged into one, has the contact of that one."""
    other = cases.alias("other")
    split_off = (
        sa.select(merges.c.into_id)
        .join(other, other.c.id == merges.c.from_id)
        .where(
            merges.c.what == "split", other.c.contact_id == their_id, merges.c.undone_at.is_(None)
        )
    )
    merged = (
        sa.select(merges.c.from_id)
        .join(other, other.c.id == merges.c.into_id)
        .where(
            merges.c.what == "merge", other.c.contact_id == their_id, merges.c.undone_at.is_(None)
        )
    )
    unit.execute(
        sa.update(cases)
        .where(
            cases.c.contact_id == own_id,
            sa.or_(cases.c.id.in_(split_off), cases.c.id.in_(merged)),
        )
        .values(contact_id=their_id)
    )
