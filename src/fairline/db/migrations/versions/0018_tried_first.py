"""Whether somebody who asked in public had asked us elsewhere first."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    op.add_column("cases", sa.Column("tried_first", sa.Text, nullable=False, server_default=""))
    said = sa.text("tried_first <> ''")
    op.create_index(
        "ix_cases_tried_first",
        "cases",
        ["brand_id", "created_at", "team_id", "tried_first"],
        sqlite_where=said,
        postgresql_where=said,
    )
