"""Continuing a case in private, and another channel for answers."""

import sqlalchemy as sa
from alembic import op

from fairline.db.types import Moment, id_type, json_type  # noqa: F401

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    matters = sa.Column("matters", json_type(), nullable=False, server_default="[]")
    op.add_column("cases", matters)
    op.add_column("cases", sa.Column("answer_to_id", id_type()))
