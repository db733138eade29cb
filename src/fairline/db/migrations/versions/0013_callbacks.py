"""Calls asked for and made, and letters."""

import sqlalchemy as sa  # noqa: F401
from alembic import op  # noqa: F401

from fairline.db.types import Moment, id_type, json_type  # noqa: F401

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Nothing yet."""
