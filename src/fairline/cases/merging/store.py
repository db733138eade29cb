"""All SQL of what was merged, split and moved. Indexes: `merges` by from_id, by into_id, by at."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from fairline.cases.merging.kept import Kept, Merge, from_json, to_json
from fairline.cases.merging.tables import merge_rows, merges
from fairline.cases.rows import Case, Message
from fairline.cases.store import CASE_FIELDS
from fairline.cases.store_messages import MESSAGE_FIELDS
from fairline.cases.tables import (
    cases,
    drafts,
    events,
    messages,
    participants,
    related_cases,
    sent_ids,
)
from fairline.db.dialect import locked
from fairline.db.unit import Unit

MOST_LISTED = 50
_ABOUT = (
    sa.select(merges)
    .where(
        merges.c.undone_at.is_(None),
        sa.or_(
            merges.c.into_id == sa.bindparam("about"), merges.c.from_id == sa.bindparam("about")
        ),
    )
    .order_by(merges.c.id)
)


def insert(unit: Unit, merge: Merge) -> None:
    unit.execute(
        sa.insert(merges).values(
            id=merge.id,
            brand_id=merge.brand_id,
            what=merge.what,
            from_id=merge.from_id,
            into_id=merge.into_id,
            by_agent_id=merge.by_agent_id,
            at=merge.at,
            undone_at=None,
            kept=to_json(merge.kept),
        )
    )


def by_id(unit: Unit, merge_id: str, *, lock: bool = False) -> Merge | None:
    """By primary key."""
    query = sa.select(merges).where(merges.c.id == merge_id)
    row = unit.execute(locked(unit, query) if lock else query).one_or_none()
    return _merge(row) if row else None


def keep(unit: Unit, merge_id: str, kept: Kept) -> None:
    unit.execute(sa.update(merges).where(merges.c.id == merge_id).values(kept=to_json(kept)))


def mark_undone(unit: Unit, merge_id: str) -> None:
    unit.execute(sa.update(merges).where(merges.c.id == merge_id).values(undone_at=unit.now))


def standing_about(unit: Unit, row_id: str) -> list[Merge]:
    """What stands that this case or contact gave or took, oldest first.

    Indexes: from_id, into_id.
    """
    return [_merge(row) for row in unit.execute(_ABOUT, {"about": row_id})]


def merged_into(unit: Unit, case_id: str) -> list[Case]:
    """The cases that were merged into this one, oldest first. Index: ix_cases_merged."""
    query = sa.select(*CASE_FIELDS).where(cases.c.merged_into_id == case_id).order_by(cases.c.id)
    return [Case(**row._mapping) for row in unit.execute(query.limit(MOST_LISTED))]


def sharing_place_of(unit: Unit, case_id: str) -> list[Case]:
    """The cases that share its place, if it leads. Index: ix_cases_repeats."""
    query = sa.select(*CASE_FIELDS).where(cases.c.repeat_of_id == case_id).order_by(cases.c.id)
    return [Case(**row._mapping) for row in unit.execute(query)]


def old(unit: Unit, before: datetime, *, limit: int) -> list[str]:
    """Merges from before that time whose rows are still noted. Index: merges (at)."""
    has_rows = sa.exists(sa.select(sa.literal(1)).where(merge_rows.c.merge_id == merges.c.id))
    query = sa.select(merges.c.id).where(merges.c.at < before, has_rows)
    return list(unit.execute(query.order_by(merges.c.at).limit(limit)).scalars())


def messages_in(unit: Unit, case_id: str, message_ids: Sequence[str]) -> list[Message]:
    """Those of the case, oldest first. By primary key."""
    query = (
        sa.select(*MESSAGE_FIELDS)
        .where(messages.c.id.in_(message_ids), messages.c.case_id == case_id)
        .order_by(messages.c.created_at, messages.c.id)
    )
    return [Message(**row._mapping) for row in unit.execute(query)]


def said_since(unit: Unit, case_id: str, since: datetime, most: int) -> list[Message]:
    """What came in on a case from that time. Index: messages (case_id, created_at, id)."""
    query = (
        sa.select(*MESSAGE_FIELDS)
        .where(
            messages.c.case_id == case_id,
            messages.c.created_at >= since,
            messages.c.direction == "inbound",
        )
        .order_by(messages.c.created_at, messages.c.id)
        .limit(most)
    )
    return [Message(**row._mapping) for row in unit.execute(query)]


def ids_in(unit: Unit, case_id: str) -> list[str]:
    """Every message of a case, oldest first. Index: messages (case_id, created_at, id)."""
    query = sa.select(messages.c.id).where(messages.c.case_id == case_id)
    return list(unit.execute(query.order_by(messages.c.created_at, messages.c.id)).scalars())


def first_said(unit: Unit, case_id: str) -> Message | None:
    """What a case began with. Index: messages (case_id, created_at, id)."""
    query = (
        sa.select(*MESSAGE_FIELDS)
        .where(messages.c.case_id == case_id, messages.c.direction != "note")
        .order_by(messages.c.created_at, messages.c.id)
        .limit(1)
    )
    row = unit.execute(query).one_or_none()
    return Message(**row._mapping) if row else None


def has_words_beside(unit: Unit, case_id: str, message_ids: Sequence[str]) -> bool:
    """Whether something was said on the case, notes aside, in other messages than these."""
    query = sa.select(messages.c.id).where(
        messages.c.case_id == case_id,
        messages.c.direction != "note",
        messages.c.id.not_in(message_ids),
    )
    return unit.execute(query.limit(1)).first() is not None


def is_answer_to(unit: Unit, native_ids: Sequence[str], merge_id: str) -> set[str]:
    """Which of these mail ids belong to messages that moved in this merge."""
    if not native_ids:
        return set()
    moved = sa.select(merge_rows.c.row_key).where(
        merge_rows.c.merge_id == merge_id, merge_rows.c.place == "messages"
    )
    received = sa.select(messages.c.native_id).where(
        messages.c.native_id.in_(native_ids), sa.cast(messages.c.id, sa.Text).in_(moved)
    )
    sent = sa.select(sent_ids.c.native_id).where(
        sent_ids.c.native_id.in_(native_ids), sa.cast(sent_ids.c.message_id, sa.Text).in_(moved)
    )
    return set(unit.execute(received).scalars()) | set(unit.execute(sent).scalars())


def arrivals(unit: Unit, case_ids: Sequence[str], message_ids: Sequence[str]) -> dict[str, Any]:
    """Message id -> the data of the event that it was received.

    Index: events (case_id, position).
    """
    query = sa.select(events.c.data).where(
        events.c.case_id.in_(case_ids), events.c.kind == "message_received"
    )
    wanted = set(message_ids)
    found = (row.data for row in unit.execute(query))
    return {data["message_id"]: data for data in found if data.get("message_id") in wanted}


def shared_drafts(unit: Unit, from_id: str, into_id: str) -> list[tuple[str, str, str]]:
    """(agent id, words there, words here) of those who write on both. By primary key."""
    here = drafts.alias("here")
    query = (
        sa.select(drafts.c.agent_id, drafts.c.text.label("theirs"), here.c.text.label("own"))
        .join(here, here.c.agent_id == drafts.c.agent_id)
        .where(drafts.c.case_id == from_id, here.c.case_id == into_id)
    )
    return [(row.agent_id, row.theirs, row.own) for row in unit.execute(query)]


def draft_text(unit: Unit, case_id: str, agent_id: str, text: str, *, instead_of: str) -> None:
    unit.execute(
        sa.update(drafts)
        .where(
            drafts.c.case_id == case_id,
            drafts.c.agent_id == agent_id,
            drafts.c.text == instead_of,
        )
        .values(text=text)
    )


def set_taking(
    unit: Unit,
    case_id: str,
    identity_id: str,
    values: tuple[str, datetime | None],
    *,
    instead_of: tuple[str, datetime | None],
) -> None:
    role, confirmed_at = values
    unit.execute(
        sa.update(participants)
        .where(
            participants.c.case_id == case_id,
            participants.c.identity_id == identity_id,
            participants.c.role == instead_of[0],
            participants.c.confirmed_at.is_not_distinct_from(instead_of[1]),
        )
        .values(role=role, confirmed_at=confirmed_at)
    )


def insert_participants(unit: Unit, from_id: str, into_id: str) -> None:
    """Whoever takes part in one case takes part in the other as they do there."""
    names = ["case_id", "identity_id", "role", "confirmed_at", "added_at"]
    rows = sa.select(
        sa.literal(into_id, participants.c.case_id.type),
        *(participants.c[name] for name in names[1:]),
    ).where(participants.c.case_id == from_id)
    unit.execute(sa.insert(participants).from_select(names, rows))


def unrelate(unit: Unit, case_id: str, other_id: str) -> bool:
    """Take a link between two cases away, both ways. False when there was none. By primary key."""
    gone = 0
    for one, two in ((case_id, other_id), (other_id, case_id)):
        where = (related_cases.c.case_id == one, related_cases.c.other_id == two)
        gone += unit.execute(sa.delete(related_cases).where(*where)).rowcount
    return gone > 0


def _merge(row: Any) -> Merge:
    values = dict(row._mapping)
    return Merge(**{**values, "kept": from_json(values["kept"])})
