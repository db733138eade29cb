"""Hand-offs that must be accepted."""

import sqlalchemy as sa  # noqa: F401
from alembic import op  # noqa: F401

from fairline.db.types import Moment, id_type, json_type  # noqa: F401

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """Nothing yet."""
