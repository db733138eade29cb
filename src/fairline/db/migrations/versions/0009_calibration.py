"""Cases to which no range was told teach too, and those that still wait are read in order."""

import sqlalchemy as sa
from alembic import op

from fairline.db.types import Moment

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    with op.batch_alter_table("told_waits") as batch:
        batch.alter_column("low", existing_type=Moment(), nullable=True)
        batch.alter_column("high", existing_type=Moment(), nullable=True)
    op.create_index(
        "ix_told_waits_open",
        "told_waits",
        ["brand_id", "told_at"],
        sqlite_where=sa.text("answered_at IS NULL"),
        postgresql_where=sa.text("answered_at IS NULL"),
    )
