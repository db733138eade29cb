"""Continuing a case in private, another channel for answers, and what was sent another way."""

import sqlalchemy as sa
from alembic import op

from fairline.db.types import Moment, id_type, json_type

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    matters = sa.Column("matters", json_type(), nullable=False, server_default="[]")
    op.add_column("cases", matters)
    op.add_column("cases", sa.Column("answer_to_id", id_type()))
    op.create_table(
        "continuations",
        sa.Column("id", id_type(), nullable=False),
        sa.Column("brand_id", id_type(), nullable=False),
        sa.Column("case_id", id_type(), nullable=False),
        sa.Column("identity_id", id_type(), nullable=False),
        sa.Column("agent_id", id_type(), nullable=False),
        sa.Column("message_id", id_type(), nullable=False),
        sa.Column("form", sa.Text(), nullable=False),
        sa.Column("secret_hash", sa.String(64)),
        sa.Column("browser_hash", sa.String(64)),
        sa.Column("speaker_id", id_type()),
        sa.Column("proofs", sa.Integer(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("expires_at", Moment(), nullable=False),
        sa.Column("opened_at", Moment()),
        sa.Column("confirmed_at", Moment()),
        sa.Column("revoked_at", Moment()),
        sa.CheckConstraint("form IN ('link', 'code', 'own')", name="form_known"),
        sa.ForeignKeyConstraint(["brand_id"], ["brands.id"], name="fk_continuations_brand_id"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_continuations_case_id"),
        sa.ForeignKeyConstraint(
            ["identity_id"], ["identities.id"], name="fk_continuations_identity_id"
        ),
        sa.ForeignKeyConstraint(["agent_id"], ["agents.id"], name="fk_continuations_agent_id"),
        sa.ForeignKeyConstraint(
            ["message_id"], ["messages.id"], name="fk_continuations_message_id"
        ),
        sa.ForeignKeyConstraint(
            ["speaker_id"], ["identities.id"], name="fk_continuations_speaker_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_continuations"),
        sa.UniqueConstraint("secret_hash", name="uq_continuations_secret_hash"),
    )
    op.create_index("ix_continuations_case_id_id", "continuations", ["case_id", "id"])
    op.create_table(
        "continuation_proofs",
        sa.Column("id", id_type(), nullable=False),
        sa.Column("continuation_id", id_type(), nullable=False),
        sa.Column("case_id", id_type(), nullable=False),
        sa.Column("identity_id", id_type(), nullable=False),
        sa.Column("message_id", id_type(), nullable=False),
        sa.Column("browser_hash", sa.String(64), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("expires_at", Moment(), nullable=False),
        sa.Column("used_at", Moment()),
        sa.ForeignKeyConstraint(
            ["continuation_id"],
            ["continuations.id"],
            name="fk_continuation_proofs_continuation_id",
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_continuation_proofs_case_id"),
        sa.ForeignKeyConstraint(
            ["identity_id"], ["identities.id"], name="fk_continuation_proofs_identity_id"
        ),
        sa.ForeignKeyConstraint(
            ["message_id"], ["messages.id"], name="fk_continuation_proofs_message_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_continuation_proofs"),
    )
    op.create_index(
        "ix_continuation_proofs_continuation_id_browser_hash_id",
        "continuation_proofs",
        ["continuation_id", "browser_hash", "id"],
    )
    op.create_index(
        "ix_continuation_proofs_case_id_created_at",
        "continuation_proofs",
        ["case_id", "created_at"],
    )
    op.create_table(
        "fallbacks",
        sa.Column("message_id", id_type(), nullable=False),
        sa.Column("case_id", id_type(), nullable=False),
        sa.Column("delivery_id", id_type()),
        sa.Column("at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(["message_id"], ["messages.id"], name="fk_fallbacks_message_id"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_fallbacks_case_id"),
        sa.ForeignKeyConstraint(
            ["delivery_id"], ["deliveries.id"], name="fk_fallbacks_delivery_id"
        ),
        sa.PrimaryKeyConstraint("message_id", name="pk_fallbacks"),
    )
