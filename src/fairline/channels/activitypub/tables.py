"""What our accounts in the fediverse keep: keys, followers, people seen, posts, what is to be sent.

Addresses of actors and posts are URIs, at most `MOST_URI` characters: longer ones are refused at
the door, so that every index holds them on both engines.
"""

import sqlalchemy as sa

from fairline.db.types import Moment, id_type, json_type, metadata

MOST_URI = 500

# Each account's keys. What is signed is signed when it leaves, so only the newest one is used.
fediverse_keys = sa.Table(
    "fediverse_keys",
    metadata,
    sa.Column("id", id_type(), primary_key=True),
    sa.Column("inbox_id", id_type(), sa.ForeignKey("inboxes.id"), nullable=False),
    sa.Column("number", sa.Integer, nullable=False),
    # PKCS 8, sealed with the install's key.
    sa.Column("private", sa.Text, nullable=False),
    sa.Column("public", sa.Text, nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("retired_at", Moment),
    sa.UniqueConstraint("inbox_id", "number"),
)

# People and their keys, as their servers told us.
fediverse_actors = sa.Table(
    "fediverse_actors",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("key_id", sa.Text, nullable=False, index=True),
    sa.Column("public", sa.Text, nullable=False),
    sa.Column("handle", sa.Text, nullable=False),
    sa.Column("inbox", sa.Text, nullable=False),
    sa.Column("shared_inbox", sa.Text, nullable=False),
    sa.Column("doc", json_type(), nullable=False),
    sa.Column("fetched_at", Moment, nullable=False, index=True),
)

fediverse_followers = sa.Table(
    "fediverse_followers",
    metadata,
    sa.Column("inbox_id", id_type(), sa.ForeignKey("inboxes.id"), primary_key=True),
    sa.Column("actor_id", sa.Text, primary_key=True),
    sa.Column("follow_id", sa.Text, nullable=False),
    # Where posts for them go: the shared inbox of their server, else their own.
    sa.Column("target", sa.Text, nullable=False),
    sa.Column("host", sa.Text, nullable=False, index=True),
    sa.Column("followed_at", Moment, nullable=False),
    sa.Index("ix_fediverse_followers_target", "inbox_id", "target"),
)

# Our public posts, as others fetch them. A post taken back stays as its tombstone.
fediverse_objects = sa.Table(
    "fediverse_objects",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("inbox_id", id_type(), sa.ForeignKey("inboxes.id"), nullable=False),
    sa.Column("doc", json_type(), nullable=False),
    sa.Column("activity", json_type(), nullable=False),
    sa.Column("is_gone", sa.Boolean, nullable=False, default=False, server_default=sa.false()),
    # In the order of publishing: what the outbox is paged by.
    sa.Column("place", id_type(), nullable=False),
    sa.Column("published_at", Moment, nullable=False),
    sa.Index(
        "ix_fediverse_objects_outbox",
        "inbox_id",
        "place",
        sqlite_where=sa.text("is_gone = false"),
        postgresql_where=sa.text("is_gone = false"),
    ),
)

# One thing that goes to many, kept until the last of them has it.
fediverse_activities = sa.Table(
    "fediverse_activities",
    metadata,
    sa.Column("id", id_type(), primary_key=True),
    sa.Column("inbox_id", id_type(), sa.ForeignKey("inboxes.id"), nullable=False),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("created_at", Moment, nullable=False, index=True),
)

fediverse_outgoing = sa.Table(
    "fediverse_outgoing",
    metadata,
    sa.Column("id", id_type(), primary_key=True),
    sa.Column(
        "activity_id",
        id_type(),
        sa.ForeignKey("fediverse_activities.id"),
        nullable=False,
        index=True,
    ),
    sa.Column("target", sa.Text, nullable=False),
    sa.Column("host", sa.Text, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False, default=0),
    sa.Column("created_at", Moment, nullable=False),
    sa.Index("ix_fediverse_outgoing_host", "host", "id"),
)

# One row for each server that we send to: when its turn is, and how it has been doing.
fediverse_hosts = sa.Table(
    "fediverse_hosts",
    metadata,
    sa.Column("host", sa.Text, primary_key=True),
    # NULL: nothing is waiting for it.
    sa.Column("due_at", Moment),
    sa.Column("failures", sa.Integer, nullable=False, default=0),
    sa.Column("failing_since", Moment),
    # How it wants to be signed to: cavage, rfc9421, or '' while nobody knows.
    sa.Column("scheme", sa.Text, nullable=False, default=""),
    sa.Column("error", sa.Text, nullable=False, default=""),
    sa.Index(
        "ix_fediverse_hosts_due",
        "due_at",
        sqlite_where=sa.text("due_at IS NOT NULL"),
        postgresql_where=sa.text("due_at IS NOT NULL"),
    ),
)
