"""Forms whose answers are sealed."""

import sqlalchemy as sa  # noqa: F401
from alembic import op  # noqa: F401

from fairline.db.types import Moment, id_type, json_type  # noqa: F401

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Nothing yet."""
