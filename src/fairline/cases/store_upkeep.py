"""SQL of the sweep."""

from datetime import datetime

import sqlalchemy as sa

from fairline.cases.tables import attachments
from fairline.db.unit import Unit


def delete_abandoned_files(unit: Unit, before: datetime) -> int:
    """Files put into a draft before that time and never sent. Index: message_id."""
    result = unit.execute(
        sa.delete(attachments).where(
            attachments.c.message_id.is_(None), attachments.c.created_at < before
        )
    )
    return int(result.rowcount)
