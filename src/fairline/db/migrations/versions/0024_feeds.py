"""Subscribers of our feeds, and where on a site its comments stand."""

import sqlalchemy as sa
from alembic import op

from fairline.db.types import Moment, id_type

revision = "0024"
down_revision = "0023"


def upgrade() -> None:
    op.create_table(
        "feed_requests",
        sa.Column("id", id_type(), primary_key=True),
        sa.Column("mode", sa.Text, nullable=False),
        sa.Column("topic", sa.Text, nullable=False),
        sa.Column("callback", sa.Text, nullable=False),
        sa.Column("brand_id", id_type(), sa.ForeignKey("brands.id"), nullable=False),
        sa.Column("secret", sa.Text, nullable=False),
        sa.Column("lease_s", sa.Integer, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("due_at", Moment, nullable=False),
        sa.UniqueConstraint("topic", "callback"),
    )
    op.create_index("ix_feed_requests_due_at", "feed_requests", ["due_at"])
    op.create_table(
        "feed_subscriptions",
        sa.Column("id", id_type(), primary_key=True),
        sa.Column("topic", sa.Text, nullable=False),
        sa.Column("callback", sa.Text, nullable=False),
        sa.Column("brand_id", id_type(), sa.ForeignKey("brands.id"), nullable=False),
        sa.Column("secret", sa.Text, nullable=False),
        sa.Column("expires_at", Moment, nullable=False),
        sa.Column("created_at", Moment, nullable=False),
        sa.Column("told", sa.Text, nullable=False),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("due_at", Moment),
        sa.UniqueConstraint("topic", "callback"),
    )
    op.create_index("ix_feed_subscriptions_brand_id", "feed_subscriptions", ["brand_id"])
    op.create_index("ix_feed_subscriptions_expires_at", "feed_subscriptions", ["expires_at"])
    op.create_index("ix_feed_subscriptions_topic_id", "feed_subscriptions", ["topic", "id"])
    waiting = sa.text("due_at IS NOT NULL")
    op.create_index(
        "ix_feed_subscriptions_due",
        "feed_subscriptions",
        ["due_at"],
        sqlite_where=waiting,
        postgresql_where=waiting,
    )
    op.create_table(
        "feed_issues",
        sa.Column("topic", sa.Text, primary_key=True),
        sa.Column("mark", sa.Text, nullable=False),
        sa.Column("media_type", sa.Text, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("made_at", Moment, nullable=False),
    )
    op.create_table(
        "page_comments",
        sa.Column("id", id_type(), primary_key=True),
        sa.Column("inbox_id", id_type(), sa.ForeignKey("inboxes.id"), nullable=False),
        sa.Column("page", sa.Text, nullable=False),
        sa.Column("native_id", sa.Text, nullable=False),
        sa.UniqueConstraint("inbox_id", "native_id"),
    )
    op.create_index(
        "ix_page_comments_inbox_id_page_id", "page_comments", ["inbox_id", "page", "id"]
    )
