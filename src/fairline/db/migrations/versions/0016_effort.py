"""What a case costs its customer; cases that are there already are counted by a job."""

import sqlalchemy as sa
from alembic import op

from fairline.core.ids import new_id
from fairline.db.types import id_type, json_type

revision = "0016"
down_revision = "0015"

COUNTS = ("contact_count", "handoff_count", "switch_count", "repeat_count", "reopen_count")


def upgrade() -> None:
    for name in COUNTS:
        op.add_column("cases", sa.Column(name, sa.Integer, nullable=False, server_default="0"))
    op.add_column("cases", sa.Column("heard_on", sa.Text, nullable=False, server_default=""))
    _count_what_is_there()


def _count_what_is_there() -> None:
    """Only where there is a case already: a new install has nothing to count."""
    payload = sa.bindparam("payload", {"after": ""}, type_=json_type())
    op.execute(
        sa.text(
            "INSERT INTO jobs (id, kind, key, payload, state, attempts, run_at, error, created_at) "
            "SELECT :id, 'effort.count_back', 'effort.count_back', :payload, 'waiting', 0, "
            "cases.created_at, '', cases.created_at FROM cases ORDER BY cases.created_at LIMIT 1"
        ).bindparams(sa.bindparam("id", new_id(), type_=id_type()), payload)
    )
