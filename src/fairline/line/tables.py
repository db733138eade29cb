"""The line: one narrow row per case that waits for us, saved views of lists, kept promises."""

import sqlalchemy as sa

from fairline.db.types import Moment, id_type, json_type, metadata

# Cases that the same agents may take: of one brand, team and set of needed skills. Few rows, made
# on first use; the line is walked queue by queue, and what an agent may not take is never read.
line_queues = sa.Table(
    "line_queues",
    metadata,
    sa.Column("id", id_type(), primary_key=True),
    sa.Column("key", sa.Text, nullable=False, unique=True),
    sa.Column("brand_id", id_type(), sa.ForeignKey("brands.id"), nullable=False),
    sa.Column("team_id", id_type(), sa.ForeignKey("teams.id")),
    sa.Column("needs_id", id_type(), sa.ForeignKey("skill_sets.id")),
)

# Its order is (due_at, entered_at, case_id), nothing else. The other columns only filter.
line_places = sa.Table(
    "line_places",
    metadata,
    sa.Column("case_id", id_type(), sa.ForeignKey("cases.id"), primary_key=True),
    sa.Column("brand_id", id_type(), sa.ForeignKey("brands.id"), nullable=False),
    sa.Column("due_at", Moment, nullable=False),
    sa.Column("entered_at", Moment, nullable=False),
    sa.Column("owner_id", id_type(), sa.ForeignKey("agents.id")),
    sa.Column("team_id", id_type(), sa.ForeignKey("teams.id")),
    sa.Column("inbox_id", id_type(), sa.ForeignKey("inboxes.id"), nullable=False),
    sa.Column("queue_id", id_type(), sa.ForeignKey("line_queues.id")),
    sa.Index(None, "due_at", "entered_at", "case_id"),
    sa.Index(None, "brand_id", "due_at", "entered_at", "case_id"),
    sa.Index(None, "owner_id", "due_at", "entered_at", "case_id"),
    sa.Index(None, "team_id", "due_at", "entered_at", "case_id"),
    sa.Index(None, "inbox_id", "due_at", "entered_at", "case_id"),
    sa.Index(None, "brand_id", "entered_at"),  # the oldest wait, for the wallboard
    sa.Index(
        "ix_line_places_free",
        "queue_id",
        "due_at",
        "entered_at",
        "case_id",
        sqlite_where=sa.text("owner_id IS NULL"),
        postgresql_where=sa.text("owner_id IS NULL"),
    ),
)

# Predicate of a partial index: a query must say it in the same words.
EMPTY = "line_counts.waiting = 0"

# How many places fall into each stretch of time (radix.py). It follows from line_places alone, so
# it refers to nothing: a foreign key would be one more lock on every change of the line.
line_counts = sa.Table(
    "line_counts",
    metadata,
    sa.Column("brand_id", id_type(), primary_key=True),
    sa.Column("minute", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("level", sa.SmallInteger, primary_key=True, autoincrement=False),
    sa.Column("bucket", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("waiting", sa.BigInteger, nullable=False),
    sa.Index(
        "ix_line_counts_empty",
        "brand_id",
        "minute",
        "level",
        "bucket",
        sqlite_where=sa.text("waiting = 0"),
        postgresql_where=sa.text("waiting = 0"),
    ),
    sqlite_with_rowid=False,
)

VIEWS = "views"
saved_views = sa.Table(
    "saved_views",
    metadata,
    sa.Column("id", id_type(), primary_key=True),
    sa.Column("agent_id", id_type(), sa.ForeignKey("agents.id"), nullable=False, index=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("filter", json_type(), nullable=False),
    sa.Column("shared", sa.Boolean, nullable=False, default=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.UniqueConstraint("agent_id", "name"),
    info={"kept": VIEWS},
)

# What became of each answer that was promised: written when the answer is given, never changed.
# The id is the message that answered (of answers before this table was made: the case).
kept_promises = sa.Table(
    "kept_promises",
    metadata,
    sa.Column("id", id_type(), primary_key=True),
    sa.Column("case_id", id_type(), sa.ForeignKey("cases.id"), nullable=False, index=True),
    sa.Column("brand_id", id_type(), sa.ForeignKey("brands.id"), nullable=False),
    sa.Column("inbox_id", id_type(), sa.ForeignKey("inboxes.id"), nullable=False),
    sa.Column("severity", sa.Text, nullable=False),
    sa.Column("is_first", sa.Boolean, nullable=False),
    sa.Column("entered_at", Moment, nullable=False),
    sa.Column("due_at", Moment, nullable=False),
    sa.Column("answered_at", Moment, nullable=False),
    sa.Column("is_kept", sa.Boolean, nullable=False),
    sa.Index(
        "ix_kept_promises_counted",
        "inbox_id",
        "severity",
        "is_kept",
        "answered_at",
    ),
)
