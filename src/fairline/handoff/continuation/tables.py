"""Ways from a public answer into the private side of the same case, and proofs of possession.

A way is a row that is opened, confirmed, revoked or runs out; a proof is one sending of six digits.
Neither holds a secret: links, codes and digits are derived (channels/marks.py).
"""

from datetime import datetime

import msgspec
import sqlalchemy as sa

from fairline.db.types import Moment, id_type, metadata

# A link, a code where links are priced, or the thread's own secret link, which the asker has.
FORMS = ("link", "code", "own")

continuations = sa.Table(
    "continuations",
    metadata,
    sa.Column("id", id_type(), primary_key=True),
    sa.Column("brand_id", id_type(), sa.ForeignKey("brands.id"), nullable=False),
    sa.Column("case_id", id_type(), sa.ForeignKey("cases.id"), nullable=False),
    # Who spoke in public, the agent who went on, and the public answer that carries the way.
    sa.Column("identity_id", id_type(), sa.ForeignKey("identities.id"), nullable=False),
    sa.Column("agent_id", id_type(), sa.ForeignKey("agents.id"), nullable=False),
    sa.Column("message_id", id_type(), sa.ForeignKey("messages.id"), nullable=False),
    sa.Column("form", sa.Text, nullable=False),
    sa.Column("secret_hash", sa.String(64), unique=True),
    # The one browser that opened it, and who speaks there.
    sa.Column("browser_hash", sa.String(64)),
    sa.Column("speaker_id", id_type(), sa.ForeignKey("identities.id")),
    sa.Column("proofs", sa.Integer, nullable=False, default=0),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("expires_at", Moment, nullable=False),
    sa.Column("opened_at", Moment),
    sa.Column("confirmed_at", Moment),
    sa.Column("revoked_at", Moment),
    sa.CheckConstraint("form IN ('link', 'code', 'own')", name="form_known"),
    sa.Index(None, "case_id", "id"),
)

proofs = sa.Table(
    "continuation_proofs",
    metadata,
    sa.Column("id", id_type(), primary_key=True),
    sa.Column("continuation_id", id_type(), sa.ForeignKey("continuations.id"), nullable=False),
    sa.Column("case_id", id_type(), sa.ForeignKey("cases.id"), nullable=False),
    # Where the digits went, in which message, and the one browser in which they count.
    sa.Column("identity_id", id_type(), sa.ForeignKey("identities.id"), nullable=False),
    sa.Column("message_id", id_type(), sa.ForeignKey("messages.id"), nullable=False),
    sa.Column("browser_hash", sa.String(64), nullable=False),
    sa.Column("tries", sa.Integer, nullable=False, default=0),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("expires_at", Moment, nullable=False),
    sa.Column("used_at", Moment),
    sa.Index(None, "continuation_id", "browser_hash", "id"),
    sa.Index(None, "case_id", "created_at"),
)

# Messages that were sent another way by themselves, or could not be: each is looked at once.
fallbacks = sa.Table(
    "fallbacks",
    metadata,
    sa.Column("message_id", id_type(), sa.ForeignKey("messages.id"), primary_key=True),
    sa.Column("case_id", id_type(), sa.ForeignKey("cases.id"), nullable=False),
    # Empty when there was no other confirmed way.
    sa.Column("delivery_id", id_type(), sa.ForeignKey("deliveries.id")),
    sa.Column("at", Moment, nullable=False),
)


class Continuation(msgspec.Struct, frozen=True, kw_only=True):
    """A row of `continuations`."""

    id: str
    brand_id: str
    case_id: str
    identity_id: str
    agent_id: str
    message_id: str
    form: str
    browser_hash: str | None
    speaker_id: str | None
    proofs: int
    created_at: datetime
    expires_at: datetime
    opened_at: datetime | None
    confirmed_at: datetime | None
    revoked_at: datetime | None

    def is_open(self, now: datetime) -> bool:
        """Whether it still leads anywhere."""
        return self.revoked_at is None and now < self.expires_at


class Proof(msgspec.Struct, frozen=True, kw_only=True):
    """A row of `continuation_proofs`."""

    id: str
    continuation_id: str
    case_id: str
    identity_id: str
    message_id: str
    browser_hash: str
    tries: int
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None
