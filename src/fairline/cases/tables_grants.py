"""What agents gave on a case within their limits: a refund, a gesture. Rows are never changed."""

import sqlalchemy as sa

from fairline.db.types import Moment, id_type, metadata

# Sums are taken from here under the lock of the case; the event `authority_used` tells the same.
grants = sa.Table(
    "grants",
    metadata,
    sa.Column("id", id_type(), primary_key=True),
    sa.Column("case_id", id_type(), sa.ForeignKey("cases.id"), nullable=False),
    sa.Column("agent_id", id_type(), sa.ForeignKey("agents.id"), nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("currency", sa.String(3), nullable=False),
    sa.Column("amount", sa.BigInteger, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.Index(None, "case_id", "kind", "currency"),
    sa.Index(None, "agent_id", "created_at"),
)
