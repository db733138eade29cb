"""What is wrong with an inbox, and how much came into it in each hour.

A row of `inbox_alarms` is an alarm that stands: it goes when its cause goes. `inbox_arrivals` goes
back as many weeks as the profile of an inbox is made from (`silence.py`).
"""

import sqlalchemy as sa

from fairline.db.types import Moment, id_type, metadata

# Gravest first.
KINDS = ("not_working", "silent", "budget_spent", "token_ends", "budget_low")

inbox_alarms = sa.Table(
    "inbox_alarms",
    metadata,
    sa.Column("id", id_type(), primary_key=True),
    sa.Column("inbox_id", id_type(), sa.ForeignKey("inboxes.id"), nullable=False),
    sa.Column("brand_id", id_type(), sa.ForeignKey("brands.id"), nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("text", sa.Text, nullable=False, default=""),
    # The moment it is about: since when it fails, when the token ends.
    sa.Column("since", Moment, nullable=False),
    sa.Column("raised_at", Moment, nullable=False),
    sa.Column("acknowledged_at", Moment),
    sa.Column("acknowledged_by", id_type(), sa.ForeignKey("agents.id")),
    sa.UniqueConstraint("inbox_id", "kind"),
    sa.Index(None, "raised_at", "id"),
)

# `hour` is its beginning, in UTC. An hour in which nothing came has a row too.
inbox_arrivals = sa.Table(
    "inbox_arrivals",
    metadata,
    sa.Column("inbox_id", id_type(), sa.ForeignKey("inboxes.id"), primary_key=True),
    sa.Column("hour", Moment, primary_key=True),
    sa.Column("count", sa.Integer, nullable=False),
)
