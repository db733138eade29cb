"""What came before what it belongs to, and what we only heard: both beside the raw items.

`late_items` holds an item's place while it waits (raw_items.state is `waits`); the row goes when it
is taken. `mentions` is the list of things said out there that nobody has made a case of.
"""

import sqlalchemy as sa

from fairline.db.types import Moment, id_type, metadata

MENTION_KINDS = ("chatter", "spam", "repost", "like")
MENTION_STATES = ("new", "seen", "cased", "attached")
# Predicates of partial indexes, in the words of the queries.
LISTED = "mentions.state = 'new'"
HANDLED = "mentions.state <> 'new'"

late_items = sa.Table(
    "late_items",
    metadata,
    sa.Column("raw_id", id_type(), sa.ForeignKey("raw_items.id"), primary_key=True),
    sa.Column("inbox_id", id_type(), sa.ForeignKey("inboxes.id"), nullable=False),
    # What the post itself is called, and what it waits for: the native id of a post, or `from:` and
    # the address of somebody.
    sa.Column("native_id", sa.Text, nullable=False),
    sa.Column("waits_for", sa.Text, nullable=False),
    sa.Column("look_at", Moment, nullable=False, index=True),
    sa.Index(None, "inbox_id", "waits_for"),
    sa.Index(None, "inbox_id", "native_id"),
)

mentions = sa.Table(
    "mentions",
    metadata,
    sa.Column("id", id_type(), primary_key=True),
    sa.Column("brand_id", id_type(), sa.ForeignKey("brands.id"), nullable=False),
    sa.Column("inbox_id", id_type(), sa.ForeignKey("inboxes.id"), nullable=False),
    sa.Column("raw_id", id_type(), sa.ForeignKey("raw_items.id"), nullable=False),
    sa.Column("native_id", sa.Text, nullable=False),
    sa.Column("channel", sa.Text, nullable=False),
    # As it was judged, and why in words; `corrected` is what an agent said of that, '' for nothing.
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("corrected", sa.Text, nullable=False, server_default="", default=""),
    sa.Column("author_address", sa.Text, nullable=False),
    sa.Column("author_name", sa.Text, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    # Name and text folded for searching, and a hash of the text without links and names.
    sa.Column("words", sa.Text, nullable=False),
    sa.Column("likeness", sa.String(16), nullable=False),
    sa.Column("permalink", sa.Text, nullable=False),
    sa.Column("in_reply_to", sa.Text, nullable=False),
    sa.Column("said_at", Moment, nullable=False),
    sa.Column("heard_at", Moment, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("case_id", id_type(), sa.ForeignKey("cases.id"), index=True),
    sa.Column("message_id", id_type(), sa.ForeignKey("messages.id")),
    sa.Column("by_agent_id", id_type(), sa.ForeignKey("agents.id")),
    sa.Column("decided_at", Moment),
    sa.UniqueConstraint("inbox_id", "native_id"),
    sa.CheckConstraint(
        "kind IN ({})".format(", ".join(f"'{one}'" for one in MENTION_KINDS)), name="kind_known"
    ),
    sa.CheckConstraint(
        "state IN ({})".format(", ".join(f"'{one}'" for one in MENTION_STATES)), name="state_known"
    ),
    sa.Index(None, "inbox_id", "likeness", "heard_at"),
    # For the sweep: only what nobody decided on is forgotten.
    sa.Index(
        "ix_mentions_to_forget",
        "heard_at",
        sqlite_where=sa.text("case_id IS NULL AND corrected = ''"),
        postgresql_where=sa.text("case_id IS NULL AND corrected = ''"),
    ),
    sa.Index(
        "ix_mentions_listed",
        "brand_id",
        "id",
        sqlite_where=sa.text("state = 'new'"),
        postgresql_where=sa.text("state = 'new'"),
    ),
    sa.Index(
        "ix_mentions_listed_kind",
        "brand_id",
        "kind",
        "id",
        sqlite_where=sa.text("state = 'new'"),
        postgresql_where=sa.text("state = 'new'"),
    ),
    sa.Index(
        "ix_mentions_handled",
        "brand_id",
        "id",
        sqlite_where=sa.text("state <> 'new'"),
        postgresql_where=sa.text("state <> 'new'"),
    ),
)
