"""What the fairness report reads and keeps: turns, reports, and the bounds of a brand."""

import sqlalchemy as sa

from fairline.db.types import Moment, big_key, id_type, json_type, metadata

# One row when somebody takes a waiting case, and one when they answer it. `ahead` counts those who
# stood before it at that moment and could have been served instead (store_turns.py).
served_turns = sa.Table(
    "served_turns",
    metadata,
    sa.Column("id", big_key(), primary_key=True, autoincrement=True),
    sa.Column("brand_id", id_type(), sa.ForeignKey("brands.id"), nullable=False),
    sa.Column("case_id", id_type(), sa.ForeignKey("cases.id"), nullable=False),
    sa.Column("agent_id", id_type(), sa.ForeignKey("agents.id"), nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.Column("what", sa.Text, nullable=False),
    sa.Column("how", sa.Text, nullable=False),
    sa.Column("ahead", sa.Integer, nullable=False),
    # As it was then: a case may turn private later.
    sa.Column("is_public", sa.Boolean, nullable=False),
    sa.CheckConstraint("what IN ('taken', 'answered')", name="what_known"),
    sa.CheckConstraint("how IN ('next', 'picked', 'given', 'forward')", name="how_known"),
    sa.Index(None, "brand_id", "at"),
    sqlite_autoincrement=True,
)

fairness_reports = sa.Table(
    "fairness_reports",
    metadata,
    sa.Column("id", id_type(), primary_key=True),
    sa.Column("brand_id", id_type(), sa.ForeignKey("brands.id"), nullable=False),
    sa.Column("days", sa.Integer, nullable=False),
    sa.Column("made_at", Moment, nullable=False),
    sa.Column("has_gap", sa.Boolean, nullable=False),
    sa.Column("body", json_type(), nullable=False),
    sa.Index(None, "brand_id", "days", "made_at"),
    sa.Index(
        "ix_fairness_reports_gap",
        "days",
        "brand_id",
        "made_at",
        sqlite_where=sa.text("has_gap"),
        postgresql_where=sa.text("has_gap"),
    ),
)
# Predicate of the partial index: a query must say it in the same words.
HAS_GAP = "fairness_reports.has_gap"

# A brand without a row has the defaults of rules.py.
fairness_rules = sa.Table(
    "fairness_rules",
    metadata,
    sa.Column("brand_id", id_type(), sa.ForeignKey("brands.id"), primary_key=True),
    sa.Column("wait_percent", sa.Integer, nullable=False),
    sa.Column("rate_points", sa.Integer, nullable=False),
    sa.Column("turn_tenths", sa.Integer, nullable=False),
    sa.Column("least_cases", sa.Integer, nullable=False),
    sa.Column("changed_at", Moment, nullable=False),
)
