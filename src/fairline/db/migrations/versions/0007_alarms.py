"""Alarms and abuse."""

import sqlalchemy as sa  # noqa: F401
from alembic import op  # noqa: F401

from fairline.db.types import Moment, big_key, id_type, json_type  # noqa: F401

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    pass
