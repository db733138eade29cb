"""All SQL of posts that belong together though they came in any order.

Index of what answers a post: ix_messages_answers (inbox_id, in_reply_to, identity_id).
"""

from collections.abc import Sequence
from datetime import datetime

import msgspec
import sqlalchemy as sa

from fairline.cases.merging.tables import merges
from fairline.cases.tables import messages, related_cases
from fairline.db.dialect import locked
from fairline.db.unit import Unit
from fairline.people.tables import identities

IS_ANSWER = "messages.in_reply_to <> ''"
SAME_THREAD = "same_thread"
MOST_ANSWERS = 50
MOST_OWN = 20
MOST_RELATED = 50


class Answer(msgspec.Struct, frozen=True):
    """A post that answers another: where it stands, who said it, and when."""

    case_id: str
    direction: str
    identity_id: str | None
    in_reply_to: str
    sent_at: datetime | None


_FIELDS = [messages.c[name] for name in Answer.__struct_fields__]
_ANSWERS = (
    sa.select(*_FIELDS)
    .where(
        sa.text(IS_ANSWER),
        messages.c.inbox_id == sa.bindparam("inbox_id"),
        messages.c.in_reply_to == sa.bindparam("native_id"),
    )
    .limit(MOST_ANSWERS)
)
_OWN = (
    sa.select(*_FIELDS)
    .where(
        sa.text(IS_ANSWER),
        messages.c.inbox_id == sa.bindparam("inbox_id"),
        messages.c.in_reply_to.in_(sa.bindparam("native_ids", expanding=True)),
        messages.c.identity_id == sa.bindparam("identity_id"),
    )
    .limit(MOST_OWN)
)
_RELATED = (
    sa.select(related_cases.c.other_id)
    .where(
        related_cases.c.case_id.in_(sa.bindparam("case_ids", expanding=True)),
        related_cases.c.reason == SAME_THREAD,
    )
    .limit(MOST_RELATED)
)


def answers_to(unit: Unit, inbox_id: str, native_id: str) -> list[Answer]:
    """What we have that answers this post, by whomever; at most 50."""
    rows = unit.execute(_ANSWERS, {"inbox_id": inbox_id, "native_id": native_id})
    return [Answer(**row._mapping) for row in rows]


def own_answers(
    unit: Unit, inbox_id: str, native_ids: Sequence[str], identity_id: str
) -> list[Answer]:
    """What this person said in answer to any of these posts, also among thousands of others."""
    if not native_ids:
        return []
    wanted = {"inbox_id": inbox_id, "native_ids": list(native_ids), "identity_id": identity_id}
    return [Answer(**row._mapping) for row in unit.execute(_OWN, wanted)]


def same_thread(unit: Unit, case_ids: Sequence[str]) -> list[str]:
    """Cases whose first words stand in one public thread with those of these. By primary key."""
    return list(unit.execute(_RELATED, {"case_ids": list(case_ids)}).scalars())


def were_parted(unit: Unit, one: str, other: str) -> bool:
    """Whether the two were one case before, or gave each other messages: people have decided then.

    Index: merges (from_id).
    """
    pair = (one, other)
    query = sa.select(merges.c.id).where(merges.c.from_id.in_(pair), merges.c.into_id.in_(pair))
    return unit.execute(query.limit(1)).first() is not None


def hold_author(unit: Unit, identity_id: str) -> None:
    """Let two posts of one person be taken one after the other, on however many nodes."""
    if not unit.database.is_sqlite:
        query = sa.select(identities.c.id).where(identities.c.id == identity_id)
        unit.execute(locked(unit, query, key_stays=True))
