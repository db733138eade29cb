"""Guards that must hold over restarts and nodes: rate buckets and idempotency keys."""

import sqlalchemy as sa

from fairline.db.types import Moment, metadata

rate_buckets = sa.Table(
    "rate_buckets",
    metadata,
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("used", sa.Float, nullable=False),
    sa.Column("updated_at", Moment, nullable=False, index=True),
)

idempotency_keys = sa.Table(
    "idempotency_keys",
    metadata,
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("request_hash", sa.String(64), nullable=False),
    sa.Column("status", sa.Integer, nullable=False),
    sa.Column("body", sa.LargeBinary, nullable=False),
    sa.Column("created_at", Moment, nullable=False, index=True),
)
