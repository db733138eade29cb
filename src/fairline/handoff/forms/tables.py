"""Field sets and their versions, forms asked for, answers sealed, and who may read them.

An answer is sealed with the data key of its case, and that key with a master key; the purposes bind
each to its place, so that none opens elsewhere. Nothing here is ever in an event, a message, a
search or an export.
"""

import sqlalchemy as sa

from fairline.db.sealed import Sealed, declare
from fairline.db.types import Moment, id_type, json_type, metadata

STATES = ("open", "sent", "closed", "wiped")

field_sets = sa.Table(
    "field_sets",
    metadata,
    sa.Column("id", id_type(), primary_key=True),
    sa.Column("name", sa.Text, nullable=False, unique=True),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("archived_at", Moment),
)

# Never changed: a form that is out keeps the fields it was asked with.
field_set_versions = sa.Table(
    "field_set_versions",
    metadata,
    sa.Column("set_id", id_type(), sa.ForeignKey("field_sets.id"), primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("intro", sa.Text, nullable=False),
    sa.Column("fields", json_type(), nullable=False),
    sa.Column("kept_days", sa.Integer, nullable=False),
    sa.Column("wiped_on_close", sa.Boolean, nullable=False),
    sa.Column("created_at", Moment, nullable=False),
)

# `answers` and `sent_at` tell what there is without opening anything; they outlive the answers.
secure_forms = sa.Table(
    "secure_forms",
    metadata,
    sa.Column("id", id_type(), primary_key=True),
    sa.Column("case_id", id_type(), sa.ForeignKey("cases.id"), nullable=False),
    sa.Column("set_id", id_type(), sa.ForeignKey("field_sets.id"), nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("why", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("asked_by", id_type(), sa.ForeignKey("agents.id"), nullable=False),
    sa.Column("asked_at", Moment, nullable=False),
    sa.Column("message_id", id_type(), sa.ForeignKey("messages.id"), nullable=False),
    sa.Column("times_sent", sa.Integer, nullable=False),
    sa.Column("answers", sa.Integer, nullable=False),
    sa.Column("sent_at", Moment),
    sa.Column("closed_at", Moment),
    sa.Column("wipes_at", Moment),
    sa.Column("wiped_at", Moment),
    sa.CheckConstraint("state IN ('open', 'sent', 'closed', 'wiped')", name="state_known"),
    sa.Index(None, "case_id", "id"),
    sa.Index(
        "ix_secure_forms_to_wipe",
        "wipes_at",
        "id",
        sqlite_where=sa.text("wipes_at IS NOT NULL AND wiped_at IS NULL"),
        postgresql_where=sa.text("wipes_at IS NOT NULL AND wiped_at IS NULL"),
    ),
)

# One a case; another one only where its master key is lost and a customer is asked again. What it
# seals is bound to `bound_to`, the case it was made for, also when forms move to another case.
case_keys = sa.Table(
    "case_keys",
    metadata,
    sa.Column("id", id_type(), primary_key=True),
    sa.Column("case_id", id_type(), sa.ForeignKey("cases.id"), nullable=False),
    sa.Column("bound_to", id_type(), nullable=False),
    sa.Column("sealed", sa.Text, nullable=False),
    sa.Column("master_id", sa.String(8), nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.Index(None, "case_id", "id"),
    sa.Index(None, "master_id", "id"),
)

sealed_answers = sa.Table(
    "sealed_answers",
    metadata,
    sa.Column("form_id", id_type(), sa.ForeignKey("secure_forms.id"), primary_key=True),
    sa.Column("field", sa.Text, primary_key=True),
    sa.Column("key_id", id_type(), sa.ForeignKey("case_keys.id"), nullable=False, index=True),
    sa.Column("sealed", sa.LargeBinary, nullable=False),
)

# Who may read answers: a role (and those above it), a team or a person. No rows: supervisors.
answer_readers = sa.Table(
    "answer_readers",
    metadata,
    sa.Column("holder", sa.Text, primary_key=True),
    sa.Column("created_at", Moment, nullable=False),
)


def key_purpose(key_id: str) -> str:
    """What a case's data key is bound to when a master key seals it."""
    return f"case.key:{key_id}"


declare(
    Sealed(
        name="case with sealed answers",
        several="cases with sealed answers",
        column=case_keys.c.sealed,
        purpose=key_purpose,
        master=case_keys.c.master_id,
    )
)
