"""Merges that can be undone."""

import sqlalchemy as sa  # noqa: F401
from alembic import op  # noqa: F401

from fairline.db.types import Moment, id_type, json_type  # noqa: F401

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Nothing yet."""
