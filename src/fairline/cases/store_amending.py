"""SQL for what was taken back."""

import sqlalchemy as sa

from fairline.cases.tables import attachments
from fairline.db.unit import Unit


def delete_files(unit: Unit, message_id: str) -> None:
    """Let go of a message's files. Index: ix_attachments_message_id."""
    unit.execute(sa.delete(attachments).where(attachments.c.message_id == message_id))
