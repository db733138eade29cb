"""All SQL of acknowledgements. Indexes: primary keys, and (identity_id, sent_at)."""

from datetime import datetime

import msgspec
import sqlalchemy as sa

from fairline.acknowledgements.tables import (
    acknowledgement_texts,
    acknowledgements,
    quiet_inboxes,
)
from fairline.db.dialect import insert_or_ignore, upsert
from fairline.db.unit import Unit

texts = acknowledgement_texts.c


class Text(msgspec.Struct, frozen=True, kw_only=True):
    """A text of a brand's own."""

    language: str
    subject: str
    body: str
    updated_at: datetime


def claim(unit: Unit, case_id: str, identity_id: str) -> bool:
    """The right to acknowledge a case; False when somebody had it before."""
    row = {"case_id": case_id, "identity_id": identity_id, "sent_at": unit.now}
    return insert_or_ignore(unit, acknowledgements, row)


def is_claimed(unit: Unit, case_id: str) -> bool:
    query = sa.select(acknowledgements.c.case_id).where(acknowledgements.c.case_id == case_id)
    return unit.execute(query).first() is not None


def sent_to(unit: Unit, identity_id: str, since: datetime, *, most: int) -> int:
    """How many went to one address since then, counting no further than `most`."""
    recent = (
        sa.select(acknowledgements.c.case_id)
        .where(acknowledgements.c.identity_id == identity_id, acknowledgements.c.sent_at > since)
        .limit(most)
        .subquery()
    )
    return int(unit.execute(sa.select(sa.func.count()).select_from(recent)).scalar_one())


def texts_of(unit: Unit, brand_id: str) -> dict[str, Text]:
    """The brand's own texts by language."""
    columns = (texts.language, texts.subject, texts.body, texts.updated_at)
    rows = unit.execute(sa.select(*columns).where(texts.brand_id == brand_id))
    return {row.language: Text(**row._mapping) for row in rows}


def put_text(unit: Unit, brand_id: str, language: str, subject: str, body: str) -> None:
    row = {"brand_id": brand_id, "language": language, "subject": subject, "body": body}
    keys = ("brand_id", "language")
    upsert(unit, acknowledgement_texts, {**row, "updated_at": unit.now}, keys=keys)


def drop_text(unit: Unit, brand_id: str, language: str) -> None:
    unit.execute(
        sa.delete(acknowledgement_texts).where(
            texts.brand_id == brand_id, texts.language == language
        )
    )


def quiet(unit: Unit) -> set[str]:
    """Ids of the inboxes that stay quiet."""
    return set(unit.execute(sa.select(quiet_inboxes.c.inbox_id)).scalars())


def is_quiet(unit: Unit, inbox_id: str) -> bool:
    query = sa.select(quiet_inboxes.c.inbox_id).where(quiet_inboxes.c.inbox_id == inbox_id)
    return unit.execute(query).first() is not None


def set_quiet(unit: Unit, inbox_id: str, *, is_quiet: bool) -> None:
    if is_quiet:
        insert_or_ignore(unit, quiet_inboxes, {"inbox_id": inbox_id, "since": unit.now})
    else:
        unit.execute(sa.delete(quiet_inboxes).where(quiet_inboxes.c.inbox_id == inbox_id))
