"""Forms whose answers are sealed."""

import sqlalchemy as sa
from alembic import op

from fairline.db.types import Moment, id_type, json_type

revision = "0011"
down_revision = "0010"

TO_WIPE = sa.text("wipes_at IS NOT NULL AND wiped_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "field_sets",
        sa.Column("id", id_type(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("archived_at", Moment()),
        sa.PrimaryKeyConstraint("id", name="pk_field_sets"),
        sa.UniqueConstraint("name", name="uq_field_sets_name"),
    )
    op.create_table(
        "field_set_versions",
        sa.Column("set_id", id_type(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("intro", sa.Text(), nullable=False),
        sa.Column("fields", json_type(), nullable=False),
        sa.Column("kept_days", sa.Integer(), nullable=False),
        sa.Column("wiped_on_close", sa.Boolean(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(["set_id"], ["field_sets.id"], name="fk_field_set_versions_set_id"),
        sa.PrimaryKeyConstraint("set_id", "version", name="pk_field_set_versions"),
    )
    op.create_table(
        "secure_forms",
        sa.Column("id", id_type(), nullable=False),
        sa.Column("case_id", id_type(), nullable=False),
        sa.Column("set_id", id_type(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("asked_by", id_type(), nullable=False),
        sa.Column("asked_at", Moment(), nullable=False),
        sa.Column("message_id", id_type(), nullable=False),
        sa.Column("times_sent", sa.Integer(), nullable=False),
        sa.Column("answers", sa.Integer(), nullable=False),
        sa.Column("sent_at", Moment()),
        sa.Column("closed_at", Moment()),
        sa.Column("wipes_at", Moment()),
        sa.Column("wiped_at", Moment()),
        sa.CheckConstraint("state IN ('open', 'sent', 'closed', 'wiped')", name="state_known"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_secure_forms_case_id"),
        sa.ForeignKeyConstraint(["set_id"], ["field_sets.id"], name="fk_secure_forms_set_id"),
        sa.ForeignKeyConstraint(["asked_by"], ["agents.id"], name="fk_secure_forms_asked_by"),
        sa.ForeignKeyConstraint(["message_id"], ["messages.id"], name="fk_secure_forms_message_id"),
        sa.PrimaryKeyConstraint("id", name="pk_secure_forms"),
    )
    op.create_index("ix_secure_forms_case_id_id", "secure_forms", ["case_id", "id"])
    op.create_index(
        "ix_secure_forms_to_wipe",
        "secure_forms",
        ["wipes_at", "id"],
        sqlite_where=TO_WIPE,
        postgresql_where=TO_WIPE,
    )
    op.create_table(
        "case_keys",
        sa.Column("id", id_type(), nullable=False),
        sa.Column("case_id", id_type(), nullable=False),
        sa.Column("bound_to", id_type(), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("master_id", sa.String(8), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_case_keys_case_id"),
        sa.PrimaryKeyConstraint("id", name="pk_case_keys"),
    )
    op.create_index("ix_case_keys_case_id_id", "case_keys", ["case_id", "id"])
    op.create_index("ix_case_keys_master_id_id", "case_keys", ["master_id", "id"])
    op.create_table(
        "sealed_answers",
        sa.Column("form_id", id_type(), nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("key_id", id_type(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["form_id"], ["secure_forms.id"], name="fk_sealed_answers_form_id"),
        sa.ForeignKeyConstraint(["key_id"], ["case_keys.id"], name="fk_sealed_answers_key_id"),
        sa.PrimaryKeyConstraint("form_id", "field", name="pk_sealed_answers"),
    )
    op.create_index("ix_sealed_answers_key_id", "sealed_answers", ["key_id"])
    op.create_table(
        "answer_readers",
        sa.Column("holder", sa.Text(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("holder", name="pk_answer_readers"),
    )
