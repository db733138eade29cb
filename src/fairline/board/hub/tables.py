"""Who wants to be told of which feed, what was asked and not yet meant, and what is told.

`due_at` is when a row's turn is; while a worker has it, the end of its lease.
"""

import sqlalchemy as sa

from fairline.db.sealed import Sealed, declare
from fairline.db.types import Moment, id_type, metadata

MODES = ("subscribe", "unsubscribe")
SECRETS = "feed.subscription"

# Asked for, and not yet confirmed by who is said to want it.
feed_requests = sa.Table(
    "feed_requests",
    metadata,
    sa.Column("id", id_type(), primary_key=True),
    sa.Column("mode", sa.Text, nullable=False),
    sa.Column("topic", sa.Text, nullable=False),
    sa.Column("callback", sa.Text, nullable=False),
    sa.Column("brand_id", id_type(), sa.ForeignKey("brands.id"), nullable=False),
    sa.Column("secret", sa.Text, nullable=False),
    sa.Column("lease_s", sa.Integer, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("due_at", Moment, nullable=False, index=True),
    sa.UniqueConstraint("topic", "callback"),
)

feed_subscriptions = sa.Table(
    "feed_subscriptions",
    metadata,
    sa.Column("id", id_type(), primary_key=True),
    sa.Column("topic", sa.Text, nullable=False),
    sa.Column("callback", sa.Text, nullable=False),
    sa.Column("brand_id", id_type(), sa.ForeignKey("brands.id"), nullable=False, index=True),
    # Sealed; '' where the subscriber wants no signature.
    sa.Column("secret", sa.Text, nullable=False),
    sa.Column("expires_at", Moment, nullable=False, index=True),
    sa.Column("created_at", Moment, nullable=False),
    # The mark of what they were told last, and how often in a row that failed since.
    sa.Column("told", sa.Text, nullable=False),
    sa.Column("failures", sa.Integer, nullable=False),
    # There is something to tell them; empty while there is not.
    sa.Column("due_at", Moment),
    sa.UniqueConstraint("topic", "callback"),
    # For marking a topic's subscribers batch by batch.
    sa.Index(None, "topic", "id"),
    sa.Index(
        "ix_feed_subscriptions_due",
        "due_at",
        sqlite_where=sa.text("due_at IS NOT NULL"),
        postgresql_where=sa.text("due_at IS NOT NULL"),
    ),
)

# A feed as it was last rendered for its subscribers: once, however many they are. Without a body
# it is gone, and they are told so.
feed_issues = sa.Table(
    "feed_issues",
    metadata,
    sa.Column("topic", sa.Text, primary_key=True),
    sa.Column("mark", sa.Text, nullable=False),
    sa.Column("media_type", sa.Text, nullable=False),
    sa.Column("body", sa.LargeBinary, nullable=False),
    sa.Column("made_at", Moment, nullable=False),
)

for _table, _name in (
    (feed_requests, "request for a feed"),
    (feed_subscriptions, "subscriber of a feed"),
):
    declare(
        Sealed(
            name=_name,
            several=_name.replace("request", "requests").replace("subscriber", "subscribers"),
            column=_table.c.secret,
            purpose=lambda _id: SECRETS,
        )
    )
