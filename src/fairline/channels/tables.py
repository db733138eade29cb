"""Inboxes, what came in verbatim, and the ledger of what went out."""

import sqlalchemy as sa

from fairline.db.types import Moment, id_type, json_type, metadata

INBOX_STATES = ("active", "paused")
RAW_STATES = ("stored", "waits", "taken", "set_aside")
DELIVERY_STATES = (
    "queued",
    "sending",
    "unknown",
    "sent",
    "delivered",
    "read",
    "failed",
    "dead",
    "replaced",
)

# Predicates of partial indexes. A query must say them in the same words, not with bound values:
# SQLite proves that such an index serves a query by comparing the text.
NOT_TAKEN = "raw_items.state <> 'taken'"
IN_FLIGHT = "deliveries.state IN ('queued', 'sending')"
STUCK = "deliveries.state IN ('dead', 'failed', 'unknown')"
# What a person has to do: print and post a letter, say it on the phone. No wire tries these.
BY_HAND = "deliveries.state = 'queued' AND deliveries.next_try_at IS NULL"
# What waits for a wire.
WAITING = "deliveries.state = 'queued' AND deliveries.next_try_at IS NOT NULL"

inboxes = sa.Table(
    "inboxes",
    metadata,
    sa.Column("id", id_type(), primary_key=True),
    sa.Column("brand_id", id_type(), sa.ForeignKey("brands.id"), nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("address", sa.Text, nullable=False, default=""),
    sa.Column("options", json_type(), nullable=False, default=dict),
    # The password fields of the channel, sealed with the install's key.
    sa.Column("secrets", sa.Text, nullable=False, default=""),
    sa.Column("state", sa.Text, nullable=False, default="active"),
    sa.Column("team_id", id_type(), sa.ForeignKey("teams.id")),
    sa.Column("cursor", sa.Text, nullable=False, default=""),
    sa.Column("polled_by", sa.Text),
    sa.Column("polled_until", Moment),
    sa.Column("received_at", Moment),
    sa.Column("checked_at", Moment),
    sa.Column("error", sa.Text, nullable=False, default=""),
    sa.Column("error_since", Moment),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("archived_at", Moment),
    # When the credentials end, where the provider says so.
    sa.Column("token_expires_at", Moment),
    # Since when the board says that we cannot read it; set by somebody here.
    sa.Column("down_told_at", Moment),
    sa.UniqueConstraint("brand_id", "kind", "address"),
)

raw_items = sa.Table(
    "raw_items",
    metadata,
    sa.Column("id", id_type(), primary_key=True),
    sa.Column("inbox_id", id_type(), sa.ForeignKey("inboxes.id"), nullable=False),
    sa.Column("native_id", sa.Text, nullable=False),
    sa.Column("payload_sha256", sa.String(64), sa.ForeignKey("blobs.sha256"), nullable=False),
    sa.Column("received_at", Moment, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("outcome", sa.Text, nullable=False, default=""),
    sa.Column("reason", sa.Text, nullable=False, default=""),
    sa.Column("case_id", id_type(), sa.ForeignKey("cases.id"), index=True),
    sa.Column("message_id", id_type(), sa.ForeignKey("messages.id")),
    sa.Column("taken_at", Moment),
    sa.UniqueConstraint("inbox_id", "native_id"),
    # What came lately, and how much in each hour.
    sa.Index(None, "inbox_id", "received_at"),
    sa.Index(
        "ix_raw_items_open",
        "state",
        "id",
        sqlite_where=sa.text("state <> 'taken'"),
        postgresql_where=sa.text("state <> 'taken'"),
    ),
)

deliveries = sa.Table(
    "deliveries",
    metadata,
    sa.Column("id", id_type(), primary_key=True),
    sa.Column("message_id", id_type(), sa.ForeignKey("messages.id"), nullable=False, index=True),
    sa.Column("case_id", id_type(), sa.ForeignKey("cases.id"), nullable=False, index=True),
    sa.Column("inbox_id", id_type(), sa.ForeignKey("inboxes.id"), nullable=False),
    sa.Column("identity_id", id_type(), sa.ForeignKey("identities.id"), nullable=False),
    sa.Column("channel", sa.Text, nullable=False),
    sa.Column("recipient", sa.Text, nullable=False),
    sa.Column("is_notice", sa.Boolean, nullable=False, default=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False, default=0),
    sa.Column("next_try_at", Moment),
    sa.Column("leased_by", sa.Text),
    sa.Column("leased_until", Moment),
    # Set right before the point of no return: a crash after it leaves the outcome unknown.
    sa.Column("handed_at", Moment),
    sa.Column("native_id", sa.Text, index=True),
    sa.Column("provider_code", sa.Text, nullable=False, default=""),
    sa.Column("error", sa.Text, nullable=False, default=""),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("sent_at", Moment),
    sa.Column("delivered_at", Moment),
    sa.Column("read_at", Moment),
    sa.Column("failed_at", Moment),
    # An answer that is too long for its place goes in `parts` deliveries, of which this is one.
    sa.Column("part", sa.Integer, nullable=False, default=0, server_default="0"),
    sa.Column("parts", sa.Integer, nullable=False, default=0, server_default="0"),
    # What goes there instead of the message itself: a short text that leads to all of it.
    sa.Column("text", sa.Text, nullable=False, default="", server_default=""),
    # A text that the network has approved, and the values that stand in it.
    sa.Column("template", sa.Text, nullable=False, default="", server_default=""),
    sa.Column("template_values", json_type(), nullable=False, default=list, server_default="[]"),
    sa.Index(
        "ix_deliveries_due",
        "next_try_at",
        "id",
        sqlite_where=sa.text("state IN ('queued', 'sending')"),
        postgresql_where=sa.text("state IN ('queued', 'sending')"),
    ),
    sa.Index(
        "ix_deliveries_waiting",
        "inbox_id",
        "created_at",
        "id",
        sqlite_where=sa.text("state = 'queued' AND next_try_at IS NOT NULL"),
        postgresql_where=sa.text("state = 'queued' AND next_try_at IS NOT NULL"),
    ),
    sa.Index(
        "ix_deliveries_stuck",
        "failed_at",
        "id",
        sqlite_where=sa.text("state IN ('dead', 'failed', 'unknown')"),
        postgresql_where=sa.text("state IN ('dead', 'failed', 'unknown')"),
    ),
    sa.Index(
        "ix_deliveries_by_hand",
        "created_at",
        "id",
        sqlite_where=sa.text("state = 'queued' AND next_try_at IS NULL"),
        postgresql_where=sa.text("state = 'queued' AND next_try_at IS NULL"),
    ),
)
