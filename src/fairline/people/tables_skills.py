"""What agents know: skills, which of them cover others, who has them, and sets that cases need.

A set of needed skills is stored once and named by its id, so that the line can be walked by it.
"""

from datetime import datetime

import msgspec
import sqlalchemy as sa

from fairline.db.types import Moment, id_type, json_type, metadata
from fairline.people.tables import HOUSE

SKILL_KINDS = ("problem", "language")

skills = sa.Table(
    "skills",
    metadata,
    sa.Column("id", id_type(), primary_key=True),
    sa.Column("name", sa.Text, nullable=False, unique=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    # A skill put away is needed by nobody any more, whatever set it stands in.
    sa.Column("archived_at", Moment),
    info=HOUSE,
)

# Whoever has `skill_id` can also do what needs `covered_id`. Never a circle.
skill_covers = sa.Table(
    "skill_covers",
    metadata,
    sa.Column("skill_id", id_type(), sa.ForeignKey("skills.id"), primary_key=True),
    sa.Column("covered_id", id_type(), sa.ForeignKey("skills.id"), primary_key=True, index=True),
)

agent_skills = sa.Table(
    "agent_skills",
    metadata,
    sa.Column("agent_id", id_type(), sa.ForeignKey("agents.id"), primary_key=True),
    sa.Column("skill_id", id_type(), sa.ForeignKey("skills.id"), primary_key=True, index=True),
)

# `key` is the ids in order, joined by blanks: the same skills are always the same row.
skill_sets = sa.Table(
    "skill_sets",
    metadata,
    sa.Column("id", id_type(), primary_key=True),
    sa.Column("key", sa.Text, nullable=False, unique=True),
    sa.Column("skill_ids", json_type(), nullable=False),
    sa.Column("created_at", Moment, nullable=False),
)


class Skill(msgspec.Struct, frozen=True, kw_only=True):
    """A row of `skills`."""

    id: str
    name: str
    kind: str
    created_at: datetime
    archived_at: datetime | None
