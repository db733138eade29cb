"""Repeats share one place; warnings and limits."""

import sqlalchemy as sa
from alembic import op

from fairline.db.types import Moment, id_type

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.add_column("cases", sa.Column("repeat_of_id", id_type(), nullable=True))
    op.add_column("cases", sa.Column("maybe_repeat_of_id", id_type(), nullable=True))
    op.add_column("cases", sa.Column("split_at", Moment(), nullable=True))
    op.create_index(
        "ix_cases_repeats",
        "cases",
        ["repeat_of_id"],
        unique=False,
        sqlite_where=sa.text("repeat_of_id IS NOT NULL"),
        postgresql_where=sa.text("repeat_of_id IS NOT NULL"),
    )
    op.create_table(
        "cautions",
        sa.Column("id", id_type(), nullable=False),
        sa.Column("brand_id", id_type(), nullable=False),
        sa.Column("contact_id", id_type(), nullable=False),
        sa.Column("case_id", id_type(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("cases_a_day", sa.Integer(), nullable=True),
        sa.Column("by_agent_id", id_type(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("until", Moment(), nullable=True),
        sa.Column("lifted_at", Moment(), nullable=True),
        sa.Column("lifted_by_id", id_type(), nullable=True),
        sa.CheckConstraint("kind IN ('warning', 'limit')", name="kind_known"),
        sa.ForeignKeyConstraint(["brand_id"], ["brands.id"], name=op.f("fk_cautions_brand_id")),
        sa.ForeignKeyConstraint(
            ["by_agent_id"], ["agents.id"], name=op.f("fk_cautions_by_agent_id")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_cautions_case_id")),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contacts.id"], name=op.f("fk_cautions_contact_id")
        ),
        sa.ForeignKeyConstraint(
            ["lifted_by_id"], ["agents.id"], name=op.f("fk_cautions_lifted_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cautions")),
    )
    op.create_index(
        op.f("ix_cautions_contact_id_id"), "cautions", ["contact_id", "id"], unique=False
    )
    op.create_index(
        "ix_cautions_in_force",
        "cautions",
        ["until", "id"],
        unique=False,
        sqlite_where=sa.text("kind = 'limit' AND lifted_at IS NULL"),
        postgresql_where=sa.text("kind = 'limit' AND lifted_at IS NULL"),
    )
