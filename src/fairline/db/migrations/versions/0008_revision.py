"""Numbers that say when what pages keep in memory was last changed."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.create_table(
        "revisions",
        sa.Column("area", sa.Text, primary_key=True),
        sa.Column("number", sa.BigInteger, nullable=False),
    )
