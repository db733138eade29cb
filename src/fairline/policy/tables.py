"""What a company sets of the personal-data guard: rules of a brand, and its account patterns."""

import sqlalchemy as sa

from fairline.db.types import Moment, id_type, json_type, metadata

# One row per brand that changed something; without one the defaults hold.
guard_rules = sa.Table(
    "guard_rules",
    metadata,
    sa.Column("brand_id", id_type(), sa.ForeignKey("brands.id"), primary_key=True),
    sa.Column("countries", json_type(), nullable=False),
    sa.Column("own", json_type(), nullable=False),
    sa.Column("off", json_type(), nullable=False),
    sa.Column("updated_at", Moment, nullable=False),
)

account_patterns = sa.Table(
    "account_patterns",
    metadata,
    sa.Column("id", id_type(), primary_key=True),
    sa.Column("brand_id", id_type(), sa.ForeignKey("brands.id"), nullable=False, index=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("mask", sa.Text, nullable=False),
    sa.Column("created_at", Moment, nullable=False),
)
