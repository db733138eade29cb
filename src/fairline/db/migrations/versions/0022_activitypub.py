"""Actors, keys and followers of the fediverse."""

import sqlalchemy as sa
from alembic import op

from fairline.db.types import Moment, id_type, json_type

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    _people()
    _posts()


def _inbox(*, is_key: bool = False) -> "sa.Column[str]":
    inboxes = sa.ForeignKey("inboxes.id")
    return sa.Column("inbox_id", id_type(), inboxes, primary_key=is_key, nullable=False)


def _people() -> None:
    op.create_table(
        "fediverse_keys",
        sa.Column("id", id_type(), primary_key=True),
        _inbox(),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("private", sa.Text, nullable=False),
        sa.Column("public", sa.Text, nullable=False),
        sa.Column("created_at", Moment, nullable=False),
        sa.Column("retired_at", Moment),
        sa.UniqueConstraint("inbox_id", "number"),
    )
    op.create_table(
        "fediverse_actors",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("key_id", sa.Text, nullable=False),
        sa.Column("public", sa.Text, nullable=False),
        sa.Column("handle", sa.Text, nullable=False),
        sa.Column("inbox", sa.Text, nullable=False),
        sa.Column("shared_inbox", sa.Text, nullable=False),
        sa.Column("doc", json_type(), nullable=False),
        sa.Column("fetched_at", Moment, nullable=False),
    )
    op.create_index("ix_fediverse_actors_key_id", "fediverse_actors", ["key_id"])
    op.create_index("ix_fediverse_actors_fetched_at", "fediverse_actors", ["fetched_at"])
    op.create_table(
        "fediverse_followers",
        _inbox(is_key=True),
        sa.Column("actor_id", sa.Text, primary_key=True),
        sa.Column("follow_id", sa.Text, nullable=False),
        sa.Column("target", sa.Text, nullable=False),
        sa.Column("host", sa.Text, nullable=False),
        sa.Column("followed_at", Moment, nullable=False),
    )
    op.create_index("ix_fediverse_followers_host", "fediverse_followers", ["host"])
    op.create_index("ix_fediverse_followers_target", "fediverse_followers", ["inbox_id", "target"])


def _posts() -> None:
    op.create_table(
        "fediverse_objects",
        sa.Column("id", sa.Text, primary_key=True),
        _inbox(),
        sa.Column("doc", json_type(), nullable=False),
        sa.Column("activity", json_type(), nullable=False),
        sa.Column("is_gone", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("place", id_type(), nullable=False),
        sa.Column("published_at", Moment, nullable=False),
    )
    there = sa.text("is_gone = false")
    op.create_index(
        "ix_fediverse_objects_outbox",
        "fediverse_objects",
        ["inbox_id", "place"],
        sqlite_where=there,
        postgresql_where=there,
    )
    op.create_table(
        "fediverse_activities",
        sa.Column("id", id_type(), primary_key=True),
        _inbox(),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("created_at", Moment, nullable=False),
    )
    op.create_index("ix_fediverse_activities_created_at", "fediverse_activities", ["created_at"])
    op.create_table(
        "fediverse_outgoing",
        sa.Column("id", id_type(), primary_key=True),
        sa.Column(
            "activity_id", id_type(), sa.ForeignKey("fediverse_activities.id"), nullable=False
        ),
        sa.Column("target", sa.Text, nullable=False),
        sa.Column("host", sa.Text, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("created_at", Moment, nullable=False),
    )
    op.create_index("ix_fediverse_outgoing_activity_id", "fediverse_outgoing", ["activity_id"])
    op.create_index("ix_fediverse_outgoing_host", "fediverse_outgoing", ["host", "id"])
    op.create_table(
        "fediverse_hosts",
        sa.Column("host", sa.Text, primary_key=True),
        sa.Column("due_at", Moment),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("failing_since", Moment),
        sa.Column("scheme", sa.Text, nullable=False),
        sa.Column("error", sa.Text, nullable=False),
    )
    waiting = sa.text("due_at IS NOT NULL")
    op.create_index(
        "ix_fediverse_hosts_due",
        "fediverse_hosts",
        ["due_at"],
        sqlite_where=waiting,
        postgresql_where=waiting,
    )
