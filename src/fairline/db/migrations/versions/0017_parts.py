"""An answer too long for its place goes in parts, or short."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    for name in ("part", "parts"):
        op.add_column("deliveries", sa.Column(name, sa.Integer, nullable=False, server_default="0"))
    op.add_column("deliveries", sa.Column("text", sa.Text, nullable=False, server_default=""))
