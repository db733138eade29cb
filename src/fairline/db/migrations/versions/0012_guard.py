"""Personal data found and hidden; what is public already is looked through once, by a job."""

import sqlalchemy as sa
from alembic import op

from fairline.core.ids import new_id
from fairline.db.types import Moment, id_type, json_type

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.add_column("messages", sa.Column("found", sa.Text(), nullable=False, server_default=""))
    op.add_column("messages", sa.Column("shown_text", sa.Text()))
    op.create_table(
        "guard_rules",
        sa.Column("brand_id", id_type(), nullable=False),
        sa.Column("countries", json_type(), nullable=False),
        sa.Column("own", json_type(), nullable=False),
        sa.Column("off", json_type(), nullable=False),
        sa.Column("updated_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(["brand_id"], ["brands.id"], name="fk_guard_rules_brand_id"),
        sa.PrimaryKeyConstraint("brand_id", name="pk_guard_rules"),
    )
    op.create_table(
        "account_patterns",
        sa.Column("id", id_type(), nullable=False),
        sa.Column("brand_id", id_type(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("mask", sa.Text(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(["brand_id"], ["brands.id"], name="fk_account_patterns_brand_id"),
        sa.PrimaryKeyConstraint("id", name="pk_account_patterns"),
    )
    op.create_index("ix_account_patterns_brand_id", "account_patterns", ["brand_id"])
    _look_through_what_is_public()


def _look_through_what_is_public() -> None:
    """Only where there is a case already: a new install has nothing to look through."""
    payload = sa.bindparam("payload", {"after": ""}, type_=json_type())
    op.execute(
        sa.text(
            "INSERT INTO jobs (id, kind, key, payload, state, attempts, run_at, error, created_at) "
            "SELECT :id, 'guard.look_through', 'guard.look_through', :payload, 'waiting', 0, "
            "cases.created_at, '', cases.created_at FROM cases WHERE cases.is_public "
            "ORDER BY cases.created_at LIMIT 1"
        ).bindparams(sa.bindparam("id", new_id(), type_=id_type()), payload)
    )
