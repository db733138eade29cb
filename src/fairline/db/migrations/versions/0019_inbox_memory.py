"""What an inbox keeps between uses, and what it spent; who asked us not to write."""

import sqlalchemy as sa
from alembic import op

from fairline.db.types import Moment, id_type

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    op.create_table(
        "inbox_facts",
        sa.Column("id", id_type(), primary_key=True),
        sa.Column("inbox_id", id_type(), sa.ForeignKey("inboxes.id"), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("value", sa.Text, nullable=False),
        sa.Column("expires_at", Moment),
        sa.Column("updated_at", Moment, nullable=False),
        sa.UniqueConstraint("inbox_id", "name"),
    )
    op.create_table(
        "inbox_spend",
        sa.Column("inbox_id", id_type(), sa.ForeignKey("inboxes.id"), primary_key=True),
        sa.Column("month", sa.String(7), primary_key=True),
        sa.Column("what", sa.Text, primary_key=True),
        sa.Column("count", sa.BigInteger, nullable=False),
        sa.Column("cents", sa.Float, nullable=False),
    )
    op.create_table(
        "inbox_limits",
        sa.Column("inbox_id", id_type(), sa.ForeignKey("inboxes.id"), primary_key=True),
        sa.Column("what", sa.Text, primary_key=True),
        sa.Column("left_over", sa.BigInteger, nullable=False),
        sa.Column("most", sa.BigInteger, nullable=False),
        sa.Column("resets_at", Moment),
        sa.Column("noted_at", Moment, nullable=False),
    )
    op.create_table(
        "gone_posts",
        sa.Column("inbox_id", id_type(), sa.ForeignKey("inboxes.id"), primary_key=True),
        sa.Column("native_id", sa.Text, primary_key=True),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("at", Moment, nullable=False, index=True),
    )
    op.add_column("inboxes", sa.Column("token_expires_at", Moment))
    op.add_column("identities", sa.Column("stopped_at", Moment))
