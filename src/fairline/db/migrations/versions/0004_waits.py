"""Maintained counts of the line, told estimates, acknowledgement texts."""

import sqlalchemy as sa
from alembic import op

from fairline.db.types import Moment, id_type

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
    op.create_table(
        "told_waits",
        sa.Column("case_id", id_type(), nullable=False),
        sa.Column("brand_id", id_type(), nullable=False),
        sa.Column("told_at", Moment(), nullable=False),
        sa.Column("ahead", sa.Integer(), nullable=False),
        sa.Column("low", Moment(), nullable=False),
        sa.Column("high", Moment(), nullable=False),
        sa.Column("expected_minutes", sa.Float(), nullable=False),
        sa.Column("answered_at", Moment(), nullable=True),
        sa.Column("took_minutes", sa.Float(), nullable=True),
        sa.Column("fate", sa.SmallInteger(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_told_waits_case_id")),
        sa.ForeignKeyConstraint(["brand_id"], ["brands.id"], name=op.f("fk_told_waits_brand_id")),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_told_waits")),
    )
    op.create_index(
        op.f("ix_told_waits_brand_id_answered_at"), "told_waits", ["brand_id", "answered_at"]
    )
    op.create_table(
        "wait_tails",
        sa.Column("brand_id", id_type(), nullable=False),
        sa.Column("early", sa.Float(), nullable=False),
        sa.Column("late", sa.Float(), nullable=False),
        sa.Column("learned", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["brand_id"], ["brands.id"], name=op.f("fk_wait_tails_brand_id")),
        sa.PrimaryKeyConstraint("brand_id", name=op.f("pk_wait_tails")),
    )
    op.create_table(
        "acknowledgements",
        sa.Column("case_id", id_type(), nullable=False),
        sa.Column("identity_id", id_type(), nullable=False),
        sa.Column("sent_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name=op.f("fk_acknowledgements_case_id")
        ),
        sa.ForeignKeyConstraint(
            ["identity_id"], ["identities.id"], name=op.f("fk_acknowledgements_identity_id")
        ),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_acknowledgements")),
    )
    op.create_index(
        op.f("ix_acknowledgements_identity_id_sent_at"),
        "acknowledgements",
        ["identity_id", "sent_at"],
    )
    op.create_table(
        "acknowledgement_texts",
        sa.Column("brand_id", id_type(), nullable=False),
        sa.Column("language", sa.String(12), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("updated_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["brand_id"], ["brands.id"], name=op.f("fk_acknowledgement_texts_brand_id")
        ),
        sa.PrimaryKeyConstraint("brand_id", "language", name=op.f("pk_acknowledgement_texts")),
    )
    op.create_table(
        "quiet_inboxes",
        sa.Column("inbox_id", id_type(), nullable=False),
        sa.Column("since", Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["inbox_id"], ["inboxes.id"], name=op.f("fk_quiet_inboxes_inbox_id")
        ),
        sa.PrimaryKeyConstraint("inbox_id", name=op.f("pk_quiet_inboxes")),
    )
