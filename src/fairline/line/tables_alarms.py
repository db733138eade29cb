"""What stands in alarm, when to look again, and who wants to be told by mail.

A row of `alarms` is an alarm that stands: it goes when its cause goes, and the events of the case
remain. `alarm_timers` has one row per case that somebody waits on.
"""

import sqlalchemy as sa

from fairline.db.types import Moment, id_type, json_type, metadata

# Gravest first: where one word must do, it is the first that stands.
ALARMS = (
    "no_place",
    "promise_broken",
    "public_unacknowledged",
    "call_missed",
    "handed_around",
    "second_bounce",
    "window_closing",
    "promise_at_risk",
)

alarms = sa.Table(
    "alarms",
    metadata,
    sa.Column("id", id_type(), primary_key=True),
    sa.Column("case_id", id_type(), sa.ForeignKey("cases.id"), nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("brand_id", id_type(), sa.ForeignKey("brands.id"), nullable=False),
    sa.Column("owner_id", id_type(), sa.ForeignKey("agents.id")),
    sa.Column("team_id", id_type(), sa.ForeignKey("teams.id")),
    # The moment it is about, such as when the promise was due.
    sa.Column("since", Moment, nullable=False),
    sa.Column("raised_at", Moment, nullable=False),
    sa.Column("acknowledged_at", Moment),
    sa.Column("acknowledged_by", id_type(), sa.ForeignKey("agents.id")),
    sa.CheckConstraint(
        "kind IN ({})".format(", ".join(f"'{kind}'" for kind in ALARMS)), name="kind_known"
    ),
    sa.UniqueConstraint("case_id", "kind"),
    sa.Index(None, "raised_at", "id"),
    sa.Index(None, "kind", "raised_at", "id"),
    # Counts for the rail read nothing but this.
    sa.Index("ix_alarms_unheard", "acknowledged_at", "brand_id", "owner_id", "team_id"),
)

# The next moment at which the passing of time alone may raise an alarm. A watermark over the
# line's due times would miss what comes in behind it: a reopened case that is late already.
alarm_timers = sa.Table(
    "alarm_timers",
    metadata,
    sa.Column("case_id", id_type(), sa.ForeignKey("cases.id"), primary_key=True),
    sa.Column("at", Moment, nullable=False),
    sa.Index(None, "at", "case_id"),
)

# `promises.risk.Thresholds` of a brand; the defaults where there is no row.
alarm_thresholds = sa.Table(
    "alarm_thresholds",
    metadata,
    sa.Column("brand_id", id_type(), sa.ForeignKey("brands.id"), primary_key=True),
    sa.Column("thresholds", json_type(), nullable=False),
)

# Who has been told by mail of everything up to `told_until`, and when the last mail left.
alarm_letters = sa.Table(
    "alarm_letters",
    metadata,
    sa.Column("agent_id", id_type(), sa.ForeignKey("agents.id"), primary_key=True),
    sa.Column("told_until", Moment, nullable=False),
    sa.Column("mailed_at", Moment),
)
