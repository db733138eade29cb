"""One answer to many people who asked the same: what was to be sent where, and what came of it."""

import sqlalchemy as sa

from fairline.db.types import Moment, id_type, metadata

STATES = ("queued", "sent", "skipped")
QUEUED = "bulk_answer_cases.state = 'queued'"

bulk_answers = sa.Table(
    "bulk_answers",
    metadata,
    sa.Column("id", id_type(), primary_key=True),
    sa.Column("agent_id", id_type(), sa.ForeignKey("agents.id"), nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("finished_at", Moment),
    sa.Index(None, "agent_id", "created_at"),
)

# `seen_count` is how many messages the case had when it was ticked; `words` what it is sent.
bulk_answer_cases = sa.Table(
    "bulk_answer_cases",
    metadata,
    sa.Column("bulk_id", id_type(), sa.ForeignKey("bulk_answers.id"), primary_key=True),
    sa.Column("case_id", id_type(), sa.ForeignKey("cases.id"), primary_key=True),
    sa.Column("words", sa.Text, nullable=False),
    sa.Column("visibility", sa.Text, nullable=False),
    sa.Column("seen_count", sa.Integer, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.CheckConstraint(
        "state IN ({})".format(", ".join(f"'{state}'" for state in STATES)), name="state_known"
    ),
    sa.Index(
        "ix_bulk_answer_cases_queued",
        "bulk_id",
        "case_id",
        sqlite_where=sa.text("state = 'queued'"),
        postgresql_where=sa.text("state = 'queued'"),
    ),
)
