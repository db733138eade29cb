"""Skills, routing, capacity and limits of authority."""

import sqlalchemy as sa  # noqa: F401
from alembic import op  # noqa: F401

from fairline.db.types import Moment, big_key, id_type, json_type  # noqa: F401

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    pass
