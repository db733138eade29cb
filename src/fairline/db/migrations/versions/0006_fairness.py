"""What the fairness report reads."""

import sqlalchemy as sa  # noqa: F401
from alembic import op  # noqa: F401

from fairline.db.types import Moment, big_key, id_type, json_type  # noqa: F401

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    pass
