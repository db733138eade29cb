"""Until when a network takes an answer, who wrote when, and approved texts."""

import sqlalchemy as sa
from alembic import op

from fairline.db.types import Moment, id_type, json_type

revision = "0021"
down_revision = "0020"

ALARMS = (
    "'no_place', 'promise_broken', 'public_unacknowledged', 'call_missed', "
    "'handed_around', 'second_bounce', 'window_closing', 'promise_at_risk'"
)


def upgrade() -> None:
    op.add_column("cases", sa.Column("reply_by", Moment))
    op.add_column("cases", sa.Column("reply_channel", sa.Text, nullable=False, server_default=""))
    op.add_column("identities", sa.Column("heard_at", Moment))
    op.add_column("identities", sa.Column("heard_in_private_at", Moment))
    op.add_column("deliveries", sa.Column("template", sa.Text, nullable=False, server_default=""))
    values = sa.Column("template_values", json_type(), nullable=False, server_default="[]")
    op.add_column("deliveries", values)
    _one_more_alarm()


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
