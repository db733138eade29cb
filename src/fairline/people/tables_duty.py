"""Who is here, how much each channel weighs, and how far somebody's word goes without asking."""

from datetime import datetime

import msgspec
import sqlalchemy as sa

from fairline.db.types import Moment, id_type, metadata

# What an agent said of themselves. Whether they are here is judged by `duty.py` from this and from
# when a browser of theirs was last seen.
duties = sa.Table(
    "duties",
    metadata,
    sa.Column("agent_id", id_type(), sa.ForeignKey("agents.id"), primary_key=True),
    sa.Column("presence", sa.Text, nullable=False),
    sa.Column("shift_ends_at", Moment),
    sa.Column("changed_at", Moment, nullable=False),
)

# How much of an agent's capacity a waiting case of a channel takes; 1 where there is no row.
channel_weights = sa.Table(
    "channel_weights",
    metadata,
    sa.Column("channel", sa.Text, primary_key=True),
    sa.Column("weight", sa.Integer, nullable=False),
)

# `holder` is a role or the id of an agent; an agent's own row goes before that of the role.
# Amounts are in the smallest unit of the currency.
authority_limits = sa.Table(
    "authority_limits",
    metadata,
    sa.Column("id", id_type(), primary_key=True),
    sa.Column("holder", sa.String(36), nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("currency", sa.String(3), nullable=False),
    sa.Column("per_case", sa.BigInteger, nullable=False),
    sa.Column("per_day", sa.BigInteger),
    sa.Column("created_at", Moment, nullable=False),
    sa.UniqueConstraint("holder", "kind", "currency"),
)


class Duty(msgspec.Struct, frozen=True, kw_only=True):
    """What an agent said of themselves, and when a browser of theirs was last seen (None: none is
    signed in).
    """

    agent_id: str
    presence: str
    shift_ends_at: datetime | None
    changed_at: datetime
    seen_at: datetime | None


class Limit(msgspec.Struct, frozen=True, kw_only=True):
    """A row of `authority_limits`. `per_day` None is no limit for a day."""

    id: str
    holder: str
    kind: str
    currency: str
    per_case: int
    per_day: int | None
    created_at: datetime
