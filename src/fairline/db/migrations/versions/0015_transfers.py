"""Hand-offs that must be accepted."""

import sqlalchemy as sa
from alembic import op

from fairline.db.types import Moment, id_type

revision = "0015"
down_revision = "0014"

STATES = "'offered', 'accepted', 'declined', 'withdrawn', 'expired'"


def upgrade() -> None:
    op.create_table(
        "transfers",
        sa.Column("id", id_type(), primary_key=True),
        sa.Column("case_id", id_type(), sa.ForeignKey("cases.id"), nullable=False),
        sa.Column("brand_id", id_type(), sa.ForeignKey("brands.id"), nullable=False),
        sa.Column("giver_id", id_type(), sa.ForeignKey("agents.id"), nullable=False),
        sa.Column("agent_id", id_type(), sa.ForeignKey("agents.id")),
        sa.Column("team_id", id_type(), sa.ForeignKey("teams.id")),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("summary", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("answer", sa.Text, nullable=False),
        sa.Column("offered_at", Moment, nullable=False),
        sa.Column("expires_at", Moment, nullable=False),
        sa.Column("ended_at", Moment),
        sa.Column("ended_by_id", id_type(), sa.ForeignKey("agents.id")),
        sa.CheckConstraint(f"state IN ({STATES})", name="state_known"),
        sa.CheckConstraint("(agent_id IS NULL) <> (team_id IS NULL)", name="one_receiver"),
    )
    op.create_index("ix_transfers_case_id_id", "transfers", ["case_id", "id"])
    still_open = sa.text("state = 'offered'")
    for name, columns, is_unique in (
        ("uq_transfers_open", ["case_id"], True),
        ("ix_transfers_due", ["expires_at", "id"], False),
    ):
        op.create_index(
            name,
            "transfers",
            columns,
            unique=is_unique,
            sqlite_where=still_open,
            postgresql_where=still_open,
        )
