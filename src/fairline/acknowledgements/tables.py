"""Who was told that we have their message, by which text, and which inboxes stay quiet."""

import sqlalchemy as sa

from fairline.db.types import Moment, id_type, metadata

# A row is the right to send: it is written before the mail, so a case never gets two.
acknowledgements = sa.Table(
    "acknowledgements",
    metadata,
    sa.Column("case_id", id_type(), sa.ForeignKey("cases.id"), primary_key=True),
    sa.Column("identity_id", id_type(), sa.ForeignKey("identities.id"), nullable=False),
    sa.Column("sent_at", Moment, nullable=False),
    sa.Index(None, "identity_id", "sent_at"),
)

# A text of the brand's own; where there is none, the one that Fairline brings (texts.py).
acknowledgement_texts = sa.Table(
    "acknowledgement_texts",
    metadata,
    sa.Column("brand_id", id_type(), sa.ForeignKey("brands.id"), primary_key=True),
    sa.Column("language", sa.String(12), primary_key=True),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("updated_at", Moment, nullable=False),
)

# Inboxes whose cases are not acknowledged. All others are.
quiet_inboxes = sa.Table(
    "quiet_inboxes",
    metadata,
    sa.Column("inbox_id", id_type(), sa.ForeignKey("inboxes.id"), primary_key=True),
    sa.Column("since", Moment, nullable=False),
)
