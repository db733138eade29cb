"""What was told of the wait, what came of it, and what was learned."""

import sqlalchemy as sa

from fairline.db.types import Moment, id_type, metadata

# One row per case: the range it was told first, with what the plain model expected and what it
# took in working minutes. Without a range nothing could be told: such a row only teaches. `fate` is
# -1 (answered before it), 0 (within it) or 1 (after it), and empty until the first answer.
told_waits = sa.Table(
    "told_waits",
    metadata,
    sa.Column("case_id", id_type(), sa.ForeignKey("cases.id"), primary_key=True),
    sa.Column("brand_id", id_type(), sa.ForeignKey("brands.id"), nullable=False),
    sa.Column("told_at", Moment, nullable=False),
    sa.Column("ahead", sa.Integer, nullable=False),
    sa.Column("low", Moment),
    sa.Column("high", Moment),
    sa.Column("expected_minutes", sa.Float, nullable=False),
    sa.Column("answered_at", Moment),
    sa.Column("took_minutes", sa.Float),
    sa.Column("fate", sa.SmallInteger),
    sa.Index(None, "brand_id", "answered_at"),
    sa.Index(
        "ix_told_waits_open",
        "brand_id",
        "told_at",
        sqlite_where=sa.text("answered_at IS NULL"),
        postgresql_where=sa.text("answered_at IS NULL"),
    ),
)

# The ends of the ranges of a brand, as its own record has moved them (promises/calibration.py).
wait_tails = sa.Table(
    "wait_tails",
    metadata,
    sa.Column("brand_id", id_type(), sa.ForeignKey("brands.id"), primary_key=True),
    sa.Column("early", sa.Float, nullable=False),
    sa.Column("late", sa.Float, nullable=False),
    sa.Column("learned", sa.BigInteger, nullable=False),
)
