"""Maintained counts of the line, told estimates, acknowledgement texts."""

import sqlalchemy as sa
from alembic import op

from fairline.db.types import id_type

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "line_counts",
        sa.Column("brand_id", id_type(), nullable=False),
        sa.Column("minute", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("level", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("bucket", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("waiting", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint(
            "brand_id", "minute", "level", "bucket", name=op.f("pk_line_counts")
        ),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_line_counts_empty",
        "line_counts",
        ["brand_id", "minute", "level", "bucket"],
        sqlite_where=sa.text("waiting = 0"),
        postgresql_where=sa.text("waiting = 0"),
    )
    # The line as it stands is counted once; from now on every change keeps the counts in step.
    for level in (42, 36, 30, 24):
        op.execute(
            "INSERT INTO line_counts (brand_id, minute, level, bucket, waiting) "
            f"SELECT brand_id, 0, {level}, due_at >> {level}, count(*) "
            f"FROM line_places GROUP BY brand_id, due_at >> {level}"
        )
        op.execute(
            "INSERT INTO line_counts (brand_id, minute, level, bucket, waiting) "
            f"SELECT brand_id, due_at, {level}, entered_at >> {level}, count(*) "
            "FROM line_places WHERE due_at / 60000000 * 60000000 = due_at "
            f"GROUP BY brand_id, due_at, entered_at >> {level}"
        )
