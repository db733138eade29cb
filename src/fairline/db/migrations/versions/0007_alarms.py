"""Alarms: what stands, when to look again, thresholds, and who was told by mail."""

import sqlalchemy as sa
from alembic import op

from fairline.db.types import Moment, id_type, json_type

revision = "0007"
down_revision = "0006"

KINDS = "'no_place', 'promise_broken', 'public_unacknowledged', 'second_bounce', 'promise_at_risk'"


def upgrade() -> None:
    op.create_table(
        "alarms",
        sa.Column("id", id_type(), primary_key=True),
        sa.Column("case_id", id_type(), sa.ForeignKey("cases.id"), nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("brand_id", id_type(), sa.ForeignKey("brands.id"), nullable=False),
        sa.Column("owner_id", id_type(), sa.ForeignKey("agents.id")),
        sa.Column("team_id", id_type(), sa.ForeignKey("teams.id")),
        sa.Column("since", Moment, nullable=False),
        sa.Column("raised_at", Moment, nullable=False),
        sa.Column("acknowledged_at", Moment),
        sa.Column("acknowledged_by", id_type(), sa.ForeignKey("agents.id")),
        sa.CheckConstraint(f"kind IN ({KINDS})", name="kind_known"),
        sa.UniqueConstraint("case_id", "kind"),
    )
    op.create_index("ix_alarms_raised_at_id", "alarms", ["raised_at", "id"])
    op.create_index("ix_alarms_kind_raised_at_id", "alarms", ["kind", "raised_at", "id"])
    op.create_index(
        "ix_alarms_unheard", "alarms", ["acknowledged_at", "brand_id", "owner_id", "team_id"]
    )
    op.create_table(
        "alarm_timers",
        sa.Column("case_id", id_type(), sa.ForeignKey("cases.id"), primary_key=True),
        sa.Column("at", Moment, nullable=False),
    )
    op.create_index("ix_alarm_timers_at_case_id", "alarm_timers", ["at", "case_id"])
    op.create_table(
        "alarm_thresholds",
        sa.Column("brand_id", id_type(), sa.ForeignKey("brands.id"), primary_key=True),
        sa.Column("thresholds", json_type(), nullable=False),
    )
    op.create_table(
        "alarm_letters",
        sa.Column("agent_id", id_type(), sa.ForeignKey("agents.id"), primary_key=True),
        sa.Column("told_until", Moment, nullable=False),
        sa.Column("mailed_at", Moment),
    )
    # Everybody who waits already is looked at once, at the first turn.
    op.execute(
        "INSERT INTO alarm_timers (case_id, at) SELECT id, created_at FROM cases "
        "WHERE due_at IS NOT NULL AND status IN ('new', 'open', 'waiting', 'on_hold')"
    )
    op.create_index("ix_line_places_brand_id_entered_at", "line_places", ["brand_id", "entered_at"])
