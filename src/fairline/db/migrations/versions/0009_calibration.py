"""What ranges learn."""

import sqlalchemy as sa  # noqa: F401
from alembic import op  # noqa: F401

from fairline.db.types import Moment, id_type, json_type  # noqa: F401

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Nothing yet."""
