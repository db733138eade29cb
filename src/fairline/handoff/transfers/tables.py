"""Hand-offs: a case offered to a colleague or a team, who take it or not.

At most one is open on a case. The rows stay as the record of who handed what to whom, and why.
"""

import sqlalchemy as sa

from fairline.db.types import Moment, id_type, metadata

STATES = ("offered", "accepted", "declined", "withdrawn", "expired")

# Predicate of the partial indexes: queries must say it in the same words.
OPEN = "transfers.state = 'offered'"

transfers = sa.Table(
    "transfers",
    metadata,
    sa.Column("id", id_type(), primary_key=True),
    sa.Column("case_id", id_type(), sa.ForeignKey("cases.id"), nullable=False),
    sa.Column("brand_id", id_type(), sa.ForeignKey("brands.id"), nullable=False),
    sa.Column("giver_id", id_type(), sa.ForeignKey("agents.id"), nullable=False),
    # One of the two.
    sa.Column("agent_id", id_type(), sa.ForeignKey("agents.id")),
    sa.Column("team_id", id_type(), sa.ForeignKey("teams.id")),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("summary", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    # Why it was declined.
    sa.Column("answer", sa.Text, nullable=False, default=""),
    sa.Column("offered_at", Moment, nullable=False),
    sa.Column("expires_at", Moment, nullable=False),
    sa.Column("ended_at", Moment),
    sa.Column("ended_by_id", id_type(), sa.ForeignKey("agents.id")),
    sa.CheckConstraint(
        "state IN ({})".format(", ".join(f"'{state}'" for state in STATES)), name="state_known"
    ),
    sa.CheckConstraint("(agent_id IS NULL) <> (team_id IS NULL)", name="one_receiver"),
    sa.Index(None, "case_id", "id"),
    sa.Index(
        "uq_transfers_open",
        "case_id",
        unique=True,
        sqlite_where=sa.text("state = 'offered'"),
        postgresql_where=sa.text("state = 'offered'"),
    ),
    sa.Index(
        "ix_transfers_due",
        "expires_at",
        "id",
        sqlite_where=sa.text("state = 'offered'"),
        postgresql_where=sa.text("state = 'offered'"),
    ),
)
