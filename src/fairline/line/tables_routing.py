"""Routing: the rules in their order, and for each routed case which rule sent it where."""

import sqlalchemy as sa

from fairline.db.types import Moment, id_type, json_type, metadata

routing_rules = sa.Table(
    "routing_rules",
    metadata,
    sa.Column("id", id_type(), primary_key=True),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("conditions", json_type(), nullable=False),
    sa.Column("results", json_type(), nullable=False),
    sa.Column("created_at", Moment, nullable=False),
)

# `rule_id` is empty for what an inbox sent to its team, and outlives the rule (no foreign key).
# `moved_at` is when somebody sent the case on to another team: the routing was wrong.
routings = sa.Table(
    "routings",
    metadata,
    sa.Column("case_id", id_type(), sa.ForeignKey("cases.id"), primary_key=True),
    sa.Column("rule_id", id_type()),
    sa.Column("rule", sa.Text, nullable=False),
    sa.Column("team_id", id_type(), sa.ForeignKey("teams.id"), nullable=False),
    sa.Column("routed_at", Moment, nullable=False),
    sa.Column("moved_at", Moment),
    sa.Column("moved_to", id_type(), sa.ForeignKey("teams.id")),
    sa.Index(None, "routed_at", "rule_id", "team_id", "moved_at"),
)
