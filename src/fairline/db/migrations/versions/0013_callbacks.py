"""Calls asked for and made, and letters."""

import sqlalchemy as sa
from alembic import op

from fairline.db.types import Moment, id_type, json_type

revision = "0013"
down_revision = "0012"

ALARMS = (
    "'no_place', 'promise_broken', 'public_unacknowledged', 'call_missed', "
    "'handed_around', 'second_bounce', 'promise_at_risk'"
)
OPEN = sa.text("state IN ('asked', 'calling')")
STATES = "'asked', 'calling', 'talked', 'cancelled', 'given_up'"


def upgrade() -> None:
    calls = sa.Column("calls", json_type(), nullable=False, server_default="{}")
    op.add_column("brands", calls)
    _calls()
    _letters()
    by_hand = sa.text("state = 'queued' AND next_try_at IS NULL")
    op.create_index(
        "ix_deliveries_by_hand",
        "deliveries",
        ["created_at", "id"],
        sqlite_where=by_hand,
        postgresql_where=by_hand,
    )
    _one_more_alarm()


def _calls() -> None:
    op.create_table(
        "calls",
        sa.Column("id", id_type(), primary_key=True),
        sa.Column("case_id", id_type(), sa.ForeignKey("cases.id"), nullable=False),
        sa.Column("brand_id", id_type(), sa.ForeignKey("brands.id"), nullable=False),
        sa.Column("identity_id", id_type(), sa.ForeignKey("identities.id")),
        sa.Column("number", sa.Text, nullable=False),
        sa.Column("extension", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("wanted", sa.Text, nullable=False),
        sa.Column("from_at", Moment, nullable=False),
        sa.Column("until_at", Moment, nullable=False),
        sa.Column("zone", sa.Text, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("is_after_promise", sa.Boolean, nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("next_at", Moment, nullable=False),
        sa.Column("told_at", Moment),
        sa.Column("missed_at", Moment),
        sa.Column("caller_id", id_type(), sa.ForeignKey("agents.id")),
        sa.Column("leased_until", Moment),
        sa.Column("outcome", sa.Text, nullable=False),
        sa.Column("created_at", Moment, nullable=False),
        sa.Column("ended_at", Moment),
        sa.CheckConstraint(f"state IN ({STATES})", name="state_known"),
        sa.CheckConstraint("wanted IN ('now', 'window')", name="wanted_known"),
    )
    op.create_index("ix_calls_case_id_id", "calls", ["case_id", "id"])
    op.create_index(
        "uq_calls_open", "calls", ["case_id"], unique=True, sqlite_where=OPEN, postgresql_where=OPEN
    )
    op.create_index(
        "ix_calls_due", "calls", ["next_at", "id"], sqlite_where=OPEN, postgresql_where=OPEN
    )
    op.create_table(
        "call_tries",
        sa.Column("id", id_type(), primary_key=True),
        sa.Column("call_id", id_type(), sa.ForeignKey("calls.id"), nullable=False),
        sa.Column("agent_id", id_type(), sa.ForeignKey("agents.id"), nullable=False),
        sa.Column("started_at", Moment, nullable=False),
        sa.Column("ended_at", Moment),
        sa.Column("outcome", sa.Text, nullable=False),
        sa.Column("seconds", sa.Integer),
        sa.Column("recording_url", sa.Text, nullable=False),
        sa.Column("provider_id", sa.Text, nullable=False),
        sa.Column("provider_state", sa.Text, nullable=False),
    )
    op.create_index("ix_call_tries_call_id_id", "call_tries", ["call_id", "id"])
    known = sa.text("provider_id <> ''")
    op.create_index(
        "uq_call_tries_provider",
        "call_tries",
        ["provider_id"],
        unique=True,
        sqlite_where=known,
        postgresql_where=known,
    )


def _letters() -> None:
    op.create_table(
        "letter_readings",
        sa.Column("message_id", id_type(), sa.ForeignKey("messages.id"), primary_key=True),
        sa.Column("case_id", id_type(), sa.ForeignKey("cases.id"), nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("pages", sa.Integer, nullable=False),
        sa.Column("words", sa.Text, nullable=False),
        sa.Column("error", sa.Text, nullable=False),
        sa.Column("created_at", Moment, nullable=False),
        sa.Column("read_at", Moment),
        sa.Column("corrected_by_id", id_type(), sa.ForeignKey("agents.id")),
        sa.Column("corrected_at", Moment),
        sa.CheckConstraint(
            "state IN ('waiting', 'read', 'failed', 'corrected')", name="state_known"
        ),
    )
    op.create_index("ix_letter_readings_case_id", "letter_readings", ["case_id"])


def _one_more_alarm() -> None:
    """SQLite cannot change a check: the (short) table is made anew and filled."""
    known = f"kind IN ({ALARMS})"
    if op.get_bind().dialect.name != "sqlite":
        op.drop_constraint("kind_known", "alarms", type_="check")
        op.create_check_constraint("kind_known", "alarms", known)
        return
    names = (
        "id, case_id, kind, brand_id, owner_id, team_id, since, raised_at, acknowledged_at, "
        "acknowledged_by"
    )
    op.create_table(
        "alarms_anew",
        sa.Column("id", id_type(), primary_key=True),
        sa.Column("case_id", id_type(), sa.ForeignKey("cases.id"), nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("brand_id", id_type(), sa.ForeignKey("brands.id"), nullable=False),
        sa.Column("owner_id", id_type(), sa.ForeignKey("agents.id")),
        sa.Column("team_id", id_type(), sa.ForeignKey("teams.id")),
        sa.Column("since", Moment, nullable=False),
        sa.Column("raised_at", Moment, nullable=False),
        sa.Column("acknowledged_at", Moment),
        sa.Column("acknowledged_by", id_type(), sa.ForeignKey("agents.id")),
        sa.CheckConstraint(known, name="kind_known"),
        sa.UniqueConstraint("case_id", "kind"),
    )
    op.execute(f"INSERT INTO alarms_anew ({names}) SELECT {names} FROM alarms")
    op.drop_table("alarms")
    op.rename_table("alarms_anew", "alarms")
    op.create_index("ix_alarms_raised_at_id", "alarms", ["raised_at", "id"])
    op.create_index("ix_alarms_kind_raised_at_id", "alarms", ["kind", "raised_at", "id"])
    op.create_index(
        "ix_alarms_unheard", "alarms", ["acknowledged_at", "brand_id", "owner_id", "team_id"]
    )
