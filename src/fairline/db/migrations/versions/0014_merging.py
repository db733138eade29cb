"""Merges that can be undone, and one answer to many."""

import sqlalchemy as sa
from alembic import op

from fairline.db.types import Moment, id_type, json_type

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    op.add_column("cases", sa.Column("merged_into_id", id_type(), nullable=True))
    is_merged = sa.text("merged_into_id IS NOT NULL")
    op.create_index(
        "ix_cases_merged",
        "cases",
        ["merged_into_id"],
        unique=False,
        sqlite_where=is_merged,
        postgresql_where=is_merged,
    )
    op.add_column("contacts", sa.Column("merged_into_id", id_type(), nullable=True))
    op.create_index("ix_contacts_names", "contacts", ["brand_id", "name", "id"], unique=False)
    _merges()
    _bulk_answers()


def _merges() -> None:
    op.create_table(
        "merges",
        sa.Column("id", id_type(), nullable=False),
        sa.Column("brand_id", id_type(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("from_id", id_type(), nullable=False),
        sa.Column("into_id", id_type(), nullable=False),
        sa.Column("by_agent_id", id_type(), nullable=True),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("undone_at", Moment(), nullable=True),
        sa.Column("kept", json_type(), nullable=False),
        sa.CheckConstraint("what IN ('merge', 'split', 'move', 'contacts')", name="what_known"),
        sa.ForeignKeyConstraint(["brand_id"], ["brands.id"], name=op.f("fk_merges_brand_id")),
        sa.ForeignKeyConstraint(["by_agent_id"], ["agents.id"], name=op.f("fk_merges_by_agent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_merges")),
    )
    for column in ("from_id", "into_id", "at"):
        op.create_index(op.f(f"ix_merges_{column}"), "merges", [column], unique=False)
    op.create_table(
        "merge_rows",
        sa.Column("merge_id", id_type(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("row_key", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["merge_id"], ["merges.id"], name=op.f("fk_merge_rows_merge_id")),
        sa.PrimaryKeyConstraint("merge_id", "place", "row_key", name=op.f("pk_merge_rows")),
        sqlite_with_rowid=False,
    )


def _bulk_answers() -> None:
    op.create_table(
        "bulk_answers",
        sa.Column("id", id_type(), nullable=False),
        sa.Column("agent_id", id_type(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("finished_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(["agent_id"], ["agents.id"], name=op.f("fk_bulk_answers_agent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bulk_answers")),
    )
    op.create_index(
        op.f("ix_bulk_answers_agent_id_created_at"),
        "bulk_answers",
        ["agent_id", "created_at"],
        unique=False,
    )
    op.create_table(
        "bulk_answer_cases",
        sa.Column("bulk_id", id_type(), nullable=False),
        sa.Column("case_id", id_type(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("visibility", sa.Text(), nullable=False),
        sa.Column("seen_count", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.CheckConstraint("state IN ('queued', 'sent', 'skipped')", name="state_known"),
        sa.ForeignKeyConstraint(
            ["bulk_id"], ["bulk_answers.id"], name=op.f("fk_bulk_answer_cases_bulk_id")
        ),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name=op.f("fk_bulk_answer_cases_case_id")
        ),
        sa.PrimaryKeyConstraint("bulk_id", "case_id", name=op.f("pk_bulk_answer_cases")),
    )
    op.create_index(
        "ix_bulk_answer_cases_queued",
        "bulk_answer_cases",
        ["bulk_id", "case_id"],
        unique=False,
        sqlite_where=sa.text("state = 'queued'"),
        postgresql_where=sa.text("state = 'queued'"),
    )
