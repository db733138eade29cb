"""Calls that customers asked for, and each try to reach them.

A row of `calls` is one wish to be called; at most one is open on a case. A row of `call_tries` is
one time an agent took up the phone. The number is in `calls` and in the identity, nowhere else.
"""

import sqlalchemy as sa

from fairline.db.types import Moment, id_type, metadata

# Asked: it waits for its time. Calling: an agent has it. The others are ends.
STATES = ("asked", "calling", "talked", "cancelled", "given_up")
OUTCOMES = ("talked", "no_answer", "busy", "voicemail", "wrong_number", "cut_off")

# Predicate of the partial indexes: queries must say it in the same words.
OPEN = "calls.state IN ('asked', 'calling')"


def _one_of(column: str, values: tuple[str, ...]) -> sa.CheckConstraint:
    allowed = ", ".join(f"'{value}'" for value in values)
    return sa.CheckConstraint(f"{column} IN ({allowed})", name=f"{column}_known")


calls = sa.Table(
    "calls",
    metadata,
    sa.Column("id", id_type(), primary_key=True),
    sa.Column("case_id", id_type(), sa.ForeignKey("cases.id"), nullable=False),
    sa.Column("brand_id", id_type(), sa.ForeignKey("brands.id"), nullable=False),
    # None when the number belongs to another contact already: it is not taken from them.
    sa.Column("identity_id", id_type(), sa.ForeignKey("identities.id")),
    sa.Column("number", sa.Text, nullable=False),
    sa.Column("extension", sa.Text, nullable=False, default=""),
    sa.Column("state", sa.Text, nullable=False),
    # `now`, or a window that the customer chose.
    sa.Column("wanted", sa.Text, nullable=False),
    sa.Column("from_at", Moment, nullable=False),
    sa.Column("until_at", Moment, nullable=False),
    sa.Column("zone", sa.Text, nullable=False),
    sa.Column("note", sa.Text, nullable=False, default=""),
    sa.Column("is_after_promise", sa.Boolean, nullable=False, default=False),
    sa.Column("tries", sa.Integer, nullable=False, default=0),
    # When to call next; the end of the time in which to do it is `until_at`.
    sa.Column("next_at", Moment, nullable=False),
    sa.Column("told_at", Moment),
    sa.Column("missed_at", Moment),
    sa.Column("caller_id", id_type(), sa.ForeignKey("agents.id")),
    sa.Column("leased_until", Moment),
    sa.Column("outcome", sa.Text, nullable=False, default=""),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("ended_at", Moment),
    _one_of("state", STATES),
    _one_of("wanted", ("now", "window")),
    sa.Index(None, "case_id", "id"),
    sa.Index(
        "uq_calls_open",
        "case_id",
        unique=True,
        sqlite_where=sa.text("state IN ('asked', 'calling')"),
        postgresql_where=sa.text("state IN ('asked', 'calling')"),
    ),
    sa.Index(
        "ix_calls_due",
        "next_at",
        "id",
        sqlite_where=sa.text("state IN ('asked', 'calling')"),
        postgresql_where=sa.text("state IN ('asked', 'calling')"),
    ),
)

call_tries = sa.Table(
    "call_tries",
    metadata,
    sa.Column("id", id_type(), primary_key=True),
    sa.Column("call_id", id_type(), sa.ForeignKey("calls.id"), nullable=False),
    sa.Column("agent_id", id_type(), sa.ForeignKey("agents.id"), nullable=False),
    sa.Column("started_at", Moment, nullable=False),
    sa.Column("ended_at", Moment),
    sa.Column("outcome", sa.Text, nullable=False, default=""),
    sa.Column("seconds", sa.Integer),
    sa.Column("recording_url", sa.Text, nullable=False, default=""),
    # What the provider calls it and last said of it; empty where one dials by hand.
    sa.Column("provider_id", sa.Text, nullable=False, default=""),
    sa.Column("provider_state", sa.Text, nullable=False, default=""),
    sa.Index(None, "call_id", "id"),
    sa.Index(
        "uq_call_tries_provider",
        "provider_id",
        unique=True,
        sqlite_where=sa.text("provider_id <> ''"),
        postgresql_where=sa.text("provider_id <> ''"),
    ),
)
