"""What an inbox keeps between uses, what it spent, and what its provider said of its limits."""

import sqlalchemy as sa

from fairline.db.types import Moment, id_type, metadata

inbox_facts = sa.Table(
    "inbox_facts",
    metadata,
    sa.Column("id", id_type(), primary_key=True),
    sa.Column("inbox_id", id_type(), sa.ForeignKey("inboxes.id"), nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    # Sealed with the install's key: tokens are kept here.
    sa.Column("value", sa.Text, nullable=False),
    sa.Column("expires_at", Moment),
    sa.Column("updated_at", Moment, nullable=False),
    sa.UniqueConstraint("inbox_id", "name"),
)

inbox_spend = sa.Table(
    "inbox_spend",
    metadata,
    sa.Column("inbox_id", id_type(), sa.ForeignKey("inboxes.id"), primary_key=True),
    # As 2026-11, in UTC: the providers' months.
    sa.Column("month", sa.String(7), primary_key=True),
    sa.Column("what", sa.Text, primary_key=True),
    sa.Column("count", sa.BigInteger, nullable=False),
    sa.Column("cents", sa.Float, nullable=False),
)

# Posts that were taken back before they had reached us: they come too late.
gone_posts = sa.Table(
    "gone_posts",
    metadata,
    sa.Column("inbox_id", id_type(), sa.ForeignKey("inboxes.id"), primary_key=True),
    sa.Column("native_id", sa.Text, primary_key=True),
    sa.Column("address", sa.Text, nullable=False),
    sa.Column("at", Moment, nullable=False, index=True),
)

inbox_limits = sa.Table(
    "inbox_limits",
    metadata,
    sa.Column("inbox_id", id_type(), sa.ForeignKey("inboxes.id"), primary_key=True),
    sa.Column("what", sa.Text, primary_key=True),
    sa.Column("left_over", sa.BigInteger, nullable=False),
    sa.Column("most", sa.BigInteger, nullable=False),
    sa.Column("resets_at", Moment),
    sa.Column("noted_at", Moment, nullable=False),
)
