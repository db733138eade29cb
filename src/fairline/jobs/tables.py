"""The queue: one row per job, gone when done, kept when buried."""

import sqlalchemy as sa

from fairline.db.types import Moment, id_type, json_type, metadata

# Predicate of the partial index: queries must say it in the same words (SQLite compares the text).
NOT_BURIED = "jobs.state <> 'buried'"

jobs = sa.Table(
    "jobs",
    metadata,
    sa.Column("id", id_type(), primary_key=True),
    sa.Column("kind", sa.Text, nullable=False),
    # At most one waiting job per key: enqueueing it again is a no-op.
    sa.Column("key", sa.Text, unique=True),
    sa.Column("payload", json_type(), nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False, default=0),
    sa.Column("run_at", Moment, nullable=False),
    sa.Column("leased_by", sa.Text),
    sa.Column("error", sa.Text, nullable=False, default=""),
    sa.Column("created_at", Moment, nullable=False),
    sa.CheckConstraint("state IN ('waiting', 'running', 'buried')", name="state_known"),
    sa.Index(
        "ix_jobs_due",
        "run_at",
        "id",
        sqlite_where=sa.text("state <> 'buried'"),
        postgresql_where=sa.text("state <> 'buried'"),
    ),
)
