"""Saved replies: texts that agents reuse, with placeholders filled in from the case."""

import sqlalchemy as sa

from fairline.db.types import Moment, id_type, metadata

saved_replies = sa.Table(
    "saved_replies",
    metadata,
    sa.Column("id", id_type(), primary_key=True),
    sa.Column("brand_id", id_type(), sa.ForeignKey("brands.id")),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("created_by", id_type(), sa.ForeignKey("agents.id")),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("updated_at", Moment, nullable=False),
    sa.Column("archived_at", Moment),
    sa.Index(None, "archived_at", "title"),
)
