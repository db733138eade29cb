"""Skills, routing, capacity and limits of authority."""

import sqlalchemy as sa
from alembic import op

from fairline.core.ids import new_id
from fairline.db.types import Moment, id_type, json_type

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    _people()
    _cases()
    _line()


def _people() -> None:
    op.add_column(
        "agents", sa.Column("capacity", sa.Integer(), nullable=False, server_default="10")
    )
    op.add_column("teams", sa.Column("assigns", sa.Text(), nullable=False, server_default="pull"))
    op.create_table(
        "skills",
        sa.Column("id", id_type(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("archived_at", Moment(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_skills")),
        sa.UniqueConstraint("name", name=op.f("uq_skills_name")),
    )
    op.create_table(
        "skill_covers",
        sa.Column("skill_id", id_type(), nullable=False),
        sa.Column("covered_id", id_type(), nullable=False),
        sa.ForeignKeyConstraint(["skill_id"], ["skills.id"], name=op.f("fk_skill_covers_skill_id")),
        sa.ForeignKeyConstraint(
            ["covered_id"], ["skills.id"], name=op.f("fk_skill_covers_covered_id")
        ),
        sa.PrimaryKeyConstraint("skill_id", "covered_id", name=op.f("pk_skill_covers")),
    )
    op.create_index(op.f("ix_skill_covers_covered_id"), "skill_covers", ["covered_id"])
    op.create_table(
        "agent_skills",
        sa.Column("agent_id", id_type(), nullable=False),
        sa.Column("skill_id", id_type(), nullable=False),
        sa.ForeignKeyConstraint(["agent_id"], ["agents.id"], name=op.f("fk_agent_skills_agent_id")),
        sa.ForeignKeyConstraint(["skill_id"], ["skills.id"], name=op.f("fk_agent_skills_skill_id")),
        sa.PrimaryKeyConstraint("agent_id", "skill_id", name=op.f("pk_agent_skills")),
    )
    op.create_index(op.f("ix_agent_skills_skill_id"), "agent_skills", ["skill_id"])
    op.create_table(
        "skill_sets",
        sa.Column("id", id_type(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("skill_ids", json_type(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_skill_sets")),
        sa.UniqueConstraint("key", name=op.f("uq_skill_sets_key")),
    )
    op.create_table(
        "duties",
        sa.Column("agent_id", id_type(), nullable=False),
        sa.Column("presence", sa.Text(), nullable=False),
        sa.Column("shift_ends_at", Moment(), nullable=True),
        sa.Column("changed_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(["agent_id"], ["agents.id"], name=op.f("fk_duties_agent_id")),
        sa.PrimaryKeyConstraint("agent_id", name=op.f("pk_duties")),
    )
    op.create_table(
        "channel_weights",
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("weight", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("channel", name=op.f("pk_channel_weights")),
    )
    op.create_table(
        "authority_limits",
        sa.Column("id", id_type(), nullable=False),
        sa.Column("holder", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("per_case", sa.BigInteger(), nullable=False),
        sa.Column("per_day", sa.BigInteger(), nullable=True),
        sa.Column("created_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_authority_limits")),
        sa.UniqueConstraint(
            "holder", "kind", "currency", name=op.f("uq_authority_limits_holder_kind_currency")
        ),
    )


def _cases() -> None:
    # In line: SQLite can add a column that refers to a table, but no constraint afterwards.
    op.add_column(
        "cases",
        sa.Column("needs_id", id_type(), sa.ForeignKey("skill_sets.id"), nullable=True),
        inline_references=True,
    )
    op.add_column(
        "cases",
        sa.Column("kept_for_id", id_type(), sa.ForeignKey("agents.id"), nullable=True),
        inline_references=True,
    )
    kept = sa.text("kept_for_id IS NOT NULL")
    op.create_index(
        "ix_cases_kept_for", "cases", ["kept_for_id"], sqlite_where=kept, postgresql_where=kept
    )
    op.create_table(
        "grants",
        sa.Column("id", id_type(), nullable=False),
        sa.Column("case_id", id_type(), nullable=False),
        sa.Column("agent_id", id_type(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_grants_case_id")),
        sa.ForeignKeyConstraint(["agent_id"], ["agents.id"], name=op.f("fk_grants_agent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grants")),
    )
    op.create_index(
        op.f("ix_grants_case_id_kind_currency"), "grants", ["case_id", "kind", "currency"]
    )
    op.create_index(op.f("ix_grants_agent_id_created_at"), "grants", ["agent_id", "created_at"])


def _line() -> None:
    op.create_table(
        "line_queues",
        sa.Column("id", id_type(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("brand_id", id_type(), nullable=False),
        sa.Column("team_id", id_type(), nullable=True),
        sa.Column("needs_id", id_type(), nullable=True),
        sa.ForeignKeyConstraint(["brand_id"], ["brands.id"], name=op.f("fk_line_queues_brand_id")),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_line_queues_team_id")),
        sa.ForeignKeyConstraint(
            ["needs_id"], ["skill_sets.id"], name=op.f("fk_line_queues_needs_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_line_queues")),
        sa.UniqueConstraint("key", name=op.f("uq_line_queues_key")),
    )
    op.add_column(
        "line_places",
        sa.Column("queue_id", id_type(), sa.ForeignKey("line_queues.id"), nullable=True),
        inline_references=True,
    )
    _fill_queues()
    free = sa.text("owner_id IS NULL")
    op.create_index(
        "ix_line_places_free",
        "line_places",
        ["queue_id", "due_at", "entered_at", "case_id"],
        sqlite_where=free,
        postgresql_where=free,
    )
    op.create_table(
        "routing_rules",
        sa.Column("id", id_type(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("conditions", json_type(), nullable=False),
        sa.Column("results", json_type(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_routing_rules")),
    )
    op.create_table(
        "routings",
        sa.Column("case_id", id_type(), nullable=False),
        sa.Column("rule_id", id_type(), nullable=True),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("team_id", id_type(), nullable=False),
        sa.Column("routed_at", Moment(), nullable=False),
        sa.Column("moved_at", Moment(), nullable=True),
        sa.Column("moved_to", id_type(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_routings_case_id")),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_routings_team_id")),
        sa.ForeignKeyConstraint(["moved_to"], ["teams.id"], name=op.f("fk_routings_moved_to")),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_routings")),
    )
    op.create_index(
        op.f("ix_routings_routed_at_rule_id_team_id_moved_at"),
        "routings",
        ["routed_at", "rule_id", "team_id", "moved_at"],
    )


def _fill_queues() -> None:
    """Every place in line gets the queue it belongs to; nobody needs skills yet."""
    connection = op.get_bind()
    queues = sa.table(
        "line_queues",
        sa.column("id", id_type()),
        sa.column("key", sa.Text()),
        sa.column("brand_id", id_type()),
        sa.column("team_id", id_type()),
    )
    places = sa.table(
        "line_places",
        sa.column("brand_id", id_type()),
        sa.column("team_id", id_type()),
        sa.column("queue_id", id_type()),
    )
    for brand_id, team_id in connection.execute(
        sa.select(places.c.brand_id, places.c.team_id).distinct()
    ).all():
        queue_id = new_id()
        connection.execute(
            sa.insert(queues).values(
                id=queue_id, key=f"{brand_id}/{team_id or ''}/", brand_id=brand_id, team_id=team_id
            )
        )
        connection.execute(
            sa.update(places)
            .where(
                places.c.brand_id == brand_id,
                places.c.team_id.is_(None) if team_id is None else places.c.team_id == team_id,
            )
            .values(queue_id=queue_id)
        )
