"""On which page of a site a comment stands. The comment itself is a message, or a mention."""

import sqlalchemy as sa

from fairline.db.types import id_type, metadata

page_comments = sa.Table(
    "page_comments",
    metadata,
    # Sortable: the order in which they came.
    sa.Column("id", id_type(), primary_key=True),
    sa.Column("inbox_id", id_type(), sa.ForeignKey("inboxes.id"), nullable=False),
    sa.Column("page", sa.Text, nullable=False),
    sa.Column("native_id", sa.Text, nullable=False),
    sa.UniqueConstraint("inbox_id", "native_id"),
    sa.Index("ix_page_comments_inbox_id_page_id", "inbox_id", "page", "id"),
)
