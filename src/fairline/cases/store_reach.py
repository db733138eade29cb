"""SQL of who is reached until when: windows of networks, and people of many cases at once."""

from datetime import datetime

import sqlalchemy as sa

from fairline.cases.rows import Participant
from fairline.cases.store import PARTICIPANTS
from fairline.cases.tables import cases, participants
from fairline.db.unit import Unit
from fairline.people.tables import identities


def participants_of_many(unit: Unit, case_ids: list[str]) -> dict[str, list[Participant]]:
    """Case id -> who takes part, as `participants_of` has them. Index: primary key."""
    found: dict[str, list[Participant]] = {}
    if case_ids:
        columns = list(PARTICIPANTS.query.selected_columns)
        query = (
            sa.select(participants.c.case_id, *columns)
            .join(identities, identities.c.id == participants.c.identity_id)
            .where(participants.c.case_id.in_(case_ids))
            .order_by(participants.c.case_id, participants.c.role.desc(), participants.c.added_at)
        )
        for row in unit.execute(query):
            named = {name: getattr(row, name) for name in PARTICIPANTS.names}
            found.setdefault(row.case_id, []).append(Participant(**named))
    return found


def begin_window(unit: Unit, case_id: str, until: datetime, channel: str) -> None:
    """Answers are taken on `channel` until then; a later end that is known already stays."""
    unit.execute(
        sa.update(cases)
        .where(
            cases.c.id == case_id,
            sa.or_(cases.c.reply_by.is_(None), cases.c.reply_by < until),
        )
        .values(reply_by=until, reply_channel=channel)
    )


def end_window(unit: Unit, case_id: str) -> None:
    """It was answered: no clock runs. By primary key, and nothing is written where none did."""
    unit.execute(
        sa.update(cases)
        .where(cases.c.id == case_id, cases.c.reply_by.is_not(None))
        .values(reply_by=None, reply_channel="")
    )
