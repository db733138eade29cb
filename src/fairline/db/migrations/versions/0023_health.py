"""What inboxes suffer, what comes into them by the hour, and what waits to leave by them."""

import sqlalchemy as sa
from alembic import op

from fairline.db.types import Moment, id_type

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    op.create_table(
        "inbox_alarms",
        sa.Column("id", id_type(), primary_key=True),
        sa.Column("inbox_id", id_type(), sa.ForeignKey("inboxes.id"), nullable=False),
        sa.Column("brand_id", id_type(), sa.ForeignKey("brands.id"), nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("since", Moment, nullable=False),
        sa.Column("raised_at", Moment, nullable=False),
        sa.Column("acknowledged_at", Moment),
        sa.Column("acknowledged_by", id_type(), sa.ForeignKey("agents.id")),
        sa.UniqueConstraint("inbox_id", "kind"),
    )
    op.create_index("ix_inbox_alarms_raised_at_id", "inbox_alarms", ["raised_at", "id"])
    op.create_table(
        "inbox_arrivals",
        sa.Column("inbox_id", id_type(), sa.ForeignKey("inboxes.id"), primary_key=True),
        sa.Column("hour", Moment, primary_key=True),
        sa.Column("count", sa.Integer, nullable=False),
    )
    op.add_column("inboxes", sa.Column("down_told_at", Moment))
    op.create_index("ix_raw_items_inbox_id_received_at", "raw_items", ["inbox_id", "received_at"])
    waiting = sa.text("state = 'queued' AND next_try_at IS NOT NULL")
    op.create_index(
        "ix_deliveries_waiting",
        "deliveries",
        ["inbox_id", "created_at", "id"],
        sqlite_where=waiting,
        postgresql_where=waiting,
    )
