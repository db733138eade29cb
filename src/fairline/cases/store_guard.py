"""SQL of the personal-data guard: what is hidden, what is public, whose addresses are ours."""

import sqlalchemy as sa

from fairline.cases.rows import Message
from fairline.cases.store_messages import MESSAGE_FIELDS
from fairline.cases.tables import attachments, cases, messages
from fairline.db.types import id_type
from fairline.db.unit import Unit

# Inboxes belong to a higher rung; of them the guard needs to know what our own addresses are.
_inboxes = sa.table(
    "inboxes", sa.column("brand_id", id_type()), sa.column("kind"), sa.column("address")
)
_OWN = sa.select(_inboxes.c.address).where(
    _inboxes.c.brand_id == sa.bindparam("brand_id"), _inboxes.c.kind == "email"
)
_GUARDED = (
    sa.select(*MESSAGE_FIELDS)
    .where(
        messages.c.case_id == sa.bindparam("case_id"),
        messages.c.hidden_at.is_not(None),
        messages.c.found != "",
    )
    .order_by(messages.c.created_at, messages.c.id)
)
_SOME = (
    sa.select(messages.c.id)
    .where(messages.c.id > sa.bindparam("after"))
    .order_by(messages.c.id)
    .limit(sa.bindparam("most", type_=sa.Integer))
)


def own_addresses(unit: Unit, brand_id: str) -> list[str]:
    """The brand's mail addresses. The table of inboxes is small."""
    rows = unit.execute(_OWN, {"brand_id": brand_id})
    return [row.address.lower() for row in rows if "@" in row.address]


def guarded_of(unit: Unit, case_id: str) -> list[Message]:
    """What is hidden until somebody decides, oldest first. Index: (case_id, created_at, id)."""
    rows = unit.execute(_GUARDED, {"case_id": case_id})
    return [Message(**row._mapping) for row in rows]


def public_after(unit: Unit, after: str, *, limit: int) -> tuple[list[Message], str]:
    """Of the next `limit` messages by id those that everybody can read, and the last id looked at
    ('' at the end). By primary key.
    """
    known = {"after": after or "00000000-0000-0000-0000-000000000000", "most": limit}
    ids = [row.id for row in unit.execute(_SOME, known)]
    if not ids:
        return [], ""
    query = (
        sa.select(*MESSAGE_FIELDS)
        .join(cases, cases.c.id == messages.c.case_id)
        .where(
            messages.c.id > known["after"],
            messages.c.id <= ids[-1],
            messages.c.visibility == "public",
            messages.c.hidden_at.is_(None),
            messages.c.found == "",
            cases.c.is_public,
        )
        .order_by(messages.c.id)
    )
    found = [Message(**row._mapping) for row in unit.execute(query)]
    return found, ids[-1] if len(ids) == limit else ""


def rename_file(unit: Unit, file_id: str, name: str) -> None:
    unit.execute(sa.update(attachments).where(attachments.c.id == file_id).values(name=name))
