"""The line: one narrow row per case that waits for us, and saved views of lists."""

import sqlalchemy as sa

from fairline.db.types import Moment, id_type, json_type, metadata

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
    sa.Index(None, "due_at", "entered_at", "case_id"),
    sa.Index(None, "brand_id", "due_at", "entered_at", "case_id"),
    sa.Index(None, "owner_id", "due_at", "entered_at", "case_id"),
    sa.Index(None, "team_id", "due_at", "entered_at", "case_id"),
    sa.Index(None, "inbox_id", "due_at", "entered_at", "case_id"),
)

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
)
