"""Continuing a case in private, and another channel for answers."""

import sqlalchemy as sa  # noqa: F401
from alembic import op  # noqa: F401

from fairline.db.types import Moment, id_type, json_type  # noqa: F401

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Nothing yet."""
