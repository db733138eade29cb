"""The record: cases, messages, files, drafts, tags, links. Allowed values are checked at import.

Events live in `events.py`. Every table that grows with traffic is read through an index named in
`store*.py`.
"""

import sqlalchemy as sa

from fairline.cases.states import DIRECTIONS, KINDS, SEVERITIES, STATUSES, VISIBILITIES
from fairline.db.types import Moment, big_key, id_type, json_type, metadata


def _one_of(column: str, values: tuple[str, ...]) -> sa.CheckConstraint:
    allowed = ", ".join(f"'{value}'" for value in values)
    return sa.CheckConstraint(f"{column} IN ({allowed})", name=f"{column}_known")


cases = sa.Table(
    "cases",
    metadata,
    sa.Column("id", id_type(), primary_key=True),
    sa.Column("brand_id", id_type(), sa.ForeignKey("brands.id"), nullable=False),
    sa.Column("reference", sa.String(16), nullable=False, unique=True),
    sa.Column("subject", sa.Text, nullable=False, default=""),
    sa.Column("preview", sa.Text, nullable=False, default=""),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("severity", sa.Text, nullable=False),
    sa.Column("is_public", sa.Boolean, nullable=False, default=False),
    sa.Column("contact_id", id_type(), sa.ForeignKey("contacts.id"), nullable=False),
    sa.Column("inbox_id", id_type(), sa.ForeignKey("inboxes.id"), nullable=False),
    sa.Column("channel", sa.Text, nullable=False),
    sa.Column("owner_id", id_type(), sa.ForeignKey("agents.id")),
    sa.Column("team_id", id_type(), sa.ForeignKey("teams.id")),
    sa.Column("language", sa.String(12), nullable=False, default=""),
    # In per-case mail addresses: lower-case base 32, since relays change the case of letters.
    sa.Column("mail_token", sa.String(32), nullable=False, unique=True),
    sa.Column("message_count", sa.Integer, nullable=False, default=0),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("updated_at", Moment, nullable=False),
    # The earliest contact not yet answered; empty while nobody waits for us.
    sa.Column("entered_at", Moment),
    sa.Column("due_at", Moment),
    sa.Column("first_due_at", Moment),
    sa.Column("first_answered_at", Moment),
    sa.Column("last_answered_at", Moment),
    sa.Column("resolve_due_at", Moment),
    sa.Column("snoozed_until", Moment),
    sa.Column("solved_at", Moment),
    sa.Column("closed_at", Moment),
    # When a supervisor let it go before others; see line/standing.py.
    sa.Column("brought_forward_at", Moment),
    sa.Column("hidden_at", Moment),
    # The skills it takes to answer, as a set; none where empty.
    sa.Column("needs_id", id_type(), sa.ForeignKey("skill_sets.id")),
    # Whose it was when they went away: theirs again if they are back before anybody takes it.
    sa.Column("kept_for_id", id_type(), sa.ForeignKey("agents.id")),
    # The case whose place this one shares (never itself a repeat), the one it may repeat, and when
    # an agent set it apart. No foreign keys: SQLite would have to copy the table to add them.
    sa.Column("repeat_of_id", id_type()),
    sa.Column("maybe_repeat_of_id", id_type()),
    sa.Column("split_at", Moment),
    # What is under way on it besides the talk (matters.py): a page reads only what is named here.
    sa.Column("matters", json_type(), nullable=False, default=list, server_default="[]"),
    # Where the customer wants the answers: an identity of theirs; all their addresses when empty.
    sa.Column("answer_to_id", id_type()),
    # The case that this one was merged into: its number, its links and its address lead there.
    sa.Column("merged_into_id", id_type()),
    # What it costs its customer (effort.py), counted along and from the events alike.
    sa.Column("contact_count", sa.Integer, nullable=False, default=0, server_default="0"),
    sa.Column("handoff_count", sa.Integer, nullable=False, default=0, server_default="0"),
    sa.Column("switch_count", sa.Integer, nullable=False, default=0, server_default="0"),
    sa.Column("repeat_count", sa.Integer, nullable=False, default=0, server_default="0"),
    sa.Column("reopen_count", sa.Integer, nullable=False, default=0, server_default="0"),
    sa.Column("heard_on", sa.Text, nullable=False, default="", server_default=""),
    # Where somebody who asked in public had asked us before; '' when they did not say.
    sa.Column("tried_first", sa.Text, nullable=False, default="", server_default=""),
    # Until when the network of `reply_channel` takes an answer in private; empty once answered.
    sa.Column("reply_by", Moment),
    sa.Column("reply_channel", sa.Text, nullable=False, default="", server_default=""),
    _one_of("status", STATUSES),
    _one_of("kind", KINDS),
    _one_of("severity", SEVERITIES),
    sa.Index(None, "brand_id", "updated_at", "id"),
    sa.Index(None, "brand_id", "last_answered_at"),
    # Who came in a period, for the fairness report.
    sa.Index(None, "brand_id", "created_at"),
    sa.Index(None, "updated_at", "id"),
    sa.Index(None, "status", "updated_at", "id"),
    sa.Index(None, "owner_id", "status", "updated_at", "id"),
    sa.Index(None, "team_id", "status", "updated_at", "id"),
    sa.Index(None, "contact_id", "updated_at", "id"),
    sa.Index(None, "inbox_id", "status", "updated_at", "id"),
    # Cases with a clock that runs, for counting anew when hours or targets change.
    sa.Index(
        "ix_cases_owed",
        "brand_id",
        "id",
        sqlite_where=sa.text("resolve_due_at IS NOT NULL"),
        postgresql_where=sa.text("resolve_due_at IS NOT NULL"),
    ),
    sa.Index(
        "ix_cases_public",
        "brand_id",
        "updated_at",
        "id",
        sqlite_where=sa.text("is_public AND hidden_at IS NULL"),
        postgresql_where=sa.text("is_public AND hidden_at IS NULL"),
    ),
    sa.Index(
        "ix_cases_tried_first",
        "brand_id",
        "created_at",
        "team_id",
        "tried_first",
        sqlite_where=sa.text("tried_first <> ''"),
        postgresql_where=sa.text("tried_first <> ''"),
    ),
    sa.Index(
        "ix_cases_repeats",
        "repeat_of_id",
        sqlite_where=sa.text("repeat_of_id IS NOT NULL"),
        postgresql_where=sa.text("repeat_of_id IS NOT NULL"),
    ),
    sa.Index(
        "ix_cases_merged",
        "merged_into_id",
        sqlite_where=sa.text("merged_into_id IS NOT NULL"),
        postgresql_where=sa.text("merged_into_id IS NOT NULL"),
    ),
    sa.Index(
        "ix_cases_snoozed",
        "snoozed_until",
        sqlite_where=sa.text("snoozed_until IS NOT NULL"),
        postgresql_where=sa.text("snoozed_until IS NOT NULL"),
    ),
    sa.Index(
        "ix_cases_kept_for",
        "kept_for_id",
        sqlite_where=sa.text("kept_for_id IS NOT NULL"),
        postgresql_where=sa.text("kept_for_id IS NOT NULL"),
    ),
    sa.Index(
        "ix_cases_to_close",
        "solved_at",
        sqlite_where=sa.text("status = 'solved'"),
        postgresql_where=sa.text("status = 'solved'"),
    ),
)

# Whose words may join the case: the customer and those copied. Nobody else's.
participants = sa.Table(
    "participants",
    metadata,
    sa.Column("case_id", id_type(), sa.ForeignKey("cases.id"), primary_key=True),
    sa.Column(
        "identity_id", id_type(), sa.ForeignKey("identities.id"), primary_key=True, index=True
    ),
    sa.Column("role", sa.Text, nullable=False),
    # When the person proved that the address is theirs; a typed address starts unproven.
    sa.Column("confirmed_at", Moment),
    sa.Column("added_at", Moment, nullable=False),
    _one_of("role", ("customer", "copied")),
)

related_cases = sa.Table(
    "related_cases",
    metadata,
    sa.Column("case_id", id_type(), sa.ForeignKey("cases.id"), primary_key=True),
    sa.Column("other_id", id_type(), sa.ForeignKey("cases.id"), primary_key=True, index=True),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("created_at", Moment, nullable=False),
)

messages = sa.Table(
    "messages",
    metadata,
    sa.Column("id", id_type(), primary_key=True),
    sa.Column("case_id", id_type(), sa.ForeignKey("cases.id"), nullable=False),
    sa.Column("direction", sa.Text, nullable=False),
    sa.Column("visibility", sa.Text, nullable=False),
    sa.Column("channel", sa.Text, nullable=False),
    sa.Column("inbox_id", id_type(), sa.ForeignKey("inboxes.id")),
    sa.Column("identity_id", id_type(), sa.ForeignKey("identities.id")),
    sa.Column("agent_id", id_type(), sa.ForeignKey("agents.id")),
    sa.Column("author_name", sa.Text, nullable=False, default=""),
    sa.Column("subject", sa.Text, nullable=False, default=""),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("full_text", sa.Text, nullable=False, default=""),
    sa.Column("html", sa.Text, nullable=False, default=""),
    sa.Column("native_id", sa.Text),
    sa.Column("in_reply_to", sa.Text, nullable=False, default=""),
    sa.Column("copied", json_type(), nullable=False, default=list),
    sa.Column("auth", json_type()),
    sa.Column("permalink", sa.Text, nullable=False, default=""),
    sa.Column("raw_sha256", sa.String(64), sa.ForeignKey("blobs.sha256")),
    sa.Column("is_automatic", sa.Boolean, nullable=False, default=False),
    sa.Column("is_cut", sa.Boolean, nullable=False, default=False),
    sa.Column("sent_at", Moment),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("edited_at", Moment),
    sa.Column("hidden_at", Moment),
    sa.Column("hidden_reason", sa.Text, nullable=False, default=""),
    # Kinds and places of personal data in a public text (guard.py), and the masked text that
    # everybody reads instead; the text itself stays as it was said.
    sa.Column("found", sa.Text, nullable=False, default="", server_default=""),
    sa.Column("shown_text", sa.Text),
    _one_of("direction", DIRECTIONS),
    _one_of("visibility", VISIBILITIES),
    sa.Index(None, "case_id", "created_at", "id"),
    sa.Index(
        "uq_messages_native",
        "inbox_id",
        "native_id",
        unique=True,
        sqlite_where=sa.text("native_id IS NOT NULL"),
        postgresql_where=sa.text("native_id IS NOT NULL"),
    ),
    sa.Index(
        "ix_messages_native_id",
        "native_id",
        sqlite_where=sa.text("native_id IS NOT NULL"),
        postgresql_where=sa.text("native_id IS NOT NULL"),
    ),
    # What answers a post, by whom: for one that arrives after its answers.
    sa.Index(
        "ix_messages_answers",
        "inbox_id",
        "in_reply_to",
        "identity_id",
        sqlite_where=sa.text("in_reply_to <> ''"),
        postgresql_where=sa.text("in_reply_to <> ''"),
    ),
)

# The ids under which we sent: an answer to one of them may join, if its author was the recipient.
sent_ids = sa.Table(
    "sent_ids",
    metadata,
    sa.Column("native_id", sa.Text, primary_key=True),
    sa.Column("identity_id", id_type(), sa.ForeignKey("identities.id"), primary_key=True),
    sa.Column("case_id", id_type(), sa.ForeignKey("cases.id"), nullable=False),
    sa.Column("message_id", id_type(), sa.ForeignKey("messages.id"), nullable=False),
    sa.Index(None, "case_id", "message_id"),
)

# `message_id` is empty while a file waits in a draft; such rows are swept after a day.
attachments = sa.Table(
    "attachments",
    metadata,
    sa.Column("id", id_type(), primary_key=True),
    sa.Column("case_id", id_type(), sa.ForeignKey("cases.id"), nullable=False),
    sa.Column("message_id", id_type(), sa.ForeignKey("messages.id"), index=True),
    sa.Column("agent_id", id_type(), sa.ForeignKey("agents.id")),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("media_type", sa.Text, nullable=False),
    sa.Column("size_bytes", sa.BigInteger, nullable=False),
    sa.Column("sha256", sa.String(64), sa.ForeignKey("blobs.sha256"), nullable=False),
    sa.Column("content_id", sa.Text, nullable=False, default=""),
    sa.Column("is_inline", sa.Boolean, nullable=False, default=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.Index(None, "case_id", "id"),
)

drafts = sa.Table(
    "drafts",
    metadata,
    sa.Column("case_id", id_type(), sa.ForeignKey("cases.id"), primary_key=True),
    sa.Column("agent_id", id_type(), sa.ForeignKey("agents.id"), primary_key=True),
    sa.Column("mode", sa.Text, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("updated_at", Moment, nullable=False),
)

TAGS = "tags"
tags = sa.Table(
    "tags",
    metadata,
    sa.Column("id", id_type(), primary_key=True),
    sa.Column("name", sa.Text, nullable=False, unique=True),
    sa.Column("created_at", Moment, nullable=False),
    info={"kept": TAGS},
)

case_tags = sa.Table(
    "case_tags",
    metadata,
    sa.Column("case_id", id_type(), sa.ForeignKey("cases.id"), primary_key=True),
    sa.Column("tag_id", id_type(), sa.ForeignKey("tags.id"), primary_key=True),
    sa.Index(None, "tag_id", "case_id"),
)

# Capability URLs: only the hash is stored, each can be revoked and expires by policy.
secret_links = sa.Table(
    "secret_links",
    metadata,
    sa.Column("id", id_type(), primary_key=True),
    sa.Column("case_id", id_type(), sa.ForeignKey("cases.id"), nullable=False, index=True),
    sa.Column("identity_id", id_type(), sa.ForeignKey("identities.id"), nullable=False),
    sa.Column("token_hash", sa.String(64), nullable=False, unique=True),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("expires_at", Moment),
    sa.Column("used_at", Moment),
    sa.Column("revoked_at", Moment),
)

# What was done about somebody who abuses us: a warning sent, or a limit on what they may do on the
# board. None of it touches a place in line.
cautions = sa.Table(
    "cautions",
    metadata,
    sa.Column("id", id_type(), primary_key=True),
    sa.Column("brand_id", id_type(), sa.ForeignKey("brands.id"), nullable=False),
    sa.Column("contact_id", id_type(), sa.ForeignKey("contacts.id"), nullable=False),
    sa.Column("case_id", id_type(), sa.ForeignKey("cases.id"), nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("cases_a_day", sa.Integer),
    sa.Column("by_agent_id", id_type(), sa.ForeignKey("agents.id"), nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("until", Moment),
    sa.Column("lifted_at", Moment),
    sa.Column("lifted_by_id", id_type(), sa.ForeignKey("agents.id")),
    _one_of("kind", ("warning", "limit")),
    sa.Index(None, "contact_id", "id"),
    sa.Index(
        "ix_cautions_in_force",
        "until",
        "id",
        sqlite_where=sa.text("kind = 'limit' AND lifted_at IS NULL"),
        postgresql_where=sa.text("kind = 'limit' AND lifted_at IS NULL"),
    ),
)

# What an agent is told in person: a mention, an assignment.
nudges = sa.Table(
    "nudges",
    metadata,
    sa.Column("id", id_type(), primary_key=True),
    sa.Column("agent_id", id_type(), sa.ForeignKey("agents.id"), nullable=False),
    sa.Column("case_id", id_type(), sa.ForeignKey("cases.id"), nullable=False),
    sa.Column("message_id", id_type(), sa.ForeignKey("messages.id")),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("by_agent_id", id_type(), sa.ForeignKey("agents.id")),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("read_at", Moment),
    sa.Index(None, "agent_id", "read_at", "id"),
)

# One row per subject and per message. `words` is already folded (db/words.py).
search_docs = sa.Table(
    "search_docs",
    metadata,
    sa.Column("id", big_key(), primary_key=True, autoincrement=True),
    sa.Column("case_id", id_type(), sa.ForeignKey("cases.id"), nullable=False, index=True),
    sa.Column("ref_id", id_type(), nullable=False, unique=True),
    sa.Column("brand_id", id_type(), sa.ForeignKey("brands.id"), nullable=False),
    sa.Column("is_public", sa.Boolean, nullable=False),
    sa.Column("words", sa.Text, nullable=False),
    sqlite_autoincrement=True,
)

events = sa.Table(
    "events",
    metadata,
    sa.Column("position", big_key(), primary_key=True, autoincrement=True),
    # The writing transaction on PostgreSQL, 0 on SQLite: see timeline.py on resuming.
    sa.Column("tx", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("case_id", id_type(), sa.ForeignKey("cases.id")),
    sa.Column("brand_id", id_type(), sa.ForeignKey("brands.id")),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.Column("actor_kind", sa.Text, nullable=False),
    sa.Column("actor_id", id_type()),
    sa.Column("data", json_type(), nullable=False),
    sa.Index(None, "case_id", "position"),
    sa.Index(None, "tx", "position"),
    sa.Index(None, "kind", "at"),
    sqlite_autoincrement=True,
)
