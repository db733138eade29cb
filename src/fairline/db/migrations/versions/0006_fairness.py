"""What the fairness report reads: turns, audiences and an order of arrival; and the report itself.

Audiences start unknown: no channel told them before.
"""

import sqlalchemy as sa
from alembic import op

from fairline.db.types import Moment, big_key, id_type, json_type

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.add_column("identities", sa.Column("audience", sa.Integer(), nullable=True))
    op.create_index(op.f("ix_cases_brand_id_created_at"), "cases", ["brand_id", "created_at"])
    op.create_table(
        "served_turns",
        sa.Column("id", big_key(), autoincrement=True, nullable=False),
        sa.Column("brand_id", id_type(), nullable=False),
        sa.Column("case_id", id_type(), nullable=False),
        sa.Column("agent_id", id_type(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("how", sa.Text(), nullable=False),
        sa.Column("ahead", sa.Integer(), nullable=False),
        sa.Column("is_public", sa.Boolean(), nullable=False),
        sa.CheckConstraint("what IN ('taken', 'answered')", name=op.f("what_known")),
        sa.CheckConstraint("how IN ('next', 'picked', 'given', 'forward')", name=op.f("how_known")),
        sa.ForeignKeyConstraint(["agent_id"], ["agents.id"], name=op.f("fk_served_turns_agent_id")),
        sa.ForeignKeyConstraint(["brand_id"], ["brands.id"], name=op.f("fk_served_turns_brand_id")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_served_turns_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_served_turns")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_served_turns_brand_id_at"), "served_turns", ["brand_id", "at"])
    op.create_table(
        "fairness_reports",
        sa.Column("id", id_type(), nullable=False),
        sa.Column("brand_id", id_type(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("made_at", Moment(), nullable=False),
        sa.Column("has_gap", sa.Boolean(), nullable=False),
        sa.Column("body", json_type(), nullable=False),
        sa.ForeignKeyConstraint(
            ["brand_id"], ["brands.id"], name=op.f("fk_fairness_reports_brand_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fairness_reports")),
    )
    op.create_index(
        op.f("ix_fairness_reports_brand_id_days_made_at"),
        "fairness_reports",
        ["brand_id", "days", "made_at"],
    )
    op.create_index(
        "ix_fairness_reports_gap",
        "fairness_reports",
        ["days", "brand_id", "made_at"],
        sqlite_where=sa.text("has_gap"),
        postgresql_where=sa.text("has_gap"),
    )
    op.create_table(
        "fairness_rules",
        sa.Column("brand_id", id_type(), nullable=False),
        sa.Column("wait_percent", sa.Integer(), nullable=False),
        sa.Column("rate_points", sa.Integer(), nullable=False),
        sa.Column("turn_tenths", sa.Integer(), nullable=False),
        sa.Column("least_cases", sa.Integer(), nullable=False),
        sa.Column("changed_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["brand_id"], ["brands.id"], name=op.f("fk_fairness_rules_brand_id")
        ),
        sa.PrimaryKeyConstraint("brand_id", name=op.f("pk_fairness_rules")),
    )
