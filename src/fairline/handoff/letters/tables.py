"""Letters that a machine reads: how far it is, and what it made of the scan.

The text of the message is what people read and mend; `words` stays what the machine read.
"""

import sqlalchemy as sa

from fairline.db.types import Moment, id_type, metadata

STATES = ("waiting", "read", "failed", "corrected")

letter_readings = sa.Table(
    "letter_readings",
    metadata,
    sa.Column("message_id", id_type(), sa.ForeignKey("messages.id"), primary_key=True),
    sa.Column("case_id", id_type(), sa.ForeignKey("cases.id"), nullable=False, index=True),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("pages", sa.Integer, nullable=False, default=0),
    sa.Column("words", sa.Text, nullable=False, default=""),
    sa.Column("error", sa.Text, nullable=False, default=""),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("read_at", Moment),
    sa.Column("corrected_by_id", id_type(), sa.ForeignKey("agents.id")),
    sa.Column("corrected_at", Moment),
    sa.CheckConstraint(
        "state IN ({})".format(", ".join(f"'{state}'" for state in STATES)), name="state_known"
    ),
)
