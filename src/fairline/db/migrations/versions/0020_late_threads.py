"""Posts that arrive before what they answer, and mentions."""

import sqlalchemy as sa
from alembic import op

from fairline.db.types import Moment, id_type

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    _index("ix_messages_answers", "messages", "in_reply_to <> ''", "inbox_id", "in_reply_to",
           "identity_id")  # fmt: skip
    op.create_table(
        "late_items",
        sa.Column("raw_id", id_type(), sa.ForeignKey("raw_items.id"), primary_key=True),
        sa.Column("inbox_id", id_type(), sa.ForeignKey("inboxes.id"), nullable=False),
        sa.Column("native_id", sa.Text, nullable=False),
        sa.Column("waits_for", sa.Text, nullable=False),
        sa.Column("look_at", Moment, nullable=False),
    )
    op.create_index("ix_late_items_look_at", "late_items", ["look_at"])
    op.create_index("ix_late_items_inbox_id_waits_for", "late_items", ["inbox_id", "waits_for"])
    op.create_index("ix_late_items_inbox_id_native_id", "late_items", ["inbox_id", "native_id"])
    op.create_table(
        "mentions",
        sa.Column("id", id_type(), primary_key=True),
        sa.Column("brand_id", id_type(), sa.ForeignKey("brands.id"), nullable=False),
        sa.Column("inbox_id", id_type(), sa.ForeignKey("inboxes.id"), nullable=False),
        sa.Column("raw_id", id_type(), sa.ForeignKey("raw_items.id"), nullable=False),
        sa.Column("native_id", sa.Text, nullable=False),
        sa.Column("channel", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("corrected", sa.Text, nullable=False, server_default=""),
        sa.Column("author_address", sa.Text, nullable=False),
        sa.Column("author_name", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("words", sa.Text, nullable=False),
        sa.Column("likeness", sa.String(16), nullable=False),
        sa.Column("permalink", sa.Text, nullable=False),
        sa.Column("in_reply_to", sa.Text, nullable=False),
        sa.Column("said_at", Moment, nullable=False),
        sa.Column("heard_at", Moment, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("case_id", id_type(), sa.ForeignKey("cases.id")),
        sa.Column("message_id", id_type(), sa.ForeignKey("messages.id")),
        sa.Column("by_agent_id", id_type(), sa.ForeignKey("agents.id")),
        sa.Column("decided_at", Moment),
        sa.UniqueConstraint("inbox_id", "native_id"),
        sa.CheckConstraint("kind IN ('chatter', 'spam', 'repost', 'like')", name="kind_known"),
        sa.CheckConstraint("state IN ('new', 'seen', 'cased', 'attached')", name="state_known"),
    )
    op.create_index("ix_mentions_case_id", "mentions", ["case_id"])
    op.create_index(
        "ix_mentions_inbox_id_likeness_heard_at", "mentions", ["inbox_id", "likeness", "heard_at"]
    )
    _index("ix_mentions_to_forget", "mentions", "case_id IS NULL AND corrected = ''", "heard_at")
    _index("ix_mentions_listed", "mentions", "state = 'new'", "brand_id", "id")
    _index("ix_mentions_listed_kind", "mentions", "state = 'new'", "brand_id", "kind", "id")
    _index("ix_mentions_handled", "mentions", "state <> 'new'", "brand_id", "id")


def _index(name: str, table: str, where: str, *columns: str) -> None:
    only = sa.text(where)
    op.create_index(name, table, list(columns), sqlite_where=only, postgresql_where=only)
