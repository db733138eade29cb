"""Tables that belong to the store itself: facts of the install, and stored bytes."""

import sqlalchemy as sa

from fairline.db.types import Moment, metadata

install = sa.Table(
    "install",
    metadata,
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("value", sa.Text, nullable=False),
)

# A number for each area of what pages keep in memory (kept.py): raised by whoever changes it.
revisions = sa.Table(
    "revisions",
    metadata,
    sa.Column("area", sa.Text, primary_key=True),
    sa.Column("number", sa.BigInteger, nullable=False),
)

# Attachments and raw payloads, by content: one database (or one file) holds everything.
blobs = sa.Table(
    "blobs",
    metadata,
    sa.Column("sha256", sa.String(64), primary_key=True),
    sa.Column("size_bytes", sa.BigInteger, nullable=False),
    sa.Column("packed", sa.Boolean, nullable=False),
    sa.Column("data", sa.LargeBinary, nullable=False),
    sa.Column("created_at", Moment, nullable=False),
)
