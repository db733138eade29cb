"""The first schema."""

import sqlalchemy as sa
from alembic import op

from fairline.db.fulltext import POSTGRESQL_UP, SQLITE_UP
from fairline.db.types import Moment, big_key, id_type, json_type  # noqa: F401

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "agents",
        sa.Column("id", id_type(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("public_name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("brand_ids", json_type(), nullable=False),
        sa.Column("preferences", json_type(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("disabled_at", Moment(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agents")),
        sa.UniqueConstraint("email", name=op.f("uq_agents_email")),
    )
    op.create_table(
        "blobs",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("packed", sa.Boolean(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_blobs")),
    )
    op.create_table(
        "idempotency_keys",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("request_hash", sa.String(length=64), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_idempotency_keys")),
    )
    op.create_index(
        op.f("ix_idempotency_keys_created_at"), "idempotency_keys", ["created_at"], unique=False
    )
    op.create_table(
        "install",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_install")),
    )
    op.create_table(
        "jobs",
        sa.Column("id", id_type(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=True),
        sa.Column("payload", json_type(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("run_at", Moment(), nullable=False),
        sa.Column("leased_by", sa.Text(), nullable=True),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.CheckConstraint("state IN ('waiting', 'running', 'buried')", name="state_known"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_jobs")),
        sa.UniqueConstraint("key", name=op.f("uq_jobs_key")),
    )
    op.create_index(
        "ix_jobs_due",
        "jobs",
        ["run_at", "id"],
        unique=False,
        sqlite_where=sa.text("state <> 'buried'"),
        postgresql_where=sa.text("state <> 'buried'"),
    )
    op.create_table(
        "rate_buckets",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("used", sa.Float(), nullable=False),
        sa.Column("updated_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_rate_buckets")),
    )
    op.create_index(
        op.f("ix_rate_buckets_updated_at"), "rate_buckets", ["updated_at"], unique=False
    )
    op.create_table(
        "tags",
        sa.Column("id", id_type(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tags")),
        sa.UniqueConstraint("name", name=op.f("uq_tags_name")),
    )
    op.create_table(
        "teams",
        sa.Column("id", id_type(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("archived_at", Moment(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_teams")),
        sa.UniqueConstraint("name", name=op.f("uq_teams_name")),
    )
    op.create_table(
        "api_tokens",
        sa.Column("id", id_type(), nullable=False),
        sa.Column("agent_id", id_type(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("read_only", sa.Boolean(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("used_at", Moment(), nullable=True),
        sa.Column("expires_at", Moment(), nullable=True),
        sa.Column("revoked_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(["agent_id"], ["agents.id"], name=op.f("fk_api_tokens_agent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_tokens")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_api_tokens_token_hash")),
    )
    op.create_index(op.f("ix_api_tokens_agent_id"), "api_tokens", ["agent_id"], unique=False)
    op.create_table(
        "brands",
        sa.Column("id", id_type(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("accent", sa.String(length=7), nullable=False),
        sa.Column("greeting", sa.Text(), nullable=False),
        sa.Column("signature", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=12), nullable=False),
        sa.Column("time_zone", sa.Text(), nullable=False),
        sa.Column("logo_sha256", sa.String(length=64), nullable=True),
        sa.Column("logo_type", sa.Text(), nullable=False),
        sa.Column("calendar", json_type(), nullable=False),
        sa.Column("targets", json_type(), nullable=False),
        sa.Column("board_open", sa.Boolean(), nullable=False),
        sa.Column("indexable", sa.Boolean(), nullable=False),
        sa.Column("is_default", sa.Boolean(), nullable=False),
        sa.Column("sender_id", id_type(), nullable=True),
        sa.Column("created_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["logo_sha256"], ["blobs.sha256"], name=op.f("fk_brands_logo_sha256")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_brands")),
        sa.UniqueConstraint("slug", name=op.f("uq_brands_slug")),
    )
    op.create_table(
        "saved_views",
        sa.Column("id", id_type(), nullable=False),
        sa.Column("agent_id", id_type(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("filter", json_type(), nullable=False),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(["agent_id"], ["agents.id"], name=op.f("fk_saved_views_agent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_views")),
        sa.UniqueConstraint("agent_id", "name", name=op.f("uq_saved_views_agent_id_name")),
    )
    op.create_index(op.f("ix_saved_views_agent_id"), "saved_views", ["agent_id"], unique=False)
    op.create_table(
        "sessions",
        sa.Column("id", id_type(), nullable=False),
        sa.Column("agent_id", id_type(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("browser", sa.Text(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("seen_at", Moment(), nullable=False),
        sa.Column("expires_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(["agent_id"], ["agents.id"], name=op.f("fk_sessions_agent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sessions")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_sessions_token_hash")),
    )
    op.create_index(op.f("ix_sessions_agent_id"), "sessions", ["agent_id"], unique=False)
    op.create_index(op.f("ix_sessions_expires_at"), "sessions", ["expires_at"], unique=False)
    op.create_table(
        "team_members",
        sa.Column("team_id", id_type(), nullable=False),
        sa.Column("agent_id", id_type(), nullable=False),
        sa.ForeignKeyConstraint(["agent_id"], ["agents.id"], name=op.f("fk_team_members_agent_id")),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_team_members_team_id")),
        sa.PrimaryKeyConstraint("team_id", "agent_id", name=op.f("pk_team_members")),
    )
    op.create_index(op.f("ix_team_members_agent_id"), "team_members", ["agent_id"], unique=False)
    op.create_table(
        "contacts",
        sa.Column("id", id_type(), nullable=False),
        sa.Column("brand_id", id_type(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("remark", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=12), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(["brand_id"], ["brands.id"], name=op.f("fk_contacts_brand_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contacts")),
    )
    op.create_index(op.f("ix_contacts_brand_id_id"), "contacts", ["brand_id", "id"], unique=False)
    op.create_table(
        "inboxes",
        sa.Column("id", id_type(), nullable=False),
        sa.Column("brand_id", id_type(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("options", json_type(), nullable=False),
        sa.Column("secrets", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("team_id", id_type(), nullable=True),
        sa.Column("cursor", sa.Text(), nullable=False),
        sa.Column("polled_by", sa.Text(), nullable=True),
        sa.Column("polled_until", Moment(), nullable=True),
        sa.Column("received_at", Moment(), nullable=True),
        sa.Column("checked_at", Moment(), nullable=True),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("error_since", Moment(), nullable=True),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("archived_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(["brand_id"], ["brands.id"], name=op.f("fk_inboxes_brand_id")),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_inboxes_team_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inboxes")),
        sa.UniqueConstraint(
            "brand_id", "kind", "address", name=op.f("uq_inboxes_brand_id_kind_address")
        ),
    )
    op.create_table(
        "saved_replies",
        sa.Column("id", id_type(), nullable=False),
        sa.Column("brand_id", id_type(), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("created_by", id_type(), nullable=True),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("updated_at", Moment(), nullable=False),
        sa.Column("archived_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(
            ["brand_id"], ["brands.id"], name=op.f("fk_saved_replies_brand_id")
        ),
        sa.ForeignKeyConstraint(
            ["created_by"], ["agents.id"], name=op.f("fk_saved_replies_created_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_replies")),
    )
    op.create_index(
        op.f("ix_saved_replies_archived_at_title"),
        "saved_replies",
        ["archived_at", "title"],
        unique=False,
    )
    op.create_table(
        "cases",
        sa.Column("id", id_type(), nullable=False),
        sa.Column("brand_id", id_type(), nullable=False),
        sa.Column("reference", sa.String(length=16), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("preview", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("severity", sa.Text(), nullable=False),
        sa.Column("is_public", sa.Boolean(), nullable=False),
        sa.Column("contact_id", id_type(), nullable=False),
        sa.Column("inbox_id", id_type(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("owner_id", id_type(), nullable=True),
        sa.Column("team_id", id_type(), nullable=True),
        sa.Column("language", sa.String(length=12), nullable=False),
        sa.Column("mail_token", sa.String(length=32), nullable=False),
        sa.Column("message_count", sa.Integer(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("updated_at", Moment(), nullable=False),
        sa.Column("entered_at", Moment(), nullable=True),
        sa.Column("due_at", Moment(), nullable=True),
        sa.Column("first_due_at", Moment(), nullable=True),
        sa.Column("first_answered_at", Moment(), nullable=True),
        sa.Column("last_answered_at", Moment(), nullable=True),
        sa.Column("resolve_due_at", Moment(), nullable=True),
        sa.Column("snoozed_until", Moment(), nullable=True),
        sa.Column("solved_at", Moment(), nullable=True),
        sa.Column("closed_at", Moment(), nullable=True),
        sa.Column("hidden_at", Moment(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('question', 'problem', 'suggestion', 'praise', 'vent')", name="kind_known"
        ),
        sa.CheckConstraint(
            "severity IN ('safety', 'money', 'blocked', 'annoyance', 'idea')", name="severity_known"
        ),
        sa.CheckConstraint(
            "status IN ('new', 'open', 'waiting', 'on_hold', 'solved', 'closed')",
            name="status_known",
        ),
        sa.ForeignKeyConstraint(["brand_id"], ["brands.id"], name=op.f("fk_cases_brand_id")),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name=op.f("fk_cases_contact_id")),
        sa.ForeignKeyConstraint(["inbox_id"], ["inboxes.id"], name=op.f("fk_cases_inbox_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["agents.id"], name=op.f("fk_cases_owner_id")),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_cases_team_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cases")),
        sa.UniqueConstraint("mail_token", name=op.f("uq_cases_mail_token")),
        sa.UniqueConstraint("reference", name=op.f("uq_cases_reference")),
    )
    op.create_index(
        op.f("ix_cases_brand_id_last_answered_at"),
        "cases",
        ["brand_id", "last_answered_at"],
        unique=False,
    )
    op.create_index(
        op.f("ix_cases_brand_id_updated_at_id"),
        "cases",
        ["brand_id", "updated_at", "id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_cases_contact_id_updated_at_id"),
        "cases",
        ["contact_id", "updated_at", "id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_cases_inbox_id_status_updated_at_id"),
        "cases",
        ["inbox_id", "status", "updated_at", "id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_cases_owner_id_status_updated_at_id"),
        "cases",
        ["owner_id", "status", "updated_at", "id"],
        unique=False,
    )
    op.create_index(
        "ix_cases_public",
        "cases",
        ["brand_id", "updated_at", "id"],
        unique=False,
        sqlite_where=sa.text("is_public AND hidden_at IS NULL"),
        postgresql_where=sa.text("is_public AND hidden_at IS NULL"),
    )
    op.create_index(
        "ix_cases_snoozed",
        "cases",
        ["snoozed_until"],
        unique=False,
        sqlite_where=sa.text("snoozed_until IS NOT NULL"),
        postgresql_where=sa.text("snoozed_until IS NOT NULL"),
    )
    op.create_index(
        op.f("ix_cases_status_updated_at_id"), "cases", ["status", "updated_at", "id"], unique=False
    )
    op.create_index(
        op.f("ix_cases_team_id_status_updated_at_id"),
        "cases",
        ["team_id", "status", "updated_at", "id"],
        unique=False,
    )
    op.create_index(
        "ix_cases_to_close",
        "cases",
        ["solved_at"],
        unique=False,
        sqlite_where=sa.text("status = 'solved'"),
        postgresql_where=sa.text("status = 'solved'"),
    )
    op.create_index(op.f("ix_cases_updated_at_id"), "cases", ["updated_at", "id"], unique=False)
    op.create_table(
        "identities",
        sa.Column("id", id_type(), nullable=False),
        sa.Column("contact_id", id_type(), nullable=False),
        sa.Column("brand_id", id_type(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("confirmed_at", Moment(), nullable=True),
        sa.Column("undeliverable_at", Moment(), nullable=True),
        sa.Column("created_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(["brand_id"], ["brands.id"], name=op.f("fk_identities_brand_id")),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contacts.id"], name=op.f("fk_identities_contact_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identities")),
        sa.UniqueConstraint(
            "brand_id", "channel", "address", name=op.f("uq_identities_brand_id_channel_address")
        ),
    )
    op.create_index(op.f("ix_identities_contact_id"), "identities", ["contact_id"], unique=False)
    op.create_table(
        "case_tags",
        sa.Column("case_id", id_type(), nullable=False),
        sa.Column("tag_id", id_type(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_tags_case_id")),
        sa.ForeignKeyConstraint(["tag_id"], ["tags.id"], name=op.f("fk_case_tags_tag_id")),
        sa.PrimaryKeyConstraint("case_id", "tag_id", name=op.f("pk_case_tags")),
    )
    op.create_index(
        op.f("ix_case_tags_tag_id_case_id"), "case_tags", ["tag_id", "case_id"], unique=False
    )
    op.create_table(
        "drafts",
        sa.Column("case_id", id_type(), nullable=False),
        sa.Column("agent_id", id_type(), nullable=False),
        sa.Column("mode", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("updated_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(["agent_id"], ["agents.id"], name=op.f("fk_drafts_agent_id")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_drafts_case_id")),
        sa.PrimaryKeyConstraint("case_id", "agent_id", name=op.f("pk_drafts")),
    )
    op.create_table(
        "events",
        sa.Column("position", big_key(), autoincrement=True, nullable=False),
        sa.Column("tx", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("case_id", id_type(), nullable=True),
        sa.Column("brand_id", id_type(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("actor_kind", sa.Text(), nullable=False),
        sa.Column("actor_id", id_type(), nullable=True),
        sa.Column("data", json_type(), nullable=False),
        sa.ForeignKeyConstraint(["brand_id"], ["brands.id"], name=op.f("fk_events_brand_id")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_events_case_id")),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_events")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        op.f("ix_events_case_id_position"), "events", ["case_id", "position"], unique=False
    )
    op.create_index(op.f("ix_events_kind_at"), "events", ["kind", "at"], unique=False)
    op.create_index(op.f("ix_events_tx_position"), "events", ["tx", "position"], unique=False)
    op.create_table(
        "line_places",
        sa.Column("case_id", id_type(), nullable=False),
        sa.Column("brand_id", id_type(), nullable=False),
        sa.Column("due_at", Moment(), nullable=False),
        sa.Column("entered_at", Moment(), nullable=False),
        sa.Column("owner_id", id_type(), nullable=True),
        sa.Column("team_id", id_type(), nullable=True),
        sa.Column("inbox_id", id_type(), nullable=False),
        sa.ForeignKeyConstraint(["brand_id"], ["brands.id"], name=op.f("fk_line_places_brand_id")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_line_places_case_id")),
        sa.ForeignKeyConstraint(["inbox_id"], ["inboxes.id"], name=op.f("fk_line_places_inbox_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["agents.id"], name=op.f("fk_line_places_owner_id")),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_line_places_team_id")),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_line_places")),
    )
    op.create_index(
        op.f("ix_line_places_brand_id_due_at_entered_at_case_id"),
        "line_places",
        ["brand_id", "due_at", "entered_at", "case_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_line_places_due_at_entered_at_case_id"),
        "line_places",
        ["due_at", "entered_at", "case_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_line_places_inbox_id_due_at_entered_at_case_id"),
        "line_places",
        ["inbox_id", "due_at", "entered_at", "case_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_line_places_owner_id_due_at_entered_at_case_id"),
        "line_places",
        ["owner_id", "due_at", "entered_at", "case_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_line_places_team_id_due_at_entered_at_case_id"),
        "line_places",
        ["team_id", "due_at", "entered_at", "case_id"],
        unique=False,
    )
    op.create_table(
        "messages",
        sa.Column("id", id_type(), nullable=False),
        sa.Column("case_id", id_type(), nullable=False),
        sa.Column("direction", sa.Text(), nullable=False),
        sa.Column("visibility", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("inbox_id", id_type(), nullable=True),
        sa.Column("identity_id", id_type(), nullable=True),
        sa.Column("agent_id", id_type(), nullable=True),
        sa.Column("author_name", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("full_text", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("native_id", sa.Text(), nullable=True),
        sa.Column("in_reply_to", sa.Text(), nullable=False),
        sa.Column("copied", json_type(), nullable=False),
        sa.Column("auth", json_type(), nullable=True),
        sa.Column("permalink", sa.Text(), nullable=False),
        sa.Column("raw_sha256", sa.String(length=64), nullable=True),
        sa.Column("is_automatic", sa.Boolean(), nullable=False),
        sa.Column("is_cut", sa.Boolean(), nullable=False),
        sa.Column("sent_at", Moment(), nullable=True),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("edited_at", Moment(), nullable=True),
        sa.Column("hidden_at", Moment(), nullable=True),
        sa.Column("hidden_reason", sa.Text(), nullable=False),
        sa.CheckConstraint("direction IN ('inbound', 'outbound', 'note')", name="direction_known"),
        sa.CheckConstraint(
            "visibility IN ('public', 'private', 'internal')", name="visibility_known"
        ),
        sa.ForeignKeyConstraint(["agent_id"], ["agents.id"], name=op.f("fk_messages_agent_id")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_messages_case_id")),
        sa.ForeignKeyConstraint(
            ["identity_id"], ["identities.id"], name=op.f("fk_messages_identity_id")
        ),
        sa.ForeignKeyConstraint(["inbox_id"], ["inboxes.id"], name=op.f("fk_messages_inbox_id")),
        sa.ForeignKeyConstraint(
            ["raw_sha256"], ["blobs.sha256"], name=op.f("fk_messages_raw_sha256")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_messages")),
    )
    op.create_index(
        op.f("ix_messages_case_id_created_at_id"),
        "messages",
        ["case_id", "created_at", "id"],
        unique=False,
    )
    op.create_index(
        "ix_messages_native_id",
        "messages",
        ["native_id"],
        unique=False,
        sqlite_where=sa.text("native_id IS NOT NULL"),
        postgresql_where=sa.text("native_id IS NOT NULL"),
    )
    op.create_index(
        "uq_messages_native",
        "messages",
        ["inbox_id", "native_id"],
        unique=True,
        sqlite_where=sa.text("native_id IS NOT NULL"),
        postgresql_where=sa.text("native_id IS NOT NULL"),
    )
    op.create_table(
        "participants",
        sa.Column("case_id", id_type(), nullable=False),
        sa.Column("identity_id", id_type(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("confirmed_at", Moment(), nullable=True),
        sa.Column("added_at", Moment(), nullable=False),
        sa.CheckConstraint("role IN ('customer', 'copied')", name="role_known"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_participants_case_id")),
        sa.ForeignKeyConstraint(
            ["identity_id"], ["identities.id"], name=op.f("fk_participants_identity_id")
        ),
        sa.PrimaryKeyConstraint("case_id", "identity_id", name=op.f("pk_participants")),
    )
    op.create_index(
        op.f("ix_participants_identity_id"), "participants", ["identity_id"], unique=False
    )
    op.create_table(
        "related_cases",
        sa.Column("case_id", id_type(), nullable=False),
        sa.Column("other_id", id_type(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_related_cases_case_id")),
        sa.ForeignKeyConstraint(["other_id"], ["cases.id"], name=op.f("fk_related_cases_other_id")),
        sa.PrimaryKeyConstraint("case_id", "other_id", name=op.f("pk_related_cases")),
    )
    op.create_index(op.f("ix_related_cases_other_id"), "related_cases", ["other_id"], unique=False)
    op.create_table(
        "search_docs",
        sa.Column("id", big_key(), autoincrement=True, nullable=False),
        sa.Column("case_id", id_type(), nullable=False),
        sa.Column("ref_id", id_type(), nullable=False),
        sa.Column("brand_id", id_type(), nullable=False),
        sa.Column("is_public", sa.Boolean(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["brand_id"], ["brands.id"], name=op.f("fk_search_docs_brand_id")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_search_docs_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_docs")),
        sa.UniqueConstraint("ref_id", name=op.f("uq_search_docs_ref_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_search_docs_case_id"), "search_docs", ["case_id"], unique=False)
    op.create_table(
        "secret_links",
        sa.Column("id", id_type(), nullable=False),
        sa.Column("case_id", id_type(), nullable=False),
        sa.Column("identity_id", id_type(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("expires_at", Moment(), nullable=True),
        sa.Column("used_at", Moment(), nullable=True),
        sa.Column("revoked_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_secret_links_case_id")),
        sa.ForeignKeyConstraint(
            ["identity_id"], ["identities.id"], name=op.f("fk_secret_links_identity_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_secret_links")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_secret_links_token_hash")),
    )
    op.create_index(op.f("ix_secret_links_case_id"), "secret_links", ["case_id"], unique=False)
    op.create_table(
        "attachments",
        sa.Column("id", id_type(), nullable=False),
        sa.Column("case_id", id_type(), nullable=False),
        sa.Column("message_id", id_type(), nullable=True),
        sa.Column("agent_id", id_type(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("content_id", sa.Text(), nullable=False),
        sa.Column("is_inline", sa.Boolean(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(["agent_id"], ["agents.id"], name=op.f("fk_attachments_agent_id")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_attachments_case_id")),
        sa.ForeignKeyConstraint(
            ["message_id"], ["messages.id"], name=op.f("fk_attachments_message_id")
        ),
        sa.ForeignKeyConstraint(["sha256"], ["blobs.sha256"], name=op.f("fk_attachments_sha256")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachments")),
    )
    op.create_index(
        op.f("ix_attachments_case_id_id"), "attachments", ["case_id", "id"], unique=False
    )
    op.create_index(op.f("ix_attachments_message_id"), "attachments", ["message_id"], unique=False)
    op.create_table(
        "deliveries",
        sa.Column("id", id_type(), nullable=False),
        sa.Column("message_id", id_type(), nullable=False),
        sa.Column("case_id", id_type(), nullable=False),
        sa.Column("inbox_id", id_type(), nullable=False),
        sa.Column("identity_id", id_type(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("is_notice", sa.Boolean(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_try_at", Moment(), nullable=True),
        sa.Column("leased_by", sa.Text(), nullable=True),
        sa.Column("leased_until", Moment(), nullable=True),
        sa.Column("handed_at", Moment(), nullable=True),
        sa.Column("native_id", sa.Text(), nullable=True),
        sa.Column("provider_code", sa.Text(), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("sent_at", Moment(), nullable=True),
        sa.Column("delivered_at", Moment(), nullable=True),
        sa.Column("read_at", Moment(), nullable=True),
        sa.Column("failed_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_deliveries_case_id")),
        sa.ForeignKeyConstraint(
            ["identity_id"], ["identities.id"], name=op.f("fk_deliveries_identity_id")
        ),
        sa.ForeignKeyConstraint(["inbox_id"], ["inboxes.id"], name=op.f("fk_deliveries_inbox_id")),
        sa.ForeignKeyConstraint(
            ["message_id"], ["messages.id"], name=op.f("fk_deliveries_message_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deliveries")),
    )
    op.create_index(op.f("ix_deliveries_case_id"), "deliveries", ["case_id"], unique=False)
    op.create_index(
        "ix_deliveries_due",
        "deliveries",
        ["next_try_at", "id"],
        unique=False,
        sqlite_where=sa.text("state IN ('queued', 'sending')"),
        postgresql_where=sa.text("state IN ('queued', 'sending')"),
    )
    op.create_index(op.f("ix_deliveries_message_id"), "deliveries", ["message_id"], unique=False)
    op.create_index(op.f("ix_deliveries_native_id"), "deliveries", ["native_id"], unique=False)
    op.create_index(
        "ix_deliveries_stuck",
        "deliveries",
        ["failed_at", "id"],
        unique=False,
        sqlite_where=sa.text("state IN ('dead', 'failed', 'unknown')"),
        postgresql_where=sa.text("state IN ('dead', 'failed', 'unknown')"),
    )
    op.create_table(
        "nudges",
        sa.Column("id", id_type(), nullable=False),
        sa.Column("agent_id", id_type(), nullable=False),
        sa.Column("case_id", id_type(), nullable=False),
        sa.Column("message_id", id_type(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("by_agent_id", id_type(), nullable=True),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("read_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(["agent_id"], ["agents.id"], name=op.f("fk_nudges_agent_id")),
        sa.ForeignKeyConstraint(["by_agent_id"], ["agents.id"], name=op.f("fk_nudges_by_agent_id")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_nudges_case_id")),
        sa.ForeignKeyConstraint(["message_id"], ["messages.id"], name=op.f("fk_nudges_message_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_nudges")),
    )
    op.create_index(
        op.f("ix_nudges_agent_id_read_at_id"), "nudges", ["agent_id", "read_at", "id"], unique=False
    )
    op.create_table(
        "raw_items",
        sa.Column("id", id_type(), nullable=False),
        sa.Column("inbox_id", id_type(), nullable=False),
        sa.Column("native_id", sa.Text(), nullable=False),
        sa.Column("payload_sha256", sa.String(length=64), nullable=False),
        sa.Column("received_at", Moment(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("case_id", id_type(), nullable=True),
        sa.Column("message_id", id_type(), nullable=True),
        sa.Column("taken_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_raw_items_case_id")),
        sa.ForeignKeyConstraint(["inbox_id"], ["inboxes.id"], name=op.f("fk_raw_items_inbox_id")),
        sa.ForeignKeyConstraint(
            ["message_id"], ["messages.id"], name=op.f("fk_raw_items_message_id")
        ),
        sa.ForeignKeyConstraint(
            ["payload_sha256"], ["blobs.sha256"], name=op.f("fk_raw_items_payload_sha256")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_raw_items")),
        sa.UniqueConstraint("inbox_id", "native_id", name=op.f("uq_raw_items_inbox_id_native_id")),
    )
    op.create_index(op.f("ix_raw_items_case_id"), "raw_items", ["case_id"], unique=False)
    op.create_index(
        "ix_raw_items_open",
        "raw_items",
        ["state", "id"],
        unique=False,
        sqlite_where=sa.text("state <> 'taken'"),
        postgresql_where=sa.text("state <> 'taken'"),
    )
    op.create_table(
        "sent_ids",
        sa.Column("native_id", sa.Text(), nullable=False),
        sa.Column("identity_id", id_type(), nullable=False),
        sa.Column("case_id", id_type(), nullable=False),
        sa.Column("message_id", id_type(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_sent_ids_case_id")),
        sa.ForeignKeyConstraint(
            ["identity_id"], ["identities.id"], name=op.f("fk_sent_ids_identity_id")
        ),
        sa.ForeignKeyConstraint(
            ["message_id"], ["messages.id"], name=op.f("fk_sent_ids_message_id")
        ),
        sa.PrimaryKeyConstraint("native_id", "identity_id", name=op.f("pk_sent_ids")),
    )
    op.create_index(
        op.f("ix_sent_ids_case_id_message_id"), "sent_ids", ["case_id", "message_id"], unique=False
    )
    if op.get_bind().dialect.name == "sqlite":
        for statement in SQLITE_UP:
            op.execute(statement)
        return
    for statement in POSTGRESQL_UP:
        op.execute(statement)
    # The writing transaction, so that a reader never skips one that commits late.
    op.execute("ALTER TABLE events ALTER COLUMN tx SET DEFAULT pg_current_xact_id()::text::bigint")
