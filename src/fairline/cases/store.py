"""All SQL of cases, participants, relations and tags. Each statement names its index."""

from datetime import UTC, datetime
from typing import Any

import msgspec
import sqlalchemy as sa

from fairline.cases.rows import Case, Participant
from fairline.cases.tables import (
    TAGS,
    case_tags,
    cases,
    participants,
    related_cases,
    tags,
)
from fairline.core.errors import Unavailable
from fairline.core.ids import new_id
from fairline.db.bundle import Part, at_most
from fairline.db.dialect import holds_what_it_reads, insert_or_ignore, locked, update_row
from fairline.db.kept import kept
from fairline.db.unit import Unit
from fairline.people.tables import identities

OPEN = ("new", "open", "waiting", "on_hold")
CASE_FIELDS = [cases.c[f.name] for f in msgspec.structs.fields(Case)]
# Built once: putting a statement of thirty columns together costs more than running it.
_CASE_BY_ID = sa.select(*CASE_FIELDS).where(cases.c.id == sa.bindparam("case_id"))
_CASES_BY_ID = sa.select(*CASE_FIELDS).where(
    cases.c.id.in_(sa.bindparam("case_ids", expanding=True))
)
CASE_NAMES = [column.name for column in CASE_FIELDS]
_IS_READ = frozenset(CASE_NAMES)
# Whoever holds one of a group holds the case that leads it, and that one first: so two who change
# the same group wait for each other, and never both ways round.
_LED_BY_NONE = _CASE_BY_ID.where(cases.c.repeat_of_id.is_(None))
MOST_TRIES = 10
_lead = cases.alias("lead")
_WITH_ITS_HEAD = (
    sa.select(*CASE_FIELDS)
    .where(
        sa.or_(
            cases.c.id == sa.bindparam("case_id"),
            cases.c.id
            == sa.select(_lead.c.repeat_of_id)
            .where(_lead.c.id == sa.bindparam("case_id"))
            .scalar_subquery(),
        )
    )
    .order_by(cases.c.repeat_of_id.is_not(None), cases.c.id)
)
# Of `case_ids`, by name: (case id, tag). Index: primary key.
TAGS_OF = Part(
    sa.select(case_tags.c.case_id, tags.c.name)
    .join(tags, tags.c.id == case_tags.c.tag_id)
    .where(case_tags.c.case_id.in_(sa.bindparam("case_ids", expanding=True)))
    .order_by(tags.c.name),
    lambda case_id, name: (case_id, name),
)
_TAG_NAMES = sa.select(tags.c.name).order_by(tags.c.name).limit(500)
_CASE_BY_REFERENCE = sa.select(*CASE_FIELDS).where(cases.c.reference == sa.bindparam("wanted"))
# The customer first, then by arrival. Index: primary key.
PARTICIPANTS = Part(
    sa.select(
        participants.c.identity_id,
        participants.c.role,
        participants.c.confirmed_at,
        identities.c.channel,
        identities.c.address,
        identities.c.name,
        identities.c.contact_id,
        identities.c.undeliverable_at,
        identities.c.heard_at,
        identities.c.heard_in_private_at,
    )
    .join(identities, identities.c.id == participants.c.identity_id)
    .where(participants.c.case_id == sa.bindparam("case_id"))
    .order_by(participants.c.role.desc(), participants.c.added_at, participants.c.identity_id),
    Participant,
)


_CASES_OF_CONTACT = (
    sa.select(*CASE_FIELDS)
    .where(cases.c.contact_id == sa.bindparam("contact_id"), cases.c.merged_into_id.is_(None))
    .order_by(cases.c.updated_at.desc(), cases.c.id.desc())
    .limit(sa.bindparam("limit", type_=sa.Integer))
)

# The newest eleven: ten besides the one that is looked at. Index: (contact_id, updated_at, id).
LATEST_OF_CONTACT = Part(_CASES_OF_CONTACT.limit(at_most(11)), Case)

# Linked cases with the reason. Index: related_cases by its primary key, cases by theirs.
RELATED = Part(
    sa.select(*CASE_FIELDS, related_cases.c.reason)
    .join(related_cases, related_cases.c.other_id == cases.c.id)
    .where(related_cases.c.case_id == sa.bindparam("case_id"), cases.c.merged_into_id.is_(None))
    .order_by(cases.c.updated_at.desc())
    .limit(at_most(50)),
    lambda reason, **values: (Case(**values), reason),
)


def insert_case(unit: Unit, values: dict[str, Any]) -> bool:
    """False when the reference is taken (then draw another). The row is held."""
    held = unit.held
    added = insert_or_ignore(unit, cases, values)
    unit.held = held  # a new row changes no other
    if added:
        held["cases", values["id"]] = None
        held["cases", f"repeats of {values['id']}"] = ()
    return added


def case_by_id(unit: Unit, case_id: str, *, lock: bool = False) -> Case | None:
    """By primary key; `lock` holds the row until the unit ends, and before it the one that leads
    it. What is held is read once.
    """
    known: Case | None = unit.held.get(("cases", case_id))
    if known:
        return known
    is_held = ("cases", case_id) in unit.held or holds_what_it_reads(unit)
    if lock and not is_held:
        return _hold_in_order(unit, case_id)
    row = unit.execute(_CASE_BY_ID, {"case_id": case_id}).one_or_none()
    if row is None:
        return None
    case = Case(**dict(zip(CASE_NAMES, row, strict=True)))
    if is_held:
        hold(unit, case)
    return case


def _hold_in_order(unit: Unit, case_id: str) -> Case | None:
    """One statement for a case that no other leads. The head of a repeat may change while we wait
    for it: then what we hold is let go, and we begin again.
    """
    for _ in range(MOST_TRIES):
        for case in _held_by(unit, _LED_BY_NONE, case_id):
            return case
        with unit.savepoint() as attempt:
            group = {one.id: one for one in _held_by(unit, _WITH_ITS_HEAD, case_id)}
            found = group.get(case_id)
            if found is None or found.repeat_of_id in group:
                return found
            attempt.rollback()
    raise Unavailable("This case is busy. Try again in a moment.", code="busy")


def _held_by(unit: Unit, query: sa.Select[Any], case_id: str) -> list[Case]:
    rows = unit.execute(locked(unit, query), {"case_id": case_id})
    found = [Case(**dict(zip(CASE_NAMES, row, strict=True))) for row in rows]
    for case in found:
        hold(unit, case)
    return found


def hold(unit: Unit, case: Case) -> None:
    """Say that the unit holds the row, and that it reads so."""
    unit.held["cases", case.id] = case


def case_by_reference(unit: Unit, reference: str) -> Case | None:
    """Index: unique reference."""
    row = unit.execute(_CASE_BY_REFERENCE, {"wanted": reference}).one_or_none()
    return Case(**row._mapping) if row else None


def case_by_mail_token(unit: Unit, token: str) -> Case | None:
    """Index: unique mail_token."""
    row = unit.execute(sa.select(*CASE_FIELDS).where(cases.c.mail_token == token)).one_or_none()
    return Case(**row._mapping) if row else None


def cases_by_id(unit: Unit, case_ids: list[str]) -> dict[str, Case]:
    """Many at once, by primary key."""
    if not case_ids:
        return {}
    rows = unit.execute(_CASES_BY_ID, {"case_ids": case_ids})
    return {row.id: Case(**dict(zip(CASE_NAMES, row, strict=True))) for row in rows}


def update_case(unit: Unit, case_id: str, values: dict[str, Any]) -> None:
    """How one row of `cases` changes. It is held from then on, and what is known of it changes
    with it; any other statement that writes to the table has all that is held read anew.
    """
    values = {"updated_at": unit.now, **values}
    held = unit.held
    update_row(unit, cases, case_id, values)
    unit.held = held
    known: Case | None = held.get(("cases", case_id))
    if known:
        changed = {name: _as_read(value) for name, value in values.items() if name in _IS_READ}
        known = msgspec.structs.replace(known, **changed)
    held["cases", case_id] = known
    if leader_id := values.get("repeat_of_id"):
        held.pop(("cases", f"repeats of {leader_id}"), None)


def _as_read(value: Any) -> Any:
    """A value as the database would give it back."""
    return value.astimezone(UTC) if isinstance(value, datetime) else value


def cases_of_contact(unit: Unit, contact_id: str, *, limit: int = 20) -> list[Case]:
    """Newest activity first. Index: (contact_id, updated_at, id)."""
    return [
        Case(**row._mapping)
        for row in unit.execute(_CASES_OF_CONTACT, {"contact_id": contact_id, "limit": limit})
    ]


def open_of_owner(unit: Unit, owner_id: str) -> list[Case]:
    """All that an agent has and that has not ended. Index: (owner_id, status, updated_at, id)."""
    return _open_cases(unit, cases.c.owner_id == owner_id)


def open_of_team(unit: Unit, team_id: str) -> list[Case]:
    """All that a team has and that has not ended. Index: (team_id, status, updated_at, id)."""
    return _open_cases(unit, cases.c.team_id == team_id)


def _open_cases(unit: Unit, whose: sa.ColumnElement[bool]) -> list[Case]:
    query = sa.select(*CASE_FIELDS).where(whose, cases.c.status.in_(OPEN)).order_by(cases.c.id)
    return [Case(**row._mapping) for row in unit.execute(query)]


def open_threads_of(unit: Unit, identity_id: str, *, limit: int) -> list[Case]:
    """Cases this address is the customer of, newest activity first: those not closed, or else the
    last one. Index: participants (identity_id).
    """
    query = (
        sa.select(*CASE_FIELDS)
        .join(participants, participants.c.case_id == cases.c.id)
        .where(participants.c.identity_id == identity_id, participants.c.role == "customer")
        .order_by(cases.c.updated_at.desc(), cases.c.id.desc())
    )
    still_open = query.where(cases.c.status != "closed").limit(limit)
    found = unit.execute(still_open).all() or unit.execute(query.limit(1)).all()
    return [Case(**row._mapping) for row in found]


def owed_after(unit: Unit, brand_id: str, after: str, *, limit: int) -> list[str]:
    """Ids of the brand's cases with a running clock, behind the id `after` ('' from the first).

    Index: ix_cases_owed.
    """
    query = sa.select(cases.c.id).where(
        cases.c.brand_id == brand_id, sa.text("cases.resolve_due_at IS NOT NULL")
    )
    if after:
        query = query.where(cases.c.id > after)
    return list(unit.execute(query.order_by(cases.c.id).limit(limit)).scalars())


def due_to_wake(unit: Unit, *, limit: int = 200) -> list[Case]:
    """Snoozed cases whose time has come. Index: ix_cases_snoozed."""
    query = sa.select(*CASE_FIELDS).where(cases.c.snoozed_until <= unit.now).limit(limit)
    return [Case(**row._mapping) for row in unit.execute(query)]


def solved_before(unit: Unit, moment: Any, *, limit: int = 200) -> list[Case]:
    """Solved cases to close. Index: ix_cases_to_close."""
    query = (
        sa.select(*CASE_FIELDS)
        .where(sa.text("cases.status = 'solved'"), cases.c.solved_at < moment)
        .order_by(cases.c.solved_at)
        .limit(limit)
    )
    return [Case(**row._mapping) for row in unit.execute(query)]


def add_participant(
    unit: Unit, case_id: str, identity_id: str, role: str, *, confirmed: bool
) -> bool:
    """False when already there."""
    return insert_or_ignore(
        unit,
        participants,
        {
            "case_id": case_id,
            "identity_id": identity_id,
            "role": role,
            "confirmed_at": unit.now if confirmed else None,
            "added_at": unit.now,
        },
    )


def confirm_participant(unit: Unit, case_id: str, identity_id: str) -> None:
    unit.execute(
        sa.update(participants)
        .where(
            participants.c.case_id == case_id,
            participants.c.identity_id == identity_id,
            participants.c.confirmed_at.is_(None),
        )
        .values(confirmed_at=unit.now)
    )


def remove_participant(unit: Unit, case_id: str, identity_id: str) -> None:
    unit.execute(
        sa.delete(participants).where(
            participants.c.case_id == case_id, participants.c.identity_id == identity_id
        )
    )


def participants_of(unit: Unit, case_id: str) -> list[Participant]:
    """The customer first, then by arrival."""
    return PARTICIPANTS.read(unit, {"case_id": case_id})


def relate(unit: Unit, case_id: str, other_id: str, reason: str) -> bool:
    """Link two cases, both ways. False when they already are."""
    if case_id == other_id:
        return False
    added = False
    for one, two in ((case_id, other_id), (other_id, case_id)):
        added |= insert_or_ignore(
            unit,
            related_cases,
            {"case_id": one, "other_id": two, "reason": reason, "created_at": unit.now},
        )
    return added


def related_to(unit: Unit, case_id: str) -> list[tuple[Case, str]]:
    """Linked cases with the reason."""
    return RELATED.read(unit, {"case_id": case_id})


def tag_id(unit: Unit, name: str, *, make: bool) -> str | None:
    """The tag's id; made when absent and `make`."""
    query = sa.select(tags.c.id).where(tags.c.name == name)
    found: str | None = unit.execute(query).scalar_one_or_none()
    if found or not make:
        return found
    insert_or_ignore(unit, tags, {"id": new_id(), "name": name, "created_at": unit.now})
    made: str = unit.execute(query).scalar_one()
    return made


def add_tag(unit: Unit, case_id: str, tag: str) -> bool:
    return insert_or_ignore(unit, case_tags, {"case_id": case_id, "tag_id": tag})


def remove_tag(unit: Unit, case_id: str, tag: str) -> bool:
    result = unit.execute(
        sa.delete(case_tags).where(case_tags.c.case_id == case_id, case_tags.c.tag_id == tag)
    )
    return bool(result.rowcount)


def tags_of(unit: Unit, case_ids: list[str]) -> dict[str, list[str]]:
    """Case id -> its tags by name."""
    return by_case(TAGS_OF.read(unit, {"case_ids": case_ids})) if case_ids else {}


def by_case(found: list[tuple[str, str]]) -> dict[str, list[str]]:
    """The rows of `TAGS_OF` by their case."""
    every: dict[str, list[str]] = {}
    for case_id, name in found:
        every.setdefault(case_id, []).append(name)
    return every


def all_tags(unit: Unit) -> list[str]:
    """By name, at most 500: read again only after one was made."""
    return kept(unit, TAGS, "names", lambda unit: list(unit.execute(_TAG_NAMES).scalars()))
